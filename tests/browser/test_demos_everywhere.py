"""What holds for every demo: access for all, small screens, print, copies, nothing from outside."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import course_utils.widgets as widgets
from course_utils.widgets import training_digits
from course_utils.widgets.base import modules
from course_utils.widgets.network import FILE as NETWORK
from course_utils.widgets.photo import FILE as PHOTO
from tests.browser.reading import cell, cells, place, status, uncover
from tests.widgets.test_demos import make

EVERY = widgets.__all__
# beyond what axe asks by itself: does a thing's name begin with, or contain, what one sees of it?
ASKED = {"rules": {"label-content-name-mismatch": {"enabled": True}}}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing(open_demos, name, theme):
    """Does axe find no fault (names, roles, contrast …), before the question and after it?"""
    page = open_demos(make(name), theme=theme)
    for _ in range(2):
        found = Axe().run(page, options=ASKED).response["violations"]
        said = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
        assert not said, said
        uncover(page)


@pytest.mark.parametrize("name", EVERY)
def test_it_fits_a_phone(open_demos, name):
    """At 360 px, is nothing cut off, can targets be hit, and does the page not scroll sideways?"""
    page = open_demos(make(name), width=360)
    uncover(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    small = page.locator(".cnn-demo").evaluate(
        """demo => [...demo.querySelectorAll("button, select, input, summary, [role=gridcell], a")]
          .filter(e => e.getClientRects().length)
          .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => Math.min(box.width, box.height) < 19.5 || box.right > 361)
          .map(([html, box]) => `${html}: ${box.width}×${box.height}`)"""
    )
    assert not small, small


@pytest.mark.parametrize("name", EVERY)
def test_focus_is_seen_and_nothing_is_a_trap(open_demos, name):
    """Does Tab go through the demo and out again, each stop with a visible outline and a name?"""
    page = open_demos(make(name))
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<button id=after>after</button>')"
    )
    uncover(page)
    page.get_by_role("button", name="Reset").focus()
    stops = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "after":
            break
        stops += 1
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline not in ("none", ""), page.evaluate("document.activeElement.outerHTML")
    else:
        pytest.fail("Tab did not leave the demo")
    assert stops > 2


@pytest.mark.parametrize("name", EVERY)
def test_two_copies_do_not_disturb_each_other(open_demos, name):
    """Does working in one copy leave the other's text as it was, and are all ids different?"""
    page = open_demos(make(name), make(name))
    first, second = page.locator(".cnn-demo").all()
    before = second.inner_text()
    for slider in first.get_by_role("slider").all():
        if slider.is_enabled() and slider.is_visible():
            slider.focus()
            page.keyboard.press("ArrowRight")
    for box in first.get_by_role("checkbox").all():
        box.check()
    uncover(first)
    if name == "Quiz":
        first.get_by_role("textbox").fill("6")
        page.keyboard.press("Enter")
    if name == "Digit":
        first.get_by_role("button", name="Clear").click()
    expect(first).not_to_have_text(second.text_content())
    assert second.inner_text() == before
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", EVERY)
def test_paper_and_no_script_get_the_picture(open_demos, browser, demo_site, name):
    """Is the picture there in print and without JavaScript, and the live demo in its place else?"""
    page = open_demos(make(name))
    expect(page.locator(".cnn-demo")).to_be_visible()
    expect(page.locator(".cnn-picture")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".cnn-demo")).to_be_hidden()
    expect(page.locator(".cnn-picture")).to_be_visible()
    still = browser.new_page(java_script_enabled=False)
    still.goto(demo_site(make(name)))
    expect(still.locator(".cnn-picture")).to_be_visible()
    box = still.locator(".cnn-picture > *").bounding_box()
    assert box["width"] > 100
    assert box["height"] > 40
    still.close()


def test_modules_come_when_they_are_needed(browser, demo_site):
    """Is a demo's module fetched only when its place comes near the screen?"""
    page = browser.new_page(viewport={"width": 800, "height": 600})
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    page.goto(demo_site(*[widgets.Convolution(predict=False)] * 8, make("Pooling")))
    page.locator(".cnn-demo").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert "convolution.js" in fetched
    assert "pooling.js" not in fetched
    page.locator(".cnn-slot").last.scroll_into_view_if_needed()
    page.get_by_text("Pooling keeps one number").wait_for()
    assert "pooling.js" in fetched
    assert fetched.count("parts.js") == 1
    page.close()


def test_a_finger_scrolls_the_page_and_taps_the_grid(open_demos):
    """By touch, does a swipe over a grid scroll the page, and a tap choose a cell?"""
    page = open_demos(
        widgets.Convolution(predict=False), widgets.Pooling(), width=360, has_touch=True
    )
    page.evaluate("scrollTo(0, 0)")
    cell(page, "Output", 1, 1).tap()
    expect(status(page).first).to_contain_text("row 1, column 1")
    box = place(page.get_by_role("grid", name="Image"))
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + 40, box["y"] + 100
    before = page.evaluate("scrollY")
    touch.send("Input.synthesizeScrollGesture", {"x": x, "y": y, "yDistance": -200})
    page.wait_for_function("before => scrollY > before + 100", arg=before)


def test_colours_without_the_newest_css(browser, demo_site):
    """In a browser that does not know light-dark(), are demo and picture dark on light?"""
    page = browser.new_page()

    def older(route):
        text = route.fetch().text().replace("light-dark(", "unknown-function(")
        route.fulfill(body=text, content_type="text/css")

    page.route("**/demo.css", older)
    page.goto(demo_site(make("Pooling")))
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.locator(".cnn-demo").wait_for()
    look = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    light = ["rgb(29, 39, 51)", "rgb(251, 251, 249)"]
    assert page.locator(".cnn-demo").evaluate(look) == light
    assert page.locator(".cnn-picture").evaluate(look) == light
    page.close()


@pytest.mark.parametrize("name", EVERY)
def test_nothing_glides(open_demos, name):
    """Is every change a cut, so that no one who asked for reduced motion gets any?"""
    glides = """() => [...document.querySelectorAll(".cnn-demo, .cnn-demo *")].filter(e => {
      const { transitionDuration, animationName } = getComputedStyle(e);
      return parseFloat(transitionDuration) > 0 || animationName !== "none";
    }).length"""
    assert open_demos(make(name), reduced_motion="reduce").evaluate(glides) == 0


HEARD = """() => {
  window.heard = { told: 0, failed: [] };
  const Real = window.Worker;
  window.Worker = function (url) {
    const made = new Real(url);
    made.addEventListener("message", () => heard.told++);
    made.addEventListener("error", (event) => heard.failed.push(event.message));
    return made;
  };
}"""


@pytest.mark.parametrize(
    ("name", "press", "answers"), [("Digit", "Clear", 1), ("Training", "Train", 3)]
)
def test_long_arithmetic_runs_in_a_worker(browser, demo_site, name, press, answers):
    """Does the Worker itself answer, so that the page need not take over and stand still?"""
    page = browser.new_page()
    page.add_init_script(f"({HEARD})()")
    page.goto(demo_site(make(name)))
    page.locator(".cnn-demo").wait_for()
    uncover(page)
    page.get_by_role("button", name=press, exact=True).click()
    page.wait_for_function(
        "count => heard.told >= count || heard.failed.length", arg=answers, timeout=60_000
    )
    assert page.evaluate("heard.failed") == []
    page.close()


def test_a_demo_that_does_not_come_says_so(browser, demo_site):
    """Where a demo's script cannot be had, is there a sentence, a way on, and then the demo?"""
    page = browser.new_page()
    page.route("**/pooling.js", lambda route: route.abort())
    page.goto(demo_site(make("Pooling")))
    expect(page.get_by_role("status")).to_contain_text("This demo could not be loaded")
    expect(page.locator(".cnn-picture")).to_be_visible()
    page.unroute("**/pooling.js")
    page.get_by_role("button", name="Try again").click()
    page.locator(".cnn-demo").wait_for()
    page.close()


def test_announcements(open_demos):
    """Is each step said in a polite live region, and is it silent while the demo plays?"""
    page = open_demos(widgets.Convolution(predict=False))
    assert status(page).get_attribute("role") == "status"
    page.get_by_role("button", name="Next").click()
    expect(status(page)).to_contain_text("row 0, column 1 is −3")
    page.get_by_role("button", name="Play").click()
    expect(status(page)).to_have_attribute("aria-live", "off")
    page.get_by_role("button", name="Pause").click()
    expect(status(page)).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("name", EVERY)
def test_the_one_text_for_jupyter_runs(open_demos, name):
    """Does the module that Jupyter gets as a text draw the same demo as the book's files do?"""
    demo = make(name)
    page = open_demos(demo)
    page.evaluate(
        """async ([text, state, packed]) => {
          if (packed) state._packed = new DataView(Uint8Array.from(packed).buffer);
          const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
          const { default: demo } = await import(url);
          const model = { get: k => state[k], set() {}, save_changes() {}, on() {}, off() {} };
          const el = document.body.appendChild(document.createElement("div"));
          await demo.render({ model, el });
        }""",
        [demo._esm, demo.state(), list(getattr(demo, "_packed", b""))],
    )
    book, jupyter = page.locator(".cnn-demo").all()
    link = book.get_by_role("button", name="Copy link")
    if name != "Quiz":  # in a notebook there is no address to copy
        link.evaluate("button => button.remove()")
    expect(link).to_have_count(0)
    assert book.inner_text() == jupyter.inner_text()


def test_a_cleaned_up_demo_is_gone(open_demos):
    """Does render's clean-up remove the demo, stop its player, and leave the model silent?"""
    page = open_demos(widgets.Quiz())
    left = page.evaluate(
        """async state => {
          const listeners = new Set();
          const model = { get: k => state[k], set: (k, v) => { state[k] = v; }, save_changes() {},
            on: (e, f) => listeners.add(f), off: (e, f) => listeners.delete(f) };
          const el = document.body.appendChild(document.createElement("div"));
          const { default: demo } = await import("/demos/convolution.js");
          const running = new Set();
          const [begin, stop] = [setInterval, clearInterval];
          window.setInterval = (...given) => {
            const id = begin(...given);
            running.add(id);
            return id;
          };
          window.clearInterval = id => { running.delete(id); stop(id); };
          const end = await demo.render({ model, el });
          [...el.querySelectorAll("button")].find(b => b.textContent === "Play").click();
          const playing = running.size;
          end();
          return [listeners.size, el.children.length, playing, running.size];
        }""",
        widgets.Convolution(predict=False).state(),
    )
    assert left == [0, 0, 1, 0]


def test_all_of_it_is_small(demos_extension, root, tmp_path):
    """Are the book's scripts under 13 kB a demo before any compression, and any one under 45?

    The latter with all that it imports: a page loads that and the host, once. And does each say
    from which readable file it is made?
    """
    demos_extension.copy_files(tmp_path)
    files = sorted(tmp_path.iterdir())
    binary = {path.name: path.read_bytes() for path in (NETWORK, PHOTO)}
    binary[training_digits.NAME] = training_digits.packed()
    assert binary.keys() <= {path.name for path in files}
    assert len(files) > 10
    sizes = {path.stem: path.stat().st_size for path in files if path.suffix == ".js"}
    assert sum(sizes.values()) < 13_000 * len(EVERY)
    for name in EVERY:
        assert sum(sizes[stem] for stem in modules(make(name).module)) < 45_000, name
    for path in files:
        if path.name in binary:
            assert path.read_bytes() == binary[path.name]
            continue
        origin = re.match(r"/\* packed from (\S+) \*/\n", path.read_text(encoding="utf-8"))
        assert (root / origin[1]).name == path.name
        assert (root / origin[1]).is_file()


def test_edits_in_one_reset_alone(open_demos):
    """Does Reset in one copy bring back its own numbers and leave the other's edits?"""
    page = open_demos(*[widgets.Convolution(predict=False) for _ in range(2)])
    first, second = page.locator(".cnn-demo").all()
    for demo in (first, second):
        cell(demo, "Image", 0, 0).click()
        page.keyboard.type("8")
        page.keyboard.press("Enter")
    first.get_by_role("button", name="Reset").click()
    assert cells(first, "Image")[0][0] == "0"
    assert cells(second, "Image")[0][0] == "8"
    first.get_by_role("slider", name="Stride", exact=True).press("ArrowRight")
    assert len(cells(first, "Output")) == 2
    assert len(cells(second, "Output")) == 3
