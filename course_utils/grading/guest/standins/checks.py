"""In place of the checks in the sandbox: they do nothing here. The real ones run outside."""

__all__ = []


class CheckError(AssertionError):
    """Never raised here; it exists so that a student's ``except CheckError`` works."""


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    return _nothing


def _nothing(*_args, **_kwargs) -> None:
    return None
