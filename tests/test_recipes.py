"""Each recipe of the documents works as written, and prints what they show."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.documents import block, text

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """A copy of what a class needs, with a function that runs a line in it as a shell would."""
    folder = tmp_path_factory.mktemp("class")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("course_utils", "solutions/convolution", "tests/sample_class/submitted"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    environment.pop("COURSE_BOOK_URL", None)

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-ec", line], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run.folder = folder
    return run


def without_seconds(table: str) -> list[list[str]]:
    """The words of each line of a marking table.

    The seconds, which differ from run to run, are 0; so is the line in which eve's file was cut,
    which moves with every word that is added to the assignment. A busy machine gives a cell longer.
    """
    table = re.sub(r"in line \d+\)", "in line 0)", table)
    table = re.sub(r"one cell may take \d+ s", "one cell may take 10 s", table)
    return [
        [re.sub(r"^\d+\.\d$", "0", word) for word in line.split()] for line in table.splitlines()
    ]


def test_readme_shows_what_the_marking_prints(class_folder):
    """Is the README's table what ``course grade`` prints of the sample class (but for seconds)?"""
    class_folder("course exercises convolution --no-trial")
    printed = class_folder("course grade convolution --sample")
    shown = block("README.md", "student    score")
    assert [line for line in without_seconds(printed) if line and set("".join(line)) != {"-"}] == [
        line for line in without_seconds(shown) if line and set("".join(line)) != {"-"}
    ]


def test_readme_quotes_cleos_feedback(class_folder):
    """Does the sentence of the README stand in that student's feedback?"""
    page = class_folder.folder / "_build/sample_class/feedback/cleo/convolution/convolution.html"
    page_text = " ".join(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")).split())
    assert " ".join(block("README.md", "conv2d_plain is not right").split()) in page_text


@pytest.fixture(scope="module")
def edges(class_folder):
    """What marking prints of the instructors' page's assignment, made as written there."""
    source = class_folder.folder / "solutions" / "edges" / "edges.py"
    source.parent.mkdir()
    source.write_text(block("book/for_instructors.md", "# # Edges"), encoding="utf-8")
    class_folder("course exercises edges")
    folder = class_folder.folder / "submitted" / "author" / "edges"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-31 12:00:00 UTC")  # as nbgrader collects
    (folder / "submission_secret.txt").write_text("a secret of the exchange")
    return class_folder(block("book/for_instructors.md", "mkdir -p submitted/author/edges"))


def test_an_own_assignment_in_ten_minutes(edges):
    """Do the page's lines give the author 3 of 5 points with 2 waiting, and the stub none?"""
    assert re.search(r"^author +3 / 5 +ok .*white_wall: 2 points wait", edges, re.M)
    assert re.search(r"^nobody +0 / 5 +ok", edges, re.M)


def test_feedback_goes_back_through_the_exchange(edges, class_folder, tmp_path):
    """Does ``nbgrader release_feedback`` hand out the pages that ``course grade`` made?"""
    exchange = f"--course=cnn --Exchange.root={tmp_path}"
    class_folder(f"nbgrader release_feedback edges --student author {exchange}")
    (page,) = (tmp_path / "cnn" / "feedback").glob("*.html")
    assert "Edges" in page.read_text(encoding="utf-8")


def test_an_own_check_names_the_mistake(edges, class_folder):
    """Does the page's check, put in as the page says, say what the page says it says?"""
    check = class_folder.folder / "course_utils" / "checks" / "edges.py"
    check.write_text(block("book/for_instructors.md", "_LARGEST_STEP ="), encoding="utf-8")
    source = class_folder.folder / "solutions" / "edges" / "edges.py"
    written = source.read_text(encoding="utf-8")
    home, import_line, visible, hidden = re.findall(
        r"`(from course_utils[^`]+|check_largest_step\([^`]+)`", text("book/for_instructors.md")
    )
    with check.with_name("__init__.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{home}\n")
    asserts = re.findall(r"^assert .*$", written, re.M)
    written = written.replace("import numpy as np\n", f"import numpy as np\n\n{import_line}\n", 1)
    written = written.replace(asserts[0], visible).replace(asserts[1], hidden)
    source.write_text(written, encoding="utf-8")
    class_folder("course exercises edges --no-trial")
    forgot = class_folder.folder / "submitted" / "nobody" / "edges" / "edges.ipynb"
    made = (class_folder.folder / "exercises/edges/edges.ipynb").read_text(encoding="utf-8")
    assert "    raise NotImplementedError()" in made
    forgot.write_text(made.replace("raise NotImplementedError()", "return np.diff(row).max()"))
    author = class_folder.folder / "_build/source/edges/edges.ipynb"
    shutil.copy(author, class_folder.folder / "submitted" / "author" / "edges")
    printed = class_folder("course grade edges")
    assert re.search(r"^author +3 / 5 ", printed, re.M)
    assert re.search(r"^nobody +0 / 5 ", printed, re.M)
    marked = (class_folder.folder / "autograded/nobody/edges/edges.ipynb").read_text(
        encoding="utf-8"
    )
    outputs = [out for cell in json.loads(marked)["cells"] for out in cell.get("outputs", [])]
    values = [out["evalue"] for out in outputs if out["output_type"] == "error"]
    shown = block("book/for_instructors.md", "largest_step is not right yet").strip()
    assert len(values) == 2
    assert " ".join(values[0].split()).startswith(" ".join(shown.split()))
