"""``course extend``, ``rename``, ``delete``, ``archive``, ``restore``: what is kept of a class."""

import argparse
from pathlib import Path

from course_utils.commands.adding import Add


def add(command: Add) -> None:
    """Add them to the command line."""
    extend = command(
        "extend",
        _extend,
        "give one student more time for an assignment",
        "course extend convolution ann --days 2",
    )
    extend.add_argument("assignment", help="its name; it has a due date")
    extend.add_argument("student", help="the name of the folder in submitted/")
    extend.add_argument("--days", type=float, default=0, metavar="N", help="so many days more")
    extend.add_argument("--hours", type=float, default=0, metavar="N", help="so many hours more")

    rename = command(
        "rename",
        _rename,
        "give one student another id everywhere",
        "course rename ann ann@example.org",
    )
    rename.add_argument("old", help="the name of the folder in submitted/")
    rename.add_argument("new", help="the new name; no other student may have it")

    delete = command(
        "delete",
        _delete,
        "delete one student everywhere, after asking",
        "course delete ann",
    )
    delete.add_argument("student", help="the name of the folder in submitted/")
    delete.add_argument("--yes", action="store_true", help="do not ask")

    archive = command("archive", _archive, "write the whole term into one file", "course archive")
    archive.add_argument(
        "--output", type=Path, metavar="FILE", help="the file (default: term-DATE.tar.gz here)"
    )

    restore = command(
        "restore",
        _restore,
        "unpack an archived term into a folder",
        "course restore term-2026-07-31.tar.gz --root last_term",
    )
    restore.add_argument("file", type=Path, metavar="FILE", help="the file of course archive")


def _extend(args: argparse.Namespace) -> int:
    from course_utils.grading.term.extension import extend

    return extend(args.root, args.assignment, args.student, args.days, args.hours)


def _rename(args: argparse.Namespace) -> int:
    from course_utils.grading.term.rename_student import rename_student

    return rename_student(args.root, args.old, args.new)


def _delete(args: argparse.Namespace) -> int:
    from course_utils.grading.term.delete_student import delete_student

    return delete_student(args.root, args.student, args.yes)


def _archive(args: argparse.Namespace) -> int:
    from course_utils.grading.term.archive import archive_term

    return archive_term(args.root, args.output)


def _restore(args: argparse.Namespace) -> int:
    from course_utils.grading.term.archive import restore_term

    return restore_term(args.root, args.file)
