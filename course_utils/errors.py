"""The one error that the package's commands raise on purpose."""


class CourseError(Exception):
    """A request that cannot be met: what was asked, what came, and the next step.

    The command line prints the message on one line and exits with 2; no traceback is shown
    unless ``--verbose`` is given.
    """
