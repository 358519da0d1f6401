"""What a student installs, as pip reads it: with TensorFlow only where a notebook uses it."""

import re

_NEEDS_TENSORFLOW = re.compile(r"\b(keras|tensorflow|course_utils\.models)\b")


def needs_tensorflow(text: str) -> bool:
    """Whether a notebook (its text) names Keras, TensorFlow or the book's Keras models."""
    return bool(_NEEDS_TENSORFLOW.search(text))


def requirement(address: str, *extras: str) -> str:
    """The course from its repository at ``address``, with these extras of pyproject.toml.

    For example ``cnn-course[lab,cnn] @ git+https://example.org/cnn``.
    """
    named = f"[{','.join(extras)}]" if extras else ""
    return f"cnn-course{named} @ git+{address.rstrip('/')}"


def notebook_requirement(address: str, notebook: str) -> str:
    """What a ``notebook`` (its text) needs installed to run, from the repository at ``address``."""
    return requirement(address, *(["cnn"] if needs_tensorflow(notebook) else []))
