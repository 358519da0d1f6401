"""The requirement (for pip) that a student installs: with TensorFlow only if a notebook uses it."""

import json
import re

# a code cell of a MyST page: its fence, and what is in it
CODE_CELL = re.compile(r"^(`{3,})\{code-cell\}[^\n]*\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
_NEEDS_TENSORFLOW = re.compile(
    r"\b(keras|tensorflow|course_utils\.models)\b|from course_utils import .*\bmodels\b"
)


def needs_tensorflow(code: str) -> bool:
    """Whether code names Keras, TensorFlow or the book's Keras models."""
    return bool(_NEEDS_TENSORFLOW.search(code))


def code_of(notebook: str) -> str:
    """Return the code of a notebook (the text of an .ipynb file or a MyST page), without its prose.

    The prose of a chapter may name Keras although its code does not use it.
    """
    if notebook.lstrip().startswith("{"):
        cells = json.loads(notebook)["cells"]
        return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return "\n".join(code for _, code in CODE_CELL.findall(notebook))


def requirement(address: str, *extras: str) -> str:
    """The course from its repository at ``address``, with these extras of pyproject.toml.

    For example ``cnn-course[lab,cnn] @ git+https://example.org/cnn``.
    """
    named = f"[{','.join(extras)}]" if extras else ""
    return f"cnn-course{named} @ git+{address.rstrip('/')}"


def notebook_requirement(address: str, notebook: str) -> str:
    """The requirement to run a ``notebook`` (its text), from the repository at ``address``."""
    return requirement(address, *_extras(notebook))


def wheel_requirement(version: str, notebook: str) -> str:
    """The requirement to run a ``notebook`` (its text), from the wheel of that version beside it.

    For example ``./cnn_course-0.1.0-py3-none-any.whl[cnn]``: without the dot pip would look for the
    name in a registry.
    """
    extras = "[cnn]" if _extras(notebook) else ""
    return f"./cnn_course-{version}-py3-none-any.whl{extras}"


def _extras(notebook: str) -> list[str]:
    return ["cnn"] if needs_tensorflow(code_of(notebook)) else []
