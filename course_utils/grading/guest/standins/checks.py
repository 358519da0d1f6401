"""Inside the sandbox: checks do nothing here; they run outside, when the work is marked."""

__all__ = []


class CheckError(AssertionError):
    """Never raised here; so that ``except CheckError`` means what it says."""


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    return _nothing


def _nothing(*_args, **_kwargs) -> None:
    return None
