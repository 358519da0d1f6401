"""The book's text: its numbers, its figures, its quizzes, and the shape of a chapter."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

from course_utils import catalogue, widgets
from course_utils.catalogue import CATALOGUE
from course_utils.checks import CheckError, check_output_size
from tests.conftest import ROOT

BOOK = ROOT / "book"
CHAPTERS = sorted(path.stem for path in BOOK.glob("[01][0-9]_*.md"))
NOTEBOOKS = [name for name in CHAPTERS if "kernelspec:" in (BOOK / f"{name}.md").read_text()]
DEMOS = {
    "Convolution",
    "ReceptiveField",
    "Channels",
    "Pooling",
    "Shift",
    "Parameters",
    "Digit",
    "Stack",
    "Gradients",
}

# The network of the book, counted here by plain arithmetic.
CONV_1, CONV_2, CONV_3 = 3 * 3 * 1 * 32 + 32, 3 * 3 * 32 * 64 + 64, 3 * 3 * 64 * 64 + 64
CONVOLUTIONS = CONV_1 + CONV_2 + CONV_3
ALL = CONVOLUTIONS + (3 * 3 * 64 * 64 + 64) + (64 * 10 + 10)


def source(name: str) -> str:
    return (BOOK / f"{name}.md").read_text(encoding="utf-8")


def cells(name: str) -> list[str]:
    """The code of a chapter's executed cells."""
    found = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", source(name), re.DOTALL | re.M)
    options = re.compile(r"\A(---\n.*?^---\n|(:[a-z]+:[^\n]*\n)+)", re.DOTALL | re.M)
    return [options.sub("", cell) for cell in found]


def prose(name: str) -> str:
    """A page's source without its front matter, its code and its formulas."""
    text = re.sub(r"\A---\n.*?^---\n", "", source(name), flags=re.DOTALL | re.M)
    text = re.sub(r"^```(\{code-cell\}|python).*?^```$", "", text, flags=re.DOTALL | re.M)
    return re.sub(r"\$\$.*?\$\$|\$[^$]+\$", "", text, flags=re.DOTALL)


def quiz_questions(name: str) -> list[ast.Dict]:
    """The questions of a chapter's quizzes, as syntax trees (their numbers are computed)."""
    calls = [
        node
        for cell in cells(name)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Quiz"
    ]
    return [question for call in calls for question in call.args[0].elts]


def entries(node: ast.Dict) -> dict:
    return {key.value: value for key, value in zip(node.keys, node.values, strict=True)}


def wrong_answers(question: ast.Dict) -> list[dict]:
    """The wrong options of a choice, or the foreseen mistakes of a number."""
    parts = entries(question)
    listed = parts.get("options") or parts.get("mistakes")
    return [one for one in map(entries, listed.elts if listed else []) if "correct" not in one]


def names_of(name: str) -> set[str]:
    """The misconceptions that a chapter's quiz can name."""
    return {
        wrong["misconception"].value
        for question in quiz_questions(name)
        for wrong in wrong_answers(question)
    }


@pytest.fixture(scope="module")
def pages(book_html):
    """{chapter: parsed page} of the built book."""
    return {
        path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in book_html.glob("*.html")
    }


def text_of(page) -> str:
    return re.sub(r"\s+", " ", page.find("article").get_text())


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chapter", "sentence"),
    [
        ("01_why_not_dense", f"{28 * 28 * 512 + 512:,} for the digit"),
        ("01_why_not_dense", f"{1280 * 720 * 512 + 512:,} for the photo"),
        ("02_local_receptive_fields", "It sees 5."),
        ("03_shared_weights", f"has {3 * 3 + 1} parameters: nine weights and one bias"),
        ("03_shared_weights", f"as many outputs has {28 * 28 * 26 * 26 + 26 * 26:,}"),
        ("04_stride_and_padding", "6 places with stride 1, 3 with stride 2"),
        ("05_channels_and_filters", f"one has {CONV_2:,} parameters and the other {CONV_3:,}"),
        ("05_channels_and_filters", f"You may meet {CONV_2:,} as"),
        ("05_channels_and_filters", f"The first one has {CONV_1}"),
        (
            "07_the_stack",
            f"{CONV_1}, {CONV_2:,} and {CONV_3:,} parameters, {CONVOLUTIONS:,} together",
        ),
        ("07_the_stack", f"it is {ALL:,} in all"),
        ("07_the_stack", "sees 18×18"),
        ("08_a_cnn_for_mnist", f"{ALL:,} parameters, as counted by hand"),
        ("10_gradients", f"The 9 wins twice, and gets {1 + 10}"),
        (
            "misconceptions",
            f"these filters have {CONV_2:,} parameters, behind 64 they have {CONV_3:,}",
        ),
    ],
)
def test_a_quoted_number_equals_its_computation(pages, chapter, sentence):
    """Does the page say the number that plain arithmetic gives?"""
    assert sentence in text_of(pages[chapter])


def test_the_expected_totals():
    """Are these the numbers that the course promises to explain?"""
    assert (CONV_1, CONV_2, CONV_3, CONVOLUTIONS, ALL) == (320, 18496, 36928, 55744, 93322)


def test_chapter_8_shows_the_recorded_result(pages):
    """Does the page show the accuracies of the full training that are in the record?"""
    shown = text_of(pages["08_a_cnn_for_mnist"])
    record = json.loads((ROOT / "course_utils" / "mnist_training.json").read_text())
    for name in ("dense_network", "cnn"):
        assert f"{100 * record['models'][name]['test_accuracy']:.1f} %" in shown
    assert record["data"] in shown
    assert f"seed {record['seed']}" in shown


@pytest.mark.parametrize("name", [*CHAPTERS, "index", "misconceptions", "glossary"])
def test_no_large_number_is_typed(name):
    """Is every number with a thousands separator on this page put there by code?

    (The 60,000 and 10,000 images of MNIST are a name, not a result.)
    """
    typed = re.findall(r"\b\d{1,3}(?:,\d{3})+\b", prose(name))
    assert [number for number in typed if number not in ("60,000", "10,000")] == []


# ---- chapters ------------------------------------------------------------------------------------


def test_the_storyline_is_complete():
    """Are there nine chapters in their order, and one that goes further?"""
    assert [name[:2] for name in CHAPTERS] == [f"{n:02}" for n in range(1, 11)]
    assert set(CHAPTERS) - set(NOTEBOOKS) == {"09_your_turn"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_first_page_lists_the_chapter(name):
    """Is the chapter in the table of the book's first page, with its question?"""
    assert re.search(rf"^\| \[[^]]+\]\({name}\.md\) \| .*\? \|$", source("index"), re.M)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chapter_has_every_part(name):
    """Has the chapter a question, a prediction, something to see, code that runs and a quiz?"""
    text, code = source(name), "\n".join(cells(name))
    assert "**The question.**" in text
    assert "```{admonition} Predict first" in text
    assert "show(" in code or re.search(rf"\b({'|'.join(DEMOS)})\(", code)
    assert 3 <= len(quiz_questions(name)) <= 5


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_box_asks_once_more_after_a_demo_that_asks(name):
    """Does no "Predict first" follow, under the same heading, a demo that has its own question?"""
    asking = rf"^(?!Digit|Quiz)(?:{'|'.join(widgets.__all__)})\((?!.*predict=False)"
    for section in re.split(r"^#+ ", source(name), flags=re.M):
        demo = re.search(asking, section, re.M)
        assert demo is None or "{admonition} Predict first" not in section[demo.end() :], section


@pytest.mark.parametrize("name", [n for n in NOTEBOOKS if n[:2] in ("01", "02", "03", "04", "05")])
def test_a_chapter_has_its_formula(name):
    """Is there a displayed formula?"""
    assert source(name).count("$$") >= 2


@pytest.mark.parametrize("name", [n for n in NOTEBOOKS if "02" <= n[:2] <= "07"])
def test_a_chapter_fades_its_example(name):
    """After the worked example: one with gaps, a hint before its answer, and one without help?"""
    text = source(name).partition("## Try it yourself")[2]
    gaps, hint, answer, alone = map(
        text.find, ("____", "```{dropdown} A hint", "code_prompt_show: Show", "Now without help")
    )
    assert 0 <= gaps < hint < answer < alone


@pytest.mark.parametrize(
    ("term", "explained"),
    [("strides?|jump", "04"), ("dilat", "04"), ("padd", "04"), ("channel", "05"), ("pool", "06")],
)
def test_no_chapter_asks_for_what_a_later_one_explains(term, explained):
    """Does no chapter use stride, padding, dilation, channels or pooling before theirs?

    (Links may look ahead, and so may the sentence that they stand in.)
    """
    early = []
    for name in [name for name in NOTEBOOKS if name[:2] < explained]:
        quiz = [ast.unparse(entries(question)["question"]) for question in quiz_questions(name)]
        for sentence in re.split(r"(?<=[.?!:])\s+", prose(name)) + quiz:
            if re.search(rf"\b(?:{term})", sentence, re.I) and ".md)" not in sentence:
                early.append(f"{name}: {sentence}")
    assert not early, "\n".join(early)


def test_every_demo_has_its_chapter():
    """Is each demo shown somewhere in the book?"""
    code = "\n".join(cell for name in NOTEBOOKS for cell in cells(name))
    assert {demo for demo in DEMOS if re.search(rf"^{demo}\(", code, re.M)} == DEMOS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_only_chapter_8_needs_tensorflow(name):
    """Is a chapter without a Keras model free of the seconds that importing TensorFlow takes?"""
    loaded = {
        alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name
        for cell in cells(name)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert bool(loaded & {"keras", "tensorflow", "models"}) == name.startswith("08")


def test_a_chapter_runs_far_from_the_book(tmp_path):
    """Do the chapters run in another folder, as downloaded notebooks do? (All but 8: TensorFlow.)

    Executing them here, one after the other in one process, is what a notebook does without the
    seconds that each kernel takes to start.
    """
    light = [name for name in NOTEBOOKS if not name.startswith("08")]
    for name in light:
        (tmp_path / f"{name}.py").write_text("\n\n".join(cells(name)), encoding="utf-8")
    script = "import runpy, sys\nfor name in sys.argv[1:]: runpy.run_path(name); print('ran', name)"
    done = subprocess.run(
        [sys.executable, "-c", script, *(f"{name}.py" for name in light)],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("ran ") == len(light)


def test_chapter_9_shows_what_a_check_really_says(pages, monkeypatch):
    """Is the message on the page the one that the check gives today?"""
    monkeypatch.setattr(catalogue, "BOOK_URL", "…")

    def rounds_up(n, kernel, stride=1, padding=0, dilation=1):
        return -((dilation * (kernel - 1) + 1 - n - 2 * padding) // stride) + 1

    with pytest.raises(CheckError) as failed:
        check_output_size(rounds_up)
    shown = pages["09_your_turn"].find(id="sample-check").get_text()
    assert shown.split() == str(failed.value).split()


# ---- figures -------------------------------------------------------------------------------------

FIGURES = {
    "01_why_not_dense": ["shuffled", "template"],
    "02_local_receptive_fields": ["dense", "layer 2"],
    "03_shared_weights": ["feature map", "handwritten 7"],
    "04_stride_and_padding": ["eight cells", "frame of zeros"],
    "06_pooling": ["max pooling", "relative change"],
    "07_the_stack": ["whole network"],
    "08_a_cnn_for_mnist": [
        "handwritten digits", "loss and accuracy", "learned kernels", "eight feature maps",
        "what filters like", "confusion matrix", "most confident mistakes",
    ],
    "10_gradients": ["overlapping windows", "gradient descent"],
}  # fmt: skip


@pytest.mark.parametrize("chapter", FIGURES)
def test_a_figure_says_in_words_what_it_shows(pages, chapter):
    """Has every drawing an alternative text that carries its content, and are all there?"""
    drawings = pages[chapter].select("figure.drawing svg[role=img]")
    said = [drawing["aria-label"].lower() for drawing in drawings]
    assert all(len(words) > 60 for words in said)
    for subject in FIGURES[chapter]:
        assert any(subject in words for words in said), f"no drawing of: {subject}"


@pytest.mark.parametrize("chapter", FIGURES)
def test_a_figure_takes_the_colour_of_the_page(pages, chapter):
    """Are text and lines drawn in the page's own colour, so that they show in light and dark?"""
    for drawing in pages[chapter].select("figure.drawing svg"):
        markup = str(drawing)
        assert "#0a0b0c" not in markup
        assert "#f1f2f3" not in markup
        fills = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", markup))
        assert not fills & {"#000000", "#ffffff"}


def test_figures_of_one_page_do_not_share_ids(pages):
    """Is every id inside the drawings of a page used once?"""
    for name in FIGURES:
        ids = [tag["id"] for tag in pages[name].select("figure.drawing [id]")]
        assert len(ids) == len(set(ids)), name


# ---- quizzes and misconceptions ------------------------------------------------------------------


def test_the_quiz_bank_covers_the_catalogue():
    """Is every misconception a wrong option of some quiz, and every name in a quiz a known one?"""
    assert {name for chapter in NOTEBOOKS for name in names_of(chapter)} == set(CATALOGUE)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_wrong_option_is_a_misconception(name):
    """Does each wrong option name the belief that leads to it?"""
    for question in quiz_questions(name):
        asked = ast.unparse(entries(question)["question"])
        wrong = wrong_answers(question)
        assert wrong, asked
        for option in wrong:
            assert {"feedback", "misconception"} <= set(option), asked


@pytest.mark.parametrize("name", [n for n in NOTEBOOKS if n[:2] >= "03"])
def test_later_chapters_ask_again(name):
    """Does this quiz come back to a misconception that an earlier chapter's quiz had?"""
    earlier = {known for other in NOTEBOOKS if other < name for known in names_of(other)}
    assert names_of(name) & earlier


def test_each_misconception_has_its_section(pages):
    """Has the page one section for each entry of the catalogue, linking the entry's chapter?"""
    text = source("misconceptions")
    sections = re.findall(r"^\(m-([a-z-]+)\)=\n### (.*?)(?=^\(m-|^## |\Z)", text, re.DOTALL | re.M)
    assert sorted(name for name, _ in sections) == sorted(CATALOGUE)
    for name, section in sections:
        assert f"]({CATALOGUE[name].chapter}.md)" in section, name
        assert "*Why people think so.*" in section, name
        assert "*Convince yourself:*" in section, name
        assert pages["misconceptions"].find(id=f"m-{name}"), name


# ---- terms and sources ---------------------------------------------------------------------------


def test_the_glossary_defines_the_terms_once():
    """Is each term of the course in the glossary, once?"""
    terms = re.findall(r"^([A-Z][^\n`]*)$\n    \S", source("glossary"), re.M)
    lowered = [term.lower() for term in terms]
    assert len(lowered) == len(set(lowered))
    for term in (
        "cross-correlation", "feature map", "filter", "kernel", "stride", "padding", "dilation",
        "receptive field", "channel", "weight sharing", "equivariance", "invariance", "pooling",
    ):  # fmt: skip
        assert term in lowered


def test_every_source_is_cited_and_known():
    """Is each entry of the bibliography cited, and each citation an entry?"""
    known = re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(), re.M)
    cited = {
        key
        for path in BOOK.glob("*.md")
        for found in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", path.read_text())
        for key in found.split(",")
    }
    assert sorted(known) == sorted(cited)
