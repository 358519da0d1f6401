"""Shared cases through the demos' JavaScript and through ``reference.py``."""

import json

import numpy as np
import pytest

import course_utils.widgets as widgets
from course_utils import reference

# Each runs in the page: (the demo's module, one case) -> what the demo would show.
IN_PAGE = {
    "convolution": "(m, c) => m.look({ step: 0, ...c }).output",
    "pooling": "(m, c) => m.pool(c.image, c)",
    "channels": "(m, c) => Array.from({ length: c.filters }, (_, f) => m.mapOf(c, f))",
}


def _convolution(case: dict):
    """Expected output of one case; an empty list where nothing fits."""
    out = widgets.Convolution(**case).output
    return [] if out is None else out


def _pooling(case: dict):
    out = widgets.Pooling(**case).output
    return [] if out is None else out


def _channels(case: dict):
    return np.moveaxis(widgets.Channels(**case).output, -1, 0)


EXPECTED = {"convolution": _convolution, "pooling": _pooling, "channels": _channels}


def in_page(page, stem: str, function: str, argument=None):
    """Return what a JavaScript function of (the module, the argument) gives in the page."""
    run = f"async given => ({function})(await import('/demos/{stem}.js'), given)"
    return page.evaluate(run, argument)


@pytest.fixture(scope="module")
def page(browser, demo_site):
    """A page on the demos' host, to import modules in."""
    page = browser.new_page()
    page.goto(demo_site())
    yield page
    page.close()


@pytest.mark.parametrize("stem", IN_PAGE)
def test_javascript_agrees_with_the_reference(page, root, stem):
    """Does every shared case give the same numbers in the page as in reference.py?"""
    cases = json.loads((root / "tests" / "widgets" / "cases" / f"{stem}.json").read_text())
    shown_all = in_page(page, stem, f"(m, cases) => cases.map(c => ({IN_PAGE[stem]})(m, c))", cases)
    for case, shown in zip(cases, shown_all, strict=True):
        np.testing.assert_allclose(shown, EXPECTED[stem](case), atol=1e-12, err_msg=str(case))


def test_sizes_agree_with_the_reference(page):
    """Does the size formula agree wherever a window fits, and give 0 wherever none does?"""
    grid = [
        (n, k, s, p, d)
        for n in range(1, 10)
        for k in range(1, 6)
        for s in range(1, 5)
        for p in range(5)
        for d in range(1, 4)
    ]
    call = "m.outputSize(n, k, { stride, padding, dilation })"
    function = f"(m, grid) => grid.map(([n, k, stride, padding, dilation]) => {call})"
    sizes = in_page(page, "arithmetic", function, grid)
    fitted = 0
    for (n, k, s, p, d), shown in zip(grid, sizes, strict=True):
        try:
            expected = reference.output_size(n, k, s, p, d)
        except ValueError:
            expected = 0
        fitted += expected > 0
        assert shown == expected, (n, k, s, p, d)
    assert 0 < fitted < len(grid)


def test_cells_never_read_are_those_no_window_covers(page):
    """Are exactly the cells that a stride leaves out or steps over counted as never read?"""
    stepped = in_page(page, "arithmetic", "m => m.cellsRead(7, 2, { stride: 3 })")
    spread = in_page(page, "arithmetic", "m => m.cellsRead(6, 2, { dilation: 4 })")
    assert stepped == [True, True, False, True, True, False, False]
    assert spread == [True, True, False, False, True, True]
