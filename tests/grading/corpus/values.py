"""Odd values that a student's function returns, or puts into its arguments."""

from tests.grading.corpus.assignment import FULL, code

_LOST = FULL - 2


def _total(text: str, score=_LOST, status="ok", says=""):
    return code(total=text, score=score, status=status, says=says)


CASES = {
    "value-cyclic": _total("def total(values):\n    x = []\n    x.append(x)\n    return x"),
    "value-deep": _total(
        "def total(values):\n    x = 1\n    for _ in range(100_000):\n        x = [x]\n    return x"
    ),
    "value-huge": _total("def total(values):\n    return np.zeros(300_000_000, dtype=np.uint8)"),
    "value-many": _total("def total(values):\n    return list(range(5_000_000))"),
    "value-big-int": _total("def total(values):\n    return 10 ** 100_000"),
    "value-endless-range": _total("def total(values):\n    return range(10**15)"),
    "value-zero-by-much": _total("def total(values):\n    return np.zeros((0, 2**62))"),
    "value-many-functions": _total(
        "def total(values):\n    return [lambda: n for n in range(3000)]"
    ),
    # a set compares each with all the others: hours outside
    "value-all-alike": code(
        total="""
import course_utils.grading.guest.codec as codec
own = codec._Encoder._library
alike = {"set": [number * (2**61 - 1) for number in range(400_000)]}
codec._Encoder._library = lambda self, value: alike if value is codec else own(self, value)
def total(values):
    return codec
""",
        score=_LOST,
    ),
    # no two have the same hash, but each looks for a place where all the others are: hours, too
    "value-one-way": code(
        """
def keys(places=2**20, many=20_000):
    way = np.zeros(int(places * 0.6), np.int64)
    for n in range(1, len(way)):
        way[n] = (5 * way[n - 1] + 1) % places
    taken, found = np.zeros(places, bool), []
    taken[way] = True
    while sum(map(len, found)) < many:
        tried = np.random.default_rng(len(found)).integers(places, 2**40, 2_000_000)
        place, rest, is_on_it = tried % places, tried.copy(), taken[tried % places]
        while rest.any():
            rest >>= 5
            place = (5 * place + rest + 1) % places
            is_on_it &= taken[place]
        found.append(tried[is_on_it])
    return way.tolist() + np.concatenate(found).tolist()
import course_utils.grading.guest.codec as codec
own, one_way = codec._Encoder._library, {"dict": [[key, 0] for key in keys()]}
codec._Encoder._library = lambda self, value: one_way if value is codec else own(self, value)
""",
        total="def total(values):\n    return codec",
        score=_LOST,
    ),
    # empty in every comparison by broadcasting
    "value-empty": _total("def total(values):\n    return []"),
    "value-small-objects": _total("def total(values):\n    return [[[[]]]] * 400_000"),
    "value-objects": _total("def total(values):\n    return np.array([object()], dtype=object)"),
    "value-generator": _total("def total(values):\n    return (v for v in values)"),
    "value-numpy-scalar": _total("def total(values):\n    return np.float32(np.sum(values))", FULL),
    "value-zero-d": _total(
        "def total(values):\n    return np.sum(values, keepdims=True)[0:1]", FULL
    ),
    "value-attacks": _total(
        """
class Trap:
    def __init__(self): pass
    def __getattribute__(self, name): import os; os._exit(1)
    def __reduce__(self): return (print, ("pickled",))
class Liar(np.ndarray):
    def __array_finalize__(self, obj): pass
    def __eq__(self, other): return True
    def __array_function__(self, *a, **k): return None
    def __array_ufunc__(self, *a, **k): return np.float64(10)
def total(values):
    return np.zeros(1).view(Liar)
"""
    ),
    "value-trap": _total(
        """
class Trap:
    def __getattribute__(self, name): raise MemoryError
    def __str__(self): raise SystemExit
def total(values):
    return {"a": Trap()}
"""
    ),
    "value-raises-odd": _total(
        """
class Odd(Exception):
    def __str__(self): raise ValueError("no words")
def total(values):
    raise Odd()
"""
    ),
    "value-raises-exit-group": _total(
        "def total(values):\n    raise BaseExceptionGroup('x', [KeyboardInterrupt(), SystemExit()])"
    ),
    "value-changes-argument": code(
        scale="def scale(image, factor):\n    image *= factor\n    return image", score=_LOST
    ),
    "value-keeps-argument": code(
        scale="def scale(image, factor):\n    out = image.copy()\n    out *= factor\n    return out"
    ),
    "value-warns": code(
        "import sys, warnings\nwarnings.warn('careful')\nprint('noise', file=sys.stderr)",
        total="""
import warnings
def total(values):
    warnings.warn("careful")
    import sys
    print("to standard error", file=sys.stderr)
    return float(np.sum(values))
""",
    ),
    "value-tensorflow-inside": code(
        total="""
def total(values):
    import tensorflow as tf
    return tf.reduce_sum(tf.constant(values))
"""
    ),
    "value-wrong-protocol": _total(
        """
import os
def total(values):
    for fd in range(3, 64):
        try:
            os.write(fd, b"\\xff" * 64)
        except OSError:
            pass
    return 0.0
""",
        status="stopped",
    ),
    "value-forged-answers": _total(
        """
import json, os, struct
def total(values):
    text = json.dumps({"type": "value", "value": 3.0, "sizes": []}).encode()
    for fd in range(3, 64):
        try:
            os.write(fd, (struct.pack("!II", len(text), 0) + text) * 20)
        except OSError:
            pass
    return 10.0
""",
        score=2.0,
    ),
}
