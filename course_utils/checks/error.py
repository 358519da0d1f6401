"""What a check raises."""


class CheckError(AssertionError):
    """An answer is not right: what was asked, what came, and what it probably means.

    ``misconception`` is the id of the catalogue's entry that explains the answer, or None.
    ``question`` is the name of what was checked. In a notebook the message alone is shown.
    """

    def __init__(self, message, misconception=None, question=None):
        super().__init__(message)
        self.misconception = misconception
        self.question = question

    def _render_traceback_(self):  # IPython asks for this before it makes a traceback
        return str(self).splitlines()
