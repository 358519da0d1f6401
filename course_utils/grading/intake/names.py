"""Names of files and folders that students chose: which can be used, and how they are shown."""

from course_utils.grading.text import is_showable

MAX_NAME = 200  # bytes, so that an ending still fits into what file systems take


def oddity(name: str) -> str:
    """Why a name cannot be used for files and tables (the end of a sentence); "" if it can."""
    if not is_showable(name):
        return "has characters in it that cannot be shown"
    return f"is longer than {MAX_NAME} bytes" if len(name.encode()) > MAX_NAME else ""


def shown(name: str) -> str:
    """A file's name as it may stand in a message: short, on one line, no half characters."""
    return name if is_showable(name) and len(name) <= 80 else ascii(name)[:80]
