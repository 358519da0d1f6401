"""Which of TensorFlow's operations run, or are traced, in this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# what makes a variable, and the zeros and numbers that Keras itself makes of nothing of theirs
OF_VARIABLES = {
    *("VarHandleOp", "AssignVariableOp", "ReadVariableOp", "Identity"),
    *("Cast", "Fill", "Shape"),
}


@contextmanager
def operations(counts: Callable[[], bool] = lambda: True) -> Iterator[set[str]]:
    """In a ``with``: a set to which the name of each operation is added while ``counts()``."""
    from tensorflow.python.eager import context

    names: set[str] = set()

    def note(name: Any, *_: Any, **__: Any) -> None:
        if counts():
            names.add(name.decode() if isinstance(name, bytes) else name)

    context.context().add_op_callback(note)
    try:
        yield names
    finally:
        context.context().remove_op_callback(note)
