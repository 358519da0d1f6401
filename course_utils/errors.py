"""The one error that the package's commands raise on purpose."""


class CourseError(Exception):
    """A request that cannot be met; the message says what was asked, what came, and what to do.

    The command line prints the message on one line and exits with 2; it shows a traceback only
    with ``--verbose``.
    """
