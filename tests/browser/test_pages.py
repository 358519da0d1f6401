"""The built pages in a real browser: for every reader, at every size, nothing from elsewhere."""

import gzip
import re
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.reading import DESK, PHONE

MOST_BYTES = 250_000  # of a page and what it asks for by itself, compressed
WIDE = "formulas => formulas.some((formula) => formula.scrollWidth > formula.clientWidth)"
PACKED = (".css", ".html", ".js", ".json", ".svg")  # by a usual host; fonts and pictures are packed


def read_to_the_end(page):
    """Uncover every answer, then scroll down, so that everything that waits comes alive."""
    page.evaluate(
        """async () => {
          for (const show of document.querySelectorAll("article .predict > button")) show.click();
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          const step = innerHeight * 0.9;
          for (let y = 0; y < document.documentElement.scrollHeight; y += step) {
            scrollTo({ top: y, behavior: "instant" });
            await frame(); // what waits for the screen is told once a frame
            await frame();
          }
          scrollTo({ top: 0, behavior: "instant" });
        }"""
    )
    expect(page.locator(".cnn-slot:not([data-alive])")).to_have_count(0)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", DESK)])
def test_every_page_is_accessible_and_keeps_to_itself(
    open_page, names, site, book_html, theme, size
):
    """Does axe find nothing on any page, in light and dark, on a phone and a desk?

    And says no page anything in its console, asks none another host, and does none scroll sideways,
    not even a formula?
    And is what a page asks for before the reader touches anything small enough for a slow network?
    """
    axe, wrong = Axe(), []
    for name in names:
        page = open_page(name, theme, size)
        page.wait_for_load_state("networkidle")
        if (sent := weight(page.asked, site, book_html)) > MOST_BYTES:
            wrong.append(f"{name}: weighs {sent:,} bytes before it is touched")
        read_to_the_end(page)
        wrong += [f"{name}: asked {address}" for address in page.asked if not _own(address, site)]
        wrong += [f"{name}: said {said}" for said in page.said]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{name}: scrolls sideways")
        if page.locator("div.math").evaluate_all(WIDE):
            wrong.append(f"{name}: has a formula that is cut")
        for violation in axe.run(page).response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            wrong.append(f"{name}: {violation['id']} at {where}")
        page.context.close()
    assert not wrong, "\n".join(wrong)


def weight(asked, site, folder):
    """Return how many bytes the files at these addresses of the site are, as a host sends them."""
    total = 0
    for address in {address.partition("?")[0] for address in asked if address.startswith(site)}:
        content = (folder / address.removeprefix(f"{site}/")).read_bytes()
        total += len(gzip.compress(content) if address.endswith(PACKED) else content)
    return total


def _own(address, site):
    return address.startswith((site, "data:", "blob:"))


def test_the_theme_is_chosen_and_remembered(open_page, site):
    """Does the button change the colours, say so, and does the next page keep the choice?"""
    page = open_page("index.html", "light")
    button = page.locator("#theme")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(paper) != before
    page.goto(f"{site}/glossary.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(paper) != before


def test_contents_on_a_phone(open_page):
    """Do the contents open by button, take the focus, close on Escape and give the focus back?"""
    page = open_page("index.html", size=PHONE)
    contents = page.locator("#contents")
    assert not contents.is_visible()
    page.locator("#menu").press("Enter")
    contents.wait_for(state="visible")
    assert page.evaluate("document.activeElement.closest('#contents') !== null")
    assert page.evaluate("document.getElementById('main').inert")
    page.keyboard.press("Escape")
    contents.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "menu"
    page.locator("#menu").click()
    contents.get_by_role("link", name="Glossary").click()
    page.wait_for_url("**/glossary.html")


def test_keyboard_reaches_the_text_first(open_page):
    """Is the first stop of the Tab key a visible link that leads past the contents?"""
    page = open_page("glossary.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_page_reads_without_scripts(open_page):
    """Are text, contents, formulas and the demos' pictures there when scripts are off?"""
    page = open_page("03_shared_weights.html", size=PHONE, java_script_enabled=False)
    assert page.locator("#contents").is_visible()
    assert page.locator("article math").first.is_visible()
    assert page.locator("article .cnn-slot svg").first.is_visible()
    assert page.locator(".predict button").count() == 0
    assert not page.locator("#theme").is_visible()


def test_a_page_reads_on_paper(open_page):
    """Does paper get the text alone, dark on white, with everything folded open?"""
    page = open_page("03_shared_weights.html", "dark")
    read_to_the_end(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    for selector in (".bar", "#contents", ".onward", ".copy"):
        for part in page.locator(selector).all():
            assert not part.is_visible(), selector
    assert page.locator("article details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    ink = page.evaluate("getComputedStyle(document.querySelector('article p')).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 80


def test_answers_are_printed_at_the_end_of_the_chapter(open_page):
    """Do hints and answers leave their places for paper, each named there, and come back?"""
    page = open_page("04_stride_and_padding.html", "dark")
    before = page.locator("article").inner_html()
    answer = page.get_by_text("12.5 steps, so 13 places in each direction")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    last = page.locator("article > :last-child")
    expect(last.get_by_role("heading", level=2)).to_have_text("Hints and answers")
    expect(last).to_contain_text("12.5 steps, so 13 places in each direction")
    expect(last).to_contain_text("12 whole steps and 13 places")  # the quiz's
    expect(answer).to_be_visible()
    marks = page.locator(".answer-mark a")
    for mark in marks.all():
        goal = page.locator(f'[id="{mark.get_attribute("href")[1:]}"]')
        expect(goal).to_be_visible()
    assert marks.count() == last.locator("h3").count() == 8
    expect(page.locator(".answer-mark").last).to_have_text(
        "Answers: number 8 at the end of the chapter"
    )
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("article").inner_html() == before


def test_what_is_folded_is_open_on_paper_without_a_script(open_page):
    """Does paper show what a fold holds, although no script opens it?"""
    page = open_page("03_shared_weights.html", java_script_enabled=False)
    folded = page.get_by_text("The output is large where ink begins")
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()


def test_an_answer_waits_for_a_prediction(open_page):
    """Is the answer covered until the button is pressed, covered again, and open on paper?"""
    page = open_page("04_stride_and_padding.html")
    answer = page.get_by_text("They are not a detail")
    assert not answer.is_visible()
    assert page.get_by_text("It takes one of two words").is_visible()
    buttons = page.get_by_role("button", name="show the answer")
    assert buttons.count() == 2  # a third box has a demonstration behind it
    button = buttons.first
    button.focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    page.get_by_role("button", name="Cover the answer").click()
    expect(answer).to_be_hidden()
    page.emulate_media(media="print")
    assert answer.is_visible()
    assert not button.is_visible()


def test_code_can_be_copied(open_page):
    """Does the button put the cell's code, and nothing else, into the clipboard?"""
    page = open_page("03_shared_weights.html", permissions=["clipboard-read", "clipboard-write"])
    cell = page.locator(".cell_input").nth(1)
    code = cell.locator("pre").inner_text()
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(hours=1))  # "Copied" stays until it goes on
    cell.hover()
    button = cell.get_by_role("button", name="Copy this code")
    button.click()
    expect(button).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()
    page.clock.run_for(2000)
    expect(button).to_have_text("Copy")


def test_a_cell_has_one_copy_button(open_page):
    """Has each block of code one button, and does a selection leave the button's word behind?"""
    page = open_page("05_channels_and_filters.html")
    expect(page.locator(".cell_input .copy").first).to_be_attached()
    buttons = page.evaluate(
        "[...document.querySelectorAll('.cell_input')].map(c => c.querySelectorAll('.copy').length)"
    )
    assert set(buttons) == {1}
    page.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
    assert "Copy" not in page.evaluate("getSelection().toString()")


def test_code_is_copied_on_plain_http_too(browser, site):
    """Does Copy work where the browser gives the page no clipboard of its own?"""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"{site}/references.html")
    page.get_by_role("button", name="Copy this code").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    other = context.new_page()
    other.goto(f"{site}/references.html")
    assert other.evaluate("navigator.clipboard.readText()").startswith("@software{cnn_course,")
    context.close()


PUNCTUATION = """() => {
  const apart = [];
  let asked = 0;
  for (const formula of document.querySelectorAll("article math:not([display=block])")) {
    const text = formula.nextSibling;
    const at = text instanceof Text ? text.data.search(/\\S/) : -1;
    if (at < 0 || !/[.,;:!?)\\]]/.test(text.data[at])) continue;
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    const mark = range.getBoundingClientRect();
    if (!mark.width) continue; // folded away
    asked += 1;
    if (mark.left < formula.getBoundingClientRect().right - 2)
      apart.push(`${formula.textContent} ${text.data.slice(0, 20)}`);
  }
  return { asked, apart };
}"""


def test_punctuation_stays_with_its_formula(open_page, names):
    """Does no line begin with the comma or full stop after a formula, however wide the page is?"""
    asked, apart = 0, []
    for name in names:
        page = open_page(name)
        for width in range(320, 480, 20):
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(PUNCTUATION)
            asked += found["asked"]
            apart += [f"{name} at {width} px: {where}" for where in found["apart"]]
        page.context.close()
    assert asked > 200
    assert not apart, "\n".join(apart)


def test_text_from_right_to_left_does_not_scroll_sideways(open_page, names):
    """Does a page that a reader turns (a translation does) stay within the screen?"""
    wide = []
    for name in names:
        page = open_page(name, size=PHONE)
        page.evaluate("document.documentElement.dir = 'rtl'")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
        page.context.close()
    assert wide == []


def test_a_lost_page_finds_the_book_below_any_folder(browser, book_html, serve, tmp_path):
    """Served below a folder that nobody named, has an address without a page style and scripts?"""
    (tmp_path / "cnn").symlink_to(book_html)
    url = serve(tmp_path)
    lost = f"{url}/cnn/no/such/page.html"
    page = browser.new_page(color_scheme="dark")
    page.route(lost, lambda route: route.fulfill(status=404, path=book_html / "404.html"))
    page.goto(lost)
    page.wait_for_function(
        "href => document.querySelector('article a[href]').href === href",
        arg=f"{url}/cnn/index.html",
    )
    page.wait_for_function(
        "[...document.styleSheets].some(s => s.href?.includes('/cnn/_static/course.css'))"
    )
    page.locator("#theme[aria-pressed=true]").wait_for()  # its script runs, too
    page.locator(".search-page input").fill("padding")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/cnn/search.html?q=padding")
    page.close()
