"""After a correction, work on the earlier notebook is no repair, and real changes are reported."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from course_utils.cli import main
from course_utils.errors import CourseError
from course_utils.grading.course_paths import author_notebooks, open_course
from course_utils.grading.releases import released_file, remember_release
from tests.conftest import ROOT
from tests.grading.conftest import results_of
from tests.grading.test_two_ways import nbgrader

FIRST = """\
# %% [markdown]
# Two qestions.

# %% nbgrader={"grade_id": "setup", "locked": true}
START = 1

# %% [markdown] nbgrader={"grade_id": "task", "locked": true}
# Ad two numbers.

# %% nbgrader={"grade_id": "add", "solution": true}
def add(a, b):
    # the sum
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% nbgrader={"grade_id": "add_check", "points": 2}
assert add(1, 2) == 3

# %% [markdown] nbgrader={"grade_id": "why", "solution": true, "points": 1}
# Your answr here.
"""
# words, points, a stub and the order of two cells are corrected, and a question is new
SECOND = (
    FIRST.replace("qestions", "questions")
    .replace("Ad two", "Add two")
    .replace("# the sum", "# Return the sum.")
    .replace('"points": 2', '"points": 3')
    .replace("assert add(1, 2) == 3", "assert add(1, 2) == 2 + START")
    .replace("answr", "answer")
    + """
# %% nbgrader={"grade_id": "sub", "solution": true}
def sub(a, b):
    ### BEGIN SOLUTION
    return a - b
    ### END SOLUTION

# %% nbgrader={"grade_id": "sub_check", "points": 1}
assert sub(2, 1) == 1
"""
)
NAME = "sums"


def course_command(root: Path, *words: str) -> None:
    """A real command in the course's folder, which must succeed."""
    assert main(["--root", str(root), *words]) == 0


def hand_in(root: Path, student: str, notebook, **answers: str):
    """The ``notebook`` as handed out, with the ``answers`` (grade id → text) in it."""
    made = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in made.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, folder / f"{NAME}.ipynb")


def results(root: Path) -> dict[str, dict]:
    """Student → what is kept of the marking."""
    return results_of(root, NAME)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Handed out, worked on, corrected, handed out again, and marked by ``course grade``."""
    root = tmp_path_factory.mktemp("term")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    source = root / "solutions" / NAME / f"{NAME}.py"
    source.parent.mkdir(parents=True)
    exercise = root / "exercises" / NAME / f"{NAME}.ipynb"
    right = {"add": "def add(a, b):\n    return a + b", "why": "Because."}
    source.write_text(FIRST)
    course_command(root, "exercises", NAME, "--no-trial")
    old = nbformat.read(exercise, 4)
    source.write_text(SECOND)
    course_command(root, "exercises", NAME, "--no-trial")
    new = nbformat.read(exercise, 4)
    for number in range(3):
        hand_in(root, f"old-{number}", old, **right)
    hand_in(root, "old-edited", old, **right, add_check="assert True")
    hand_in(root, "old-nothing", old)
    hand_in(root, "new", new, **right, sub="def sub(a, b):\n    return a - b")
    new_without = nbformat.from_dict(json.loads(json.dumps(new)))
    new_without.cells.pop()  # the check of the new question
    hand_in(root, "new-deleted", new_without, **right, sub="def sub(a, b):\n    return a - b")
    old_without = nbformat.from_dict(json.loads(json.dumps(old)))
    del old_without.cells[2]
    hand_in(root, "old-deleted", old_without, **right)
    mixed = nbformat.from_dict(json.loads(json.dumps(new)))
    mixed.cells[2] = old.cells[2]  # the task's text pasted from the earlier notebook
    hand_in(root, "mixed", mixed, **right)
    course_command(root, "grade", NAME)
    return root


def test_work_on_the_earlier_notebook_is_as_given(course):
    """Has work on the notebook from before the correction the status ok, without a note?"""
    found = results(course)
    for student in ("old-0", "old-1", "old-2", "mixed", "new"):
        assert found[student]["status"] == "ok", found[student]["instructor"]
        assert found[student]["to_student"] == ""
    assert found["old-0"]["score"] == 3.0, "the corrected check and its points count"
    assert found["new"]["score"] == 4.0


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("old-edited", "edited though locked: add_check"),
        ("old-deleted", "missing: task"),
        ("new-deleted", "missing: sub_check"),
    ],
)
def test_what_the_student_did_is_still_said(course, student, says):
    """Is a real change named, and it alone, in the earlier and in the corrected notebook?"""
    found = results(course)[student]
    assert found["status"] == "repaired"
    assert found["instructor"] == says


def test_nothing_filled_in_is_seen_in_the_earlier_notebook(course):
    """Is the untouched earlier notebook known as such, its written answer not left to be read?"""
    found = results(course)["old-nothing"]
    assert (found["status"], found["score"]) == ("ok", 0.0)
    assert found["instructor"] == "nothing was filled in"
    assert found["waiting"] == {}


def test_the_marked_notebook_has_the_corrected_texts_alone(course):
    """Does each text stand once, as it is now, an unnamed one among them?"""
    path = course / "autograded" / "old-0" / NAME / f"{NAME}.ipynb"
    sources = [cell.source for cell in nbformat.read(path, 4).cells]
    assert sources.count("Two questions.") == 1
    assert sources.count("Add two numbers.") == 1
    assert not any("qestions" in source or "Ad two" in source for source in sources)


def test_nbgraders_own_command_says_the_same(course):
    """Does ``nbgrader autograde`` name the student's changes, and no correction?"""
    printed = nbgrader(course, "autograde", NAME, "--force")
    mended = {line.split("] ")[-1] for line in printed.splitlines() if ": repaired: " in line}
    assert {line.split("WARNING | ")[-1] for line in mended} == {
        "old-edited: repaired: edited though locked: add_check",
        "old-deleted: repaired: missing: task",
        "new-deleted: repaired: missing: sub_check",
    }


def test_what_was_handed_out_before_it_was_remembered_is_remembered_then(course, tmp_path):
    """Is an assignment built before this knew of releases kept before it is made anew?"""
    root = tmp_path / "copy"
    shutil.copytree(course, root)
    released_file(root, NAME).unlink()
    (root / "solutions" / NAME / f"{NAME}.py").write_text(SECOND + "\n# %% [markdown]\n# End.\n")
    course_command(root, "exercises", NAME, "--no-trial")
    kept = json.loads(released_file(root, NAME).read_text("utf-8"))
    assert [len(version["cells"]) for version in kept[NAME]] == [8, 9]


def test_no_text_of_the_author_is_kept(course):
    """Is the file free of questions, answers and tests, and does a second run leave it alone?"""
    path = released_file(course, NAME)
    text = path.read_text("utf-8")
    assert not any(word in text for word in ("numbers", "return", "assert", "Because"))
    authors = author_notebooks(open_course(course), NAME)
    kept = remember_release(course, NAME, authors)
    assert [len(version) for version in kept[NAME]] == [6, 8]
    assert path.read_text("utf-8") == text


def test_a_damaged_file_is_one_sentence(course, tmp_path):
    """Is a file that cannot be read named, with the way out?"""
    path = released_file(tmp_path, NAME)
    path.parent.mkdir()
    path.write_text('{"sums": [1]}')
    with pytest.raises(CourseError, match="put a copy of it back, or delete it"):
        remember_release(tmp_path, NAME, {})
