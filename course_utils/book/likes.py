"""What a filter likes: the windows of many images that it answers most."""

import numpy as np

SIDE = 3  # windows in a row of a mosaic, and rows
FRAME = 0.55  # grey, to be seen beside black and white, on a light page and on a dark one


def strongest_windows(
    images: np.ndarray, answers: np.ndarray, size: int, jump: int, count: int = SIDE**2
) -> np.ndarray:
    """Return the windows (count, size, size) that a filter answers most, the strongest first.

    ``images`` are (N, H, W) and ``answers`` (N, R, C) one map of each; a cell of a map sees
    ``size`` pixels from ``jump`` times its own row and column on, as in a stack without padding.
    An image gives its best window only, or all windows would come from a few images.
    """
    if count > len(images):
        raise ValueError(f"asked for {count} windows, but there are {len(images)} images")
    flat = answers.reshape(len(answers), -1)
    best = np.argsort(-flat.max(axis=1), kind="stable")[:count]
    windows = []
    for image in best:
        row, column = np.unravel_index(flat[image].argmax(), answers.shape[1:])
        top, left = row * jump, column * jump
        windows.append(images[image, top : top + size, left : left + size])
    return np.array(windows)


def mosaic(windows: np.ndarray) -> np.ndarray:
    """Return nine windows (9, n, n) of 0 to 1 as one picture, three by three, in grey frames.

    In nine shades: the page carries a picture for each filter.
    """
    n = windows.shape[1]
    gap = max(1, n // 9)
    side = SIDE * n + (SIDE + 1) * gap
    picture = np.full((side, side), FRAME)
    for i, window in enumerate(windows):
        top, left = (gap + k * (n + gap) for k in divmod(i, SIDE))
        picture[top : top + n, left : left + n] = np.rint(8 * window) / 8
    return picture
