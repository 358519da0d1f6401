"""The small network that learns in the page, in NumPy; ``learner.js`` is tested against it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_utils import reference
from course_utils.widgets.chance import chance

UNITS = 64  # units in the dense network's hidden layer
POOLED = 13  # rows and columns of a pooled map


@dataclass(frozen=True)
class Choices:
    """What a reader chooses: the demo's traits of the same names."""

    kind: str = "convolution"
    filters: int = 8
    rate: float = 0.1
    batch: int = 8
    shuffled: bool = False
    alike: bool = False
    seed: int = 0


def order(count: int, seed: int) -> np.ndarray:
    """Return 0 to count − 1 in a random order: Fisher and Yates's shuffle, by ``chance``."""
    numbers, listed = chance(seed, count), np.arange(count)
    for i in range(count - 1, 0, -1):
        j = int(numbers[i] * (i + 1))
        listed[[i, j]] = listed[[j, i]]
    return listed


class Learner:
    """One network that learns from digits; ``images`` (N, 28, 28), ``labels`` (N,).

    ``convolution``: 3×3 convolution, ReLU, 2×2 max pooling, dense with softmax. ``dense``: 64 units
    with ReLU, dense with softmax. Learns by plain gradient descent on the mean cross-entropy.
    """

    def __init__(self, choices: Choices, images: np.ndarray, labels: np.ndarray):
        self.choices, self.labels = choices, labels
        self._conv = choices.kind == "convolution"
        units, fan = (choices.filters, 9) if self._conv else (UNITS, 784)
        width = POOLED * POOLED * units if self._conv else units
        seed = choices.seed
        first = self._start(seed + 1000, (fan, units), np.sqrt(6 / fan))
        last = self._start(seed + 2000, (width, 10), np.sqrt(6 / (width + 10)))
        if choices.alike:
            first[:] = first[:, :1]
            last = last.reshape(-1, units, 10)
            last[:] = last[:, :1]
            last = last.reshape(width, 10)
        self.parts = {
            "first": first,
            "firstBias": np.zeros(units),
            "last": last,
            "lastBias": np.zeros(10),
        }
        flat = images.reshape(len(images), -1)
        if choices.shuffled:
            flat = flat[:, order(784, seed + 3000)]
        self._images = flat.reshape(-1, 28, 28, 1)

    @staticmethod
    def _start(seed: int, shape: tuple[int, int], limit: float) -> np.ndarray:
        """Random numbers from −limit to limit (He's for the first layer, Glorot's for the last)."""
        return (2 * chance(seed, shape[0] * shape[1]) - 1).reshape(shape) * limit

    def shares(self, numbers: np.ndarray) -> np.ndarray:
        """Return the ten probabilities of these digits, (N, 10)."""
        return self._forward(self._images[numbers])[-1]

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, ...]:
        p = self.parts
        if self._conv:
            raw = reference.conv2d(x, p["first"].reshape(3, 3, 1, -1), p["firstBias"])
            hidden = reference.max_pool2d(reference.relu(raw), 2).reshape(len(x), -1)
        else:
            raw = x.reshape(len(x), -1) @ p["first"] + p["firstBias"]
            hidden = reference.relu(raw)
        scores = hidden @ p["last"] + p["lastBias"]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return raw, hidden, powers / powers.sum(axis=1, keepdims=True)

    def gradients(self, numbers: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
        """Return the gradient of each part for these digits, and their mean loss."""
        x, labels = self._images[numbers], self.labels[numbers]
        raw, hidden, shares = self._forward(x)
        rows = np.arange(len(x))
        loss = -np.log(shares[rows, labels]).mean()
        scores = shares.copy()
        scores[rows, labels] -= 1
        scores /= len(x)
        back = scores @ self.parts["last"].T
        found = {"last": hidden.T @ scores, "lastBias": scores.sum(axis=0)}
        if self._conv:
            maps = back.reshape(len(x), POOLED, POOLED, -1)
            draw = reference.max_pool2d_backward(maps, reference.relu(raw), 2) * (raw > 0)
            kernel = self.parts["first"].reshape(3, 3, 1, -1)
            _, dkernel, dbias = reference.conv2d_backward(draw, x, kernel)
            return found | {"first": dkernel.reshape(9, -1), "firstBias": dbias}, float(loss)
        draw = back * (raw > 0)
        first = x.reshape(len(x), -1).T @ draw
        return found | {"first": first, "firstBias": draw.sum(axis=0)}, float(loss)

    def step(self, numbers: np.ndarray) -> float:
        """Do one step with these digits as a batch; return their mean loss before the step."""
        found, loss = self.gradients(numbers)
        for name, gradient in found.items():
            self.parts[name] -= self.choices.rate * gradient
        return loss

    def epochs(self, count: int, learned: int) -> Iterator[int]:
        """Do ``count`` epochs on the first ``learned`` digits; yield each one's number after it."""
        for epoch in range(count):
            turn = order(learned, self.choices.seed + 4000 + epoch)
            for at in range(0, learned, self.choices.batch):
                self.step(turn[at : at + self.choices.batch])
            yield epoch + 1

    def reads(self, first: int, end: int) -> float:
        """Return the share of the digits ``first`` to ``end`` − 1 that the network reads right."""
        numbers = np.arange(first, end)
        return float((self.shares(numbers).argmax(axis=1) == self.labels[first:end]).mean())
