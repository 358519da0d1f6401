"""What the book claims in a sentence, computed again and compared with that sentence."""

import re

import numpy as np
import pytest

from course_utils import reference


def _text(root, name: str) -> str:
    return " ".join((root / "book" / f"{name}.md").read_text(encoding="utf-8").split())


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
        r"reads ([\d.]+) % of the digits in their place, "
        r"([\d.]+) % after a move by 4 pixels to the right, and ([\d.]+) % after 6",
        _text(root, "index"),
    )
    for number, columns in zip(said.groups(), (0, 4, 6), strict=True):
        assert float(number) == pytest.approx(accuracy(columns), abs=0.06)


def test_the_start_page_names_all_six_runs(root):
    """Is the range of the six seeds the one that the training script records?"""
    script = (root / "scripts" / "train_models.py").read_text(encoding="utf-8")
    runs = [float(n) for n in re.findall(r"\b(9[89]\.\d\d)\b", script)]
    assert len(runs) == 6
    low, high = re.search(r"six runs gave ([\d.]+) to ([\d.]+)", _text(root, "index")).groups()
    assert (float(low), float(high)) == (round(min(runs), 1), round(max(runs), 1))


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


def test_shuffled_pixels_cost_the_convolutional_network_more(book_html):
    """Do the built page's numbers bear out what it says about shuffled pixels?"""
    page = (book_html / "08_a_cnn_for_mnist.html").read_text(encoding="utf-8")
    found = re.findall(
        r"(dense|CNN) +([\d.]+)% -(?:&gt;|>) ([\d.]+)%", re.sub(r"<[^>]+>", "", page)
    )
    before = {name: float(first) for name, first, _ in found}
    after = {name: float(second) for name, _, second in found}
    assert set(before) == {"dense", "CNN"}
    assert abs(after["dense"] - before["dense"]) < 2
    assert before["CNN"] - before["dense"] > 1
    assert before["CNN"] - after["CNN"] > (before["CNN"] - before["dense"]) / 2
