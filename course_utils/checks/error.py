"""The error that checks raise."""

import textwrap

_WIDTH = 84  # characters in a line that JupyterLab shows beside its list of files


class CheckError(AssertionError):
    """An answer is not right; the message says what was asked, what came, and what may explain it.

    ``misconception`` is the id of the catalogue's entry that explains the answer, or None.
    ``wrong`` names a mistake for which the catalogue has no entry, for example "the sum", or is
    None. ``question`` is the name of the function that was checked. A notebook shows only the
    message.
    """

    def __init__(self, message, misconception=None, question=None, wrong=None):
        super().__init__("\n".join(_wrapped(line) for line in message.splitlines()))
        self.misconception = misconception
        self.question = question
        self.wrong = wrong

    def _render_traceback_(self):  # IPython asks for this before it makes a traceback
        return str(self).splitlines()


def _wrapped(line: str) -> str:
    """Prose broken into lines that fit a notebook; indented lines are arrays or code."""
    if line.startswith(" ") or len(line) <= _WIDTH:
        return line
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
