"""``course …``: read the command line, run the command, and say in one line what went wrong."""

import argparse
import atexit
import gc
import os
import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from course_utils import light_imports as light_imports  # isort: split

from course_utils.commands import exchanging, keeping, making, marking
from course_utils.errors import CourseError

atexit.register(gc.freeze)  # else Python looks for garbage as it ends, which takes 0.2 s


class _Parser(argparse.ArgumentParser):
    """argparse, but the message for a wrong call is one line and ends with the next step."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"course: {message}: see {self.prog} --help\n")


def _common(**defaults) -> _Parser:
    """A parser for the options that every command takes, before or after its name."""
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

    for each in (making, exchanging, marking, keeping):
        each.add(command)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code.

    0: done. 1: done, but something needs attention (for example in ``doctor``), or the course
    itself has a fault. 2: the request cannot be met. 130: interrupted. 141: the program that reads
    the output has ended (``course … | head``).
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
        if isinstance(error, BrokenPipeError) and _reader_is_gone():
            return 141
        return _say(error, _fault(error), 1, args.verbose)


def _reader_is_gone() -> bool:
    """Whether the reader of standard output has closed it; text that is not written yet is lost."""
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
    """One line for an unexpected error: what happened, where, and how to report it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(str(error).split()) or "no message"
    return (
        f"unexpected {type(error).__name__}: {what} ({Path(last.filename).name}, line "
        f"{last.lineno}). This is a fault in the course: please report it (CONTRIBUTING.md, "
        '"Report a fault") with what the same command prints with --verbose'
    )


if __name__ == "__main__":
    sys.exit(main())
