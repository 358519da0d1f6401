"""Every hand-in gets one status and a sentence, and nothing that a student wrote is lost.

Notebooks are the corpus's own, damaged in a few places by Hypothesis, with one seed.
"""

import json
from pathlib import Path

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.grading.intake.cell_roles import cell_roles
from course_utils.grading.intake.reassemble import Author, Reassembled, reassemble
from course_utils.grading.intake.submission import Submission, read_submission
from course_utils.grading.results import status
from course_utils.grading.text import is_showable
from tests.grading.corpus.assignment import ANSWERS, NAME, as_json, author, notebook
from tests.grading.damage import damaged

AUTHOR = author()
ROLES = {role.name: role for role in cell_roles(AUTHOR)}
GIVEN = {text for role in ROLES.values() for text in (role.released.strip(), role.source.strip())}
KEYS = [
    *("cell_type", "source", "metadata", "outputs", "id", "attachments", "nbgrader", "grade_id"),
    *("points", "locked", "solution", "grade", "tags", "cells", "nbformat", "kernelspec"),
    *("worksheets", "input", "level", "schema_version", "task"),
]
LINES = sorted({line for text in GIVEN for line in text.splitlines()}, key=len, reverse=True)
LONGEST = 2000  # characters of a sentence


def _read(folder: Path, files: dict[str, bytes]) -> Submission:
    place = folder / "submitted" / "ada" / NAME
    if place.exists():
        for path in place.iterdir():
            path.unlink()
    place.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    return read_submission(folder / "submitted", "ada", NAME, [NAME])


def _is_one_status(read: Submission) -> None:
    """One status, with a sentence where there is nothing to mark."""
    assert read.status in ("ok", "missing", "unreadable")
    assert bool(read.message) == (read.status != "ok")
    assert bool(read.notebooks) == (read.status == "ok")
    for sentence in (read.message, *read.notes):
        assert is_showable(sentence), sentence
        assert len(sentence) < LONGEST


def _beyond_the_given(text: str) -> str:
    """What is left of the text without the author's lines, which may stand on one line."""
    for line in LINES:
        text = text.replace(line, "")
    return text.strip()


def _is_whole(read: Submission) -> Reassembled:
    """The author's tests as they are, and every line of the student's in the notebook to mark."""
    cells = read.notebooks[NAME].cells
    made = reassemble(Author.of(AUTHOR), cells, {})
    nbformat.validate(json.loads(nbformat.v4.writes(made.notebook)))
    graded = {cell.role.name: cell.source for cell in made.code_cells if cell.role}
    for name, role in ROLES.items():
        if role.kind == "grade":
            assert graded[name].strip() in (role.source.strip(), role.released.strip())
    there = [cell.source.strip() for cell in made.notebook.cells]
    for cell in cells:
        text = cell.source.strip()
        mine = cell.grade_id not in ROLES or ROLES[cell.grade_id].is_answer
        if not _beyond_the_given(text):
            continue  # a test of the author's with a line lost or doubled: nobody wrote it
        if mine and cell.cell_type == "code":
            assert any(text in each for each in there), text
    found = status.of_marked(made.repairs, {}, read.notes, made.untouched)
    assert found.name in ("ok", "repaired")
    for sentence in (found.student, found.instructor):
        assert is_showable(sentence), sentence
        assert len(sentence) < LONGEST
    status.with_note(nbformat.v4.writes(made.notebook), found.student)
    return made


@settings(max_examples=300)
@given(
    made=damaged(as_json(notebook()), KEYS),
    added=st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=3),
)
def test_a_damaged_notebook_is_read_or_named_and_loses_nothing(tmp_path_factory, made, added):
    """Is it one status, and where it is read, are the tests the author's and the answers there?"""
    if isinstance(made.get("cells"), list):
        for number, (place, marked) in enumerate(added):
            facts = {"nbgrader": {"grade_id": f"mine-{number}", "points": 9}} if marked else {}
            text = f"own_{number} = {number}\n"
            made["cells"].insert(place, {"cell_type": "code", "source": text, "metadata": facts})
    folder = tmp_path_factory.getbasetemp() / "damaged"
    read = _read(folder, {f"{NAME}.ipynb": json.dumps(made).encode()})
    _is_one_status(read)
    if read.is_read:
        _is_whole(read)


@settings(max_examples=100)
@given(
    start=st.integers(0, 6000),
    cut=st.integers(0, 300),
    instead=st.binary(max_size=12),
)
def test_damaged_bytes_are_read_or_named(tmp_path_factory, start, cut, instead):
    """Is a file with some bytes lost or replaced one status, and never an exception?"""
    data = json.dumps(as_json(notebook())).encode()
    changed = data[:start] + instead + data[start + cut :]
    read = _read(tmp_path_factory.getbasetemp() / "bytes", {f"{NAME}.ipynb": changed})
    _is_one_status(read)
    if read.is_read:
        _is_whole(read)


NAMES = st.text(
    st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=40
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)


@settings(max_examples=200)
@given(
    names=st.lists(
        NAMES | st.builds("{}.ipynb".format, NAMES) | st.just("timestamp.txt"), max_size=4
    ),
    data=st.binary(max_size=30),
)
def test_files_of_any_name_and_text_beside_it_take_nothing(tmp_path_factory, names, data):
    """Is the notebook read whatever lies beside it, each file taken or named?"""
    there = f"{NAME}.ipynb"
    files = {name: data for name in names if name.lower() != there}
    files[there] = json.dumps(as_json(notebook())).encode()
    read = _read(tmp_path_factory.getbasetemp() / "names", files)
    assert read.is_read
    _is_one_status(read)
    made = _is_whole(read)
    answers = {cell.role.name: cell.source for cell in made.code_cells if cell.role}
    assert all(answers[name] == text for name, text in ANSWERS.items() if name in answers)
    assert not made.repairs
