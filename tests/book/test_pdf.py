"""The book on paper: one PDF with every chapter, whose contents and bookmarks lead to the pages."""

import re

import pytest
from pypdf import PdfReader

from course_utils.book.contents import pages_in_order
from course_utils.book.pdf import print_book


@pytest.fixture(scope="module")
def paper(root, book_html):
    """The printed book."""
    assert book_html.is_dir()
    return PdfReader(print_book(root))


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
