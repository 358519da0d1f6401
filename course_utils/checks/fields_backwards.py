"""Wrong receptive fields in one number r, down or up the layers."""

from course_utils.checks.question import Mistake

_UP = "From the input upwards: the field grows by (k − 1) · step, and then the step by · stride."
_DOWN = "Going back from the top, one cell needs (r − 1) · stride + kernel cells below it."


def _down(change, start=1, turned=True):
    """r from the last layer down (or, if not ``turned``, up): change(r, kernel, stride)."""

    def field(layers):
        r = start
        for kernel, stride in layers[::-1] if turned else layers:
            r = change(r, kernel, stride)
        return r

    return field


_BACK = (
    ("r · stride + kernel", lambda r, k, s: r * s + k),
    ("r · stride + kernel − 1", lambda r, k, s: r * s + k - 1),
    ("r · stride + kernel − stride + 1", lambda r, k, s: r * s + k - s + 1),
    ("(r − 1) · stride + kernel − 1", lambda r, k, s: (r - 1) * s + k - 1),
    ("(r − 1) · stride + kernel + 1", lambda r, k, s: (r - 1) * s + k + 1),
    ("(r + 1) · stride + kernel", lambda r, k, s: (r + 1) * s + k),
    ("(r − 1) · (stride + kernel)", lambda r, k, s: (r - 1) * (s + k)),
    ("r − 1 · stride + kernel, without brackets", lambda r, k, s: r - 1 * s + k),
    ("r + (kernel − 1) · stride", lambda r, k, s: r + (k - 1) * s),
    ("r · kernel", lambda r, k, s: r * k),
    ("r · kernel · stride", lambda r, k, s: r * k * s),
    ("(r − 1) · kernel + stride", lambda r, k, s: (r - 1) * k + s),
    ("(r + kernel − 1) · stride", lambda r, k, s: (r + k - 1) * s),
    ("(r + kernel) · stride", lambda r, k, s: (r + k) * s),
    ("r + kernel · stride", lambda r, k, s: r + k * s),
    ("r + kernel + stride", lambda r, k, s: r + k + s),
    ("r · stride", lambda r, k, s: r * s),
    ("(r − kernel) // stride + 1", lambda r, k, s: (r - k) // s + 1),
)


def _of_one_layer(number):
    return lambda layers: number(layers)


# the same up and down, or named elsewhere
_ALIKE = ("r · kernel", "r · stride", "r + kernel · stride")
_ORDERLESS = (
    "r · kernel · stride",
    "r + kernel + stride",
    "r + (kernel − 1) · stride",
    "r − 1 · stride + kernel, without brackets",
)
_NAMED_BELOW = ("r + (kernel − 1) · stride", "r · stride + kernel − 1")
_NAMED_ELSEWHERE = (
    "r · stride + kernel − stride + 1",
    "(r − 1) · stride + kernel + 1",
    "(r − 1) · stride + kernel − 1",
    "(r − 1) · kernel + stride",
)

BACKWARDS = (
    *(
        Mistake(None, _down(change), f"{words} on the way down", _DOWN)
        for words, change in _BACK
        if words not in (*_ALIKE, *_ORDERLESS, *_NAMED_ELSEWHERE)
    ),
    *(
        Mistake(None, _down(change, turned=False), f"{words} on the way up", _UP)
        for words, change in _BACK
        if words not in (*_ALIKE, *_NAMED_ELSEWHERE[:1], *_NAMED_BELOW)
    ),
    *(
        Mistake(None, _down(change, 0, turned=False), f"{words} on the way up, begun with 0", _UP)
        for words, change in _BACK
        if words in ("r · stride + kernel", "r + kernel + stride")
    ),
    Mistake(
        None,
        _down(lambda r, k, s: (r - 1) * s + k, 0),
        "a field begun with 0 on the way down",
        _DOWN,
    ),
)
