"""The built book's pages, and pages with demos and nothing else, as the extension writes them."""

import sys
from pathlib import Path

import pytest

from course_utils.widgets.base import MIME
from tests.browser.reading import DESK

PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Demos</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="demos/demo.css">
<script type="module" src="demos/host.js"></script>
<script src="demos/still.js" defer></script>
<style>main {{ max-width: 700px; margin: auto }}
[data-theme=dark] {{ background: #121212; color: #eee }}</style>
</head><body><main><h1>Demos</h1>{slots}</main></body></html>"""


@pytest.fixture(scope="session")
def demos_extension(root):
    """The Sphinx extension ``demos``, imported as Sphinx does."""
    sys.path.insert(0, str(root / "book" / "_ext"))
    import demos

    yield demos
    sys.path.remove(str(root / "book" / "_ext"))


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory, serve, demos_extension):
    """A function demos -> URL of a page that has them, on loopback."""
    folder = tmp_path_factory.mktemp("demos")
    demos_extension.copy_files(folder / "demos")
    url = serve(folder)
    pages = iter(range(1000))

    def write(*demos) -> str:
        slots = [
            demos_extension.slot(demo._repr_mimebundle_()[0][MIME], name=f"demo-{i}")
            for i, demo in enumerate(demos)
        ]
        name = f"page{next(pages)}.html"
        (Path(folder) / name).write_text(PAGE.format(slots="\n".join(slots)), encoding="utf-8")
        return f"{url}/{name}"

    return write


@pytest.fixture(scope="module")
def page(browser, demo_site):
    """A page on the demos' host, to import modules in."""
    page = browser.new_page()
    page.goto(demo_site())
    yield page
    page.close()


@pytest.fixture
def open_demos(browser, demo_site):
    """A function demos -> live page. At the end: no error was logged, no request left the host.

    Options: ``width``, ``theme`` ("light" or "dark"), and those of Playwright's new_page.
    """
    opened = []

    def start(*demos, width=1280, theme="light", **options):
        url = demo_site(*demos)
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        said = []
        page.on("console", lambda message: message.type == "error" and said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda r: (
                not r.url.startswith((url[: url.rindex("/")], "data:", "blob:"))
                and said.append(r.url)
            ),
        )
        page.goto(url)
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        for slot in page.locator(".cnn-slot").all():
            slot.scroll_into_view_if_needed()
            slot.locator(".cnn-demo").wait_for()
        opened.append((page, said))
        return page

    yield start
    for page, said in opened:
        page.close()
        assert not said, said


@pytest.fixture(scope="session")
def site(book_html, serve):
    """The address of the built book."""
    return serve(book_html)


@pytest.fixture(scope="session")
def names(book_html):
    """The pages of the book."""
    return sorted(path.name for path in book_html.glob("*.html"))


@pytest.fixture
def open_page(browser, site):
    """A function (name, theme, size) -> page that has been read to its end; closed afterwards.

    ``page.said`` holds errors and warnings of its console, ``page.asked`` the addresses it asked.
    """
    contexts = []

    def open_(name, theme="light", size=DESK, **options):
        context = browser.new_context(viewport=size, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: page.said.append(f"error: {error}"))
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.said.append(f"failed: {request.url}"))
        page.on(
            "response",
            lambda answer: answer.ok or page.said.append(f"{answer.status}: {answer.url}"),
        )
        page.goto(f"{site}/{name}", wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()
