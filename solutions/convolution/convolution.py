# %% [markdown]
# # The convolution
#
# You will write a convolutional layer yourself, in NumPy. Below each question a check says at once
# what is right, and what a wrong answer probably means. The checks and a few further tests of the
# same functions give your points.

# %% nbgrader={"grade_id": "setup", "locked": true}
import numpy as np

from course_utils.checks import check_conv2d, check_output_size

# %% [markdown]
# ## 1. The size of the output
#
# A kernel of `kernel` cells moves over `n` cells in steps of `stride`; before that, `padding` cells
# are added **at each end**. With `dilation` d the kernel's cells stand d apart, so that it spans
# d(k − 1) + 1 cells; the usual kernel, without gaps, has d = 1. Return the number of places where
# the kernel fits, as an `int`.
#
# Example: `output_size(7, 3, stride=2)` is 3: the kernel starts at cells 0, 2 and 4.

# %% nbgrader={"grade_id": "output_size", "solution": true}
def output_size(n, kernel, stride=1, padding=0, dilation=1):
    """How many places a kernel takes along an axis of n cells."""
    ### BEGIN SOLUTION
    span = dilation * (kernel - 1) + 1
    return (n + 2 * padding - span) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "output_size_check", "points": 2}
check_output_size(output_size)

# %% nbgrader={"grade_id": "output_size_hidden", "points": 1}
# Further sizes, strides and paddings are tried when your work is marked.
### BEGIN HIDDEN TESTS
check_output_size(output_size, seed=401)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The convolution
#
# `x` has the shape (N, H, W, C_in): N images of H rows, W columns and C_in channels. `kernel` has
# the shape (KH, KW, C_in, C_out): one box of KH × KW × C_in weights for each of the C_out filters.
# `bias` has the shape (C_out,): one number a filter. Return an array (N, H', W', C_out).
# At each place multiply the window by the kernel as it stands (nothing is flipped), sum, add the
# filter's bias. `padding` cells of zero are added on each side of the image first.

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


# %% nbgrader={"grade_id": "conv2d_check", "points": 4}
check_conv2d(conv2d)

# %% nbgrader={"grade_id": "conv2d_hidden", "points": 1}
# Further images, kernels and strides are tried when your work is marked.
### BEGIN HIDDEN TESTS
check_conv2d(conv2d, seed=402)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. In your own words
#
# Why can one small kernel, used at every place of the image, find the same edge anywhere? Two or
# three sentences.

# %% [markdown] nbgrader={"grade_id": "same_edge_anywhere", "solution": true, "points": 2}
# Its weights are shared: at every place the same numbers multiply the window, so the same pattern
# gives the same answer wherever it lies. Moving the edge moves the answer with it (equivariance).
