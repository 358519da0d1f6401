# %% [markdown]
# # Convolution
#
# In this notebook you build a convolutional layer yourself, in NumPy: first the arithmetic of its
# sizes, then one kernel on one image, then a whole layer. It takes about an hour. Chapters 3 to 5
# of the book are the background.
#
# **How it works.** Write your code where it says `YOUR CODE HERE`, then run the cells below it. A
# check that finds no mistake prints one line. Another says what it asked, what came, and if it
# can, which misconception leads to your very answer. Run a check as often as you like. No question
# asks for the answer of another: leave one out and go on, and come back later. Only if your own
# code calls an earlier answer, that one must be right, too.
#
# **Points.** 40 in all: 35 by checks and by further tests of the same functions when your work is
# marked (nothing that the text does not announce), 5 for a written answer that a person reads.
# Only use NumPy; the convolutions of other libraries would be no fun.

# %% nbgrader={"grade_id": "setup", "locked": true}
import numpy as np

from course_utils.checks import (
    check_conv2d,
    check_conv2d_plain,
    check_conv2d_strided,
    check_layer_parameters,
    check_output_size,
    check_same_padding,
    check_zero_pad,
)

# %% [markdown]
# ## 1. How large is the output? (5 points)
#
# A kernel of `kernel` cells slides along an axis of `n` cells. At how many places can it lie so
# that all of it is inside?
#
# - `stride` s: it moves s cells at a time.
# - `padding` p: before it starts, p cells are added **at each end** of the axis.
# - `dilation` d: the kernel's cells stand d apart, so that k cells span d(k − 1) + 1. Without gaps,
#   d = 1.
#
# Example: n = 7, kernel 3, stride 2. The kernel can begin at cells 0, 2 and 4, so
# `output_size(7, 3, stride=2)` is 3. With n = 8 the answer is 3, too: one cell at the end is not
# read, and nobody complains.
#
# Return an `int`.
#
# <details><summary>A nudge</summary>
#
# Where is the last place at which the kernel can begin? How many steps is it from the first?
# </details>
# <details><summary>The idea</summary>
#
# The padded axis has n + 2p cells. The last possible beginning is n + 2p minus the kernel's span.
# Count the whole steps that fit into that distance, and do not forget the place at 0.
# </details>


# %% nbgrader={"grade_id": "output_size", "solution": true}
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    """How many places a kernel has along an axis of n cells: an int."""
    ### BEGIN SOLUTION
    span = dilation * (kernel - 1) + 1
    return (n + 2 * padding - span) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "output_size_plain", "points": 1}
check_output_size(output_size, "plain")

# %% nbgrader={"grade_id": "output_size_stride", "points": 1}
check_output_size(output_size, "strides that do not divide")

# %% nbgrader={"grade_id": "output_size_padding", "points": 1}
check_output_size(output_size, "padding")

# %% nbgrader={"grade_id": "output_size_dilation", "points": 1}
check_output_size(output_size, "dilation")

# %% nbgrader={"grade_id": "output_size_hidden", "points": 1}
# Other numbers are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_output_size(output_size, seed=401)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. What “same” adds (3 points)
#
# `padding="same"` in Keras means: add as many zeros as are needed for ⌈n / stride⌉ outputs, and no
# more. If that number is odd, the extra zero goes to the **end** of the axis. It is never negative.
#
# Example: n = 5, kernel 4, stride 1. Five outputs need 8 cells, so 3 must be added: 1 before, 2
# after. `same_padding(5, 4, 1)` is `(1, 2)`.
#
# Return the pair `(before, after)` of ints.
#
# <details><summary>A nudge</summary>
#
# First the number of outputs. Over how many cells does a kernel reach that takes that many places?
# </details>
# <details><summary>The idea</summary>
#
# The first place covers `kernel` cells, and every further place covers `stride` cells more. The
# difference from n has to be added. Half of it, rounded down, goes before.
# </details>


# %% nbgrader={"grade_id": "same_padding", "solution": true}
def same_padding(n, kernel, stride):
    """The cells that "same" adds before and after an axis of n cells: a pair of ints."""
    ### BEGIN SOLUTION
    places = -(-n // stride)
    total = max((places - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "same_padding_unstrided", "points": 1}
check_same_padding(same_padding, "stride 1")

# %% nbgrader={"grade_id": "same_padding_strided", "points": 1}
check_same_padding(same_padding, "larger strides")

# %% nbgrader={"grade_id": "same_padding_hidden", "points": 1}
# Other numbers are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_same_padding(same_padding, seed=402)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A border of zeros (3 points)
#
# `zero_pad(image, rows, columns)` returns a new array in which `image`, of shape (H, W), is framed
# by zeros: `rows` rows of them above and as many below, `columns` columns on the left and as many
# on the right. The shape is (H + 2·rows, W + 2·columns). The image itself must stay as it is.
#
# Example: `zero_pad(np.array([[1., 2.]]), 1, 0)` is
# ```
# 0 0
# 1 2
# 0 0
# ```
#
# <details><summary>A nudge</summary>
#
# Begin with an array that is zero everywhere. How large must it be?
# </details>
# <details><summary>The idea</summary>
#
# The image fills a rectangle of the new array: which rows and which columns? Assign it to that
# slice. `np.pad` does it too, and is allowed.
# </details>


# %% nbgrader={"grade_id": "zero_pad", "solution": true}
def zero_pad(image, rows, columns):
    """(H, W) → (H + 2·rows, W + 2·columns), with zeros around the image."""
    ### BEGIN SOLUTION
    height, width = image.shape
    padded = np.zeros((height + 2 * rows, width + 2 * columns))
    padded[rows : rows + height, columns : columns + width] = image
    return padded
    ### END SOLUTION


# %% nbgrader={"grade_id": "zero_pad_even", "points": 1}
check_zero_pad(zero_pad, "the same on all sides")

# %% nbgrader={"grade_id": "zero_pad_uneven", "points": 1}
check_zero_pad(zero_pad, "rows and columns differ")

# %% nbgrader={"grade_id": "zero_pad_hidden", "points": 1}
# Other images are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_zero_pad(zero_pad, seed=403)
### END HIDDEN TESTS

# %% [markdown]
# ## 4. One image, one kernel (5 points)
#
# Now the heart of it. `image` has the shape (H, W), `kernel` (KH, KW). At every place lay the
# kernel on the image as it stands, multiply cell by cell, and sum. The output has the shape
# (H − KH + 1, W − KW + 1).
#
# Example, worked out: the image `[[1, 2, 3], [4, 5, 6]]` and the kernel `[[1, 2], [0, -1]]` give
# `[[0, 2]]`:
#
# - left: 1·1 + 2·2 + 4·0 + 5·(−1) = 0
# - right: 2·1 + 3·2 + 5·0 + 6·(−1) = 2
#
# Your turn before you write code: what is the bottom left cell of the output if the image has a
# third row `[9, 7, 8]`? (It is 4·1 + 5·2 + 9·0 + 7·(−1), which is …?)
#
# <details><summary>A nudge</summary>
#
# Two loops over the places. Which part of the image lies under the kernel at place (i, j)?
# </details>
# <details><summary>The idea</summary>
#
# The window begins at row i and column j, and is as large as the kernel. The product of two arrays
# of the same shape, summed, is the answer for that place.
# </details>


# %% nbgrader={"grade_id": "conv2d_plain", "solution": true}
def conv2d_plain(image, kernel):
    """(H, W), (KH, KW) → (H − KH + 1, W − KW + 1): window times kernel, summed, at every place."""
    ### BEGIN SOLUTION
    rows, columns = kernel.shape
    out = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + rows, j : j + columns] * kernel)
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv2d_plain_square", "points": 2}
check_conv2d_plain(conv2d_plain, "square")

# %% nbgrader={"grade_id": "conv2d_plain_oblong", "points": 2}
check_conv2d_plain(conv2d_plain, "not square")

# %% nbgrader={"grade_id": "conv2d_plain_hidden", "points": 1}
# Other images and kernels are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_conv2d_plain(conv2d_plain, seed=404)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Stride and padding (5 points)
#
# The same with two more numbers: first frame the image with `padding` zeros on every side, then
# move the kernel `stride` cells at a time, along the rows and along the columns. Places at which
# the kernel would hang over the end do not count, as in question 1.
#
# Example: a 5 × 6 image, a 3 × 3 kernel, stride 2 and padding 1 give a 3 × 3 output.
#
# You may use what you wrote above, or `np.pad`.
#
# <details><summary>A nudge</summary>
#
# Only two things change in your loops: the size of the output, and where each window begins.
# </details>
# <details><summary>The idea</summary>
#
# Output cell (i, j) belongs to the window that begins at row i·stride and column j·stride of the
# padded image.
# </details>


# %% nbgrader={"grade_id": "conv2d_strided", "solution": true}
def conv2d_strided(image, kernel, stride, padding):
    """(H, W), (KH, KW) → (H', W'): one channel, one filter, with stride and zero padding."""
    ### BEGIN SOLUTION
    padded = np.pad(image, padding)
    rows, columns = kernel.shape
    height = (padded.shape[0] - rows) // stride + 1
    width = (padded.shape[1] - columns) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = np.sum(padded[top : top + rows, left : left + columns] * kernel)
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv2d_strided_stride", "points": 2}
check_conv2d_strided(conv2d_strided, "stride")

# %% nbgrader={"grade_id": "conv2d_strided_padding", "points": 2}
check_conv2d_strided(conv2d_strided, "padding")

# %% nbgrader={"grade_id": "conv2d_strided_hidden", "points": 1}
# Both together, on other images, are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_conv2d_strided(conv2d_strided, seed=405)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. The whole layer (10 points)
#
# A layer takes several images with several channels, and has several filters:
#
# - `x`, shape (N, H, W, C_in): N images of H rows, W columns and C_in channels;
# - `kernel`, shape (KH, KW, C_in, C_out): for each of the C_out filters a box of weights that
#   reaches through all input channels;
# - `bias`, shape (C_out,): one number for each filter, added at all of its places.
#
# Return an array of shape (N, H', W', C_out). Filter f's output at a place is the sum of window ×
# weights over rows, columns **and** channels, plus `bias[f]`. Nothing is flipped. Stride and
# padding are as in question 5.
#
# Example: one image of 1 × 1 pixel with the channels 2 and 3, a 1 × 1 kernel with the weights 10
# and 100 for its only filter, and the bias 5 give 2·10 + 3·100 + 5 = 325.
#
# <details><summary>A nudge</summary>
#
# The window of one image, with all its channels, and the weights of one filter have the same shape.
# Which four loops remain?
# </details>
# <details><summary>The idea</summary>
#
# Loop over images, places and filters, and treat the channel axis like one more axis of the window:
# it is summed away, and the filters make the new one. Keep the images' other axes in their order:
# rows before columns.
# </details>


# %% nbgrader={"grade_id": "conv2d", "solution": true}
def conv2d(x, kernel, bias, stride=1, padding=0):
    """x (N, H, W, C_in), kernel (KH, KW, C_in, C_out), bias (C_out,) → (N, H', W', C_out)."""
    ### BEGIN SOLUTION
    rows, columns = kernel.shape[:2]
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    height = (padded.shape[1] - rows) // stride + 1
    width = (padded.shape[2] - columns) // stride + 1
    out = np.zeros((len(x), height, width, kernel.shape[3]))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = padded[:, top : top + rows, left : left + columns, :]
            out[:, i, j, :] = np.tensordot(window, kernel, axes=3) + bias
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "conv2d_one_filter", "points": 2}
check_conv2d(conv2d, "one filter")

# %% nbgrader={"grade_id": "conv2d_channels", "points": 3}
check_conv2d(conv2d, "several channels and filters")

# %% nbgrader={"grade_id": "conv2d_bias", "points": 1}
check_conv2d(conv2d, "bias")

# %% nbgrader={"grade_id": "conv2d_stride_and_padding", "points": 2}
check_conv2d(conv2d, "stride and padding")

# %% nbgrader={"grade_id": "conv2d_hidden", "points": 2}
# All of it together, on other images, is tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_conv2d(conv2d, "all of it together", seed=406)
check_conv2d(conv2d, seed=407)
### END HIDDEN TESTS

# %% [markdown]
# ## 7. What do kernels see? (5 points, read by a person)
#
# Here are four kernels. The cell below lays each on a handwritten digit, with **your**
# `conv2d_plain` from question 4, and shows the four maps: dark blue is strongly positive, dark red
# strongly negative, white is zero.
#
# Before you run it, guess: which of them will be white wherever the image is evenly black or evenly
# bright?

# %% tags=["raises-exception", "skip-when-marking"]
import matplotlib.pyplot as plt

from course_utils.data import load_mnist

(digits, _), _ = load_mnist(n_train=1, n_test=1)
digit = digits[0, :, :, 0]

kernels = {
    "A": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4,
    "B": np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) / 4,
    "C": np.ones((3, 3)) / 9,
    "D": np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4,
}
maps = {name: conv2d_plain(digit, kernel) for name, kernel in kernels.items()}

figure, axes = plt.subplots(1, 5, figsize=(12, 3))
axes[0].imshow(digit, cmap="gray")
axes[0].set_title("the digit")
for axis, (name, feature_map) in zip(axes[1:], maps.items(), strict=True):
    axis.imshow(feature_map, cmap="RdBu", vmin=-1, vmax=1)
    axis.set_title(f"kernel {name}")
for axis in axes:
    axis.axis("off")
plt.show()

# %% [markdown]
# For each of A, B, C and D say in one sentence **what it responds to**, and how you can tell it
# from its nine numbers. Then in one or two sentences: why does one such small kernel find its
# pattern at *every* place of the image? (One point for each kernel, one for the last answer.)

# %% [markdown] nbgrader={"grade_id": "what_kernels_see", "solution": true, "points": 5}
# A: vertical edges. Its left column is positive and its right column negative, so it compares the
# brightness left and right: positive where the left is brighter, negative where the right is.
#
# B: horizontal edges, in the same way: it compares above and below.
#
# C: nothing in particular. All weights are equal and sum to 1: it averages, so it blurs.
#
# D: points, corners and thin strokes: what differs from its neighbours. Its weights sum to zero,
# like those of A and B, so even areas give zero.
#
# The weights are shared: the same nine numbers are used at every place, so the same pattern gives
# the same answer wherever it lies. If the pattern moves, its answer moves along (equivariance).

# %% [markdown]
# ## 8. How many parameters does a layer have? (4 points)
#
# `layer_parameters(input_shape, filters, kernel)`: the number of weights and biases that a
# convolutional layer learns. `input_shape` is (H, W, C_in), `kernel` is (KH, KW).
#
# Example: the first layer of our network gets images of 28 × 28 × 1 and has 32 filters of 3 × 3.
# Each filter has 3·3·1 weights and one bias, so there are 32·(9 + 1) = 320.
#
# Faded: a layer with 2 filters of 3 × 3 on a colour image (3 channels) has 2·(… + 1) = 56.
#
# <details><summary>A nudge</summary>
#
# Not all of the given numbers matter. Which ones change the *kernel*?
# </details>
# <details><summary>The idea</summary>
#
# Count one filter: a box of weights that reaches through all input channels, and one bias. Then
# multiply by the number of filters.
# </details>


# %% nbgrader={"grade_id": "layer_parameters", "solution": true}
def layer_parameters(input_shape, filters, kernel):
    """((H, W, C_in), C_out, (KH, KW)) → the number of parameters of the layer: an int."""
    ### BEGIN SOLUTION
    rows, columns = kernel
    return filters * (rows * columns * input_shape[2] + 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "layer_parameters_grey", "points": 1}
check_layer_parameters(layer_parameters, "one input channel")

# %% nbgrader={"grade_id": "layer_parameters_deep", "points": 2}
check_layer_parameters(layer_parameters, "several input channels")

# %% nbgrader={"grade_id": "layer_parameters_hidden", "points": 1}
# Other layers are tried here when your work is marked.
### BEGIN HIDDEN TESTS
check_layer_parameters(layer_parameters, seed=408)
### END HIDDEN TESTS

# %% [markdown]
# That was a convolutional layer, all of it. Save the notebook, restart the kernel and run all cells
# once more: if no check finds a mistake, hand it in.
