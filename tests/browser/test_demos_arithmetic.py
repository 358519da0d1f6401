"""Shared cases through the demos' JavaScript and through ``reference.py``."""

import base64
import json

import numpy as np
import pytest

import course_utils.widgets as widgets
from course_utils import reference
from course_utils.data import load_mnist
from course_utils.widgets.network import FILE, activations, unpack
from tests.browser.reading import in_page

# Each runs in the page: (the demo's module, one case) -> what the demo would show.
IN_PAGE = {
    "convolution": "(m, c) => m.look({ step: 0, ...c }).output",
    "pooling": "(m, c) => m.pool(c.image, c)",
    "channels": "(m, c) => Array.from({ length: c.filters }, (_, f) => m.mapOf(c, f))",
    "compose": "(m, c) => { const { before, after, two, one, kernel, missed } = m.lookAtPair(c); "
    "return [before, after, two, one, kernel, missed].flat(2); }",
    "distort": "(m, c) => m.changed(c)",
    "photo": """async (m, { data, ...c }) => {
      const { addedUp, planesOf } = await import("/demos/plane.js");
      const planes = planesOf({ width: data[0].length, height: data.length, data: data.flat(2) });
      const maps = m.mapsOf(c, planes);
      return [...maps, addedUp(maps)].flatMap(({ values }) => Array.from(values));
    }""",
    "shares": """(m, c) => {
      const places = m.placesOf(c);
      const [rows, columns] = [c.image.length, c.image[0].length];
      const bias = places.reduce((sum, { g }) => sum + g, 0);
      return [m.arrived(places, "kernel", 3, 3), m.arrived(places, "input", rows, columns),
        bias, m.lossOf(c)].flat(2);
    }""",
    "stack": "(m, c) => m.look(c).cards.flatMap(k => "
    "[...k.shape, k.parameters, k.multiplications, k.field])",
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


def _compose(case: dict):
    """All maps of two convolutions and of one, the one kernel, and by how much it misses."""
    demo = widgets.Relu(**case)
    return np.concatenate([x.ravel() for x in (*demo.maps, demo.kernel, np.array(demo.missed[:1]))])


def _distort(case: dict):
    return widgets.Disturb(**case).changed().reshape(-1)


def _photo(case: dict):
    """The map of each slice, and their sum."""
    photo = np.array(case.pop("data"))[:, :, :3] / 255
    maps = widgets.Photo(**case).maps(photo)
    return np.concatenate([x.ravel() for x in (*maps, np.sum(maps, axis=0))])


def _shares(case: dict):
    """The gradients of kernel, input and bias, and the loss."""
    demo = widgets.Gradients(**case)
    dw, dx, db = demo.gradients
    return [*dw.ravel(), *dx.ravel(), db, demo.loss()]


def _stack(case: dict):
    """Shape, parameters, multiplications and field of each layer that fits, one after another."""
    cards = widgets.Stack(**case).cards
    return [n for c in cards for n in (*c.shape, c.parameters, c.multiplications, c.field)]


EXPECTED = {
    "convolution": _convolution,
    "pooling": _pooling,
    "channels": _channels,
    "compose": _compose,
    "distort": _distort,
    "photo": _photo,
    "shares": _shares,
    "stack": _stack,
}


@pytest.mark.parametrize("stem", IN_PAGE)
def test_javascript_agrees_with_the_reference(page, root, stem):
    """Does every shared case give the same numbers in the page as in reference.py?"""
    cases = json.loads((root / "tests" / "widgets" / "cases" / f"{stem}.json").read_text())
    run = f"(m, cases) => Promise.all(cases.map(c => ({IN_PAGE[stem]})(m, c)))"
    shown_all = in_page(page, stem, run, cases)
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


def test_the_windows_that_read_a_cell(page):
    """Are all windows found, and none for cells that a stride leaves out or steps over?"""
    stepped = in_page(page, "arithmetic", "m => m.readers(7, 2, { stride: 3 })")
    spread = in_page(page, "arithmetic", "m => m.readers(6, 2, { dilation: 4 })")
    assert stepped == [[0], [0], [], [1], [1], [], []]
    assert spread == [[0], [1], [], [], [0], [1]]


# (the module, images as base64 of float32) -> for each image what the chosen layers make of it
NETWORK = """async (m, { images, only }) => {
  const bytes = Uint8Array.from(atob(images), c => c.charCodeAt(0));
  const all = new Float32Array(bytes.buffer);
  const buffer = await (await fetch("/demos/network.bin")).arrayBuffer();
  const { run } = m.network(buffer, m.SHAPES);
  return Array.from({ length: all.length / 784 }, (_, i) =>
    run(all.subarray(784 * i, 784 * (i + 1))).slice(only).map(x => Array.from(x)));
}"""


def _answers(page, images: np.ndarray, only: int = 0) -> list[list[list[float]]]:
    """What the page's network makes of images (N, 28, 28): the layers from ``only`` on."""
    packed = base64.b64encode(images.astype("<f4").tobytes()).decode()
    return in_page(page, "network", NETWORK, {"images": packed, "only": only})


def test_every_layer_agrees_with_the_reference(page):
    """Does the page's network make of digits, noise and nothing what reference.py makes of them?"""
    layers, samples = unpack(FILE.read_bytes())
    noise = np.random.default_rng(3).random((3, 28, 28))
    images = np.concatenate([samples / 255, noise, np.zeros((1, 28, 28))]).astype(np.float32)
    for image, seen in zip(images, _answers(page, images), strict=True):
        for shown, expected in zip(seen, activations(layers, image), strict=True):
            np.testing.assert_allclose(shown, expected.reshape(-1), atol=1e-4)


def test_the_page_reads_as_many_digits_as_keras(page):
    """Of 1,000 test images, does the page read as many as Keras with the unrounded weights?

    And does it give the same answer to all but 3 of them?
    """
    from course_utils import models

    _, (images, labels) = load_mnist(n_test=1000)
    shares = np.array([seen[0] for seen in _answers(page, images[..., 0], only=-1)])
    keras = models.trained_cnn().predict(images, verbose=0)
    right = [(given.argmax(axis=1) == labels).mean() for given in (shares, keras)]
    assert min(right) > 0.97
    assert abs(right[0] - right[1]) <= 0.002
    assert (shares.argmax(axis=1) != keras.argmax(axis=1)).sum() <= 3
    assert np.abs(shares - keras).mean() < 0.001


def test_the_terms_of_a_cell_make_its_number(page):
    """In every layer, do products, bias and ReLU (or the largest of four) give its number?"""
    run = """async m => {
      const { network, SHAPES } = await import("/demos/network.js");
      const buffer = await (await fetch("/demos/network.bin")).arrayBuffer();
      const net = network(buffer, SHAPES);
      const image = Float32Array.from(net.samples[3], v => v / 255);
      const seen = [image, ...net.run(image)];
      const out = [];
      for (let level = 1; level <= m.DIGITS; level++)
        for (let k = 0; k < 40; k++) {
          const { maps, side } = m.LEVELS[level];
          const cell = { level, map: (k * 7) % maps, row: (k * 3) % side, column: (k * 5) % side };
          const { value, window, parts, bias, sum } = m.termsOf(net, seen, cell);
          const products = parts.flatMap(p => p.window.flatMap((line, i) =>
            line.map((v, j) => v * p.kernel[i][j])));
          out.push({ level, map: cell.map, value, sum, bias, window, products,
                     shown: seen[level][m.indexOf(cell)] });
        }
      return out;
    }"""
    scores: dict[int, float] = {}
    for term in in_page(page, "stages", run):
        assert term["value"] == term["shown"]
        if term["window"]:
            assert term["value"] == np.max(term["window"])
            assert np.shape(term["window"]) == (2, 2)
            continue
        assert term["sum"] == pytest.approx(sum(term["products"]) + term["bias"], abs=1e-4)
        if term["level"] < 7:
            assert term["value"] == pytest.approx(max(0, term["sum"]), abs=1e-4)
        else:
            scores[term["map"]] = term["sum"]
            assert 0 <= term["value"] <= 1
    shares = np.exp([scores[digit] - max(scores.values()) for digit in range(10)])
    assert np.argmax(shares) == 3


def test_fields_agree_with_the_reference(page):
    """Does a cell of each layer see as many pixels as reference.receptive_field says?"""
    sees = "m => [1, 2, 3, 4, 5].map(level => m.fieldOf({ level, map: 0, row: 1, column: 0 }))"
    stack = [(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)]
    for (rows, columns), field in zip(
        in_page(page, "stages", sees), reference.receptive_field(stack), strict=True
    ):
        assert columns == [0, field.size]
        assert rows == [field.jump, field.jump + field.size]


def test_fitting_does_what_the_makers_of_mnist_did(page):
    """Does fitting leave MNIST's digits as they are, and bring moved and shrunken ones back?"""
    _, (images, _) = load_mnist(n_test=300)
    digits = images[..., 0].astype(np.float32)
    moved = np.zeros_like(digits)
    moved[:, 4:, 4:] = digits[:, :24, :24]  # nothing of 20×20 in the middle is cut off
    whole = moved.sum(axis=(1, 2)) == digits.sum(axis=(1, 2))
    run = "(m, all) => all.map(ink => Array.from(m.fitted(Float32Array.from(ink)).image))"
    flat = digits.reshape(len(digits), -1)
    kept = np.array(in_page(page, "ink", run, flat.tolist()))
    assert (np.abs(kept - flat).max(axis=1) < 1e-6).mean() > 0.98
    back = np.array(in_page(page, "ink", run, moved[whole].reshape(whole.sum(), -1).tolist()))
    assert whole.sum() > 50
    assert (np.abs(back - flat[whole]).max(axis=1) < 1e-6).mean() > 0.98
    small = np.zeros((28, 28))
    small[2:7, 3:5] = 1  # five rows become twenty
    big = np.array(in_page(page, "ink", run, [small.reshape(-1).tolist()])).reshape(28, 28)
    assert (big.max(axis=1) > 0).sum() == 20
    assert (big.max(axis=0) > 0).sum() == 8
