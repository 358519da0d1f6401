"""The limits of one submission, as plain numbers: they are a part of the job, which is plain data.

``host/session.py`` (``own``) sends the limits that the kernel enforces into the sandbox. There
``guest/walls.py`` (``limit_resources``) sets them, and those that are the same for every
submission: open files, core dumps, message queues.
"""

from typing import NamedTuple


class Limits(NamedTuple):
    """The limits of one submission: seconds, megabytes, counts.

    Seconds are clock time without the time spent waiting for a processor (``host.patience``).
    """

    cell_seconds: float = 60
    submission_seconds: float = 600
    memory_mb: int = 2048  # on top of what is preloaded
    processes: int = 128  # threads count too
    file_mb: int = 100
    shown_bytes: int = 200_000  # text that one cell prints; the rest is cut, with a note
    shown_displays: int = 50  # pictures and tables that one cell shows
    shown_display_bytes: int = 8 * 2**20  # all of them together, as they are sent
    shown_notebook_mb: int = 32  # output of all cells: as much as a notebook may hold
    output_mb: int = 512  # all output, shown or cut; more ends the submission
    restarts: int = 20  # fresh processes, one after each function that was stopped
