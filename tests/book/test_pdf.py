"""The book on paper: one PDF with every chapter, whose contents and bookmarks lead to the pages."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from course_utils.book.contents import pages_in_order
from course_utils.book.pdf import PDF, print_book
from course_utils.book.sheets import HALF, fullness


@pytest.fixture(scope="module")
def paper(root, book_html):
    """The printed book."""
    assert book_html.is_dir()
    return PdfReader(print_book(root))


def lines(page):
    """The page's text from top to bottom, without its number: (scale, size in pixels, line)."""
    pieces = []

    def visit(text, matrix, place, _font, size):
        if text.strip():
            y = matrix[3] * place[5] + matrix[5]
            pieces.append((-round(y), len(pieces), matrix[0], size, text))

    page.extract_text(visitor_text=visit)
    found = []
    for _, row in itertools.groupby(sorted(pieces), key=lambda piece: piece[0]):
        _, _, scales, sizes, texts = zip(*row, strict=True)
        found.append((scales[0], max(sizes), "".join(texts).strip()))
    return [line for line in found if not line[2].isdecimal()]


@pytest.fixture(scope="module")
def sheets(paper):
    """The lines of each page."""
    return [lines(page) for page in paper.pages]


def test_nothing_makes_chromium_print_the_book_smaller(sheets):
    """Is a pixel three quarters of a point everywhere? Where anything is too wide, all shrinks."""
    for number, sheet in enumerate(sheets, 1):
        scales = {round(scale, 3) for scale, _, _ in sheet}
        assert 0.75 in scales, (number, scales)


def test_no_page_is_left_with_a_line_or_two(sheets):
    """Does each page hold more than what would have fitted on the one before?"""
    for number, sheet in enumerate(sheets, 1):
        assert len(sheet) > 2, (number, sheet)


def test_no_heading_stands_at_the_foot_of_a_page(sheets, book_html):
    """Is the last line of a page neither a heading nor a term of the glossary?"""
    text = (book_html / "glossary.html").read_text()
    terms = {term.text.strip(" #") for term in BeautifulSoup(text, "html.parser").select("dt")}
    assert "Softmax" in terms
    for number, sheet in enumerate(sheets, 1):
        _, size, line = sheet[-1]
        assert number == 1 or (size < 16 and line not in terms), (number, size, line)


def test_short_code_stays_on_one_page(paper, book_html):
    """Are the first and the last line of each cell of fewer than 14 lines on the same page?"""

    def bare(text):
        return "".join(text.split())

    pages = [bare(page.extract_text()) for page in paper.pages]
    asked = 0
    for path in sorted(book_html.glob("[01][0-9]_*.html")):
        soup = BeautifulSoup(path.read_text(), "html.parser")
        for code in soup.select(".cell_input pre"):
            if code.find_parent(class_="supporting"):  # drawing code is not printed
                continue
            first, *_, last = code.text.strip().splitlines() * 2
            if len(code.text.strip().splitlines()) < 14 and len(bare(last)) > 12:
                asked += 1
                assert any(bare(first) in page and bare(last) in page for page in pages), code.text
    assert asked > 30


def test_code_stands_with_the_sentence_that_introduces_it(paper, book_html):
    """Are the end of a paragraph (or a file's name) and the code below it on the same page?"""

    def bare(text):
        return "".join(text.split())

    pages = [bare(page.extract_text()) for page in paper.pages]
    asked = 0
    for name in ("for_students", "for_instructors", "references"):
        soup = BeautifulSoup((book_html / f"{name}.html").read_text(), "html.parser")
        for code in soup.select("pre"):
            block = (
                code.find_parent(class_="literal-block-wrapper") or code.find_parent("div").parent
            )
            before = block.find_previous_sibling()
            first = bare(code.text.strip().splitlines()[0])
            if before is not None and before.name == "p" and len(first) > 12:
                end = bare(before.text)[-12:]
                asked += 1
                assert any(first in page.partition(end)[2] for page in pages), (name, first)
    assert asked > 20


def test_the_contents_name_the_page_on_which_each_chapter_begins(root, paper):
    """Is the number in the list of contents that of the page with the chapter's heading?"""
    lines = " ".join(paper.pages[1].extract_text().split())
    chapters = paper.outline
    titles = [item.title for item in chapters if not isinstance(item, list)]
    assert len(titles) == len(pages_in_order(root))
    for item in [item for item in chapters if not isinstance(item, list)][1:]:
        page = paper.get_destination_page_number(item) + 1
        title = " ".join(item.title.split())
        assert re.search(rf"{re.escape(title)} {page}\b", lines), (title, page, lines)
        text = " ".join(paper.pages[page - 1].extract_text().split())
        assert title in text


def test_links_between_chapters_stay_in_the_file(paper):
    """Does every link of the PDF lead to a place in it or to an address on the web?"""
    inside = outside = 0
    for page in paper.pages:
        for note in page.get("/Annots", []):
            action = note.get_object().get("/A", {}).get("/URI")
            if action is None:
                inside += 1
            else:
                outside += 1
                assert re.match("https?://", action), action
    assert inside > 100
    assert outside > 0


def test_demos_are_pictures_and_nothing_asks_to_be_clicked(paper):
    """Are the words of buttons left out, and the demos' numbers there?"""
    text = " ".join(page.extract_text() for page in paper.pages)
    assert "Download convolution.ipynb" not in text
    assert "Show the source" not in text
    assert "Kernel" in text
    assert len(paper.pages) < 150


def test_answers_stand_at_the_end_of_their_chapter(root, paper):
    """Do a chapter's pages up to "Hints and answers" hold no answer, and those after it all?"""
    titles = [item for item in paper.outline if not isinstance(item, list)]
    begins = [paper.get_destination_page_number(item) for item in titles] + [len(paper.pages)]
    names = pages_in_order(root)
    start = begins[names.index("04_stride_and_padding")]
    end = begins[names.index("04_stride_and_padding") + 1]
    text = " ".join(page.extract_text() for page in paper.pages[start:end])
    sheet, heading, answers = " ".join(text.split()).partition("Hints and answers")
    assert heading
    for said in ("12.5 steps, so 13 places in each direction", "12 whole steps and 13 places"):
        assert said in answers
        assert said not in sheet
    assert "Answers: number 8 at the end of the chapter" in sheet


def test_the_cover_says_what_it_is(paper):
    """Has the first page the title, the authors and the version, and nothing of the text?"""
    text = " ".join(paper.pages[0].extract_text().split())
    assert "Convolutional neural networks" in text
    assert "Version 0.1.0" in text
    assert "The authors of the CNN course" in text
    assert len(text) < 400


def test_a_quiz_stands_on_one_page(sheets):
    """Are a quiz's heading, its questions and the line on its answers on the same page?"""
    quizzes = [sheet for sheet in sheets if any(line == "Check yourself" for *_, line in sheet)]
    assert len(quizzes) > 8
    for sheet in quizzes:
        text = [line for *_, line in sheet]
        begin = text.index("Check yourself")
        assert "Quiz" in text[:begin]
        assert any(line.startswith("Answers: number") for line in text[begin:])


def test_no_page_before_a_chapters_last_is_half_empty(root, paper):
    """Is there ink in the lower half of each page, but of the contents and of chapters' ends?"""
    begins = [
        paper.get_destination_page_number(item)
        for item in paper.outline
        if not isinstance(item, list)
    ]
    ends = {page - 1 for page in begins} | {len(paper.pages) - 1}
    shares = fullness(root / PDF)
    assert len(shares) == len(paper.pages)
    for number, share in enumerate(shares):
        assert share >= HALF or number in ends, (number + 1, share)
