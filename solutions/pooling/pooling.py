# %% [markdown]
# # Pooling
#
# You write max and average pooling in NumPy, count what they leave over, find out how far a deep
# cell sees, and show in numbers what pooling does when an image moves. It takes about 45 minutes.
# Chapters 2, 4 and 6 of the book are the background.
#
# **How it works.** Write your code where it says `YOUR CODE HERE`, then run the cells below it. A
# check that finds no mistake prints one line. Another says what it asked, what came, and if it
# can, which misconception leads to your very answer. No question asks for the answer of
# another. Only if your own code calls an earlier answer, that one must be right, too.
#
# **Points.** 30 in all: 23 by checks and by further tests of the same functions when your work is
# marked (nothing that the text does not announce), 7 for a written answer that a person reads.
# The last question is for those who want more and gives none.

# %% nbgrader={"grade_id": "setup", "locked": true}
import numpy as np

from course_utils.checks import (
    check_avg_pool2d,
    check_changed_cells,
    check_max_pool2d,
    check_max_pool2d_backward,
    check_receptive_field,
    check_values_left,
)

# %% [markdown]
# ## 1. Max pooling (8 points)
#
# `max_pool2d(x, window, stride=None, padding=0)`: `x` is one image of shape (H, W, C). A window of
# `window` × `window` cells moves over it in steps of `stride`; each place gives its largest number,
# for every channel by itself. The result has the shape (H', W', C).
#
# - Without a `stride`, the windows lie side by side: the stride is the window.
# - A stride smaller than the window is allowed: windows then overlap. A larger one, too.
# - Cells at the end that no whole window reaches are not read, as in a convolution.
# - `padding` frames the image on every side. Padded cells are **ignored**: they must never be the
#   maximum, not even if all real numbers are negative. Write the rest first, this last. It is
#   always smaller than the window, so that each window holds a real cell.
# - `x` holds floats or whole numbers (dtype `int`), of any size, and must stay as it is.
#
# Example: one channel, 2 × 4, window 2:
# ```
# 1 5 2 0
# 3 4 8 6     →     5 8
# ```
#
# Before you write code: what comes of the same rows with `stride=1`? (Three windows: 5, …, 8.)
#
# <details><summary>A nudge</summary>
#
# You wrote these loops for the convolution. What changes in the line inside?
# </details>
# <details><summary>The idea</summary>
#
# The window of place (i, j) is a box of `window` × `window` × C numbers. Take the maximum along its
# first two axes only. For the padding: which number is never the larger one of two?
# </details>


# %% nbgrader={"grade_id": "max_pool2d", "solution": true}
def max_pool2d(x, window, stride=None, padding=0):
    """(H, W, C) → (H', W', C): the largest number of each window, channel by channel."""
    ### BEGIN SOLUTION
    stride = window if stride is None else stride
    frame = ((padding, padding), (padding, padding), (0, 0))
    padded = np.pad(x.astype(float), frame, constant_values=-np.inf)
    height = (padded.shape[0] - window) // stride + 1
    width = (padded.shape[1] - window) // stride + 1
    out = np.zeros((height, width, x.shape[2]))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = padded[top : top + window, left : left + window].max(axis=(0, 1))
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "max_pool2d_tiles", "points": 2}
check_max_pool2d(max_pool2d, "windows side by side")

# %% nbgrader={"grade_id": "max_pool2d_left_over", "points": 1}
check_max_pool2d(max_pool2d, "cells left over")

# %% nbgrader={"grade_id": "max_pool2d_channels", "points": 1}
check_max_pool2d(max_pool2d, "channels")

# %% nbgrader={"grade_id": "max_pool2d_stride", "points": 2}
check_max_pool2d(max_pool2d, "stride")

# %% nbgrader={"grade_id": "max_pool2d_padding", "points": 1}
check_max_pool2d(max_pool2d, "padding")

# %% nbgrader={"grade_id": "max_pool2d_hidden", "points": 1}
# Other images and windows are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_max_pool2d(max_pool2d, seed=501)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Average pooling (4 points)
#
# The same with the mean of each window; no padding is asked for. Of whole numbers (dtype `int`), as
# in the example, the mean can have decimals: keep them.
#
# Example: the image above with window 2 gives (1 + 5 + 3 + 4)/4 = 3.25 and (2 + 0 + 8 + 6)/4 = …


# %% nbgrader={"grade_id": "avg_pool2d", "solution": true}
def avg_pool2d(x, window, stride=None):
    """(H, W, C) → (H', W', C): the mean of each window, channel by channel."""
    ### BEGIN SOLUTION
    stride = window if stride is None else stride
    height = (x.shape[0] - window) // stride + 1
    width = (x.shape[1] - window) // stride + 1
    out = np.zeros((height, width, x.shape[2]))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = x[top : top + window, left : left + window].mean(axis=(0, 1))
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "avg_pool2d_tiles", "points": 1}
check_avg_pool2d(avg_pool2d, "windows side by side")

# %% nbgrader={"grade_id": "avg_pool2d_channels", "points": 1}
check_avg_pool2d(avg_pool2d, "channels")

# %% nbgrader={"grade_id": "avg_pool2d_stride", "points": 1}
check_avg_pool2d(avg_pool2d, "stride")

# %% nbgrader={"grade_id": "avg_pool2d_hidden", "points": 1}
# Other images and windows are tried here when your work is marked, cells left over among them.
### BEGIN HIDDEN TESTS
check_avg_pool2d(avg_pool2d, seed=502)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. What is left? (3 points)
#
# `values_left((H, W, C), window, stride)`: how many numbers remain when an image of this shape has
# been pooled? Return an `int`; no arrays are needed.
#
# Example: 28 × 28 × 32 = 25,088 numbers, pooled with window 2 and stride 2, become 14 × 14 × 32 =
# 6,272.
#
# <details><summary>A nudge</summary>
#
# Which of the three axes does pooling make shorter, and by which formula?
# </details>


# %% nbgrader={"grade_id": "values_left", "solution": true}
def values_left(shape, window, stride):
    """((H, W, C), window, stride) → how many numbers pooling leaves: an int."""
    ### BEGIN SOLUTION
    height, width, channels = shape
    return ((height - window) // stride + 1) * ((width - window) // stride + 1) * channels
    ### END SOLUTION


# %% nbgrader={"grade_id": "values_left_fitting", "points": 1}
check_values_left(values_left, "windows that fit")

# %% nbgrader={"grade_id": "values_left_not_fitting", "points": 1}
check_values_left(values_left, "windows that do not")

# %% nbgrader={"grade_id": "values_left_hidden", "points": 1}
# Other shapes are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_values_left(values_left, seed=503)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. How far does a deep cell see? (4 points)
#
# `receptive_field(layers)`: `layers` is a list of `(kernel, stride)`, from the input upwards;
# convolutions and poolings alike. Along one axis, on how many input cells does **one** cell of the
# last map depend? (Dilation 1, no padding.) Return an `int`.
#
# Example: `[(3, 1), (2, 2), (3, 1)]`, a convolution, a pooling and another convolution.
#
# | layer | kernel, stride | one step is … input cells | it adds | field |
# |---|---|---|---|---|
# | input | | 1 | | 1 |
# | convolution | 3, 1 | 1 | 2 steps of 1 | 3 |
# | pooling | 2, 2 | 1, and 2 behind it | 1 step of 1 | 4 |
# | convolution | 3, 1 | 2 | 2 steps of … | … |
#
# <details><summary>A nudge</summary>
#
# Three neighbouring cells of the pooled map: how many input cells do they cover together?
# </details>
# <details><summary>The idea</summary>
#
# Go through the layers and keep two numbers: the field so far, and how many input cells apart
# neighbouring cells are. A kernel of k adds k − 1 of these steps; a stride makes the step longer
# for the layers behind it.
# </details>


# %% nbgrader={"grade_id": "receptive_field", "solution": true}
def receptive_field(layers):
    """[(kernel, stride), …] → input cells on which one cell of the last map depends: an int."""
    ### BEGIN SOLUTION
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field
    ### END SOLUTION


# %% nbgrader={"grade_id": "receptive_field_unstrided", "points": 1}
check_receptive_field(receptive_field, "stride 1")

# %% nbgrader={"grade_id": "receptive_field_strided", "points": 2}
check_receptive_field(receptive_field, "strides")

# %% nbgrader={"grade_id": "receptive_field_hidden", "points": 1}
# Other stacks are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_receptive_field(receptive_field, seed=504)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. When the image moves (4 points, and 7 read by a person)
#
# People say that pooling makes a network indifferent to small shifts. Measure it.
# `changed_cells(image, columns, window)`:
#
# 1. max-pools `image`, of shape (H, W), with windows of `window` × `window` side by side;
# 2. moves the image to the right by `columns` columns: zeros enter on the left, what leaves on the
#    right is lost;
# 3. pools the moved image in the same way;
# 4. returns a boolean array (H', W') that is `True` where the two pooled maps differ, however
#    little.
#
# `columns` is a whole number from 0 (nothing moves) to W. The image that was passed must stay as it
# is.
#
# Example: a single 1 in column 0, window 2. Moved by one column it is still in the first window:
# all `False`. A single 1 in column 1, moved by one, leaves its window: two cells are `True`.
#
# <details><summary>A nudge</summary>
#
# You need a moved copy of the image first. Which columns of the copy come from which of the image?
# </details>
# <details><summary>The idea</summary>
#
# Give the image a channel axis, so that your `max_pool2d` takes it, pool it before and after it
# moves, and compare the two maps cell by cell. If question 1 did not work out: here H and W are
# always multiples of the window, so the image can be reshaped to four axes (window down, row in it,
# window across, column in it), and two of them hold the cells of a window.
# </details>


# %% nbgrader={"grade_id": "changed_cells", "solution": true}
def changed_cells(image, columns, window):
    """Where max pooling of the image differs from max pooling of the image moved to the right."""
    ### BEGIN SOLUTION
    moved = np.zeros_like(image)
    moved[:, columns:] = image[:, : image.shape[1] - columns]
    before = max_pool2d(image[:, :, None], window)[:, :, 0]
    after = max_pool2d(moved[:, :, None], window)[:, :, 0]
    return before != after
    ### END SOLUTION


# %% nbgrader={"grade_id": "changed_cells_dot", "points": 1}
check_changed_cells(changed_cells, "a single dot")

# %% nbgrader={"grade_id": "changed_cells_images", "points": 2}
check_changed_cells(changed_cells, "whole images")

# %% nbgrader={"grade_id": "changed_cells_hidden", "points": 1}
# Other images are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_changed_cells(changed_cells, seed=505)
### END HIDDEN TESTS

# %% [markdown]
# Now look at two images with it: bars with sharp edges, and a handwritten digit. The table says how
# many cells of the pooled map change for each shift, however little. (Chapter 6 asks for something
# else: by *how much* the numbers change. That falls when the window grows; how many cells change
# does not.) Guess first: in which rows will there be a 0 %?

# %% tags=["raises-exception"]
from course_utils.data import load_mnist

(digits, _), _ = load_mnist(n_train=1, n_test=1)
digit = digits[0, :, :, 0]
bars = np.zeros((28, 28))
bars[:, 0::4] = 1.0  # one bright column in four: 0, 4, 8, …

print("shift   bars, window 2   bars, window 4   digit, window 2   digit, window 4")
for columns in range(5):
    shares = [changed_cells(image, columns, w).mean() for image in (bars, digit) for w in (2, 4)]
    print(f"{columns:5}" + "".join(f"{share:17.0%}" for share in shares))

# %% [markdown]
# Use the table to answer in four to six sentences:
#
# 1. For the bars with window 4: which shifts change (almost) nothing, and why? What happens at 4?
# 2. Why do the same bars change so much with window 2 at a shift of 2?
# 3. The digit's map changes with every shift. Is max pooling *invariant* to shifts, then?
# 4. A convolution without pooling: what does its map do when the image moves? What is that called?
#
# (Two points each for 1 and 2, two for 3, one for 4.)

# %% [markdown] nbgrader={"grade_id": "when_the_image_moves", "solution": true, "points": 7}
# 1. Shifts of 1, 2 and 3 keep each bright column within its window of 4 columns, so every maximum
#    stays the same. At 4 each bar leaves its window, but the next bar has come into it: only the
#    first window, into which zeros come, changes.
#
# 2. With window 2 every other window holds a bar. At a shift of 2 each bar moves to the window
#    beside it, which was empty: all windows change. The pooled map has moved by one cell.
#
# 3. No. It forgives only those shifts that keep each maximum within its window. A digit has edges
#    at all places relative to the windows, so some maxima cross a border at every shift.
#
# 4. It moves with the image, by as many cells: it is equivariant, not invariant.

# %% [markdown]
# ## 6. For those who want more: the way back (no points)
#
# In training, the gradient of the loss flows backwards through pooling. `dout[i, j]` says how much
# the loss would grow if output (i, j) grew. Only the largest cell of a window has influenced the
# output, so it alone receives `dout[i, j]`; all others receive nothing. Where windows overlap, one
# cell can be the largest of several.
#
# `max_pool2d_backward(dout, x, window, stride)`: `x` (H, W) is one channel, `dout` (H', W'); return
# an array of the shape of `x`. `x` and `dout` hold floats. No window holds its maximum twice, but
# different windows can hold the same number.
#
# Example: 3 × 3 cells with the largest in the middle, window 2, stride 1. The middle is the maximum
# of all four windows, so with `dout = [[1, 2], [3, 4]]` it receives 10, and the other cells 0.
#
# <details><summary>A nudge</summary>
#
# `np.argmax` counts through a window as if it were flat; `np.unravel_index` gives the place back.
# </details>


# %% nbgrader={"grade_id": "max_pool2d_backward", "solution": true}
def max_pool2d_backward(dout, x, window, stride):
    """dout (H', W'), x (H, W) → the gradient with respect to x, (H, W)."""
    ### BEGIN SOLUTION
    dx = np.zeros(x.shape)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            top, left = i * stride, j * stride
            patch = x[top : top + window, left : left + window]
            a, b = np.unravel_index(np.argmax(patch), patch.shape)
            dx[top + a, left + b] += dout[i, j]
    return dx
    ### END SOLUTION


# %% nbgrader={"grade_id": "max_pool2d_backward_check", "points": 0}
check_max_pool2d_backward(max_pool2d_backward)

# %% [markdown]
# Save the notebook, restart the kernel and run all cells once more: if no check of a question that
# you answered finds a mistake, hand it in.
