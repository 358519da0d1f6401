"""What the search knows of a page: its sections as they are read, and no more."""

import sys

import pytest
from bs4 import BeautifulSoup

PAGE = """<article><section id="pooling"><h1>6. Pooling<a class="headerlink">#</a></h1>
<p>The <em>question</em>:
how <strong>much</strong>? <strong>This is a whole sentence.</strong></p>
<section id="maps"><h2>Maps</h2><p>One</p><p>two.</p><!-- a remark -->
<div class="cell"><div class="cell_input"><pre>y = pool(x)
y.shape</pre></div></div>
<details class="hide supporting"><summary>Show it</summary><pre>draw()</pre></details>
<details class="hide"><summary><p>Show the answer</p></summary><pre>answer = 4</pre></details>
<details class="dropdown"><summary>A hint</summary><p>Think.</p></details>
<div class="math"><math><mi>n</mi><mo>+</mo><mn>1</mn></math></div>
<div class="cnn-slot"><script type="application/json">{"answer": 7}</script>A quiz.</div></section>
<dl><dt id="term-Map">Map</dt><dd><p>A grid.</p></dd></dl></section></article>"""


@pytest.fixture(scope="module")
def search(root):
    """The Sphinx extension, imported as Sphinx does."""
    sys.path.insert(0, str(root / "book" / "_ext"))
    import book_search

    yield book_search
    sys.path.remove(str(root / "book" / "_ext"))


@pytest.fixture
def rows(search):
    """The sections of PAGE."""
    return [section.row(0)[1:] for section in search.sections(BeautifulSoup(PAGE, "html.parser"))]


def test_a_page_is_cut_at_its_headings(rows):
    """Does each heading, and each term of a glossary, begin a section with its own anchor?"""
    assert [row[:2] for row in rows] == [
        ["", "6. Pooling"],
        ["maps", "Maps"],
        ["term-Map", "Map"],
    ]


def test_prose_and_code_are_kept_apart(rows):
    """Is prose in paragraphs without the source's line ends, and code (and formulas) beside it?"""
    assert rows[0][3] == "The question: how much? This is a whole sentence."
    assert rows[1][3:] == ["One\ntwo.\nA hint\nThink.", "y = pool(x)\ny.shape\nanswer = 4\nn+1"]
    assert rows[2][3] == "A grid."


def test_terms_in_bold_are_named_apart(rows):
    """Are short words in bold kept once more as the terms of their section, and no sentences?"""
    assert [row[2] for row in rows] == ["much", "", ""]


def test_drawing_code_and_quizzes_are_left_out(rows):
    """Is nothing known of folded drawing code, of a quiz's answers, of the names of folds?"""
    text = str(rows)
    for left_out in ("draw", "quiz", "7", "Show", "remark", "#"):
        assert left_out not in text, left_out


def test_every_section_of_the_book_can_be_reached(search, book_html, root):
    """Does each anchor of the index exist on its page?"""
    from course_utils.book.contents import pages_in_order

    index = search.index_of(book_html, pages_in_order(root))
    assert len(index["pages"]) == len(pages_in_order(root))
    text = {url: (book_html / url).read_text() for url, _, _ in index["pages"]}
    for page, anchor, heading, *_ in index["sections"]:
        url = index["pages"][page][0]
        assert not anchor or f'id="{anchor}"' in text[url], f"{url}#{anchor} ({heading})"
