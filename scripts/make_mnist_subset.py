"""Make the package's MNIST subset from MNIST's training set.

Run it as ``python scripts/make_mnist_subset.py [FOLDER]`` (default: ``course_utils/``), with all of
MNIST at hand (``MNIST_NPZ``, or Keras's cache). It writes ``mnist_subset.npz`` (arrays named as in
Keras's ``mnist.npz``) and ``mnist_subset.json``.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from course_utils.data import load_mnist

SEED = 2016
CLASSES, PER_CLASS, TRAIN_PER_CLASS = 10, 500, 400


def subset() -> dict[str, np.ndarray]:
    """x_train (4000, 28, 28) and x_test (1000, 28, 28) uint8, y_train and y_test uint8.

    From the first 500 images of each class, 400 are for training and 100 for testing, so that both
    parts are balanced; then each part is shuffled.
    """
    (x, y), _ = load_mnist()
    assert len(x) == 60_000, "all of MNIST is needed: set MNIST_NPZ to its mnist.npz"
    chosen = np.concatenate([np.flatnonzero(y == digit)[:PER_CLASS] for digit in range(CLASSES)])
    images, labels = np.rint(255 * x[chosen, :, :, 0]).astype(np.uint8), y[chosen]
    trains = np.tile(np.arange(PER_CLASS) < TRAIN_PER_CLASS, CLASSES)
    rng = np.random.default_rng(SEED)
    train, test = rng.permutation(np.flatnonzero(trains)), rng.permutation(np.flatnonzero(~trains))
    return {
        "x_train": images[train],
        "y_train": labels[train].astype(np.uint8),
        "x_test": images[test],
        "y_test": labels[test].astype(np.uint8),
    }


def main(folder: Path) -> None:
    """Write both files into ``folder``."""
    path = folder / "mnist_subset.npz"
    np.savez_compressed(path, **subset())
    provenance = {
        "what": "5,000 real MNIST images: the first 500 of each class of MNIST's training set",
        "split": "4,000 to train and 1,000 to test; of each class the first 400 and the last 100",
        "order": f"each half shuffled by numpy.random.default_rng({SEED})",
        "source": "MNIST's training set, as in Keras's mnist.npz",
        "authors": "MNIST: Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
        "licence": "CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "made by": "python scripts/make_mnist_subset.py",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_suffix(".json").write_text(json.dumps(provenance, indent=2) + "\n")
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "course_utils"))
