"""Names of files and folders that students chose: which can be used, and how they are shown."""

MAX_NAME = 200  # bytes, so that an ending still fits into what file systems take


def oddity(name: str) -> str:
    """Why a name cannot be used for files and tables (the end of a sentence); "" if it can."""
    if not name.isprintable():  # half a character, a line's end, a terminal's command
        return "has characters in it that cannot be shown"
    return f"is longer than {MAX_NAME} bytes" if len(name.encode()) > MAX_NAME else ""


def shown(name: str) -> str:
    """A file's name as it may stand in a message: short, on one line, no half characters."""
    return name if name.isprintable() and len(name) <= 80 else ascii(name)[:80]
