"""The book's CNN for the page: ``network.bin`` holds its weights, one byte each, and twelve digits.

``scripts/pack_network.py`` makes the file. It holds, one after another and without a header:

- for each of the five layers with weights a scale per output channel, then a bias per output
  channel: 468 float32, little-endian (1,872 bytes);
- the kernels in Keras's order (rows, columns, inputs, outputs), one int8 a weight: 93,088 bytes.
  A weight is its byte times the scale of its output channel;
- twelve MNIST images, 28×28 uint8 each (9,408 bytes).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from course_utils import reference

FILE = Path(__file__).with_name("network.bin")
# (window, inputs, outputs); the last two are the dense layers
SHAPES = ((3, 1, 32), (3, 32, 64), (3, 64, 64), (1, 576, 64), (1, 64, 10))
SAMPLES = 12

Layer = tuple[np.ndarray, np.ndarray]  # kernel (k, k, inputs, outputs), bias (outputs,)


def pack(layers: Sequence[Layer], samples: np.ndarray) -> bytes:
    """Return the file's bytes for ``layers`` (kernels and biases) and samples (12, 28, 28) uint8.

    The largest weight of each output channel, without its sign, becomes 127.
    """
    numbers, kernels = [], []
    for kernel, bias in layers:
        scale = (np.abs(kernel).max(axis=(0, 1, 2)) / 127).astype("<f4")
        numbers += [scale, bias.astype("<f4")]
        kernels.append(np.rint(kernel / scale).astype(np.int8))
    return b"".join(part.tobytes() for part in [*numbers, *kernels, samples])


def unpack(packed: bytes) -> tuple[list[Layer], np.ndarray]:
    """Return the layers with float32 weights, and the samples (12, 28, 28) uint8."""
    layers: list[Layer] = []
    outputs = sum(shape[2] for shape in SHAPES)
    numbers = np.frombuffer(packed, "<f4", 2 * outputs)
    kernels = np.frombuffer(packed, np.int8, offset=numbers.nbytes)
    first = begin = 0
    for k, inputs, n in SHAPES:
        scale, bias = numbers[first : first + n], numbers[first + n : first + 2 * n]
        kernel = kernels[begin : begin + k * k * inputs * n].reshape(k, k, inputs, n)
        layers.append((kernel * scale, bias))
        first, begin = first + 2 * n, begin + kernel.size
    samples = np.frombuffer(packed, np.uint8, offset=numbers.nbytes + begin)
    return layers, samples.reshape(SAMPLES, 28, 28)


def activations(layers: Sequence[Layer], image: np.ndarray) -> list[np.ndarray]:
    """Return every layer's output for an image (28, 28); the page's script is tested against it.

    The shapes are (26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64), (3, 3, 64), (64,) and
    (10,); the last output is the probabilities.
    """
    x = np.asarray(image, float)[None, :, :, None]
    seen = []
    for depth, (kernel, bias) in enumerate(layers[:3]):
        if depth:
            x = reference.max_pool2d(x, 2)
            seen.append(x[0])
        x = reference.relu(reference.conv2d(x, kernel, bias))
        seen.append(x[0])
    (hidden, hidden_bias), (last, last_bias) = layers[3:]
    units = reference.relu(x.reshape(-1) @ hidden[0, 0] + hidden_bias)
    scores = units @ last[0, 0] + last_bias
    shares = np.exp(scores - scores.max())
    return [*seen, units, shares / shares.sum()]
