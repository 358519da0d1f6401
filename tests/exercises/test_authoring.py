"""solutions/*.py → exercises/*.ipynb: the same bytes every time, and nothing unintended."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.authoring.exercises import make_exercises, refuse_outdated
from course_utils.authoring.notebook import author_notebook
from course_utils.cli import main
from course_utils.errors import CourseError
from tests.conftest import ROOT

ASSIGNMENTS = sorted(path.stem for path in (ROOT / "solutions").glob("*/*.py"))
QUESTION = """\
# %% [markdown]
# Add.

# %% nbgrader={"grade_id": "add", "solution": true}
def add(a, b):
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% nbgrader={"grade_id": "add_check", "points": 2}
assert add(1, 2) == 3
### BEGIN HIDDEN TESTS
assert add(-1, 1) == 0
### END HIDDEN TESTS
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A fresh course's folder with the author's sources alone, made into exercises."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", root / "solutions")
    for name in ("nbgrader_config.py", "_config.yml"):  # the second has the course's address
        shutil.copy(ROOT / name, root)
    assert make_exercises(root) == ["cnn", "convolution", "pooling"]
    return root


def small_course(root: Path, text=QUESTION) -> Path:
    (root / "solutions" / "sums").mkdir(parents=True)
    (root / "solutions" / "sums" / "sums.py").write_text(text)
    return root


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_committed_exercise_is_what_comes_out(course, name):
    """Does a fresh folder give the committed notebook, byte for byte?"""
    path = Path("exercises", name, f"{name}.ipynb")
    assert (course / path).read_bytes() == (ROOT / path).read_bytes(), "run: make exercises"


@pytest.fixture(scope="module")
def made_by_nbgrader(course, tmp_path_factory):
    """The three notebooks as nbgrader's own command makes them, in one process: name → bytes."""
    root = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("exercises"))
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "*", "--force"],
        cwd=root,
        env=environment,
        check=True,
        capture_output=True,
    )
    return {path.stem: path.read_bytes() for path in root.glob("exercises/*/*.ipynb")}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_nbgraders_own_command_gives_the_same_bytes(made_by_nbgrader, name):
    """Does ``nbgrader generate_assignment`` by the configuration alone agree?"""
    committed = ROOT / "exercises" / name / f"{name}.ipynb"
    assert made_by_nbgrader[name] == committed.read_bytes()


def test_what_is_up_to_date_is_left_alone(tmp_path, capsys):
    """Does a second run make nothing, and a run after a change or an edit make it again?"""
    root = small_course(tmp_path)
    exercise = root / "exercises" / "sums" / "sums.ipynb"
    states = []
    for change in (
        lambda: None,
        lambda: None,
        lambda: exercise.write_text("{}"),
        lambda: (root / "solutions/sums/sums.py").write_text(QUESTION.replace("Add.", "Sum.")),
    ):
        change()
        make_exercises(root, ["sums"])
        states.append(capsys.readouterr().out.split()[-1])
    assert states == ["made", "date", "made", "made"]
    assert "Sum." in exercise.read_text()


def test_a_corrected_assignment_is_not_marked_as_it_was(tmp_path, capsys):
    """Does marking ask for the new build, and only where what is marked has changed?"""
    root = small_course(tmp_path)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    make_exercises(root, ["sums"])
    source = root / "solutions" / "sums" / "sums.py"
    exercise = root / "exercises" / "sums" / "sums.ipynb"
    exercise.write_text(exercise.read_text() + "\n")  # opened and saved: nothing that is marked
    refuse_outdated(root, "sums")
    source.write_text(QUESTION.replace("add(-1, 1) == 0", "add(-1, 2) == 1"))
    words = ["--root", str(root), "grade", "sums"]
    assert main(words) == 2
    printed = capsys.readouterr().err
    assert "solutions/sums/sums.py has changed" in printed
    assert "course exercises sums" in printed
    make_exercises(root, ["sums"])
    refuse_outdated(root, "sums")
    refuse_outdated(root, "elsewhere")


def test_a_short_marker_becomes_nbgraders_metadata(tmp_path):
    """Do ``solution`` and ``points`` alone make a cell graded, locked and tagged, with an id?"""
    root = small_course(tmp_path)
    make_exercises(root)
    cells = json.loads((root / "exercises/sums/sums.ipynb").read_text())["cells"]
    facts = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    assert [f.get("grade_id") for f in facts] == [None, "add", "add_check"]
    assert (facts[1]["solution"], facts[1]["grade"], facts[1]["locked"]) == (True, False, False)
    assert (facts[2]["solution"], facts[2]["grade"], facts[2]["locked"]) == (False, True, True)
    assert facts[2]["points"] == 2
    assert "".join(cells[1]["source"]).endswith("raise NotImplementedError()")
    assert "".join(cells[2]["source"]) == "assert add(1, 2) == 3"
    again = author_notebook(root / "solutions/sums/sums.py")
    assert [cell["id"] for cell in json.loads(again)["cells"]] == [cell["id"] for cell in cells]


@pytest.mark.parametrize(("url", "cells"), [("", 3), ("https://example.org/cnn", 4)])
def test_the_install_line_follows_the_repositorys_address(tmp_path, url, cells):
    """Is it there when ``_config.yml`` names the address, and only then?"""
    root = small_course(tmp_path)
    (root / "_config.yml").write_text(f'repository:\n  branch: main\n  url: "{url}"\n')
    make_exercises(root)
    made = json.loads((root / "exercises/sums/sums.ipynb").read_text())["cells"]
    assert len(made) == cells
    assert (f'"cnn-course @ git+{url}"' in str(made[1]["source"])) == bool(url)


def test_a_notebook_with_networks_installs_tensorflow_too(tmp_path):
    """Does the line in a notebook that imports Keras ask for the extra that brings it?"""
    source = tmp_path / "sums.py"
    source.write_text("# %%\nimport keras\n\n" + QUESTION)
    cells = json.loads(author_notebook(source, "https://example.org/cnn"))["cells"]
    assert '"cnn-course[cnn] @ git+https://example.org/cnn"' in str(cells[1]["source"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            QUESTION.replace("    ### END SOLUTION\n", ""),
            "line 4: 1 ### BEGIN SOLUTION, but 0 ### END SOLUTION",
        ),
        (
            QUESTION.replace('"add_check"', '"add"'),
            "line 10: duplicate grade_id 'add': it is in solutions/sums/sums.py, line 4",
        ),
        (QUESTION.replace('"grade_id": "add", ', ""), "without a grade_id"),
        (
            QUESTION.replace(', "solution": true', ""),
            "line 4: add has neither solution, points, locked nor task",
        ),
        (
            QUESTION.replace('"points"', '"point"'),
            "line 10: unknown key 'point': did you mean 'points'?",
        ),
        (QUESTION.replace('"points": 2}', '"points": 2'), "line 10: cannot read"),
        (QUESTION.replace("nbgrader={", "nbgradr={"), "line 4: cannot read nbgradr="),
        (QUESTION.replace('"points": 2', '"points": "2"'), "line 10: points are '2'"),
        (
            QUESTION.replace(
                '# %% nbgrader={"grade_id": "add_check"',
                '# %% [markdown] nbgrader={"grade_id": "add_check"',
            ),
            "in it can fail",
        ),
        (
            QUESTION + '\n# %% nbgrader={"grade_id": "more", "points": 1}\n# soon\n',
            "line 16: more has points",
        ),
    ],
    ids=[
        "no end",
        "twice",
        "no id",
        "not marked",
        "misspelt",
        "no JSON",
        "misspelt name",
        "text",
        "no test",
        "empty",
    ],
)
def test_an_authors_slip_is_one_clear_line(tmp_path, text, message):
    """Does one line name the author's file and the slip, and is no half-made notebook left?"""
    root = small_course(tmp_path, text)
    with pytest.raises(CourseError) as caught:
        make_exercises(root)
    assert message.casefold() in str(caught.value).casefold()
    assert "solutions/sums/sums.py" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not (root / "exercises").exists()


def test_an_unknown_assignment_is_named(course):
    """Does the message say which there are?"""
    with pytest.raises(CourseError, match=r"no assignment called 'poling': there are .*pooling"):
        make_exercises(course, ["poling"])


def test_a_folder_without_sources_is_said(tmp_path):
    """Does a command in the wrong folder say so?"""
    with pytest.raises(CourseError, match="no assignment in"):
        make_exercises(tmp_path)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_exercises_are_sound(name):
    """Valid, without outputs or anything of the machine; points as announced; hints given?"""
    path = ROOT / "exercises" / name / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    points = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        points += cell.metadata.get("nbgrader", {}).get("points", 0)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert text.count("<details>") == text.count("</details>") >= 4
    assert f"{points:g} in all" in text


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_questions_in_the_text_add_up(name):
    """Do the points in the headings sum up to what the notebook gives?"""
    notebook = nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)
    lines = [line for cell in notebook.cells for line in cell.source.splitlines()]
    headings = [line for line in lines if line.startswith("## ")]
    worth = sum(
        int(n) for text in headings for n in re.findall(r"(\d+)(?= points?\b|, read| read)", text)
    )
    given = sum(c.metadata.get("nbgrader", {}).get("points", 0) for c in notebook.cells)
    assert worth == given


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_an_untouched_notebook_runs_to_its_end(name, monkeypatch, tmp_path):
    """Does "Run all" in a real kernel reach the last cell, although nothing is answered?"""
    import nbclient

    monkeypatch.setenv("COURSE_MARKING", "1")
    notebook = nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    for cell in code:
        if cell.metadata.get("nbgrader", {}).get("grade") and "check_" in cell.source:
            (error,) = [out for out in cell.outputs if out.output_type == "error"]
            assert error.ename == "CheckError"
            assert len(error.traceback) <= 4  # a sentence, and where to read about it


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_released_notebook_goes_on_after_an_error(name):
    """Does every cell that may fail while it is unanswered carry the tag for "Run all"?"""
    notebook = nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        facts = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and (facts.get("grade") or facts.get("solution")):
            assert "raises-exception" in cell.metadata.tags, facts["grade_id"]
