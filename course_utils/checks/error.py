"""What a check raises."""

import textwrap

_WIDTH = 84  # what JupyterLab shows beside its list of files


class CheckError(AssertionError):
    """An answer is not right: what was asked, what came, and what it probably means.

    ``misconception`` is the id of the catalogue's entry that explains the answer, or None.
    ``wrong`` names what explains it where the catalogue has no entry, as "the sum", or is None.
    ``question`` is the name of what was checked. In a notebook the message alone is shown.
    """

    def __init__(self, message, misconception=None, question=None, wrong=None):
        super().__init__("\n".join(_wrapped(line) for line in message.splitlines()))
        self.misconception = misconception
        self.question = question
        self.wrong = wrong

    def _render_traceback_(self):  # IPython asks for this before it makes a traceback
        return str(self).splitlines()


def _wrapped(line: str) -> str:
    """Prose in lines that a notebook shows whole; what is indented is an array or code."""
    if line.startswith(" ") or len(line) <= _WIDTH:
        return line
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
