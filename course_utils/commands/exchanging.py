"""``course collect``, ``export``, ``give-back``, ``gradescope``: to and from other systems."""

import argparse
from pathlib import Path

from course_utils.commands.adding import Add


def add(command: Add) -> None:
    """Add them to the command line."""
    gather = command(
        "collect",
        _collect,
        "sort a zip of hand-ins from Moodle or Canvas into submitted/",
        "course collect convolution submissions.zip --roster grades.csv",
    )
    gather.add_argument("assignment", help="its name, for example convolution")
    gather.add_argument("file", type=Path, metavar="FILE.zip", help="the zip as you downloaded it")
    gather.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the list of the class: Canvas's exported gradebook, or Moodle's grading worksheet",
    )

    export = command(
        "export",
        _export,
        "write the marks for a spreadsheet or a learning management system",
        "course export convolution --format canvas",
    )
    export.add_argument(
        "assignment", nargs="?", help="its name (default: the term's total of all assignments)"
    )
    export.add_argument(
        "--format",
        choices=[  # those of export.FORMATS, without SQLAlchemy's import (a test compares them)
            *["csv", "canvas", "moodle", "moodle-worksheet", "brightspace", "blackboard"],
            "gradescope",
        ],
        default="csv",
        help="the system that shall read the file (default: csv, for spreadsheets)",
    )
    export.add_argument("--sample", action="store_true", help="export the bundled sample class")
    export.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the file to write (default: in _build/exports/; with --sample in "
        "_build/sample_class/exports/)",
    )
    export.add_argument(
        "--column",
        metavar="TITLE",
        help="the title of the score's column; Canvas finds its own assignment by 'Title (1234)' "
        "(default: the assignment's name)",
    )

    export.add_argument(
        "--worksheet",
        type=Path,
        metavar="FILE",
        help="Moodle's grading worksheet, for --format moodle-worksheet",
    )

    back = command(
        "give-back",
        _give_back,
        "make the zip of feedback pages that Moodle or Canvas takes",
        "course give-back convolution",
    )
    back.add_argument("assignment", help="its name, for example convolution")
    back.add_argument(
        "--output", type=Path, metavar="FILE", help="the zip to write (default: in _build/exports/)"
    )

    autograder = command(
        "gradescope",
        _gradescope,
        "make the autograder zip that Gradescope marks an assignment with",
        "course gradescope convolution",
    )
    autograder.add_argument("assignment", help="which one, as convolution")
    autograder.add_argument(
        "--minutes",
        type=float,
        metavar="M",
        default=10.0,  # that of autograder_zip.MINUTES, without the grader's import
        help="the timeout that you set on Gradescope, at most 40 (default: 10, as there)",
    )
    autograder.add_argument(
        "--output", type=Path, metavar="FILE", help="where to (default: in _build/exports/)"
    )


def _collect(args: argparse.Namespace) -> int:
    from course_utils.grading.exchange_formats.collect import collect

    return collect(args.root, args.assignment, args.file, args.roster)


def _export(args: argparse.Namespace) -> int:
    from course_utils.grading.exchange_formats.export import export_grades

    names = ("assignment", "format", "sample", "output", "column", "worksheet")
    return export_grades(args.root, *(getattr(args, name) for name in names))


def _give_back(args: argparse.Namespace) -> int:
    from course_utils.grading.exchange_formats.give_back import give_back

    return give_back(args.root, args.assignment, args.output)


def _gradescope(args: argparse.Namespace) -> int:
    from course_utils.authoring.exercises import refuse_outdated
    from course_utils.grading.gradescope.autograder_zip import make_autograder

    refuse_outdated(args.root, args.assignment)
    return make_autograder(args.root, args.assignment, args.output, args.minutes)
