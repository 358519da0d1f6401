"""Inside the sandbox: the reference is what answers are compared with, so it answers nothing here.

It can be imported, so that an import beside a right answer costs nothing; what it offers refuses.
"""

_REFUSAL = (
    "course_utils.reference is the course's own solution: it is not available while your work is "
    "marked. Write this part yourself"
)


def __getattr__(name: str):
    if name.startswith("__"):
        raise AttributeError(name)

    def refused(*_args, **_kwargs):
        raise RuntimeError(_REFUSAL)

    refused.__name__ = refused.__qualname__ = name
    return refused
