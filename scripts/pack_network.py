"""Make ``course_utils/widgets/network.bin``: the trained CNN's weights as bytes, and twelve digits.

Run it as ``python scripts/pack_network.py [FILE]`` after ``make train``.
``course_utils/widgets/network.py`` describes the format. The digits are test images of the
package's subset: the first of each class, then the two of which the network is least certain (it
misreads the last one).
"""

import sys
from pathlib import Path

import h5py
import numpy as np

from course_utils.data import SUBSET
from course_utils.widgets.network import FILE, SHAPES, Layer, activations, pack

WEIGHTS = Path(__file__).parents[1] / "course_utils" / "mnist_cnn.weights.h5"
NAMES = ("conv2d", "conv2d_1", "conv2d_2", "dense", "dense_1")


def trained_layers() -> list[Layer]:
    """Kernel (k, k, inputs, outputs) and bias of each layer with weights, read without Keras."""
    layers = []
    with h5py.File(WEIGHTS) as file:
        for name, (k, inputs, outputs) in zip(NAMES, SHAPES, strict=True):
            kernel, bias = (np.asarray(file[f"layers/{name}/vars/{i}"]) for i in range(2))
            layers.append((kernel.reshape(k, k, inputs, outputs), bias))
    return layers


def twelve(layers: list[Layer]) -> np.ndarray:
    """The samples (12, 28, 28) uint8: one digit of each class, then the two hardest, in order."""
    with np.load(SUBSET) as subset:
        images, labels = subset["x_test"], subset["y_test"]
    plain = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    certainty = [activations(layers, image / 255)[-1].max() for image in images]
    hardest = np.argsort(certainty, kind="stable")[:2][::-1]
    return images[[*plain, *hardest]]


def main(path: Path) -> None:
    """Write the file."""
    layers = trained_layers()
    path.write_bytes(pack(layers, twelve(layers)))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
