"""A demo's state as an address: written, checked, restored; and pages whose scripts do not come."""

import json
import re

import numpy as np
from playwright.sync_api import expect

import course_utils.widgets as widgets
from course_utils.widgets import Relu, Shift, Stack
from tests.browser.reading import question, says
from tests.widgets.test_demos import make

LINKED = [name for name in widgets.__all__ if name != "Quiz"]


def other(limit: dict, value):
    """Another value that a trait with these limits may have."""
    random = np.random.default_rng(4)
    if "values" in limit:
        return next((v for v in limit["values"] if v != value), value)
    if "rows" in limit:
        rows, columns = limit["rows"][1], limit["columns"][1]
        return np.where(random.random((rows, columns)) < 0.8, 0, random.integers(-9, 9)).tolist()
    if "shape" in limit:
        return random.integers(-3, 4, limit["shape"]).tolist()
    if "kinds" in limit:
        every = [
            [kind, *(most[-1] if isinstance(most, list) else most for most in rest)]
            for kind, rest in limit["kinds"].items()
        ]
        return every[: limit["many"][1]]
    if limit:
        return limit["max"] if limit.get("max", value) != value else limit.get("min", 0) + 1
    return not value


def test_every_state_comes_back(page):
    """For each demo: is a state with every trait changed written and read back as it was?"""
    cases = []
    for name in LINKED:
        demo = make(name)
        limits, opening = demo.limits(), demo.state()
        state = {key: other(limits[key], opening[key]) for key in limits}
        cases.append({"opening": opening, "limits": limits, "state": state})
    run = """async cases => {
      const { written, understood } = await import("/demos/address.js");
      return cases.map(({ state, opening, limits }) => {
        const text = written(state, opening, limits);
        return { text, same: written(opening, opening, limits), ...understood(text, limits) };
      });
    }"""
    for case, back in zip(cases, page.evaluate(run, cases), strict=True):
        differing = {k: v for k, v in case["state"].items() if v != case["opening"][k]}
        assert len(differing) >= len(case["limits"]) - 2
        assert back["patch"] == differing
        assert not back["partly"]
        assert back["same"] == ""
        assert re.fullmatch(r"[\w.&=%*+-]*", back["text"])
    digit = next(b for b in page.evaluate(run, cases) if "drawing" in b["patch"])
    assert len(digit["text"]) < 3000


def test_a_trait_of_any_number(page):
    """Is a Float trait's number taken between its limits, and nothing else?"""
    run = """async texts => {
      const { understood } = await import("/demos/address.js");
      return texts.map(text => understood(text, { rate: { between: [0.001, 1] } }).patch.rate);
    }"""
    texts = ["rate=0.05", "rate=1", "rate=1.01", "rate=", "rate=0", "rate=fast"]
    assert page.evaluate(run, texts) == [0.05, 1, None, None, None, None]


BAD = [
    "right=5", "right=1.5", "right=", "right=NaN", "right=1e0x", "follow=yes", "image=28r0x9",
    "image=40r0x1600", "image=28r0x99999999999", "image=28r<b>", "nothing=1", "__proto__=1",
    "window=0", "image=[[1]]",
]  # fmt: skip


def test_what_does_not_fit_is_left_out(page):
    """Is each value that the trait would refuse left out, and a good one beside it kept?"""
    run = """async ([texts, limits]) => {
      const { understood } = await import("/demos/address.js");
      return texts.map(text => understood(`${text}&down=2`, limits));
    }"""
    for text, back in zip(BAD, page.evaluate(run, [BAD, Shift().limits()]), strict=True):
        assert back == {"patch": {"down": 2}, "partly": True}, text
    layers = [
        [["Conv2D", 8, 3, 1]], [["Conv2D", 8, 3, 1, "full"]], [["<img>"]], [["Dense", 0]], "no",
        [["ReLU"]] * 41, [["constructor"]],
    ]  # fmt: skip
    texts = [f"layers={json.dumps(each)}" for each in layers]
    for text, back in zip(texts, page.evaluate(run, [texts, Stack().limits()]), strict=True):
        assert "layers" not in back["patch"], text


def copy(page) -> str:
    """Press Copy link, and return what is on the clipboard."""
    page.get_by_role("button", name="Copy link").first.click()
    says(page.locator(".cnn-demo").first, "The link is copied.")
    return page.evaluate("navigator.clipboard.readText()")


def test_a_link_opens_the_demo_as_it_stood(browser, demo_site):
    """Does a copied link bring back the uncovered settings, and Reset the book's opening state?"""
    url = demo_site(Shift(), *[Relu()] * 3, Shift())
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(url)
    demo = page.locator(".cnn-demo").first
    covered = copy(page)
    assert covered == f"{url}#demo-0"
    question(demo).get_by_role("button", name="Just show me").click()
    demo.get_by_role("slider", name="To the right").fill("3")
    demo.get_by_role("checkbox").check()
    link = copy(page)
    assert link == f"{url}#demo-0?follow=true&predict=false&right=3"
    assert page.url == link

    fresh = context.new_page()
    errors = []
    fresh.on("pageerror", lambda error: errors.append(error))
    fresh.goto(link)
    demo = fresh.locator(".cnn-demo").first
    says(demo, "The picture has moved 3 to the right. Feature map changes by 0 %")
    demo.get_by_role("button", name="Reset").click()
    says(demo, "The picture has moved 1 to the right. Its maps are covered until you predict.")
    last = link.replace("#demo-0", "#demo-4").replace("right=3", "right=-2")
    fresh.evaluate("address => { location.href = address; }", last)
    demo = fresh.locator("#demo-4 .cnn-demo")
    says(demo, "The picture has moved 2 to the left. Feature map changes by 0 %")
    expect(demo).to_be_in_viewport()
    fresh.evaluate("location.hash = '#demo-4?right=4&window=99'")
    says(demo, "The picture has moved 4 to the right.")
    expect(fresh.get_by_text("Part of this link does not fit this demo")).to_be_visible()
    fresh.evaluate("location.hash = '#%E0%A4%A'")  # no address at all
    fresh.reload()
    fresh.locator(".cnn-demo").first.wait_for()
    assert not errors
    context.close()


def test_a_link_is_copied_on_plain_http(browser, demo_site):
    """On http, without a clipboard, is a link copied in the old way, or shown if that fails?"""
    page = browser.new_page()
    page.add_init_script(
        """Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined });
        addEventListener("copy", () => { window.taken = document.activeElement.value; });"""
    )
    url = demo_site(Shift())
    page.goto(url)
    page.get_by_role("button", name="Copy link").click()
    says(page, "The link is copied.")
    assert page.evaluate("taken") == f"{url}#demo-0"
    assert page.evaluate("document.activeElement.textContent") == "Copy link"
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Copy link").click()
    says(page, "The link stands in the address bar")
    page.close()


def test_a_page_without_its_scripts_says_why(browser, demo_site, demos_extension, tmp_path):
    """As a file, and without host.js, does the page show the picture and say why?"""
    url = demo_site(Shift(), Relu())
    page = browser.new_page()
    page.goto(url)
    html = page.request.get(url).text()
    page.get_by_role("button", name="Copy link").first.wait_for()
    expect(page.locator(".cnn-told")).to_have_count(0)
    page.route("**/host.js", lambda route: route.abort())
    page.goto(url)
    expect(page.get_by_text("its scripts could not be loaded")).to_have_count(2)
    expect(page.locator(".cnn-picture").first).to_be_visible()
    page.close()
    demos_extension.copy_files(tmp_path / "demos")
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    expect(page.get_by_text("browsers run no modules from a file")).to_have_count(2)
    expect(page.locator(".cnn-picture").first).to_be_visible()
    page.close()
