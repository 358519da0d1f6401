"""MNIST: which source is used, what comes out of it, and what a bad file says."""

import socket

import numpy as np
import pytest

from course_utils import data
from course_utils.data import load_mnist
from course_utils.errors import CourseError


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """No MNIST anywhere, no network, and nothing said yet."""
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("MNIST_OFFLINE", "1")
    data._printed.clear()
    data._download.cache_clear()


def small_mnist(**changes):
    """Arrays of a tiny file in Keras's format: 6 and 3 random images."""
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (6, 28, 28), np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (3, 28, 28), np.uint8),
        "y_test": np.array([9, 8, 7], np.uint8),
    }
    return arrays | changes


@pytest.fixture
def named(monkeypatch, tmp_path):
    """A function arrays -> path of the file that MNIST_NPZ then names."""

    def write(**arrays):
        path = tmp_path / "named.npz"
        np.savez_compressed(path, **arrays)
        monkeypatch.setenv("MNIST_NPZ", str(path))
        return path

    return write


@pytest.fixture
def cache(tmp_path):
    """Where Keras keeps its copy; its folder is there, the file is not."""
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder / "mnist.npz"


@pytest.fixture
def keras_download(monkeypatch):
    """A function replacement -> None: what Keras's downloader shall do; the network is allowed."""
    from keras.datasets import mnist

    def replace(download):
        monkeypatch.setattr(mnist, "load_data", download)
        monkeypatch.delenv("MNIST_OFFLINE")

    return replace


def test_images_and_labels_by_hand(named):
    """Are images (N, 28, 28, 1) float32 in [0, 1], labels integers, in the file's order?"""
    arrays = small_mnist()
    named(**arrays)
    (x_train, y_train), (x_test, y_test) = load_mnist()
    assert x_train.shape == (6, 28, 28, 1)
    assert (x_train.dtype, y_train.dtype) == (np.float32, np.int64)
    np.testing.assert_array_equal(x_train[..., 0] * 255, arrays["x_train"])
    assert (y_train.tolist(), y_test.tolist()) == ([0, 1, 2, 3, 4, 5], [9, 8, 7])
    assert x_test.shape == (3, 28, 28, 1)


def test_the_first_n_of_each(named, capsys):
    """Do n_train and n_test take the first ones, and is nothing said?"""
    named(**small_mnist())
    (x_train, y_train), (x_test, y_test) = load_mnist(n_train=4, n_test=1)
    assert (len(x_train), y_train.tolist(), len(x_test), y_test.tolist()) == (
        4,
        [0, 1, 2, 3],
        1,
        [9],
    )
    assert capsys.readouterr().out == ""


def test_more_than_there_is(named, capsys):
    """Does asking for too many give what there is, and say so once?"""
    named(**small_mnist())
    for _ in range(2):
        (x_train, _), (x_test, _) = load_mnist(n_train=1000, n_test=3)
        assert (len(x_train), len(x_test)) == (6, 3)
    said = capsys.readouterr().out
    assert said == "MNIST: 1,000 training images were asked for; there are 6, and these come\n"


@pytest.mark.parametrize("n", [0, -1, 2.5, "all"])
def test_a_senseless_number_of_images(n):
    """Is a number of images that is none refused by name?"""
    with pytest.raises(ValueError, match=f"n_test must be an integer of at least 1.*{n!r}"):
        load_mnist(n_test=n)


# ---- the order of the sources


def test_the_named_file_comes_before_the_cache(named, cache):
    """Does MNIST_NPZ win over Keras's cache?"""
    np.savez(cache, **small_mnist(y_test=np.zeros(3, np.uint8)))
    named(**small_mnist())
    assert load_mnist()[1][1].tolist() == [9, 8, 7]


def test_the_cache_comes_before_the_network(cache, keras_download, capsys):
    """Is a file that Keras already has read without asking the network, and without a word?"""
    keras_download(lambda: pytest.fail("asked the network"))
    np.savez(cache, **small_mnist())
    assert len(load_mnist()[0][0]) == 6
    assert capsys.readouterr().out == ""


def test_a_download_fills_the_cache(cache, keras_download):
    """Does Keras's download come before the package's images, with a time limit on silence?"""
    limits = []

    def download():
        limits.append(socket.getdefaulttimeout())
        np.savez(cache, **small_mnist())

    keras_download(download)
    assert len(load_mnist()[0][0]) == 6
    assert limits == [data._PATIENCE]
    assert socket.getdefaulttimeout() is None


def test_no_network_means_the_packages_images(keras_download, capsys):
    """Does a failed download leave the course working, say which data these are, and not repeat?"""
    calls = []

    def download():
        calls.append(1)
        raise Exception("URL fetch failure")

    keras_download(download)
    for _ in range(2):
        assert len(load_mnist()[0][0]) == 4000
    lines = capsys.readouterr().out.splitlines()
    assert len(calls) == 1
    assert lines[0] == "MNIST: the download did not work (URL fetch failure)"
    assert lines[1].startswith("MNIST: using the 5,000 images of this package")
    assert len(lines) == 2


def test_offline_never_asks_the_network(monkeypatch, keras_download, capsys):
    """Does MNIST_OFFLINE=1 go straight to the package's images, and say so in one line?"""
    keras_download(lambda: pytest.fail("asked the network"))
    monkeypatch.setenv("MNIST_OFFLINE", "1")
    (x_train, _), (x_test, _) = load_mnist()
    assert (len(x_train), len(x_test)) == (4000, 1000)
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("n", [(1, 1), (4000, 1000)])
def test_few_images_come_without_a_download(n, keras_download, capsys):
    """Does a notebook that draws one digit get it at once: nothing fetched and nothing said?"""
    keras_download(lambda: pytest.fail("asked the network"))
    (x_train, _), (x_test, _) = load_mnist(*n)
    assert (len(x_train), len(x_test)) == n
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "asked", [{"n_train": 1}, {"n_train": 4001, "n_test": 1}, {"n_test": 1001}]
)
def test_more_than_the_package_has_is_downloaded(asked, keras_download):
    """Is the download tried whenever the package's own images are not enough?"""
    calls = []
    keras_download(lambda: calls.append(1) or (_ for _ in ()).throw(Exception("no network")))
    load_mnist(**asked)
    assert calls


# ---- bad files


def truncated(whole):
    return whole[: len(whole) // 2]


def flipped(whole):
    middle = len(whole) // 3
    return (
        whole[:middle]
        + bytes(byte ^ 0xFF for byte in whole[middle : middle + 9])
        + whole[middle + 9 :]
    )


@pytest.mark.parametrize(
    "damage", [truncated, flipped, lambda whole: b"<html>404</html>", lambda whole: b""]
)
@pytest.mark.parametrize("where", ["named", "cache"])
def test_a_damaged_file_is_named(where, damage, named, cache, monkeypatch):
    """Is a half or altered file an error with its name, and never silently another source?"""
    path = named(**small_mnist())
    if where == "cache":
        cache.write_bytes(path.read_bytes())
        monkeypatch.delenv("MNIST_NPZ")
        path = cache
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CourseError, match=r"damaged or no mnist\.npz") as caught:
        load_mnist()
    assert str(path) in str(caught.value)


WRONG = {
    "flat images": {"x_train": np.zeros((6, 784), np.uint8)},
    "float images": {"x_test": np.zeros((3, 28, 28))},
    "a label too few": {"y_train": np.zeros(5, np.uint8)},
    "letters": {"y_test": np.array([9, 8, 25], np.uint8)},
    "float labels": {"y_test": np.array([9.0, 8, 7])},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_of_something_else_is_named(name, named):
    """Is a file with arrays of other shapes, types or labels refused, with what came?"""
    path = named(**small_mnist(**WRONG[name]))
    with pytest.raises(CourseError, match="is not MNIST: images must be") as caught:
        load_mnist()
    assert str(path) in str(caught.value)


def test_a_file_without_the_arrays_is_named(named):
    """Does a missing array say which one?"""
    arrays = small_mnist()
    del arrays["y_test"]
    named(**arrays)
    with pytest.raises(CourseError, match="y_test"):
        load_mnist()


def test_a_single_array_is_named(monkeypatch, tmp_path):
    """Does a .npy, which NumPy reads without complaint, say that it is no mnist.npz?"""
    path = tmp_path / "x_train.npy"
    np.save(path, np.zeros((6, 28, 28), np.uint8))
    monkeypatch.setenv("MNIST_NPZ", str(path))
    with pytest.raises(CourseError, match=r"x_train\.npy is damaged or no mnist\.npz"):
        load_mnist()


def test_pickled_arrays_are_not_loaded(named):
    """Can a file that someone passes around run code here?"""
    named(**small_mnist(y_test=np.array([9, 8, 7], object)))
    with pytest.raises(CourseError, match=r"damaged or no mnist\.npz"):
        load_mnist()


def test_a_missing_named_file(monkeypatch, tmp_path):
    """Does a mistyped MNIST_NPZ say so?"""
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "mnst.npz"))
    with pytest.raises(CourseError, match=r"MNIST_NPZ names .*mnst\.npz, which is not there"):
        load_mnist()


# ---- the package's images


def test_the_packages_images_are_balanced_and_distinct():
    """Are both parts balanced, shuffled, and without an image in common?"""
    (x_train, y_train), (x_test, y_test) = load_mnist()
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [100] * 10
    assert len(set(y_train[:50])) == 10
    assert len({image.tobytes() for image in [*x_train, *x_test]}) == 5000


def test_all_of_mnist(mnist_npz, monkeypatch):
    """Does the whole file come whole and in its order?"""
    monkeypatch.setenv("MNIST_NPZ", str(mnist_npz))
    (x_train, y_train), (x_test, y_test) = load_mnist()
    assert (x_train.shape, x_test.shape) == ((60000, 28, 28, 1), (10000, 28, 28, 1))
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert round(float(x_train.mean()), 4) == 0.1307
    assert (x_train.min(), x_train.max()) == (0, 1)
