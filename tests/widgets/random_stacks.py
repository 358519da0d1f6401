"""Stacks of layers as a reader might build them: most fit, some do not."""

import random

KERNELS, STRIDES, FILTERS = (1, 2, 3, 3, 3, 5, 7), (1, 1, 1, 2, 3), (1, 2, 3, 8, 16)


def random_stack(seed: int) -> dict:
    """Return the traits of one ``Stack``: a picture of up to 224×224×3 and up to nine layers."""
    rng = random.Random(seed)
    largest = rng.choice((9, 28, 64, 224))
    layers: list[tuple] = []
    for _ in range(rng.randint(1, 5)):
        layers += rng.choice(
            [
                [_conv(rng), ("ReLU",)],
                [_conv(rng)],
                [_conv(rng), ("ReLU",), _pool(rng)],
                [_pool(rng)],
            ]
        )
    layers.append(rng.choice([("Flatten",), ("Flatten",), ("GlobalAveragePooling2D",), ("ReLU",)]))
    layers += [("Dense", rng.choice((1, 7, 10))), ("ReLU",)][: rng.randint(0, 2)]
    if rng.random() < 0.15:
        rng.shuffle(layers)
    rows, columns = (rng.randint(largest // 2, largest) for _ in range(2))
    return {"rows": rows, "columns": columns, "channels": rng.choice((1, 3)), "layers": layers}


def _conv(rng: random.Random) -> tuple:
    same = rng.choice(("valid", "same"))
    return ("Conv2D", rng.choice(FILTERS), rng.choice(KERNELS), rng.choice(STRIDES), same)


def _pool(rng: random.Random) -> tuple:
    kind = rng.choice(("MaxPooling2D", "AveragePooling2D"))
    return (kind, rng.choice((2, 2, 3)), rng.choice((1, 2, 2, 3)))
