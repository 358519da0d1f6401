"""The windows of many images to which a filter responds most."""

import numpy as np

SIDE = 3  # rows of a mosaic, and windows in a row
FRAME = 0.55  # a grey that differs from black and white, on a light page and on a dark page


def strongest_windows(
    images: np.ndarray, answers: np.ndarray, size: int, jump: int, count: int = SIDE**2
) -> np.ndarray:
    """Return the windows (count, size, size) to which a filter responds most, the strongest first.

    ``images`` are (N, H, W); ``answers`` (N, R, C) are the filter's maps, one for each image. A
    cell of a map sees ``size`` × ``size`` pixels, which begin at ``jump`` times its own row and
    column, as in a stack without padding. Only the best window of each image is taken: else all
    windows would come from a few images.
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
    """Return nine windows (9, n, n) from 0 to 1 as one picture, three by three, with grey frames.

    It has nine shades only, to keep the page small: there is a picture for each filter.
    """
    n = windows.shape[1]
    gap = max(1, n // 9)
    side = SIDE * n + (SIDE + 1) * gap
    picture = np.full((side, side), FRAME)
    for i, window in enumerate(windows):
        top, left = (gap + k * (n + gap) for k in divmod(i, SIDE))
        picture[top : top + n, left : left + n] = np.rint(8 * window) / 8
    return picture
