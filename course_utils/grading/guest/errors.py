"""The error of values that cannot cross the wall."""


class CodecError(TypeError):
    """A value that cannot cross, or bytes that hold no value; the message says which and why."""
