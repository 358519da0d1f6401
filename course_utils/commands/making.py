"""``course exercises``, ``book``, ``where`` and ``doctor``: what an author and a reader need."""

import argparse

from course_utils.commands.adding import Add


def add(command: Add) -> None:
    """Add them to the command line."""
    exercises = command(
        "exercises",
        _exercises,
        "make the student notebooks from solutions/",
        "course exercises convolution",
    )
    exercises.add_argument("assignment", nargs="*", help="their names (default: all)")
    exercises.add_argument(
        "--no-trial",
        action="store_true",
        help="do not mark the author's answers and the untouched notebook",
    )

    book = command("book", _book, "build the book into _build/html", "course book --pdf")
    book.add_argument(
        "--pdf", action="store_true", help="also make a PDF, with a link on each page"
    )

    command("where", _where, "say where the book, the exercises and the marks lie", "course where")
    doctor = command(
        "doctor",
        _doctor,
        "say what is there, what is missing and how to mend it",
        "course doctor",
    )
    doctor.add_argument(
        "--on", metavar="WHERE", help="look at the workers of a dask cluster (see course grade)"
    )


def _exercises(args: argparse.Namespace) -> int:
    from course_utils.authoring.exercises import make_exercises
    from course_utils.grading.releases import remember_built

    remember_built(args.root, args.assignment)  # students may have this version; then build again
    made = make_exercises(args.root, args.assignment)
    remember_built(args.root, args.assignment)
    if args.no_trial:
        return 0
    from course_utils.grading.trial import try_assignments

    return try_assignments(args.root, args.assignment or made)


def _book(args: argparse.Namespace) -> int:
    from course_utils.book.build import build_book

    return build_book(args.root, pdf=args.pdf, verbose=args.verbose)


def _where(args: argparse.Namespace) -> int:
    from course_utils.places import say_where

    return say_where(args.root)


def _doctor(args: argparse.Namespace) -> int:
    if args.on:
        from course_utils.grading.cluster.workers_report import report_workers

        return report_workers(args.on)
    from course_utils.doctor import report

    return report(args.root)
