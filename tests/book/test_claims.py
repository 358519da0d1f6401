"""What the book claims in a sentence, computed again and compared with that sentence."""

import json
import os
import re
from itertools import product

import h5py
import numpy as np
import pytest
from bs4 import BeautifulSoup

from course_utils import reference
from course_utils.widgets import Shift
from tests.book.test_chapters import cells


def _text(root, name: str) -> str:
    return " ".join((root / "book" / f"{name}.md").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def variables():
    """A function chapter → the variables that its cells leave behind (none needs TensorFlow)."""
    os.environ.setdefault("MPLBACKEND", "agg")

    def of(chapter: str) -> dict:
        left: dict = {}
        exec("\n\n".join(cells(chapter)), left)
        return left

    return of


@pytest.fixture(scope="module")
def chapter_8(book_html):
    """Chapter 8 as it was built, parsed: its numbers come from training."""
    page = (book_html / "08_a_cnn_for_mnist.html").read_text(encoding="utf-8")
    return BeautifulSoup(page, "html.parser").find("article")


def _words(page) -> str:
    return " ".join(page.get_text().split())


@pytest.fixture(scope="module")
def accuracy(mnist_npz):
    """A function pixels → per cent of the test images that the shipped network reads, moved."""
    from course_utils import models

    with np.load(mnist_npz) as file:
        images, labels = file["x_test"][..., None] / np.float32(255), file["y_test"]
    network = models.trained_cnn()

    def of(columns: int) -> float:
        moved = np.pad(images, ((0, 0), (0, 0), (columns, 0), (0, 0)))[:, :, :28]
        answers = network.predict(moved, verbose=0, batch_size=500).argmax(axis=1)
        return 100 * float(np.mean(answers == labels))

    return of


def test_the_start_page_says_how_the_network_reads_moved_digits(root, accuracy):
    """Are the three percentages on the first page those of the shipped network?"""
    said = re.search(
        r"reads ([\d.]+) % of the test digits in their place, "
        r"([\d.]+) % after a move by 4 pixels to the right, and ([\d.]+) % after 6",
        _text(root, "index"),
    )
    for number, columns in zip(said.groups(), (0, 4, 6), strict=True):
        assert float(number) == pytest.approx(accuracy(columns), abs=0.06)


def test_the_start_page_and_chapter_8_name_all_six_runs(root):
    """Is the range of the six seeds that of the training script, and the best of them recorded?"""
    script = (root / "scripts" / "train_models.py").read_text(encoding="utf-8")
    runs = [float(n) for n in re.findall(r"\b(9[89]\.\d\d)\b", script)]
    assert len(runs) == 6
    for page, words in (
        ("index", "six runs gave"),
        ("08_a_cnn_for_mnist", "six seeds the CNN got"),
    ):
        low, high = re.search(words + r" ([\d.]+) to ([\d.]+)", _text(root, page)).groups()
        assert (float(low), float(high)) == (round(min(runs), 1), round(max(runs), 1))
    record = json.loads((root / "course_utils" / "mnist_training.json").read_text(encoding="utf-8"))
    assert 100 * record["models"]["cnn"]["test_accuracy"] == pytest.approx(max(runs), abs=0.006)


def test_six_outputs_change_with_the_middle_cell(root):
    """Does chapter 3's own kernel give six changed outputs of nine that see the cell?"""
    picture, kernel = np.zeros((5, 5)), np.tile([-1.0, 0.0, 1.0], (3, 1))
    changed = picture.copy()
    changed[2, 2] = 1

    def output(image):
        return reference.conv2d(image[None, :, :, None], kernel[:, :, None, None])

    assert np.count_nonzero(output(changed) - output(picture)) == 6
    assert "nine outputs see the middle cell, and six of them change" in _text(
        root, "03_shared_weights"
    )


def test_a_moved_seven_is_hardly_a_seven_to_a_template(variables):
    """Does the unit of chapter 1 keep less than a quarter of its answer, four pixels further on?"""
    relative = variables("01_why_not_dense")["relative"]
    assert list(relative[:5]) == sorted(relative[:5], reverse=True)
    assert relative[4] < 0.25


def test_a_larger_window_changes_less_but_not_fewer_cells(variables):
    """Does chapter 6 say the same about both measures as its hundred digits show?"""
    left = variables("06_pooling")
    for step in left["measured"][1:]:
        changes = [step[n] for n in ("feature map", "after 2×2 pooling", "after 4×4 pooling")]
        assert changes == sorted(changes, reverse=True)
        assert step["largest anywhere"] < 0.005
    assert left["touched"][4] >= left["touched"][2]


def test_the_exercise_counts_cells_as_chapter_6_says():
    """Over a hundred digits: do windows of 4 change as large a share of their cells as of 2?"""
    from course_utils.data import load_mnist

    (images, _), _ = load_mnist(n_train=100)
    for columns in range(1, 5):
        moved = np.pad(images, ((0, 0), (0, 0), (columns, 0), (0, 0)))[:, :, :28]
        share, size = {}, {}
        for window in (2, 4):
            before, after = (reference.max_pool2d(x, window) for x in (images, moved))
            share[window] = float(np.mean(before != after))
            size[window] = np.linalg.norm(after - before) / np.linalg.norm(before)
        assert share[4] > share[2] - 0.01
        assert size[4] < size[2]


def test_no_shift_leaves_the_pooled_digit_as_it_was():
    """Does chapter 6's digit change under 2×2 pooling at each shift of the demonstration?"""
    shifts = [(right, down) for right, down in product(range(-4, 5), repeat=2) if right or down]
    assert all(Shift(right=right, down=down).changes[2] > 0 for right, down in shifts)


def test_the_start_page_says_what_the_trained_network_gets(root, chapter_8):
    """Is the accuracy of the network that the page trains the one which the first page promises?"""
    promised = int(re.search(r"gets about (\d+) of 100", _text(root, "index"))[1])
    shown = float(re.search(r"CNN +([\d.]+)%", chapter_8.get_text())[1])
    assert abs(shown - promised) < 1.5


def test_the_two_networks_differ_by_more_than_chance(chapter_8):
    """Is chapter 8's difference three times its errors, and more than a seed's per cent?"""
    found = re.findall(r"(dense|CNN) +([\d.]+)% ± ([\d.]+)%", chapter_8.get_text())
    (_, dense, error), (_, cnn, other) = found
    assert float(cnn) - float(dense) > max(1, 3 * float(np.hypot(float(error), float(other))))


def test_the_most_frequent_mistakes_are_all_named(chapter_8):
    """Are the pairs in the sentence all those cells of the drawn matrix with the largest count?"""
    (drawing,) = [
        svg
        for svg in chapter_8.select("figure.drawing svg")
        if svg["aria-label"].startswith("Confusion matrix")
    ]
    texts = [" ".join(text.get_text().split()) for text in drawing.find_all("text")]
    counts = [0 if text == "·" else int(text) for text in texts if re.fullmatch(r"\d+|·", text)]
    assert counts[:20] == [*range(10), *range(10)]  # the marks of both axes
    matrix = np.array(counts[20:120]).reshape(10, 10)
    wrong = matrix - np.diag(np.diag(matrix))
    times, most = re.search(
        r"What happens most often \((\d+) times\): (.*?)\. And these", _words(chapter_8)
    ).groups()
    named = {(int(a), int(b)) for a, b in re.findall(r"the digit (\d) taken for (\d)", most)}
    assert int(times) == wrong.max()
    assert named == {(int(a), int(b)) for a, b in np.argwhere(wrong == wrong.max())}
    assert f"It is wrong {wrong.sum()} times" in _words(chapter_8)


def test_kernels_that_are_slopes_are_counted(root, chapter_8):
    """How many shipped kernels does a tilted plane explain by more than half? As the page says?"""
    with h5py.File(root / "course_utils" / "mnist_cnn.weights.h5") as file:
        shapes = {}
        file.visititems(
            lambda name, item: (
                shapes.setdefault(item.shape, item[...]) if isinstance(item, h5py.Dataset) else None
            )
        )
    kernels = shapes[(3, 3, 1, 32)].reshape(9, 32)
    rows, columns = (grid.ravel() for grid in np.mgrid[0:3, 0:3])
    planes = np.stack([np.ones(9), rows, columns], axis=1)
    fitted = planes @ np.linalg.lstsq(planes, kernels, rcond=None)[0]
    explained = 1 - ((kernels - fitted) ** 2).sum(0) / ((kernels - kernels.mean(0)) ** 2).sum(0)
    assert f"{np.sum(explained > 0.5)} of them are mostly a slope" in _words(chapter_8)


def test_moved_digits_cost_the_dense_network_more(chapter_8):
    """Does the dense network lose more than the other at each step of chapter 8's table?"""
    rows = re.findall(r"^ +([0124]) +([\d.]+)% +([\d.]+)%", chapter_8.get_text(), re.M)
    table = np.array([[float(number) for number in row] for row in rows])
    assert list(table[:, 0]) == [0, 1, 2, 4]
    lost = table[0, 1:] - table[1:, 1:]
    assert (lost > 0).all()
    assert (lost[:, 0] > lost[:, 1]).all()


def test_shuffled_pixels_cost_only_the_convolutional_network(chapter_8):
    """Does the dense network stay where it was, and does the other fall behind it?"""
    found = re.findall(r"(dense|CNN) +([\d.]+)% -> ([\d.]+)%", chapter_8.get_text())
    before = {name: float(first) for name, first, _ in found}
    after = {name: float(second) for name, _, second in found}
    assert set(before) == {"dense", "CNN"}
    assert abs(after["dense"] - before["dense"]) < 1.5
    assert before["CNN"] > before["dense"]
    assert after["CNN"] < after["dense"]


def test_chapter_8_shows_nothing_that_the_loader_says(chapter_8):
    """Is no line of ``load_mnist`` about its source on the page?"""
    assert "MNIST: " not in chapter_8.get_text().replace("MNIST: trained on all", "")


def test_relu_and_max_pooling_change_places():
    """Is ReLU before max pooling the same as after it, and not so with average pooling?"""
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 3))
    relu, largest, mean = reference.relu, reference.max_pool2d, reference.avg_pool2d
    assert np.array_equal(relu(largest(x, 2)), largest(relu(x), 2))
    assert not np.allclose(relu(mean(x, 2)), mean(relu(x), 2))


def test_transposed_convolution_is_the_second_formula():
    """Do copies of the kernel, laid down with stride 1, give the gradient of the input?"""
    rng = np.random.default_rng(1)
    small, kernel = rng.normal(size=(4, 4)), rng.normal(size=(3, 3, 1, 1))
    laid = np.zeros((6, 6))
    for row, column in np.ndindex(4, 4):
        laid[row : row + 3, column : column + 3] += small[row, column] * kernel[:, :, 0, 0]
    image = np.zeros((1, 6, 6, 1))
    back, *_ = reference.conv2d_backward(small[None, :, :, None], image, kernel)
    assert np.allclose(laid, back[0, :, :, 0])


def test_twice_the_filters_on_a_quarter_of_the_places_cost_the_same():
    """Is the number of multiplications what chapter 5 says of more filters further on?"""
    assert 28 * 28 * 9 * 32 * 32 == 14 * 14 * 9 * 64 * 64


def test_filters_that_start_alike_stay_alike():
    """Do equal filters still equal each other after training, though all have changed?"""
    import keras

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu", kernel_initializer=_constant(0.1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax", kernel_initializer=_constant(0.01)),
        ]
    )
    network.compile("rmsprop", "sparse_categorical_crossentropy")
    network.fit(rng.random((64, 8, 8, 1)), rng.integers(0, 10, 64), verbose=0)
    kernels = network.layers[0].get_weights()[0]
    assert np.allclose(kernels, kernels[..., :1], atol=1e-6)
    assert np.abs(kernels - 0.1).max() > 1e-3


def _constant(value: float):
    import keras

    return keras.initializers.Constant(value)


def test_dense_on_a_map_works_at_each_place():
    """Does Dense on a map keep its rows and columns, and does the loss then refuse, as is said?"""
    import keras

    map_of_one = np.ones((1, 3, 3, 64), "float32")
    assert keras.layers.Dense(64)(map_of_one).shape == (1, 3, 3, 64)
    network = keras.Sequential([keras.Input((3, 3, 64)), keras.layers.Dense(10, "softmax")])
    network.compile("rmsprop", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match=r"`output`.*target"):
        network.fit(map_of_one, np.array([1]), verbose=0)


def test_a_picture_without_its_batch_axis_is_refused():
    """Are the two errors for (28, 28, 1) the ones that chapter 8 shows?"""
    import keras

    from course_utils import models

    picture = np.zeros((28, 28, 1), "float32")
    with pytest.raises(ValueError, match="min_ndim=4"):
        keras.layers.Conv2D(3, 3)(picture)
    with pytest.raises(ValueError, match=r"input shapes: \[\d+,28,1,1\]"):
        models.cnn().predict(picture, verbose=0)


def test_the_record_bears_out_what_is_said_of_overfitting(root, chapter_8):
    """Does the CNN's loss on new digits rise after the epoch named, and is its gap the smaller?"""
    from course_utils import models

    past = {name: m["history"] for name, m in models.training_record()["models"].items()}
    losses = past["cnn"]["val_loss"]
    best = int(re.search(r"is smallest after epoch (\d) of 5", _words(chapter_8))[1])
    assert losses[best - 1] == min(losses)
    assert losses[best - 1 :] == sorted(losses[best - 1 :])
    assert best < 5
    assert past["cnn"]["loss"] == sorted(past["cnn"]["loss"], reverse=True)
    said = re.search(
        r"is ([\d.]+) points better on what .* the CNN is ([\d.]+) points better", _words(chapter_8)
    )
    for number, name in zip(said.groups(), ("dense_network", "cnn"), strict=True):
        gap = 100 * (past[name]["accuracy"][-1] - past[name]["val_accuracy"][-1])
        assert float(number) == pytest.approx(gap, abs=0.06)
    assert float(said[1]) > 2 * float(said[2])


def test_each_way_of_writing_otherwise_is_enough(chapter_8):
    """Does every change of the test digits cost the trained network half of its answers?"""
    text = chapter_8.get_text()
    assert float(re.search(r"as they are +([\d.]+)%", text)[1]) > 98
    for name in ("black on white", "half as large", "4 right, 4 down"):
        assert float(re.search(rf"{name} +([\d.]+)%", text)[1]) < 55
