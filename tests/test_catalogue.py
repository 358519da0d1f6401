"""The catalogue, which checks, quizzes and the book use, is complete, linked and readable."""

import re

import pytest
from docutils.nodes import make_id

from course_utils import catalogue
from course_utils.catalogue import CATALOGUE, CHAPTERS, SECTIONS, read
from tests.checks.questions import QUESTIONS
from tests.conftest import ROOT

BOOK = "https://book.example"
ELSEWHERE = {"same-parameters-anywhere", "second-layer-called-first", "pooling-has-weights"}


def test_every_entry_has_a_wrong_implementation():
    """Can each misconception be recognised by some question (three of them by counting alone)?"""
    shown = {m.id for question in QUESTIONS for m in question.mistakes if m.id}
    assert shown | ELSEWHERE == set(CATALOGUE)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda e: e.id)
def test_every_entry_leads_to_pages_that_are_there(entry, monkeypatch):
    """Do the chapter and its section on the page of misconceptions exist in the book?"""
    monkeypatch.setattr(catalogue, "BOOK_URL", BOOK)
    assert (ROOT / "book" / f"{entry.chapter}.md").is_file()
    assert entry.page == f"{BOOK}/{entry.chapter}.html"
    page = (ROOT / "book" / "misconceptions.md").read_text(encoding="utf-8")
    assert f"(m-{entry.id})=" in page
    assert entry.section == f"{BOOK}/misconceptions.html#m-{entry.id}"
    assert entry.page in entry.reading
    assert entry.section in entry.reading


def test_nobody_is_sent_to_an_address_that_is_not_there(monkeypatch):
    """Without the book's address, does a message name the place to read, and give no link?"""
    monkeypatch.setattr(catalogue, "BOOK_URL", "")
    said = [entry.reading for entry in CATALOGUE.values()] + [read(name) for name in SECTIONS]
    assert not [text for text in said if "http" in text or ".html" in text or "\n" in text]
    assert read("same") == 'Read: Stride and padding, "valid" and "same"'
    assert {entry.section for entry in CATALOGUE.values()} == {""}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapters_are_called_by_their_titles(chapter):
    """Does a chapter's own title hold the name that messages give it?"""
    text = (ROOT / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, flags=re.M)[1]
    assert CHAPTERS[chapter].casefold() in title.casefold()


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda e: e.id)
def test_sentences_fit_into_the_message(entry):
    """Does ``wrong`` continue a sentence, and is ``right`` one or more whole ones?"""
    assert not entry.wrong.endswith(".")
    assert entry.right.endswith(".")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.id)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_a_heading_of_its_chapter(section, monkeypatch):
    """Does a message lead to a heading that is there, by the anchor that Sphinx gives it?"""
    monkeypatch.setattr(catalogue, "BOOK_URL", BOOK)
    chapter, heading = SECTIONS[section]
    text = (ROOT / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    assert len(re.findall(rf"^##+ {re.escape(heading)}$", text, flags=re.M)) == 1
    assert read(section).endswith(f"/{chapter}.html#{make_id(heading)}")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_every_mistake_has_a_section(question):
    """Is there a place to read for each of them, catalogued or not?"""
    assert question.section in SECTIONS
    assert all(not m.section or m.section in SECTIONS for m in question.mistakes)
