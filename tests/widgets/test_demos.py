"""What every demo promises on the Python side: traits, state, picture, one module for Jupyter."""

import base64
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import v4
from traitlets import TraitError

import course_utils.widgets as widgets
from course_utils.widgets.base import HERE, MIME, modules

QUESTIONS = [
    {
        "question": "What is 2·3?",
        "answer": 6,
        "feedback": "Yes.",
        "mistakes": [{"value": 5, "feedback": "That is the sum."}],
    },
    {
        "question": "Which < one?",
        "options": [
            {"text": "this </script>", "correct": True, "feedback": "Right."},
            {"text": "that", "feedback": "Wrong.", "misconception": "no-floor"},
        ],
    },
]


def make(name: str):
    """One demo of each kind in its opening state."""
    return widgets.Quiz(QUESTIONS) if name == "Quiz" else getattr(widgets, name)()


@pytest.mark.parametrize("name", widgets.__all__)
def test_state_and_picture_travel_with_the_output(name):
    """Does the output carry module, state as plain JSON, and a picture with a description?"""
    demo = make(name)
    bundle, _ = demo._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    carried = bundle[MIME]
    assert (HERE / f"{carried['module']}.js").is_file()
    assert json.loads(json.dumps(carried["state"])) == carried["state"]
    assert not [key for key in carried["state"] if key.startswith("_")]
    unlinked = {"questions", "answers"} if name == "Quiz" else set()
    assert carried["limits"].keys() == carried["state"].keys() - unlinked
    assert json.loads(json.dumps(carried["limits"])) == carried["limits"]
    assert len(bundle["text/plain"]) > 20
    tree = ElementTree.fromstring(carried["picture"])
    if name != "Quiz":  # questions need no drawing
        assert tree.attrib["role"] == "img"
        assert tree.attrib["aria-label"] == bundle["text/plain"]


@pytest.mark.parametrize("name", widgets.__all__)
def test_jupyter_gets_one_module(name):
    """Is the text that Jupyter gets free of imports and of named exports, and of double names?"""
    text = make(name)._esm
    assert not re.search(r"^import |^export (?!default)", text, re.M)
    assert len(re.findall(r"^export default", text, re.M)) == 1
    names = re.findall(r"^(?:const|let|(?:async )?function|class) (\w+)", text, re.M)
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)


def test_the_state_that_is_drawn_is_the_present_one():
    """Does the picture follow the traits?"""
    demo = widgets.Convolution(image=np.ones((4, 4)), kernel=[[2]])
    assert "4×4 image" in demo.picture()
    before = demo.picture()
    demo.stride = 3
    assert demo.picture() != before
    assert "a 2×2 output" in demo.describe()


def test_what_does_not_fit_is_said_not_raised():
    """Is a kernel larger than the image allowed, with no output and a picture that says so?"""
    demo = widgets.Convolution(image=[[1, 2]], kernel=np.ones((3, 3)))
    assert demo.output is None
    assert "does not fit" in demo.picture()
    pool = widgets.Pooling(window=1, padding=1)
    assert pool.output is None
    assert "none" in pool.picture()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: widgets.Convolution(image=[[1, 2], [3]]), "1 to 9 rows of 1 to 9 finite numbers"),
        (lambda: widgets.Convolution(image=np.ones((10, 3))), "got 10 rows of 3"),
        (lambda: widgets.Convolution(kernel=[[np.nan]]), "not finite"),
        (lambda: widgets.Convolution(kernel="abc"), "got str 'abc'"),
        (lambda: widgets.Convolution(stride=0), "should not be less than 1"),
        (lambda: widgets.Pooling(mode="median"), "'median'"),
        (lambda: widgets.Photo(kernel=np.ones((3, 4))), "kernel takes 3×3 or 5×5 .* got 3×4"),
        (lambda: widgets.Stack(layers=[("Conv2D", 0, 3)]), "got the layer .'Conv2D', 0, 3"),
        (lambda: widgets.Stack(layers=[("Conv2D", 8, 3, 1, 1)]), "got the layer"),
        (lambda: widgets.Stack(layers=[("Softmax",)]), "got the layer .'Softmax'"),
        (lambda: widgets.Stack(layers=[("ReLU",)] * 41), "got 41 layers"),
        (lambda: widgets.Stack(layers="Dense"), "got 'Dense'"),
        (lambda: widgets.Pooling(mode=np.zeros(3)), "'max', 'average'"),
        (lambda: widgets.Quiz(None), "list, not the NoneType"),
        (lambda: widgets.Channels(bias=[1, 2]), r"shape \(4,\); got shape \(2,\)"),
        (lambda: widgets.Quiz([{"question": "?"}]), "question 1: needs either"),
        (lambda: widgets.Quiz([{"question": "?", "answer": 1, "hint": ""}]), "does not know"),
        (
            lambda: widgets.Quiz([{"question": "?", "options": [{"text": "a", "feedback": "b"}]}]),
            "no correct option",
        ),
        (lambda: widgets.Quiz([{"question": "?", "answer": np.nan}]), "not a finite number"),
        (lambda: widgets.Quiz([{"question": "?", "answer": 1, "tolerance": -1}]), "'tolerance'"),
        (lambda: widgets.Convolution(strides=2), "not know strides; it takes dilation, flip"),
        (lambda: widgets.Quiz(QUESTIONS, answers=[1]), "each of 2 questions; got 1"),
    ],
)
def test_bad_values_are_named(build, message):
    """Does a value that makes no sense raise a TraitError that says what is taken and what came?"""
    with pytest.raises(TraitError, match=message):
        build()


def test_a_grid_cannot_be_changed_behind_the_demos_back():
    """Is an edit in place an error, as it would reach neither the checks nor the page?"""
    with pytest.raises(TypeError):
        widgets.Convolution().image[0][0] = 5


def test_quiz_order_is_fixed_and_answers_start_anew():
    """Is the order of options the same each time, and do new questions forget old answers?"""
    first, second = widgets.Quiz(QUESTIONS), widgets.Quiz(widgets.Quiz(QUESTIONS).questions)
    assert first.questions == second.questions
    first.answers = [6, 0]
    first.questions = QUESTIONS[:1]
    assert first.answers == [None]


def test_a_quiz_on_paper_has_options_code_and_answers():
    """Are options lettered as shown, code set as code, and the right answers below, folded?"""
    right = {"text": "a `floor`", "correct": True, "feedback": "Nothing else < fits."}
    choice = {"question": "Which?", "options": [right, {"text": "none", "feedback": "No."}]}
    quiz = widgets.Quiz([{"question": "How many?", "answer": -1234, "feedback": "So."}, choice])
    tree = ElementTree.fromstring(quiz.picture())
    asked, solved = tree.find("ol"), tree.find("details/ol")
    texts = ["".join(option.itertext()) for option in asked.findall("li/ol/li")]
    assert texts == [option["text"].replace("`", "") for option in quiz.questions[1]["options"]]
    assert asked.find(".//code").text == "floor"
    letter = "ab"[texts.index("a floor")]
    answers = ["".join(answer.itertext()) for answer in solved]
    assert answers == ["−1,234. So.", f"{letter}. Nothing else < fits."]


def test_an_unknown_demo_lists_the_known_ones():
    """Does a misspelt name say which demos there are?"""
    with pytest.raises(AttributeError, match="Convolution"):
        _ = widgets.Convolutions


def test_importing_the_package_loads_no_widgets():
    """Does the import of the package alone leave anywidget and ipywidgets alone?"""
    code = "import sys, course_utils.widgets; print('anywidget' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_every_module_belongs_to_a_demo():
    """Is every JS file needed by some demo, and does every demo have a file of its own?"""
    needed = {stem for name in widgets.__all__ for stem in modules(make(name).module)}
    assert needed == {path.stem for path in HERE.glob("*.js")}


@pytest.mark.parametrize("name", widgets.__all__)
def test_without_widgets_the_picture_is_shown(name):
    """Does nbconvert put a demo's picture, in its own colours, into a page?"""
    demo = make(name)
    data, metadata = demo._repr_mimebundle_()
    output = v4.new_output("display_data", data, metadata=metadata)
    notebook = v4.new_notebook(cells=[v4.new_code_cell("demo", outputs=[output])])
    page, _ = HTMLExporter().from_notebook_node(notebook)
    shown = BeautifulSoup(page, "html.parser").select_one(".jp-OutputArea-output")
    if name == "Quiz":
        assert "Check yourself" in shown.text
        return
    kind, _, encoded = shown.img["src"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    picture = base64.b64decode(encoded).decode()
    assert picture == demo.picture()
    assert not re.search(r"var\([^,)]*\)", picture)  # a colour that only the book's style sheet has


def test_a_notebook_that_a_program_ran_has_pictures():
    """Does a page that nbconvert makes of an executed notebook show its demos without a network?"""
    demos = ("Pooling()", "Shift()", 'Quiz([{"question": "1 + 1?", "answer": 2, "feedback": ""}])')
    cells = [v4.new_code_cell(f"from course_utils.widgets import *\n{demo}") for demo in demos]
    ran = NotebookClient(v4.new_notebook(cells=cells)).execute()
    assert ran.metadata.widgets  # nbconvert knows the state of each, and could show a widget
    page, _ = HTMLExporter().from_notebook_node(ran)
    shown = BeautifulSoup(page, "html.parser").select(".jp-OutputArea-output")
    assert [len(output.select("img[src^='data:image/svg+xml']")) for output in shown] == [1, 1, 0]
    assert "1 + 1?" in shown[2].text
    assert not [output for output in shown if output.script]
