"""``course …`` as a person types it: help with an example, errors on one line, exit codes."""

import argparse
import os
import re
import subprocess
import sys

import pytest

from course_utils import cli
from course_utils.errors import CourseError
from tests.conftest import ROOT


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every subcommand's parser by its name."""
    action = next(a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def examples() -> list[list[str]]:
    """Each example of the help texts as the words after ``course``."""
    texts = [parser.epilog for parser in commands().values()]
    return [re.match(r"example: course (.+)", text).group(1).split() for text in texts]


def run(*words, capsys):
    """Call the command line; return (exit code, standard output, standard error)."""
    try:
        code = cli.main(list(words))
    except SystemExit as end:
        code = end.code
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize("name", commands())
def test_each_help_carries_an_example_of_its_own_command(name, capsys):
    """Does ``course COMMAND --help`` end with an example that calls that very command?"""
    code, out, _ = run(name, "--help", capsys=capsys)
    assert code == 0
    assert out.rstrip().splitlines()[-1].startswith(f"example: course {name}")


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_each_example_is_understood(words):
    """Are the examples of the help texts accepted by the parser that prints them?"""
    assert cli._parser().parse_args(words).run


@pytest.mark.parametrize(
    ("words", "next_step"),
    [
        ([], "course --help"),
        (["bake"], "course --help"),
        (["book", "--pfd"], "course --help"),
        (["exercises", "nope"], "convolution"),
        (["--root", "/no/such/folder", "exercises"], "--root"),
    ],
)
def test_a_wrong_call_is_one_line_with_the_next_step(words, next_step, capsys):
    """Does a request that cannot be met end with 2, nothing on stdout, and one useful line?"""
    code, out, err = run(*words, capsys=capsys)
    assert (code, out) == (2, "")
    assert err.startswith("course: ")
    assert err.count("\n") == 1
    assert next_step in err


@pytest.mark.parametrize(
    "words", [["--verbose", "exercises", "nope"], ["exercises", "nope", "--verbose"]]
)
def test_verbose_shows_the_traceback_wherever_it_stands(words, capsys):
    """Is the traceback shown, before the same one line, with --verbose in either place?"""
    code, _, err = run(*words, capsys=capsys)
    assert code == 2
    assert err.startswith("Traceback")
    assert "\ncourse: no assignment called 'nope'" in err


def raising(error, monkeypatch):
    def report(_root):
        raise error

    monkeypatch.setattr("course_utils.doctor.report", report)


def test_a_fault_of_ours_is_one_line_that_says_where_to_report(monkeypatch, capsys):
    """Does an error that nobody foresaw stay one line, name its place and say what to send?"""
    raising(KeyError("two\nlines"), monkeypatch)
    code, _, err = run("doctor", capsys=capsys)
    assert code == 1
    assert err.count("\n") == 1
    assert "unexpected KeyError" in err
    assert "test_cli.py, line" in err
    assert "CONTRIBUTING.md" in err
    assert "--verbose" in err


def test_a_message_of_several_lines_is_folded_into_one(monkeypatch, capsys):
    """Is a CourseError whose text came from outside (a path with a newline) still one line?"""
    raising(CourseError("no file 'a\nb':\n  look again"), monkeypatch)
    assert run("doctor", capsys=capsys) == (2, "", "course: no file 'a b': look again\n")


def test_a_library_that_is_not_installed_is_named_with_its_cure(monkeypatch, capsys):
    """Is a command whose extra is not installed answered with the line that installs it?"""
    raising(ModuleNotFoundError("No module named 'nbgrader'", name="nbgrader"), monkeypatch)
    code, _, err = run("doctor", capsys=capsys)
    assert code == 2
    assert "nbgrader is not installed" in err
    assert "pip install" in err


def test_an_interruption_is_no_traceback(monkeypatch, capsys):
    """Does Ctrl-C end with 130 and a line, not with a traceback?"""
    raising(KeyboardInterrupt(), monkeypatch)
    code, _, err = run("doctor", capsys=capsys)
    assert code == 130
    assert "Traceback" not in err


def test_help_is_light():
    """Does asking for help load none of the heavy libraries?"""
    code = (
        "import sys; from course_utils.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'numpy', 'keras', 'nbgrader', 'sphinx', 'anywidget'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_an_output_that_nobody_reads_on_is_no_fault():
    """Does ``course … | head`` end quietly when the reader has gone?"""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.cli", "--root", "/", "where"],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")
