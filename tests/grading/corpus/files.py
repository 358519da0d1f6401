"""Odd folders: no notebook, a damaged one, another name, links, odd times."""

import json
import os

from tests.grading.corpus.assignment import ANSWERS, NAME, Case, as_json, handed_in, notebook

_FILE = f"{NAME}.ipynb"
_TEXT = handed_in(notebook())[_FILE]


def _bad(data: bytes, says: str) -> Case:
    return Case({_FILE: data}, None, "unreadable", says)


def _json(change, score=8.0, status="ok", says="") -> Case:
    made = as_json(notebook())
    change(made)
    return Case({_FILE: json.dumps(made).encode()}, score, status, says)


def _link(target):
    def link(folder):
        (folder / _FILE).unlink()
        (folder / _FILE).symlink_to(target)

    return link


def _link_beside(folder):
    (folder / "notes.txt").symlink_to("/etc/passwd")


def _version_3() -> bytes:
    import nbformat

    return nbformat.writes(nbformat.convert(notebook(), 3), version=3).encode()


def _big(made):
    """60 MB of pictures that nobody cleared."""
    code = next(cell for cell in made["cells"] if cell["cell_type"] == "code")
    data = {"image/png": "A" * 60_000_000}
    code["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]


def _old(made):
    """No cell ids, and each source as one text."""
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
        cell.pop("id", None)
    made["nbformat_minor"] = 2


def _deep_path(folder):
    """A file with the longest path that the system allows: in a deeper folder it does not fit."""
    place = os.open(folder, os.O_RDONLY)
    size = len(str(folder.absolute()))
    while (left := 4094 - size) > 210:
        os.mkdir("d" * 200, dir_fd=place)
        place = os.open("d" * 200, os.O_RDONLY, dir_fd=place)
        size += 201
    os.close(os.open("f" * min(left - 1, 190), os.O_CREAT | os.O_WRONLY, dir_fd=place))


_OLD_CELL = {"cell_type": "code", "input": "x", "language": "python", "outputs": []}
_OLD = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [_OLD_CELL] * 100_000}]}
_MARKUP = f"{NAME} **full marks** [see](http:example.org) <b>8 of 8<b>.ipynb"


def _parts(made):
    """Ten million empty lists, in 32 MB, would take a gigabyte; these are fewer."""
    made["metadata"]["none"] = [[]] * 400_000


CASES = {
    "file-empty": _bad(b"", "the file is empty"),
    "file-truncated": _bad(_TEXT[: len(_TEXT) // 2], "the file ends too early"),
    "file-utf16": _bad(_TEXT.decode().encode("utf-16"), "UTF-16"),
    "file-latin1": _bad(_TEXT.replace(b"Why?", "Wärum?".encode("latin-1")), "not UTF-8"),
    "file-conflict": _bad(
        _TEXT.replace(b"\n", b"\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n", 1), "conflict"
    ),
    "file-no-notebook": _bad(b'{"some": "json"}', "JSON but not a notebook"),
    "file-list": _bad(b"[1, 2, 3]", "JSON but not a notebook"),
    "file-deep": _bad(b"[" * 100_000, "not a notebook"),
    "file-script": _bad(b"def double(x):\n    return 2 * x\n", "not a notebook"),
    "file-version-5": _json(lambda made: made.update(nbformat=5), None, "unreadable", "version 5"),
    "file-cells-wrong": _json(
        lambda made: made.update(cells=[1]), None, "unreadable", "something else in it"
    ),
    "file-of-lists": _json(_parts, None, "unreadable", "lists and objects"),
    # one text that never ends, with quotes in it at which it could begin again
    "file-of-quotes": _bad(b"[" * 300_001 + b'"' + b'\\"' * 10_000_000, "lists and objects"),
    "file-60-mb": _json(_big, None, "unreadable", "at most 32 MB"),
    "file-bom": Case({_FILE: b"\xef\xbb\xbf" + _TEXT}),
    "file-version-3": Case({_FILE: _version_3()}, 8.0, "ok"),
    "file-version-3-large": _bad(json.dumps(_OLD).encode(), "at most 2000 are read"),
    "file-long-path": Case({_FILE: _TEXT}, 8.0, "repaired", "was left out", _deep_path),
    "file-name-of-markup": Case({_MARKUP: _TEXT}, 8.0, "repaired", "was taken for"),
    "file-old-minor": _json(_old),
    "file-wrong-kernel": _json(
        lambda made: made.update(metadata={"kernelspec": {"name": "julia", "display_name": "J"}})
    ),
    "file-other-name": Case(
        handed_in(notebook(), "small (1).ipynb"), 8.0, "repaired", "'small (1).ipynb' was taken"
    ),
    "file-two-others": Case(
        {"a.ipynb": _TEXT, "b.ipynb": _TEXT}, None, "missing", "which of a.ipynb, b.ipynb"
    ),
    "file-extra": Case({_FILE: _TEXT, "scratch.ipynb": b"nothing"}),
    "file-none": Case({"answers.docx": b"PK"}, None, "missing", "there is answers.docx"),
    "file-bad-time": Case(
        {_FILE: _TEXT, "timestamp.txt": b"yesterday, 5ish"}, 8.0, "repaired", "is not a time"
    ),
    "file-good-time": Case({_FILE: _TEXT, "timestamp.txt": b"2026-01-05 10:00:00 UTC"}),
    "file-is-link": Case(
        {_FILE: _TEXT}, None, "unreadable", "is a link", _link("../../honest/small/small.ipynb")
    ),
    "file-is-pipe": Case(
        {_FILE: _TEXT},
        None,
        "unreadable",
        "is not a file",
        lambda folder: ((folder / _FILE).unlink(), os.mkfifo(folder / _FILE)),
    ),
    "file-link-beside": Case({_FILE: _TEXT}, 8.0, "repaired", "notes.txt is a link", _link_beside),
    "file-pipe-beside": Case(
        {_FILE: _TEXT},
        8.0,
        "repaired",
        "data is not an ordinary file",
        lambda folder: os.mkfifo(folder / "data"),
    ),
    "file-helper-module": Case(
        {
            **handed_in(notebook(double="from mine.tools import double")),
            "mine/tools.py": ANSWERS["double"].encode(),
        }
    ),
    "file-surrogates": _json(lambda made: made["cells"][-1].update(source="\ud800 broken")),
}
