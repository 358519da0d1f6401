"""The error of values that cannot cross the wall."""


class CodecError(TypeError):
    """A value that cannot cross, or bytes that are no value; the message says which and why."""
