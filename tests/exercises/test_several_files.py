"""An assignment of several notebooks and files, one of them written in Jupyter; and its trial."""

import shutil

import nbformat
import pytest

from course_utils.authoring.exercises import make_exercises, refuse_outdated
from course_utils.cli import main
from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from tests.conftest import ROOT
from tests.exercises.test_authoring import QUESTION

READS = QUESTION.replace('"add', '"total').replace("return a + b", "return len(lines()) + a - a")
READS = READS.replace("assert add(1, 2) == 3", "assert add(1, 2) == 2")
READS = READS.replace("assert add(-1, 1) == 0", "assert add(0, 0) == 2")
SETUP = '# %% nbgrader={"grade_id": "set_up", "locked": true}\nfrom helper import lines\n\n'
HELPER = "from pathlib import Path\n\n\ndef lines():\n    return open('data/two.txt').readlines()\n"


@pytest.fixture
def course(tmp_path):
    """Two notebooks, a helper module and a data file in a folder, as an author leaves them."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    folder = tmp_path / "solutions" / "sums"
    (folder / "data").mkdir(parents=True)
    (folder / "reads.py").write_text(SETUP + READS)
    (folder / "helper.py").write_text(HELPER)
    (folder / "data" / "two.txt").write_text("one\ntwo\n")
    notebook = nbformat.v4.new_notebook()
    answer = "def add(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION"
    full = {"schema_version": 3, "grade": False, "locked": False, "solution": True, "task": False}
    check = full | {"grade": True, "locked": True, "solution": False, "points": 3}
    notebook.cells = [
        nbformat.v4.new_code_cell(answer, metadata={"nbgrader": full | {"grade_id": "add"}}),
        nbformat.v4.new_code_cell(
            "assert add(2, 2) == 4",
            metadata={"nbgrader": check | {"grade_id": "add_check"}},
            outputs=[nbformat.v4.new_output("stream", text="mine")],
        ),
    ]
    nbformat.write(notebook, folder / "first.ipynb")
    return tmp_path


def test_all_of_a_folder_reaches_students_and_the_sandbox(course, capsys):
    """Do both notebooks and both files arrive, and do answers that read them get all points?"""
    assert main(["--root", str(course), "exercises", "sums"]) == 0
    assert "sums: the author's answers get 5 of 5 points" in capsys.readouterr().out
    exercise = course / "exercises" / "sums"
    there = {str(p.relative_to(exercise)) for p in exercise.rglob("*") if p.is_file()}
    assert there == {"first.ipynb", "reads.ipynb", "helper.py", "data/two.txt"}
    assert "return a + b" not in (exercise / "first.ipynb").read_text()
    assert "mine" not in (course / "_build/source/sums/first.ipynb").read_text()
    work = course / "submitted" / "ann" / "sums"
    shutil.copytree(course / "_build/source/sums", work)
    (work / "data" / "two.txt").write_text("a student's own\n")  # the author's is marked with
    assert [result.score for result in grade_class(course, "sums")] == [5.0]


def test_a_file_that_changes_or_goes_is_noticed(course):
    """Does marking use a corrected data file after the next build, and no removed one?"""
    make_exercises(course)
    shutil.copytree(course / "_build/source/sums", course / "submitted" / "ann" / "sums")
    assert grade_class(course, "sums")[0].score == 5
    folder = course / "solutions" / "sums"
    (folder / "data" / "two.txt").write_text("one\n")
    with pytest.raises(CourseError, match="solutions/sums has changed"):
        refuse_outdated(course, "sums")
    assert make_exercises(course) == ["sums"]
    assert grade_class(course, "sums")[0].status == "failed"  # the author's test says 2 lines
    (folder / "helper.py").unlink()
    make_exercises(course)
    assert not (course / "exercises/sums/helper.py").exists()
    assert not (course / "_build/source/sums/helper.py").exists()


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("sums/again.py", QUESTION, r"sums.py, line 4: .*'add'.*sums/again.py, line 4"),
        ("sums/sums.ipynb", "{}", "sums.py and sums.ipynb: keep one"),
        ("sums/key.txt", "### BEGIN SOLUTION\n", "students get this file as it is"),
        ("sums/more/a.py", "# %%\n", "in a folder below"),
        ("loose.py", QUESTION, r"loose.py is in no assignment"),
        ("empty/data.csv", "1", "solutions/empty has no notebook"),
        ("bad/bad.ipynb", "{", "solutions/bad/bad.ipynb cannot be read"),
    ],
)
def test_nothing_in_solutions_is_dropped_in_silence(tmp_path, path, text, message):
    """Does a file in solutions/ that cannot be used raise an error with its name?"""
    for name, content in (("sums/sums.py", QUESTION), (path, text)):
        file = tmp_path / "solutions" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    with pytest.raises(CourseError, match=message):
        make_exercises(tmp_path)


def test_a_test_that_is_wrong_is_said_at_once(tmp_path, capsys):
    """Does the trial name the test the author's own answer fails, and the one anybody passes?"""
    (tmp_path / "solutions" / "sums").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    wrong = QUESTION.replace("== 3", "== 4")
    free = '\n# %% nbgrader={"grade_id": "free", "points": 1}\nassert 1 + 1 == 2\n'
    (tmp_path / "solutions/sums/sums.py").write_text(wrong + free)
    words = ["--root", str(tmp_path), "exercises"]
    assert main([*words, "--no-trial"]) == 0
    assert main([*words, "sums"]) == 1
    out = capsys.readouterr().out
    assert "add_check does not give the author's own answer its points" in out
    assert "free gives the untouched notebook 1 of 1" in out


@pytest.mark.parametrize(
    ("test", "named"),
    [
        ("np.testing.assert_allclose(add(1, 2), 3.0)", "an empty list"),
        ("assert not abs(np.sum(add(1, 2)) - 3) > 0.1", "nan"),
        ("assert np.isclose(add(1, 2), 3) and np.shape(add(1, 2)) == ()", ""),
    ],
)
def test_a_test_that_takes_nothing_for_a_number_is_named(tmp_path, capsys, test, named):
    """Is a careless comparison said to the author, who may keep it, and a good one not?"""
    (tmp_path / "solutions" / "sums").mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    text = QUESTION.replace("assert add(1, 2) == 3", f"import numpy as np\n{test}")
    text = text.replace("assert add(-1, 1) == 0", "assert callable(add)")
    (tmp_path / "solutions/sums/sums.py").write_text(text)
    assert main(["--root", str(tmp_path), "exercises", "sums"]) == 0
    out = capsys.readouterr().out
    assert ("LOOK" in out) == bool(named)
    assert f"add_check gives points to a function that returns {named}" in out or not named
