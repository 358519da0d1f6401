"""``course …``: argument parsing only. Each command imports its room when it is called."""

import argparse
import os
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from course_utils.errors import CourseError


def _exercises(args: argparse.Namespace) -> int:
    from course_utils.authoring.exercises import make_exercises

    made = make_exercises(args.root, args.assignment)
    if args.no_trial:
        return 0
    from course_utils.grading.trial import try_assignments

    return try_assignments(args.root, args.assignment or made)


def _book(args: argparse.Namespace) -> int:
    from course_utils.book.build import build_book

    return build_book(args.root, pdf=args.pdf, verbose=args.verbose)


def _grade(args: argparse.Namespace) -> int:
    from course_utils.authoring.exercises import refuse_outdated
    from course_utils.checks.catalogue import CATALOGUE
    from course_utils.grading.command import grade

    refuse_outdated(args.root, args.assignment)
    explain = {key: (entry.wrong, entry.right, entry.section) for key, entry in CATALOGUE.items()}
    return grade(args, explain)


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


def _where(args: argparse.Namespace) -> int:
    from course_utils.places import say_where

    return say_where(args.root)


def _doctor(args: argparse.Namespace) -> int:
    if args.on:
        from course_utils.grading.cluster.workers_report import report_workers

        return report_workers(args.on)
    from course_utils.doctor import report

    return report(args.root)


class _Parser(argparse.ArgumentParser):
    """argparse, but a wrong call is answered on one line that ends with the next step."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"course: {message}: see {self.prog} --help\n")


def _common(**defaults) -> _Parser:
    """The options that every command takes, before or after its name."""
    common = _Parser(add_help=False)
    common.add_argument(
        "--root",
        type=Path,
        metavar="FOLDER",
        help="the course's folder (default: here)",
        default=defaults.get("root", argparse.SUPPRESS),
    )
    common.add_argument(
        "--verbose",
        action="store_true",
        help="show the traceback of an error",
        default=defaults.get("verbose", argparse.SUPPRESS),
    )
    return common


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="course",
        description="Build, check and mark the course.",
        epilog="example: course doctor    (each command's own: course COMMAND --help)",
        parents=[_common(root=Path.cwd(), verbose=False)],
    )
    parser.add_argument("--version", action="version", version=metadata.version("cnn-course"))
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", dest="command", parser_class=_Parser
    )

    def command(name: str, run, about: str, example: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=f"example: {example}",
            parents=[_common()],
        )
        added.set_defaults(run=run)
        return added

    exercises = command(
        "exercises",
        _exercises,
        "make the student notebooks from solutions/",
        "course exercises convolution",
    )
    exercises.add_argument("assignment", nargs="*", help="which ones (default: all)")
    exercises.add_argument(
        "--no-trial",
        action="store_true",
        help="do not mark the author's answers and the untouched notebook",
    )

    book = command("book", _book, "build the book into _build/html", "course book --pdf")
    book.add_argument("--pdf", action="store_true", help="also make _build/pdf/book.pdf")

    gather = command(
        "collect",
        _collect,
        "sort a zip of hand-ins from Moodle or Canvas into submitted/",
        "course collect convolution submissions.zip --roster grades.csv",
    )
    gather.add_argument("assignment", help="which one, as convolution")
    gather.add_argument("file", type=Path, metavar="FILE.zip", help="the zip, as it came")
    gather.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="who is who: Canvas's exported gradebook, or Moodle's grading worksheet",
    )

    grade = command(
        "grade",
        _grade,
        "mark a class: student code in a sandbox, checks outside it",
        "course grade convolution --student 'a*' --workers 4",
    )
    grade.add_argument("assignment", help="its folder's name in solutions/, as convolution")
    grade.add_argument(
        "--sample", action="store_true", help="the bundled sample class instead of yours"
    )
    grade.add_argument(
        "--student",
        metavar="GLOB",
        default="*",
        help="only matching students, by their folder's name (default: all)",
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
        "--cell-seconds", type=float, metavar="S", help="time limit of one cell (default: 60)"
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
        help="run student code without walls, where the machine cannot build them",
    )

    export = command(
        "export",
        _export,
        "write the marks for a spreadsheet or a learning management system",
        "course export convolution --format canvas",
    )
    export.add_argument(
        "assignment", nargs="?", help="which one (default: all of them, the term's total)"
    )
    export.add_argument(
        "--format",
        choices=[
            *["csv", "canvas", "moodle", "moodle-worksheet", "brightspace", "blackboard"],
            "gradescope",
        ],
        default="csv",
        help="for whom (default: csv, for spreadsheets)",
    )
    export.add_argument("--sample", action="store_true", help="of the bundled sample class")
    export.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where to (default: in _build/exports/, with --sample _build/sample_class/exports/)",
    )
    export.add_argument(
        "--column",
        metavar="TITLE",
        help="the score's title there; Canvas finds its own assignment by 'Title (1234)' "
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
    back.add_argument("assignment", help="which one, as convolution")
    back.add_argument(
        "--output", type=Path, metavar="FILE", help="where to (default: in _build/exports/)"
    )

    command("where", _where, "say where the book, the exercises and the marks lie", "course where")
    doctor = command(
        "doctor",
        _doctor,
        "say what is there, what is missing and how to mend it",
        "course doctor",
    )
    doctor.add_argument(
        "--on", metavar="WHERE", help="the workers of a dask cluster instead (see course grade)"
    )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code.

    0: done. 1: done, and something is amiss (``doctor``), or a fault of ours. 2: asked for what
    cannot be. 130: interrupted. 141: nobody reads on (``course … | head``).
    """
    args = _parser().parse_args(argv)
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except CourseError as error:
        return _say(error, " ".join(str(error).split()), 2, args.verbose)
    except ModuleNotFoundError as error:
        line = (
            f"{error.name} is not installed here: run `make course` in the course's folder, or "
            "python -m pip install '.[lab,book,grade]'"
        )
        return _say(error, line, 2, args.verbose)
    except KeyboardInterrupt as error:
        return _say(error, "interrupted; what was recorded is kept", 130, args.verbose)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return 141
        return _say(error, _fault(error), 1, args.verbose)


def _nobody_reads() -> bool:
    """Whether it is standard output that is closed at its other end; what it holds is let go."""
    try:
        print(flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


def _say(error: BaseException, line: str, code: int, verbose: bool) -> int:
    if verbose:
        traceback.print_exception(error)
    print(f"course: {line}", file=sys.stderr)
    return code


def _fault(error: Exception) -> str:
    """One line for an error that nobody foresaw: what, where, and whom to tell."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(str(error).split()) or "no message"
    return (
        f"unexpected {type(error).__name__}: {what} ({Path(last.filename).name}, line "
        f"{last.lineno}). This is a fault in the course: please report it (CONTRIBUTING.md, "
        '"Report a fault") with what the same command prints with --verbose'
    )


if __name__ == "__main__":
    sys.exit(main())
