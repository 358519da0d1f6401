"""One notebook file becomes plain cells, or one sentence that says what it is instead."""

import json
import os

import pytest

from course_utils.grading.intake.notebook_file import (
    MAX_NOTEBOOK,
    Unreadable,
    author_cells,
    read_bytes,
    read_notebook,
    student_cell,
)

_CELL = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": {}, "outputs": []}


def _notebook(*cells, **facts):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | facts


def _written(folder, content):
    path = folder / "x.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_notebook_is_its_cells(tmp_path):
    """Are the texts joined, and the bytes kept as they were handed in?"""
    path = _written(tmp_path, _notebook(_CELL))
    read = read_notebook(path)
    assert [cell.source for cell in read.cells] == ["a = 1\nb = 2"]
    assert read.content == path.read_bytes()
    assert author_cells(path.read_text()) == read.cells


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        ("x".encode("utf-16"), "UTF-16"),
        (b"{\xff}", "not UTF-8 text (byte 1)"),
        (b'{"cells": [', "the file ends too early"),
        (b"<html></html>", "the file is not a notebook"),
        (b"{}\n<<<<<<< HEAD\n=======\n>>>>>>> other\n", "conflict markers"),
        (b"[1, 2]", "JSON but not a notebook"),
        (_notebook(nbformat=5), "format is version 5; 4 is read"),
        ({"nbformat": 4}, "has no cells"),
        (_notebook("no cell"), "the notebook's list of cells has something else in it"),
        (_notebook(*[_CELL] * 2001), "2001 cells, and at most 2000"),
        (_notebook(_CELL | {"source": "x" * (4 * 2**20 + 1)}), "million characters"),
        (b"[" * 100_000, "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_one_sentence(tmp_path, content, message):
    """Does each kind of file that is not a notebook get its own message?"""
    with pytest.raises(Unreadable) as caught:
        read_notebook(_written(tmp_path, content))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_old_notebook_is_upgraded(tmp_path):
    """Is a notebook of format 3 read, as an old editor writes it?"""
    old = {"cell_type": "code", "input": "a = 1", "language": "python", "metadata": {}}
    sheets = [{"cells": [old | {"outputs": [], "collapsed": False}], "metadata": {}}]
    path = _written(
        tmp_path, {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    )
    assert [cell.source for cell in read_notebook(path).cells] == ["a = 1"]


def test_an_old_notebook_is_its_cells_whatever_is_in_them(tmp_path):
    """Are headings, HTML and answers of formats 2 and 3 there, and wrong types no error?"""
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Title"]},
        {"cell_type": "html", "source": "<b>x</b>"},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "outputs": "none"},
        {"cell_type": "heading", "level": "9", "source": None},
        {"cell_type": "code"},
    ]
    sheets = [None, {"cells": cells}, {"cells": 3}, {"cells": cells[:1]}]
    for version in (2, 3):
        old = {"nbformat": version, "worksheets": sheets}
        read = read_notebook(_written(tmp_path, old)).cells
        assert [(cell.cell_type, cell.source) for cell in read] == [
            ("markdown", "## Title"),
            ("markdown", "<b>x</b>"),
            ("code", "a = 1\nb = 2"),
            ("markdown", "# "),
            ("code", ""),
            ("markdown", "## Title"),
        ]
    many = {"nbformat": 3, "worksheets": [{"cells": cells[2:3] * 2001}]}
    with pytest.raises(Unreadable, match="2001 cells, and at most 2000"):
        read_notebook(_written(tmp_path, many))
    with pytest.raises(Unreadable, match="something else in it"):
        read_notebook(_written(tmp_path, {"nbformat": 3, "worksheets": [{"cells": ["x"]}]}))


def test_only_an_ordinary_file_within_the_limit_is_read(tmp_path):
    """Are a link, a pipe and a file that is too large refused without waiting or following?"""
    path = _written(tmp_path, b"12345")
    assert read_bytes(path, 5) == b"12345"
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_NOTEBOOK + 1)
    for name, message in (
        ("link", "is a link"),
        ("pipe", "is not a file"),
        ("large", "at most 32 MB"),
    ):
        with pytest.raises(Unreadable, match=message):
            read_bytes(tmp_path / name, MAX_NOTEBOOK)


def test_each_field_has_its_type_whatever_came():
    """Do wrong types become empty ones, and Windows line ends plain ones?"""
    odd = {"cell_type": 3, "source": ["a\r\n", 5, "b"], "id": 7, "metadata": {"tags": "no list"}}
    cell = student_cell(odd)
    assert (cell.cell_type, cell.source, cell.id, cell.tags) == ("raw", "a\nb", "", ())
    graded = {"nbgrader": {"grade_id": "q", "points": [1]}, "tags": ["t", 4]}
    cell = student_cell(_CELL | {"metadata": graded})
    assert (cell.grade_id, cell.nbgrader, cell.tags) == ("q", {"grade_id": "q"}, ("t",))


def test_few_lists_are_read_and_brackets_in_texts_are_none(tmp_path):
    """Are 400,000 empty lists refused, and as many brackets that a cell printed read?"""
    path = _written(tmp_path, _notebook(_CELL, metadata={"a": [[]] * 400_000}))
    with pytest.raises(Unreadable, match="lists and objects, and at most 300,000"):
        read_notebook(path)
    path.write_text("[" * 300_001 + '"' + '\\"' * 10_000_000)  # one text that never ends
    with pytest.raises(Unreadable, match="lists and objects"):
        read_notebook(path)
    printed = {"output_type": "stream", "name": "stdout", "text": ['"[\\"[{"'] * 200_000}
    path = _written(tmp_path, _notebook({**_CELL, "outputs": [printed]}))
    assert len(read_notebook(path).cells) == 1
