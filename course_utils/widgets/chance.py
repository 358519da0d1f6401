"""Numbers that look random, and are the same as in the page (``chance.js``)."""

import numpy as np

MASK = 0xFFFFFFFF


def chance(seed: int, count: int) -> np.ndarray:
    """Return ``count`` numbers from 0 to 1 that look random, by Marsaglia's xorshift with 32 bits.

    NumPy's generator is not used, since the page must make the same numbers.
    """
    x = (seed + 1) * 0x9E3779B1 & MASK
    numbers = np.empty(count)
    for i in range(count):
        x ^= x << 13 & MASK
        x ^= x >> 17
        x ^= x << 5 & MASK
        numbers[i] = x / 2**32
    return numbers
