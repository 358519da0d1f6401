"""What one submission may use. Plain numbers, so that a job stays plain data.

``host/session.py`` (``own``) sends in those that the kernel holds, and ``guest/walls.py``
(``limit_resources``) sets them, with those that are the same for all: open files, core dumps,
message queues.
"""

from typing import NamedTuple


class Limits(NamedTuple):
    """Seconds, megabytes, counts; for one submission.

    Seconds are of the clock, without those waited for a processor (``host.patience``).
    """

    cell_seconds: float = 60
    submission_seconds: float = 600
    memory_mb: int = 2048  # on top of what is preloaded
    processes: int = 128  # threads count too
    file_mb: int = 100
    shown_bytes: int = 200_000  # of one cell's text; the rest is cut, with a note
    shown_displays: int = 50  # of one cell's pictures and tables
    shown_display_bytes: int = 8 * 2**20  # of these together, as they are sent
    shown_notebook_mb: int = 32  # of all cells together: as much as a notebook may hold
    output_mb: int = 512  # of all output together; more ends the submission
    restarts: int = 20  # one for each function that is stopped: it is not called again
