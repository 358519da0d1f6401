"""What our Sphinx extensions do: formulas, revealed answers, buttons, and what runs again."""

import sys
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

NOTEBOOK = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---
# {title}

```{{code-cell}} ipython3
{code}
```
"""


@pytest.fixture(scope="module", autouse=True)
def our_extensions(root):
    """The book's extensions can be imported."""
    sys.path.insert(0, str(root / "book" / "_ext"))
    yield
    sys.path.remove(str(root / "book" / "_ext"))


@pytest.fixture
def build(tmp_path):
    """A function {file: text} -> ({page: parsed HTML}, warnings); again in the same folder."""
    book = tmp_path / "book"

    def build_(files, extensions, **settings):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        warnings = StringIO()
        settings = {"html_theme": "basic"} | settings
        settings |= {"extensions": extensions, "root_doc": "index"}
        out = tmp_path / "_build" / "html"
        with patch_docutils(), docutils_namespace():
            app = Sphinx(book, None, out, out.parent / "doctrees", "html", settings, None, warnings)
            app.build()
        pages = {p.stem: BeautifulSoup(p.read_text(), "html.parser") for p in out.glob("*.html")}
        return pages, warnings.getvalue()

    return build_


def test_a_formula_becomes_mathml_and_keeps_its_full_stop(build):
    """Is LaTeX turned into MathML that keeps together with the punctuation around it?"""
    text = "# T\n\nSize ($n$), so $\\lfloor n/2 \\rfloor$. A $k$ here.\n\n"
    text += "$$\\sum_{i=0}^{K-1} w_i$$ (s)\n"
    pages, warnings = build(
        {"book/index.md": text},
        ["myst_parser", "book_math"],
        html_math_renderer="mathml",
        myst_enable_extensions=["dollarmath"],
    )
    assert warnings == ""
    first, second, third, block = pages["index"].find_all("math")
    assert first.get_text() == "n"
    assert [first.parent["class"], first.parent.get_text()] == [["joined"], "(n),"]
    assert second.parent.get_text() == second.get_text() + "."
    assert first.find_parent("p").get_text().startswith("Size (n), so ")
    assert (third.previous_sibling[-1], third.next_sibling[0]) == (" ", " ")
    assert block["display"] == "block"
    assert block.find("munderover") is not None
    assert pages["index"].select_one("div.math .eqno").get_text() == "(1)"


def test_a_formula_that_is_wrong_is_named(build):
    """Does wrong LaTeX give a warning with its line, and so an error of the book?"""
    _, warnings = build(
        {"book/index.md": "# T\n\ntext\n\nSee $\\fraction{1}{2}$.\n"},
        ["myst_parser", "book_math"],
        html_math_renderer="mathml",
        myst_enable_extensions=["dollarmath"],
    )
    assert "index.md:5: WARNING: formula not understood" in warnings
    assert r"\fraction{1}{2}" in warnings


def test_an_answer_is_revealed_without_a_script(build):
    """Is a dropdown closed <details> with its title as the words to click?"""
    text = "# T\n\n```{dropdown} What you *may* have found\nAll **nine**.\n```\n"
    pages, warnings = build({"book/index.md": text}, ["myst_parser", "book_reveal"])
    assert warnings == ""
    details = pages["index"].find("details")
    assert not details.has_attr("open")
    assert details.summary.get_text() == "What you *may* have found"
    assert details.strong.get_text() == "nine"


def test_an_assignment_can_be_downloaded(build):
    """Is the student's notebook copied into the site, and is one that is not there named?"""
    text = "# T\n\n```{assignment-links} pooling\n```\n\n```{assignment-links} poling\n```\n"
    pages, warnings = build(
        {"book/index.md": text, "exercises/pooling/pooling.ipynb": "{}"},
        ["myst_parser", "book_assignments"],
    )
    (link,) = pages["index"].select(".button-row a")
    assert link.get_text() == "Download pooling.ipynb"
    assert link["href"].endswith("/pooling.ipynb")
    assert "index.md:6: WARNING: no exercises/poling/poling.ipynb; `make exercises`" in warnings


@pytest.mark.parametrize(
    ("address", "labels", "binder"),
    [
        ("", [], None),
        (None, [], None),
        ("https://github.com/o/r.git", ["Open in Colab", "Open in Binder"], "/v2/gh/o/r/trunk?"),
        ("https://git.example.org/o/r/", ["Open in Binder"], "/v2/git/https%3A%2F%2Fgit.example"),
    ],
)
def test_services_follow_from_the_address(address, labels, binder):
    """Does one setting decide what opens an assignment, and does all work while it is empty?"""
    from book_assignments import open_with

    options = {"repository_url": address, "repository_branch": "trunk"}
    services = open_with(options, "exercises/a/a.ipynb")
    assert list(services) == labels
    if "Open in Colab" in services:
        assert services["Open in Colab"].endswith("/github/o/r/blob/trunk/exercises/a/a.ipynb")
    if binder:
        assert binder in services["Open in Binder"]
        assert services["Open in Binder"].endswith("urlpath=lab%2Ftree%2Fexercises%2Fa%2Fa.ipynb")


@pytest.mark.parametrize(
    ("address", "edit", "issues"),
    [
        ("https://github.com/o/r.git", "/r/edit/main/book/index.md", "/r/issues"),
        ("https://gitlab.com/o/r/", "/r/-/edit/main/book/index.md", "/r/-/issues"),
        ("https://git.example.org/o/r", None, None),
        ("", None, None),
    ],
)
def test_a_page_leads_to_its_source_and_to_the_issues(build, address, edit, issues):
    """Has a page's foot both links where the address says how, and no empty line where not?"""
    theme = {"repository_url": address}
    pages, warnings = build(
        {"book/index.md": "# T\n"},
        ["myst_parser", "book_theme"],
        html_theme="course",
        html_theme_options=theme,
    )
    assert warnings == ""
    foot = pages["index"].select_one("footer")
    links = {link.get_text(): link["href"] for link in foot.select("a")}
    assert len(foot.select("p")) == (2 if edit else 1)
    assert links.get("Edit this page", "").endswith(edit or "")
    assert links.get("Report a fault", "").endswith(issues or "")
    assert list(links) == (["Edit this page", "Report a fault"] if edit else [])
    assert not pages["search"].select("footer a")


def test_a_page_says_its_version_and_how_to_cite_it(build):
    """Are the version in the foot and the BibTeX entry those of ``CITATION.cff``?"""
    cff = (
        "title: A course\nversion: 1.2.3\ndate-released: '2026-11-02'\n"
        "authors:\n- name: The authors\n- family-names: Lovelace\n  given-names: Ada\n"
    )
    pages, warnings = build(
        {"book/index.md": "# T\n\n```{how-to-cite}\n```\n", "CITATION.cff": cff},
        ["myst_parser", "book_theme", "book_citation"],
        html_theme="course",
        html_theme_options={"repository_url": "https://example.org/c"},
    )
    assert warnings == ""
    assert "Version 1.2.3, 2 November 2026" in pages["index"].select_one("footer").get_text()
    entry = pages["index"].select_one("article pre").get_text()
    assert "author  = {{The authors} and {Lovelace, Ada}}" in entry
    assert "url     = {https://example.org/c}" in entry


@pytest.mark.parametrize("made", ["", "1"])
def test_the_foot_links_the_pdf_where_one_is_made(build, monkeypatch, made):
    """Does `course book --pdf` bring the link, and no other build one that leads nowhere?"""
    monkeypatch.setenv("COURSE_PDF", made)
    files = {"book/index.md": "# T\n", "CITATION.cff": "version: 1\ndate-released: '2026-11-02'\n"}
    pages, warnings = build(files, ["myst_parser", "book_theme"], html_theme="course")
    assert warnings == ""
    assert len(pages["index"].select('footer a[href="book.pdf"]')) == (1 if made else 0)


@pytest.mark.parametrize("address", ["", "https://ann.example.org/courses/cnn"])
def test_a_page_can_be_shared_and_an_address_without_one_leads_back(build, address):
    """Are title, description and picture said, and does the page of errors find the others?"""
    setting = f'html:\n  baseurl: "{address}"\n'
    front = "---\nmyst:\n  html_meta:\n    description: What it is about.\n---\n"
    pages, warnings = build(
        {"book/index.md": f"{front}# T\n", "_config.yml": setting},
        ["myst_parser", "book_theme"],
        html_theme="course",
    )
    assert warnings == ""
    said = {tag["property"]: tag["content"] for tag in pages["index"].select("meta[property]")}
    assert said["og:title"] == "T"
    assert said["og:description"] == "What it is about."
    assert said.get("og:image", "") == (f"{address}/_static/share.png" if address else "")
    lost = pages["404"]
    assert lost.select_one("base")["href"] == ("/courses/cnn/" if address else "/")
    assert lost.select_one("article form")["action"] == "search.html"
    assert pages["index"].select_one("base") is None


def test_which_files_a_chapter_leads_to(root):
    """Are imports followed through modules, lazy names, and the data files named there?"""
    from book_freshness import files_behind

    def behind(code):
        found = files_behind(code, root)
        return {path.relative_to(root).as_posix() for path in found}

    alone = behind("from course_utils import reference")
    assert alone == {"course_utils/__init__.py", "course_utils/reference.py"}
    demo = behind("from course_utils.widgets import Convolution")
    assert {"course_utils/widgets/base.py", "course_utils/widgets/convolution.py"} <= demo
    assert "course_utils/widgets/pooling.py" not in demo
    assert "course_utils/mnist_subset.npz" in behind("from course_utils.data import load_mnist")
    assert behind("import numpy as np\nx = 'course_utils/reference.py'") == set()


def test_only_what_imports_a_changed_module_runs_again(build):
    """After a change in a module, do only the chapters that use it run again?"""
    token = "import uuid\nprint(uuid.uuid4().hex)"
    path = "import sys\nsys.path.insert(0, '..')\n"
    files = {
        "book/index.md": "# Start\n\n```{toctree}\none\ntwo\n```\n",
        "book/one.md": NOTEBOOK.format(
            title="One", code=f"{path}from course_utils import outer\nprint(outer.VALUE)\n{token}"
        ),
        "book/two.md": NOTEBOOK.format(
            title="Two", code=f"{path}import course_utils.other\n{token}"
        ),
        "requirements.txt": "",
        "course_utils/__init__.py": "",
        "course_utils/outer.py": "from course_utils.inner import VALUE\n",
        "course_utils/inner.py": "VALUE = 'first'\n",
        "course_utils/other.py": "",
    }

    def outputs(changed):
        pages, warnings = build(
            changed,
            ["myst_nb", "book_freshness"],
            nb_execution_mode="cache",
            nb_merge_streams=True,
            source_suffix={".md": "myst-nb"},
        )
        assert warnings == ""
        return [
            "".join(part.get_text() for part in pages[name].select(".cell_output"))
            for name in ("one", "two")
        ]

    one, two = outputs(files)
    assert "first" in one
    again = outputs({"course_utils/inner.py": "VALUE = 'second'\n"})
    assert "second" in again[0]
    assert again[1] == two


def test_a_chapter_reads_well_as_a_notebook():
    """Are boxes, references, numbers and links put into Markdown that any program shows?"""
    from book_notebooks import plain
    from pybtex.database import parse_string

    source = """@book{two, author = {Ada One and Bob Two}, year = {1998}}
    @book{many, author = {Ada One and Bob Two and Cy Three}, year = {2016}}"""
    words = {
        "glue:text": {"size": "1,234"},
        "cite": dict(parse_string(source, "bibtex").entries),
    }
    text = (
        "(m-no-floor)=\nThe {term}`window` has {glue:text}`size` cells {cite}`two` {cite}`many`, "
        "see [chapter 3](03_shared_weights.md) and [the net](https://example.org).\n\n"
        "```{admonition} Predict first\n:class: predict\n\nHow many?\n```\n\n"
        "```{dropdown} Compare\n\nThree.\n```\n\n```{code-block} text\na\n```\n"
    )
    made = plain(text, words, "https://book.example", "07_the_stack")
    assert made == (
        "The window has 1,234 cells (One and Two, 1998) (One et al., 2016), see "
        "[chapter 3](https://book.example/03_shared_weights.html) and [the net](https://example.org)."
        "\n\n> **Predict first**\n>\n> How many?\n\n"
        "<details><summary>Compare</summary>\n\nThree.\n\n</details>\n\n```text\na\n```\n"
    )
    assert "see chapter 3 and [the net](" in plain(text, words, "", "07_the_stack")
    hint = plain("[down](#m-no-floor)", words, "https://book.example", "07_the_stack")
    assert hint == "[down](https://book.example/misconceptions.html#m-no-floor)"
