"""``course …``: argument parsing only. Each command imports its room when it is called."""

import argparse
import sys
import traceback
from pathlib import Path

from course_utils.errors import CourseError


def _exercises(args: argparse.Namespace) -> int:
    from course_utils.authoring import make_exercises

    return make_exercises(args.root, args.assignment)


def _book(args: argparse.Namespace) -> int:
    from course_utils.publishing import build_book

    return build_book(args.root, pdf=args.pdf)


def _where(args: argparse.Namespace) -> int:
    from course_utils.publishing import say_where

    return say_where(args.root)


def _doctor(args: argparse.Namespace) -> int:
    from course_utils.doctor import report

    return report(args.root)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="course", description="Build, check and mark the course.")
    parser.add_argument(
        "--root", type=Path, default=Path.cwd(), help="the course's folder (default: here)"
    )
    parser.add_argument("--verbose", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    exercises = commands.add_parser(
        "exercises",
        help="make the student notebooks from solutions/",
        epilog="example: course exercises convolution",
    )
    exercises.add_argument("assignment", nargs="*", help="which ones (default: all)")
    exercises.set_defaults(run=_exercises)

    book = commands.add_parser(
        "book", help="build the book into _build/html", epilog="example: course book --pdf"
    )
    book.add_argument("--pdf", action="store_true", help="also make _build/pdf/book.pdf")
    book.set_defaults(run=_book)

    where = commands.add_parser("where", help="say where the book, the marks and the feedback lie")
    where.set_defaults(run=_where)

    doctor = commands.add_parser(
        "doctor",
        help="say what is there, what is missing and how to mend it",
        epilog="example: course doctor",
    )
    doctor.set_defaults(run=_doctor)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code (2 for a request that cannot be met)."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except CourseError as error:
        if args.verbose:
            traceback.print_exc()
        print(f"course: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
