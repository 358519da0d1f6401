"""Work is marked again exactly when something that its mark depends on has changed."""

from dataclasses import replace

from course_utils.grading.guest.limits import Limits
from course_utils.grading.intake.notebook_file import NotebookFile
from course_utils.grading.intake.submission import Submission
from course_utils.grading.marking import fingerprint as module
from course_utils.grading.marking.fingerprint import fingerprint, package_version

_WORK = Submission(
    "ada", "ok", notebooks={"work": NotebookFile(b"{}", [])}, files=(("data", b"1"),)
)


def test_each_thing_that_a_mark_depends_on_changes_the_hash():
    """Do the work, a file beside it, the author's text and files, limits and wall count, each?"""
    seen = {fingerprint(_WORK, ["a"], (), Limits(), True, versions="two notebooks")} | {
        fingerprint(work, authors, given, limits, walled)
        for work, authors, given, limits, walled in (
            (_WORK, ["a"], (), Limits(), True),
            (
                replace(_WORK, notebooks={"work": NotebookFile(b"{ }", [])}),
                ["a"],
                (),
                Limits(),
                True,
            ),
            (replace(_WORK, files=(("data", b"2"),)), ["a"], (), Limits(), True),
            (replace(_WORK, files=(("atad", b"1"),)), ["a"], (), Limits(), True),
            (_WORK, ["b"], (), Limits(), True),
            (_WORK, ["a"], (("data.csv", b"1"),), Limits(), True),
            (_WORK, ["a"], (), Limits(cell_seconds=1), True),
            (_WORK, ["a"], (), Limits(), False),
        )
    }
    assert len(seen) == 9


def test_who_handed_in_and_when_changes_nothing():
    """Do a new folder's name and a note leave the mark as it is?"""
    other = replace(_WORK, student="ben", notes=("a note",))
    assert fingerprint(_WORK, ["a"], (), Limits(), True) == fingerprint(
        other, ["a"], (), Limits(), True
    )


def test_code_that_marks_counts_and_code_that_shows_does_not():
    """Are the files of the rooms that mark in the hash, and those of results and pages not?"""
    names = {str(path.relative_to(module._PACKAGE)) for path in module._sources()}
    assert {"checks/sizes.py", "grading/guest/wire.py", "reference.py", "models.py"} <= names
    assert not any(name.startswith(("grading/results", "book", "widgets")) for name in names)
    assert all((module._PACKAGE / name).is_file() for name in names)
    assert package_version() == package_version()
