"""In place of the reference in the sandbox: its functions refuse, because they are the answers.

It can be imported, so that an unused import beside a right answer costs no points.
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
