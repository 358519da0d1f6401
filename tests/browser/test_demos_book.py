"""The demos in the pages that readers get: alive, linked, and no burden where there is none."""

import json
import re

import pytest
from playwright.sync_api import expect

MARK = 'class="cnn-slot"'


@pytest.fixture(scope="module")
def pages(book_html) -> dict[str, str]:
    """Every page of the built book: name -> HTML."""
    return {path.name: path.read_text(encoding="utf-8") for path in book_html.glob("*.html")}


def test_every_demo_comes_alive_with_the_network_off(book_html, pages, serve, browser):
    """On each page, does every demo start, with nothing asked of another host?"""
    url = serve(book_html)
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_default_timeout(20_000)
    wrong, started = [], 0
    page.route(
        "**",
        lambda route: (
            route.continue_()
            if route.request.url.startswith(url)
            else (wrong.append(route.request.url), route.abort())
        ),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    for name, html in sorted(pages.items()):
        if MARK not in html:
            continue
        page.goto(f"{url}/{name}")
        for slot in page.locator(".cnn-slot").all():
            slot.scroll_into_view_if_needed()
            slot.locator(".cnn-demo button").first.wait_for()
            assert slot.locator(".cnn-picture").is_hidden()
            started += 1
    page.close()
    assert not wrong, wrong
    assert started == sum(html.count(MARK) for html in pages.values())
    assert started >= 15


def test_a_demo_moves_in_its_chapter(book_html, serve, browser):
    """In the chapter itself, does Next move the window on to the number that the text asks for?"""
    page = browser.new_page()
    page.goto(f"{serve(book_html)}/03_shared_weights.html")
    slot = page.locator('.cnn-slot[data-module="convolution"]')
    slot.scroll_into_view_if_needed()
    slot.get_by_role("button", name="Just show me").click()
    slot.get_by_role("button", name="Next").click()
    slot.get_by_text("Output row 0, column 1 is −3").wait_for()
    page.close()


def test_a_link_to_a_state_of_a_covered_demo(browser, book_html, serve):
    """Does a link to a demo behind a prediction uncover it, wake it, and bring its state?"""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{serve(book_html)}/03_shared_weights.html#demo-convolution?predict=false&step=4")
    demo = page.locator("#demo-convolution .cnn-demo")
    demo.get_by_text("Output row 1, column 1 is").wait_for()
    expect(demo).to_be_in_viewport()
    page.close()


def test_pages_without_a_demo_load_nothing_for_it(pages):
    """Are host script and style only where there is a demo, and ipywidgets' manager nowhere?"""
    bare = [name for name, html in pages.items() if MARK not in html]
    assert "references.html" in bare
    for name, html in pages.items():
        assert ("demos/host.js" in html) == (MARK in html), name
        assert ("demos/demo.css" in html) == (MARK in html), name
        assert ("demos/still.js" in html) == (MARK in html), name
        assert not re.search(r"require(\.min)?\.js|html-manager|widget-state\+json", html), name


def test_each_demo_has_an_id_to_link_to(pages):
    """Has every demo an id made of its name, no two on a page the same one?"""
    for name, html in pages.items():
        ids = re.findall(rf'{MARK} id="(.*?)"', html)
        assert len(ids) == html.count(MARK) == len(set(ids)), name
        assert all(re.fullmatch(r"demo-[a-z-]+(-\d+)?", found) for found in ids), name


def test_the_misconceptions_that_quizzes_link_to_are_there(pages):
    """Does every id that a quiz names have its section on the page of misconceptions?"""
    named = {
        match
        for html in pages.values()
        for match in re.findall(r'"misconception":"([a-z-]+)"', html)
    }
    sections = set(re.findall(r'id="m-([a-z-]+)"', pages["misconceptions.html"]))
    assert len(named) >= 10
    assert named <= sections, named - sections


def _answer_all(page):
    """Give every question of the page's quiz its right answer."""
    quiz = page.locator('.cnn-slot[data-module="quiz"]')
    quiz.scroll_into_view_if_needed()
    quiz.locator(".cnn-demo").wait_for()
    questions = json.loads(quiz.locator("script").text_content())["questions"]
    for fieldset, question in zip(quiz.locator("fieldset").all(), questions, strict=True):
        if "options" in question:
            right = [option["correct"] for option in question["options"]].index(True)
            fieldset.get_by_role("radio").nth(right).check()
        else:
            fieldset.get_by_role("textbox").fill(f"{question['answer']:g}")
        fieldset.get_by_role("button", name="Check").click()
    return len(questions)


def test_quiz_answers_stay_in_the_browser_and_can_be_forgotten(book_html, serve, browser, tmp_path):
    """Are answers there on the next visit, the chapter ticked, and all gone after Forget?

    And does another book on the same host know nothing of them?
    """
    for name in ("one", "two"):
        (tmp_path / name).symlink_to(book_html, target_is_directory=True)
    url = serve(tmp_path)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, loaded = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    page.goto(f"{url}/one/03_shared_weights.html")
    page.wait_for_load_state("networkidle")
    assert "ticks.js" not in loaded
    count = _answer_all(page)
    chapter = page.locator('#contents a[href="#"]')
    expect(chapter.get_by_role("img", name="quiz right")).to_be_visible()
    page.goto(f"{url}/one/04_stride_and_padding.html")
    ticked = page.locator('#contents a[href="03_shared_weights.html"]')
    expect(ticked.get_by_role("img", name="quiz right")).to_be_visible()
    expect(page.locator("#contents .tick")).to_have_count(1)
    ticked.click()
    quiz = page.locator('.cnn-slot[data-module="quiz"]')
    quiz.scroll_into_view_if_needed()
    expect(quiz.locator(".cd-status")).to_have_text(f"{count} of {count} questions right.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget my quiz answers").click()
    expect(quiz.locator(".cd-status")).to_have_text(f"{count} questions, none answered yet.")
    expect(page.locator("#contents .tick")).to_have_count(0)
    expect(page.get_by_role("button", name="Forget my quiz answers")).to_have_count(0)
    page.reload()
    quiz.scroll_into_view_if_needed()
    quiz.locator(".cnn-demo").wait_for()
    assert quiz.get_by_role("radio", checked=True).count() == 0
    _answer_all(page)
    page.goto(f"{url}/two/03_shared_weights.html")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#contents .tick")).to_have_count(0)
    context.close()
