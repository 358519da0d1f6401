"""Gradescope's autograder: the zip, unpacked into the documented folders, marks hand-ins there."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.cli import main
from course_utils.errors import CourseError
from course_utils.grading.gradescope.autograder_zip import MINUTES
from course_utils.grading.gradescope.run_autograder import run
from course_utils.grading.host.wall import why_not_of
from course_utils.grading.intake.cell_roles import released_cells
from tests.conftest import ROOT
from tests.grading.conftest import make_course
from tests.grading.corpus import assignment
from tests.grading.corpus.assignment import NAME, SECRET

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
TEST = {"name", "number", "score", "max_score", "status", "output", "visibility"}
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


def author() -> nbformat.NotebookNode:
    """The corpus's assignment; its first question has a number and a test without hidden lines."""
    made = assignment.author()
    place = next(n for n, cell in enumerate(made.cells) if cell.source == "## double")
    made.cells[place].source = "## 1. Twice as much (4 points)"
    facts = assignment.nbgrader_facts("double_shown", grade=True, locked=True, points=2)
    test = new_code_cell("assert double(3) == 6, 'twice 3 is 6'", id="shown", metadata=facts)
    made.cells.insert(place + 2, test)
    return made


def work(**answers: str) -> str:
    """The released notebook with right answers, some of them replaced."""
    made = author()
    made.cells = released_cells(made)
    for cell in made.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (assignment.ANSWERS | answers).get(name, cell.source)
    return nbformat.writes(made)


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """A root of Gradescope's folders, with the zip of ``course gradescope`` unpacked in source/."""
    course = make_course(tmp_path_factory.mktemp("course"))
    nbformat.write(author(), course / "_build" / "source" / "small" / "small.ipynb")
    (course / "_build" / "source" / "small" / "given.py").write_text("GIVEN = 1\n")
    (course / "requirements.txt").write_bytes((ROOT / "requirements.txt").read_bytes())
    assert main(["gradescope", "small", "--root", str(course)]) == 0
    root = tmp_path_factory.mktemp("autograder")
    file = course / "_build" / "exports" / "small.gradescope.zip"
    subprocess.run(["unzip", "-q", file, "-d", root / "source"], check=True)
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "run_autograder").chmod(0o755)
    (root / "results").mkdir()
    (root / "submission_metadata.json").write_text(json.dumps({"users": [{"name": "Ada"}]}))
    return root


@pytest.fixture
def hand_in(autograder, monkeypatch):
    """A function {name: text} -> what Gradescope reads; the second kind of wall is asked for."""
    if reason := why_not_of("landlock"):
        pytest.skip(f"no Landlock here: {reason}")
    monkeypatch.setenv("COURSE_WALL", "landlock")
    folder = autograder / "submission"

    def put(files: dict[str, str]) -> None:
        subprocess.run(["rm", "-rf", folder], check=True)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    def marked(files: dict[str, str]) -> dict:
        put(files)
        assert run(autograder) == 0
        return gradescope_reads(autograder)

    marked.put = put
    return marked


def gradescope_reads(root: Path) -> dict:
    """results.json by the "Autograder Specifications", with the total that Gradescope makes."""
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    known = {"score", "output", "output_format", "extra_data", "tests"}
    assert set(results) <= known
    tests = results.get("tests", [])
    assert "score" in results or tests, "one of the two is required"
    for test in tests:
        assert set(test) <= TEST
        assert test["visibility"] in VISIBILITIES
        assert test.get("status", "passed") in ("passed", "failed")
        assert isinstance(test.get("number", ""), str)
    total = results.get("score", sum(test.get("score", 0) for test in tests))
    at_once = [test for test in tests if test["visibility"] == "visible"]
    return results | {"total": total, "at_once": at_once}


def named(results: dict, name: str) -> dict:
    (found,) = [test for test in results["tests"] if test["name"] == name]
    return found


def test_a_right_hand_in_gets_all_points(autograder, hand_in):
    """Does the script in the zip give a right hand-in everything, each question by its title?"""
    hand_in.put({"small.ipynb": work()})
    more = {"AUTOGRADER_ROOT": str(autograder), "COURSE_PYTHON": sys.executable}
    command = [autograder / "run_autograder"]
    done = subprocess.run(
        command, cwd=autograder, env=os.environ | more, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ok, behind the wall landlock")
    results = gradescope_reads(autograder)
    assert results["total"] == sum(test.get("max_score", 0) for test in results["tests"]) == 10
    assert "up to 1 points" in results["output"], "the written answer is a person's"
    first, again, further = results["tests"][:3]
    assert [test["number"] for test in (first, further)] == ["1.1", "1.2"]
    assert (first["name"], first["max_score"]) == ("Twice as much", 2)
    assert (again["name"], again["visibility"]) == ("Twice as much", "visible")
    assert again["status"] == "passed"
    assert further["name"] == "Twice as much (further tests)"
    assert further["visibility"] == "after_due_date"
    assert "score" not in again, "the visible part alone has no points, or the total is told"


def test_half_right_work_is_told_why(hand_in):
    """Has work that is partly wrong its points, and the message of each test that failed?"""
    results = hand_in({"work/small.ipynb": work(double="def double(x):\n    return x")})
    assert results["total"] == 6, "and a folder in the zip is no harm"
    shown = [test for test in results["at_once"] if test["name"] == "Twice as much"]
    assert "twice 3 is 6" in shown[0]["output"]
    assert [test["status"] for test in shown] == ["failed", "failed"]


BAD = {
    "missing": ({}, "There is no notebook to mark: no small.ipynb"),
    "another file": ({"work.txt": "x"}, "there is work.txt"),
    "unreadable": ({"small.ipynb": "{"}, "could not be read: the file ends too early"),
    "several": ({"a.ipynb": "{}", "b.ipynb": "{}"}, "which of a.ipynb, b.ipynb is it?"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_hand_in_is_a_sentence(case, hand_in):
    """Is a hand-in that cannot be marked 0 points and one sentence that says what to do?"""
    files, sentence = BAD[case]
    results = hand_in(files)
    assert (results["total"], results.get("tests", [])) == (0, [])
    assert sentence in results["output"]
    assert "\n" not in results["output"]


def test_hostile_work_reaches_nothing(autograder, hand_in):
    """Can a hand-in write its own results, read the author's notebook, or show hidden arguments?"""
    results = hand_in(
        {
            "small.ipynb": work(
                double=f"""
import json, os
seen, reached = [], []
for path in ("results/results.json", "source/assignment/small.ipynb", "submission_metadata.json"):
    for mode in "ra":
        try:
            open(os.path.join({str(autograder)!r}, path), mode).close()
            reached.append(path + mode)
        except OSError:
            pass
def double(x):
    seen.append(x)
    return "reached" if reached else 2 * x
""",
                scale="def scale(image, factor):\n    raise ValueError(f'seen: {seen} {reached}')",
            ),
            "nbformat.py": "raise SystemExit('not mine')",
            "sitecustomize.py": "raise SystemExit('not mine')",
        }
    )
    assert results["total"] == 8
    shown = next(test for test in results["at_once"] if test["name"] == "scale")
    assert "seen: [3, 2] []" in shown["output"], "21, of a hidden test, was not tried before"
    assert "seen: [3, 2, 21]" in named(results, "scale (further tests)")["output"]
    assert SECRET not in json.dumps(results["at_once"])


def test_links_in_a_hand_in_give_nothing(autograder, hand_in):
    """Does a link to the author's notebook (a hand-in may be a git repository) give no file?"""
    author_file = autograder / "source" / "assignment" / "small.ipynb"
    tries = f"""
import os
there = [name for name in os.listdir() if "small" not in name and name[0] != "."]
above = []
for place in ("..", "../..", {str(autograder)!r}, {str(author_file.parent)!r}):
    try:
        above += [name for name in os.listdir(place) if name in ("source", "small.ipynb")]
    except OSError:
        pass
def double(x):
    return 2 * x if not above and set(there) == {{"own.txt", "given.py"}} else [there, above]
"""
    hand_in.put({"small.ipynb": work(double=tries), "own.txt": "mine"})
    folder = autograder / "submission"
    (folder / "data.txt").symlink_to(author_file)
    (folder / "source").symlink_to(author_file.parent)
    os.mkfifo(folder / "pipe.txt")
    assert run(autograder) == 0
    results = gradescope_reads(autograder)
    assert results["total"] == 10, results
    assert "data.txt is a link" in results["output"]
    (folder / "small.ipynb").unlink()
    (folder / "small.ipynb").symlink_to(author_file)
    assert run(autograder) == 0
    assert gradescope_reads(autograder)["total"] == 0


def test_a_fault_of_ours_is_no_score(autograder, hand_in):
    """Does an author's broken test leave no results, so that Gradescope gives no score?"""
    hand_in.put({"small.ipynb": work()})
    (autograder / "results" / "results.json").write_text('{"score": 1}')
    path = autograder / "source" / "assignment" / "small.ipynb"
    kept = path.read_text()
    path.write_text(kept.replace("assert double(2) == 4", "assert gone == 4"))
    try:
        with pytest.raises(CourseError, match="a test of the assignment itself failed"):
            run(autograder)
    finally:
        path.write_text(kept)
    assert not (autograder / "results" / "results.json").exists()


def test_an_assignment_that_fails_its_author_is_refused(tmp_path, capsys):
    """Is no zip made of tests that the author's own answers do not pass?"""
    course = make_course(tmp_path)
    path = course / "_build" / "source" / "small" / "small.ipynb"
    path.write_text(path.read_text().replace("assert double(2) == 4", "assert double(2) == 5"))
    (course / "requirements.txt").touch()
    assert main(["gradescope", "small", "--root", str(course)]) == 2
    assert "double_check does not give the author's own answer" in capsys.readouterr().err
    assert not (course / "_build" / "exports").exists()


@pytest.mark.parametrize("minutes", ["0.5", "41"])
def test_a_time_that_gradescope_does_not_give_is_refused(tmp_path, capsys, minutes):
    """Is it said at once, before the author's answers are marked?"""
    words = ["gradescope", NAME, "--minutes", minutes, "--root", str(make_course(tmp_path))]
    assert main(words) == 2
    assert "1 to 40 minutes" in capsys.readouterr().err


def test_all_runs_fit_into_gradescopes_time(autograder):
    """Do both runs of the one notebook end well before the 10 minutes, and each cell in its run?"""
    settings = json.loads((autograder / "source" / "settings.json").read_text())
    assert 2 * settings["submission_seconds"] == 0.8 * MINUTES * 60
    assert 10 <= settings["cell_seconds"] <= settings["submission_seconds"]


def test_the_zip_is_laid_out_as_gradescope_wants_it(autograder):
    """Do both scripts lie at the top, may they be run, and does bash understand them?"""
    source = autograder / "source"
    for name in ("setup.sh", "run_autograder"):
        assert os.access(source / name, os.X_OK)
        subprocess.run(["bash", "-n", source / name], check=True)
    assert (source / "assignment" / "given.py").is_file(), "the author's other files"
    wheel = next(source.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    assert "course_utils/grading/gradescope/setup.sh" in names
    assert not [name for name in names if "solutions" in name or "__pycache__" in name]
