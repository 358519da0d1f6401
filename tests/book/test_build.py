"""Building the book: what it prints, what it does again, and how it reports a mistake."""

import pytest

from course_utils.book.build import build_book
from course_utils.book.contents import pages_in_order
from course_utils.errors import CourseError
from course_utils.places import say_where

TOC = "format: jb-book\nroot: index\nparts:\n- caption: Chapters\n  chapters:\n"


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A folder with a book of two pages, not yet built."""
    root = tmp_path_factory.mktemp("course")
    (root / "_config.yml").write_text("title: Small\nonly_build_toc_files: true\n")
    (root / "_toc.yml").write_text(f"{TOC}  - file: one\n")
    (root / "book").mkdir()
    (root / "book" / "index.md").write_text("# Small\n\nSee [one](one.md).\n")
    (root / "book" / "one.md").write_text("# One\n\nText.\n")
    return root


def test_a_book_is_built_once(small_book, capsys):
    """Does the last line say where the book is, and does a second call only say so again?"""
    assert build_book(small_book) == 0
    told = capsys.readouterr().out.splitlines()
    page = small_book / "_build" / "html" / "index.html"
    assert told[-1] == f"the book: {page}"
    assert len(told) == 2, told
    written = page.stat().st_mtime_ns
    assert build_book(small_book) == 0
    assert capsys.readouterr().out.splitlines() == ["book: nothing has changed", told[-1]]
    assert page.stat().st_mtime_ns == written


def test_a_mistake_is_named_and_mended(small_book, capsys):
    """Does a broken link stop every build, with its file and line, until it is mended?"""
    chapter = small_book / "book" / "one.md"
    chapter.write_text("# One\n\nSee [two](two.md).\n")
    for _ in range(2):  # a second try does not take the first one's failure for a result
        with pytest.raises(CourseError, match=r"did not build.*_build/book\.log"):
            build_book(small_book)
        told = capsys.readouterr().err.splitlines()
        assert len(told) == 1
        assert "book/one.md:3: WARNING:" in told[0]
    chapter.write_text("# One\n\nMended.\n")
    build_book(small_book)
    assert "Mended." in (small_book / "_build" / "html" / "one.html").read_text()


def test_a_page_that_left_the_contents_leaves_the_site(small_book):
    """Are the page and the notebook of a chapter gone once the contents no longer name it?"""
    notebooks = small_book / "_build" / "html" / "notebooks"
    notebooks.mkdir(exist_ok=True)
    (notebooks / "one.ipynb").write_text("{}")
    (small_book / "book" / "two.md").write_text("# Two\n\nText.\n")
    (small_book / "_toc.yml").write_text(f"{TOC}  - file: two\n")
    (small_book / "book" / "index.md").write_text("# Small\n\nSee [two](two.md).\n")
    build_book(small_book)
    site = small_book / "_build" / "html"
    assert pages_in_order(small_book) == ["index", "two"]
    assert (site / "two.html").is_file()
    assert (site / "search.html").is_file()
    assert not (site / "one.html").exists()
    assert not (notebooks / "one.ipynb").exists()


def test_a_folder_without_a_book_is_refused(tmp_path):
    """Without a book, does the message say what is missing, where, and what to do?"""
    with pytest.raises(CourseError, match=r"no _config\.yml in .*--root"):
        build_book(tmp_path)


def test_where_says_what_is_there_and_what_makes_the_rest(tmp_path, capsys):
    """Does ``course where`` name what has been made, and the command for what has not?"""
    report = tmp_path / "_build/sample_class/grades/convolution/report.html"
    report.parent.mkdir(parents=True)
    report.touch()
    assert say_where(tmp_path) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    printed = {line[:13].strip(): line[13:].strip() for line in lines}
    assert printed["book"] == "not made yet: make book"
    assert printed["sample class"] == "_build/sample_class/grades/convolution/report.html"
    assert printed["your class"] == "not made yet: course grade ASSIGNMENT"
