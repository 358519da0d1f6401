"""The gaps of "Try it yourself": the book's own filling is right, each wrong one is explained."""

import json
import re
import sys

import jupytext
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.book.lite.site import runs_in_browser
from course_utils.catalogue import CATALOGUE
from course_utils.checks.error import CheckError
from course_utils.checks.gaps import GAPS, check_gap
from course_utils.page_cells import PageCells, _Shell
from tests.conftest import ROOT

EXERCISE = re.compile(
    r"^```python\n((?:(?!^```).)*____(?:(?!^```).)*)^```\n"
    r"(?:(?!^```\{code-cell\}).)*^```\{code-cell\}[^\n]*\n---\n.*?^---\n(.*?)^```",
    re.DOTALL | re.MULTILINE,
)
# the chapters that run in a browser
CHAPTERS = [
    path
    for path in sorted((ROOT / "book").glob("[01]*.md"))
    if runs_in_browser(path.read_text("utf-8"))
]
PICTURE = np.array(
    [[0, 1, 2, 0, 0], [0, 2, 2, 0, 0], [0, 0, 2, 0, 0], [0, 0, 2, 0, 0], [0, 2, 2, 2, 0]]
)
BEFORE = {"picture": PICTURE, "kernel": np.array([[-1, 0, 1]] * 3)}


def _exercises():
    return [
        pytest.param(gap, answer, id=path.stem)
        for path in sorted((ROOT / "book").glob("*.md"))
        for gap, answer in EXERCISE.findall(path.read_text("utf-8"))
    ]


def _name(gap: str) -> str:
    return re.search(r"^(\w+) *=", gap, re.MULTILINE)[1]


@pytest.mark.parametrize(("gap", "answer"), _exercises())
def test_the_answer_in_the_book_is_right(gap, answer):
    """Does what the book shows as the answer pass, and does each name of the gap count?"""
    names = {"np": np, **BEFORE}
    exec("from course_utils import reference\n" + answer, names)
    asked = GAPS[_name(gap)]
    names = {"numbers_after_flatten": 7 * 7 * 64, **names}  # chapter 7 prints it, unnamed
    assert check_gap(_name(gap), names, BEFORE).startswith("Right: ")
    assert set(asked.right) == set(re.findall(r"^(\w+) *=", gap, re.MULTILINE))


def test_every_gap_of_the_book_has_an_entry_and_none_is_left_over():
    """Are the gaps of the pages those that can be checked?"""
    found = [_name(exercise.values[0]) for exercise in _exercises()]
    assert sorted(found) == sorted(GAPS)


WRONG = [
    pytest.param(name, each, id=f"{name}-{n}")
    for name, gap in GAPS.items()
    for n, each in enumerate(gap.wrong)
]


@pytest.mark.parametrize(("gap", "wrong"), WRONG)
def test_a_wrong_filling_is_explained_by_what_it_does(gap, wrong):
    """Is it refused with its own sentence, the first name that differs first?"""
    names = {name: right(BEFORE) for name, right in GAPS[gap].right.items()}
    names[wrong.name] = wrong.value(BEFORE)
    with pytest.raises(CheckError) as caught:
        check_gap(gap, names, BEFORE)
    words = " ".join(str(caught.value).split())
    assert words.startswith(f"{wrong.name} is not right yet. Yours is ")
    assert caught.value.misconception == (wrong.misconception or None)
    told = CATALOGUE[wrong.misconception].wrong if wrong.misconception else wrong.what
    assert f"that is {told}." in words


@pytest.mark.parametrize("value", [None, "6", [6], {}, float("nan"), np.zeros((2, 3)), [[1], 2]])
def test_a_value_of_any_kind_is_answered_in_words(value):
    """Does what is no number get a sentence, and never an error of another kind?"""
    with pytest.raises(CheckError, match="side is not right yet"):
        check_gap("side", {"side": value}, {})
    with pytest.raises(CheckError, match="side is not there"):
        check_gap("side", {}, {})


def test_numpy_numbers_and_tuples_count_as_their_values():
    """Are a NumPy number, a float of that value and a list for a tuple right?"""
    fine = {"side": np.int64(6), "numbers": 2304.0, "parameters": np.float32(0)}
    assert check_gap("side", fine, {}) == "Right: parameters is 0.0."
    assert "1216" in check_gap(
        "kernel_shape", {"kernel_shape": [5, 5, 3, 16], "parameters": 1216}, {}
    )


@pytest.fixture(scope="module")
def cells():
    """A small chapter, in a shell of its own: other tests of this process may be in another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InteractiveShell, "_instance", None)
        patch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # IPython puts its own
        yield PageCells(
            [
                "import numpy as np\npicture = np.zeros((2, 2))\n"
                "def size():\n    return int(picture.sum())",
                "picture += 1",
                "raise OSError",
            ]
        )
        _Shell.clear_instance()
    plt.switch_backend("agg")


def _run(cells, before, code, gap=""):
    return json.loads(cells.run(before, code, gap))


def test_a_cell_sees_the_chapter_up_to_it_and_changes_nothing_of_it(cells):
    """Are the names those before the cell, whatever was run before, and a failing cell no end?"""
    for _ in range(2):
        run = _run(cells, 1, "picture += 5\nprint(picture.sum())")
        assert run["outputs"] == [{"kind": "text", "data": "20.0\n"}]
    assert _run(cells, 3, "picture.sum()")["outputs"][0]["data"].endswith("4.0)")


def test_functions_see_the_chapters_names_and_what_the_reader_changes(cells):
    """Are a chapter's names those of functions, comprehensions and classes, too?"""
    for code in (
        "def total():\n    return int(picture.sum())\ntotal()",
        "[int(picture.sum()) for _ in range(1)][0]",
        "class Kept:\n    total = int(picture.sum())\nKept.total",
        "size()",
    ):
        assert _run(cells, 2, code)["outputs"] == [{"kind": "text", "data": "4"}]
    assert _run(cells, 2, "picture[0, 0] = 9\nsize()")["outputs"][0]["data"] == "12"
    assert _run(cells, 2, "size()")["outputs"][0]["data"] == "4"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_cell_of_a_chapter_runs_in_the_page_as_it_stands(cells, path):
    """Has a reader who changes nothing the chapter's outputs, and no error?"""
    code = [c.source for c in jupytext.read(path).cells if c.cell_type == "code"]
    chapter = PageCells(code)
    for number, source in enumerate(code):
        outputs = _run(chapter, number, source)["outputs"]
        assert "error" not in [output["kind"] for output in outputs], outputs


def test_a_drawing_of_the_book_comes_as_it_is_drawn(cells):
    """Does the page show the drawing, with its own ids, and no other HTML?"""
    draw = "import matplotlib.pyplot as plt\nfrom course_utils.book.figures import show\n"
    draw += "figure, axis = plt.subplots()\naxis.plot([1, 2])\nshow(figure, 'a line')"
    [shown] = _run(cells, 0, draw)["outputs"]
    assert shown["kind"] == "drawing"
    ids = re.findall(r' id="([^"]*)"', shown["data"])
    assert ids
    assert all(name.startswith("run-") for name in ids)
    html = "from IPython.display import HTML\nHTML('<b onclick=x>bold</b>')"
    assert _run(cells, 0, html)["outputs"][0]["kind"] == "text"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1\ny = x / 0", "line 2: y = x / 0\nZeroDivisionError: division by zero"),
        (
            "def f():\n    return [][3]\nf()",
            "line 2: return [][3]\nIndexError: list index out of range",
        ),
        ("a = = 1", "line 1: a = = 1\nSyntaxError: invalid syntax"),
        ("import sys\nsys.exit(3)", "line 2: sys.exit(3)\nSystemExit: 3"),
    ],
)
def test_an_error_is_told_with_the_readers_own_line(cells, code, told):
    """Is it one line of code and one sentence, without a traceback?"""
    run = _run(cells, 0, code, "side")
    assert run == {"outputs": [{"kind": "error", "data": told}], "check": None}


def test_a_figure_comes_as_a_picture_and_a_check_with_its_misconception(cells):
    """Is a drawn figure a PNG, and a wrong gap named?"""
    [figure] = _run(cells, 0, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")["outputs"]
    assert figure["kind"] == "picture"
    assert figure["data"].startswith("iVBOR")
    check = _run(cells, 0, "side, numbers, parameters = 4, 1024, 0", "side")["check"]
    assert (check["right"], check["misconception"]) == (False, "pooling-tiles")
    assert _run(cells, 0, "side, numbers, parameters = 6, 2304, 0", "side")["check"]["right"]
