"""``course grade``: mark a class."""

import argparse

from course_utils import light_imports
from course_utils.commands.adding import Add
from course_utils.grading.marking.cell_time import RULE


def add(command: Add) -> None:
    """Add them to the command line."""
    grade = command(
        "grade",
        _grade,
        "mark a class: student code in a sandbox, checks outside it",
        "course grade convolution --student 'a*' --workers 4",
    )
    grade.add_argument("assignment", help="the name of its folder in solutions/")
    grade.add_argument(
        "--sample", action="store_true", help="mark the bundled sample class instead of yours"
    )
    grade.add_argument(
        "--student",
        metavar="GLOB",
        default="*",
        help="only students whose folder's name matches (default: all)",
    )
    grade.add_argument(
        "--workers", type=int, metavar="N", help="submissions marked in parallel (default: cores)"
    )
    grade.add_argument(
        "--on",
        metavar="WHERE",
        help="mark on a dask cluster: tls://HOST:PORT, scheduler-file:PATH, local:WORKERS, or a "
        ".py file that defines cluster() (default: here)",
    )
    grade.add_argument(
        "--cell-seconds",
        type=float,
        metavar="S",
        help=f"time limit of one cell (default: {RULE}; printed above the table)",
    )
    grade.add_argument(
        "--submission-seconds",
        type=float,
        metavar="S",
        help="time limit of a notebook (default: 600)",
    )
    grade.add_argument(
        "--memory-mb", type=int, metavar="M", help="memory limit of one submission (default: 2048)"
    )
    grade.add_argument("--force", action="store_true", help="mark unchanged work again too")
    grade.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run student code without a sandbox, on a machine that cannot build one",
    )


def _grade(args: argparse.Namespace) -> int:
    from course_utils.grading.head_start import head_start

    pool = None
    if not args.on:  # before the imports: meanwhile its processes get ready
        pool = head_start(args.root, args.assignment, args.sample, not args.no_sandbox)
    try:
        with light_imports.without_collecting():
            from course_utils.authoring.exercises import refuse_outdated
            from course_utils.catalogue import CATALOGUE
            from course_utils.grading.command import grade

        refuse_outdated(args.root, args.assignment)
        explain = {
            key: (entry.wrong, entry.right, entry.section) for key, entry in CATALOGUE.items()
        }
        return grade(args, explain, pool)
    finally:
        if pool is not None:
            pool.close()
