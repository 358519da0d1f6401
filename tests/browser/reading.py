"""How tests find the parts of a demo, as a person would: by role and name."""

from playwright.sync_api import Locator, Page, expect

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}

# Demos draw in the next frame, so the numbers are read in the one after it.
_NUMBERS = """async grid => {
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  return [...grid.querySelectorAll("[role=row]")].map(
    row => [...row.children].map(cell => cell.firstChild.data));
}"""


def cells(page: Page | Locator, name: str) -> list[list[str]]:
    """Return the numbers of a grid as they are shown."""
    return page.get_by_role("grid", name=name, exact=True).evaluate(_NUMBERS)


def cell(page: Page | Locator, name: str, row: int, column: int) -> Locator:
    """Return one cell of a grid."""
    line = page.get_by_role("grid", name=name, exact=True).get_by_role("row").nth(row)
    return line.get_by_role("gridcell").nth(column)


# Where an element lies once it is on the screen and has not moved for three frames.
_PLACE = """async element => {
  await document.fonts.ready;
  let place, before, still = 0;
  while (still < 3) {
    element.scrollIntoViewIfNeeded();
    await new Promise(requestAnimationFrame);
    place = element.getBoundingClientRect().toJSON();
    still = JSON.stringify(place) === before ? still + 1 : 0;
    before = JSON.stringify(place);
  }
  return place;
}"""


def place(element: Locator) -> dict[str, float]:
    """Return where an element lies on the screen, once it has stayed there: for the mouse."""
    return element.evaluate(_PLACE)


def status(page: Page | Locator) -> Locator:
    """Return the one line below a demo that tells what is shown."""
    return page.locator(".cd-status")


def says(page: Page | Locator, text: str) -> None:
    """Wait until the line below a demo says ``text``: then all of the demo is drawn, too."""
    expect(status(page)).to_contain_text(text)


def question(page: Page | Locator) -> Locator:
    """Return the demo's prediction box."""
    return page.get_by_role("group", name="Predict first")


def uncover(page: Page | Locator) -> None:
    """Put the question aside, where the demo asks one, and wait until its results are drawn."""
    show = page.get_by_role("button", name="Just show me")
    if show.count():
        show.click()
        page.locator(".cd-idle").wait_for()


# Which texts fly over a demo's stage once Next is pressed, until the step is drawn.
_FLOWN = """demo => new Promise(done => {
  const seen = [];
  new MutationObserver(changes => changes.forEach(c => seen.push(...c.addedNodes)))
    .observe(demo.querySelector(".cd-chips"), { childList: true });
  [...demo.querySelectorAll("button")].find(b => b.textContent === "Next").click();
  const told = () => done(seen.map(chip => chip.textContent));
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(told)));
})"""


def flown(page: Page | Locator) -> list[str]:
    """Press Next, and return the numbers that fly."""
    return page.locator(".cnn-demo").evaluate(_FLOWN)


def press(page: Page, slider: str, *keys: str) -> None:
    """Focus a slider and press keys."""
    page.get_by_role("slider", name=slider, exact=True).focus()
    for key in keys:
        page.keyboard.press(key)


def click_at(page: Page, slider: str, share: float) -> None:
    """Click on a slider, at a share of its width."""
    track = page.get_by_role("slider", name=slider, exact=True)
    box = track.bounding_box()
    track.click(position={"x": box["width"] * share, "y": box["height"] / 2})


def in_page(page, stem: str, function: str, argument=None):
    """Return what a JavaScript function of (the module, the argument) gives in the page."""
    run = f"async given => ({function})(await import('/demos/{stem}.js'), given)"
    return page.evaluate(run, argument)
