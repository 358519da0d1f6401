"""The built pages as files: links lead somewhere, nothing comes from elsewhere, nothing leaks."""

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.book.secrets import secret_lines


def _own(book_html, pattern):
    """The site's files of that pattern, without those of the notebooks in the browser."""
    return [p for p in book_html.rglob(pattern) if p.relative_to(book_html).parts[0] != "lite"]


@pytest.fixture(scope="module")
def pages(book_html):
    """{file name: parsed page} of the built book."""
    return {
        path.relative_to(book_html).as_posix(): BeautifulSoup(path.read_text(), "html.parser")
        for path in sorted(book_html.glob("*.html"))
    }


def test_every_chapter_in_the_contents_is_a_page(root, pages):
    """Is each file that _toc.yml names a page, and no other but the search and the lost page?"""
    contents = yaml.safe_load((root / "_toc.yml").read_text())
    named = {contents["root"]} | {
        chapter["file"] for part in contents["parts"] for chapter in part["chapters"]
    }
    assert {f"{name}.html" for name in named} | {"search.html", "404.html"} == set(pages)


def test_links_and_anchors_lead_somewhere(book_html, pages):
    """Does every link within the book reach a file, and its anchor an element there?"""
    anchors = {
        name: {tag["id"] for tag in page.find_all(id=True)} | {""} for name, page in pages.items()
    }
    dead = []
    for name, page in pages.items():
        for tag in page.find_all(["a", "link", "script", "img", "form", "source"]):
            address = tag.get("href") or tag.get("src") or tag.get("action")
            if not address or urlsplit(address).scheme:
                continue
            path, anchor = unquote(urlsplit(address).path), unquote(urlsplit(address).fragment)
            target = (
                (book_html / name).parent.joinpath(path).resolve() if path else book_html / name
            )
            inside = target.relative_to(book_html.resolve()).as_posix() if path else name
            if not target.is_file() or anchor not in anchors.get(inside, {""}):
                dead.append(f"{name} -> {address}")
    assert not dead, "\n".join(dead)


def test_no_page_asks_another_host(book_html, pages):
    """Do scripts, styles, fonts and pictures all come from the site itself?

    (Links that a reader may click are not requests; a canonical address is none either.)
    """
    elsewhere = []
    for name, page in pages.items():
        for tag in page.find_all(["script", "img", "iframe", "source", "video", "object", "embed"]):
            elsewhere += [f"{name}: {tag}"] * bool(re.match(r"(https?:)?//", tag.get("src", "")))
        for tag in page.find_all("link"):
            if "canonical" not in tag.get("rel", []):
                elsewhere += [f"{name}: {tag}"] * bool(re.match(r"(https?:)?//", tag["href"]))
    for path in _own(book_html, "*.css"):
        found = re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^'\")]+)", path.read_text())
        elsewhere += [f"{path.name}: {address}" for address in found]
    assert elsewhere == []


def test_each_page_describes_itself(pages):
    """Has every page a language, one main heading, a title and a description of its own?"""
    titles, descriptions = [], []
    for name, page in pages.items():
        assert page.html["lang"] == "en", name
        assert len(page.find_all("h1")) == 1, name
        assert len(page.find_all("meta", attrs={"name": "viewport"})) == 1, name
        titles.append(page.title.get_text())
        (description,) = page.find_all("meta", attrs={"name": "description"})
        descriptions.append(description["content"])
        assert 40 <= len(descriptions[-1]) <= 220, f"{name}: {descriptions[-1]!r}"
    assert len(set(titles)) == len(titles)
    assert len(set(descriptions)) == len(descriptions)


def test_no_id_is_given_twice(pages):
    """Does an anchor name one place only?"""
    for name, page in pages.items():
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), name


def test_pictures_have_words_and_sizes(pages):
    """Has each picture words for what it shows, and a size, so that the page does not jump?"""
    for name, page in pages.items():
        for image in page.article.find_all("img"):
            assert len(image.get("alt", "")) > 15, f"{name}: {image}"
            assert not re.search("data/|_images/", image["alt"]), f"{name}: {image}"
            assert image.get("width") or image.get("style"), f"{name}: {image}"
        for drawing in page.article.find_all("svg", role="img"):
            words = drawing.get("aria-label") or drawing.get_text()
            assert len(words) > 15, f"{name}: {str(drawing)[:200]}"


def test_formulas_are_mathml(pages):
    """Is every formula MathML, with no LaTeX left over in the text?"""
    assert sum(len(page.find_all("math")) for page in pages.values()) > 10
    for name, page in pages.items():
        for tag in page.article.find_all(["pre", "code", "script"]):
            tag.decompose()
        left = re.findall(
            r"\\(?:frac|left|sum|cdot|times|lfloor|text|mathbf)\b|\$\$", page.article.get_text()
        )
        assert left == [], name


def test_a_number_and_its_unit_stay_on_one_line(pages):
    """Is there no place where a line may end between a number and its unit, code left out?"""
    joined = 0
    for name, page in pages.items():
        for text in page.article.find_all(string=re.compile(r"\d\s(%|[kMG]B|s|px)\b|\d\s%")):
            if text.find_parent(["code", "pre", "script", "svg", "math"]):
                continue
            if text.find_parent(class_="cnn-slot"):
                continue
            assert not re.search(r"\d (%|[kMG]B|s\b|px)", text), (name, text)
            joined += 1
    assert joined > 10


def test_code_in_a_sentence_breaks_where_it_may(book_html, pages):
    """Is each option one piece, and may each long path go on after each of its slashes?"""
    options, paths = 0, 0
    for name in pages:
        page = BeautifulSoup((book_html / name).read_text(), "html.parser")  # with all its code
        for word in page.article.select("code .pre"):
            if re.fullmatch(r"--?[a-z][\w-]*", word.text):
                assert "option" in word["class"], (name, word)
                options += 1
            elif "/" in word.text and len(word.text) > 30 and "&" not in word.text:
                pieces = re.split(r"(?<=[/_])(?=\w)", word.text)
                assert list(word.stripped_strings) == pieces, (name, word)
                paths += 1
    assert options > 10
    assert paths > 10


def test_the_site_carries_no_dead_weight(book_html):
    """Are the theme's icon fonts and scripts, source maps and widget managers left out?"""
    names = [path.relative_to(book_html).as_posix() for path in _own(book_html, "*")]
    heavy = [
        name for name in names if re.search(r"fontawesome|webfonts|\.map$|require\.js|thebe", name)
    ]
    assert heavy == []
    index = (book_html / "searchindex.js").stat().st_size  # the book's text, read by search.html
    scripts = sum(path.stat().st_size for path in _own(book_html, "*.js")) - index
    assert scripts < 265_000, "all scripts of the whole site, uncompressed; a page has few of them"
    assert index < 200_000


def test_chapters_can_be_taken_along_as_notebooks(book_html, pages):
    """Is each executed chapter in the site as a notebook without outputs that reads well anywhere?

    First the line that installs the course, with TensorFlow only where it is used; nothing that
    only Sphinx understands; the answers of a quiz folded away.
    """
    notebooks = {
        path.stem: json.loads(path.read_text()) for path in book_html.glob("notebooks/*.ipynb")
    }
    linked = {
        name for name, page in pages.items() if page.find("a", href=re.compile("^notebooks/"))
    }
    assert {f"{name}.html" for name in notebooks} == linked != set()
    for name, notebook in notebooks.items():
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert code, name
        assert not any(cell["outputs"] for cell in code), name
        needed = re.fullmatch(
            r'# %pip install -q "(.+)"', "".join(code[0]["source"]).split("\n")[-1]
        )
        assert needed, f"{name} does not begin with what installs the course"
        assert ("[cnn]" in needed[1]) == name.startswith("08"), needed[1]
        for cell in notebook["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                assert not re.search(r"\{[\w:-]+\}`|^`+\{|^\([\w-]+\)=|\.md[)#]", text, re.M), text
            elif "Quiz([" in text:
                assert cell["metadata"]["jupyter"]["source_hidden"], name


def _words(text):
    return " ".join(text.split())


def _readable(path: Path) -> str:
    """What a person can read in a file of the site or of exercises/, blanks made single."""
    text = path.read_text(errors="replace")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    elif path.suffix == ".html":
        text = html.unescape(re.sub(r"<[^>]+>", "", text))
    return _words(text)


def test_no_line_of_a_solution_or_hidden_test_gets_out(root, book_html):
    """Is no line that only the author may see in what students receive, or in the site?"""
    secrets = {_words(line) for line in secret_lines(root / "solutions")}
    assert len(secrets) > 50, "the markers were found"
    places = [
        path
        for folder in (root / "exercises", book_html)
        for path in folder.rglob("*")
        if path.suffix in {".html", ".ipynb", ".js", ".json", ".py", ".md", ".txt"}
    ]
    assert len(places) > 5
    leaks = [
        f"{path.relative_to(root)}: {line}"
        for path in places
        for text in [_readable(path)]
        for line in secrets
        if line in text
    ]
    assert not leaks, "\n".join(leaks)
