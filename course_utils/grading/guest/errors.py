"""The error of values that cannot cross the wall."""


class CodecError(TypeError):
    """The value cannot cross the wall, or the bytes hold no value; the message says why."""
