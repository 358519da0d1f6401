"""Wrong layers: other channels, filters, biases or images; arguments and result as conv2d's."""

import numpy as np

from course_utils import reference


def first_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., :1], kernel[:, :, :1], bias, stride, padding)


def last_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[..., -1:], kernel[:, :, -1:], bias, stride, padding)


def without_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, None, stride, padding)


def map_channels_first(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).transpose(0, 3, 1, 2)


def bias_per_weight(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * np.prod(kernel.shape[:3]), stride, padding)


def bias_per_channel(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias * kernel.shape[2], stride, padding)


def first_image(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x[:1], kernel, bias, stride, padding)


def first_image_for_all(x, kernel, bias, stride=1, padding=0):
    """x[0] in the loop over images."""
    return reference.conv2d(np.repeat(x[:1], len(x), axis=0), kernel, bias, stride, padding)


def each_channel_alone(biases):
    """A map for each channel, by the first filter; ``biases`` chooses what is added from bias."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        maps = [
            reference.conv2d(x[..., [c]], kernel[:, :, [c], :1], None, stride, padding)
            for c in range(kernel.shape[2])
        ]
        return np.concatenate(maps, axis=3) + biases(bias)

    return conv2d


def first_image_filled(x, kernel, bias, stride=1, padding=0):
    out = reference.conv2d(x, kernel, bias, stride, padding)
    out[1:] = 0
    return out


def last_filter(x, kernel, bias, stride=1, padding=0):
    """out[n, i, j] = … in the loop over filters: each fills all maps."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    return np.repeat(out[..., -1:], out.shape[3], axis=3)


def first_bias(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias[0]), stride, padding)


def all_biases(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, np.full_like(bias, bias.sum()), stride, padding)


def filters_added(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, bias, stride, padding).sum(axis=3, keepdims=True)


def mean_of_channels(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel / kernel.shape[2], bias, stride, padding)


def first_filter(x, kernel, bias, stride=1, padding=0):
    """The weights of the first filter for all maps."""
    alike = np.repeat(kernel[..., :1], kernel.shape[3], axis=3)
    return reference.conv2d(x, alike, bias, stride, padding)


def bias_subtracted(x, kernel, bias, stride=1, padding=0):
    return reference.conv2d(x, kernel, -bias, stride, padding)


def bias_along(axis):
    """The biases laid along the map's rows (1) or columns (2), as NumPy broadcasts them."""
    shape = [1, 1, 1, 1]
    shape[axis] = -1
    return lambda x, kernel, bias, stride=1, padding=0: (
        reference.conv2d(x, kernel, None, stride, padding) + bias.reshape(shape)
    )


def without_images(x, kernel, bias, stride=1, padding=0):
    """The maps of the first image, and no axis for the images."""
    return reference.conv2d(x[:1], kernel, bias, stride, padding)[0]


def reshaped_early(x, kernel, bias, stride=1, padding=0):
    """Rows of (places, images) read as (images, places), without a transpose before."""
    out = reference.conv2d(x, kernel, bias, stride, padding)
    return out.transpose(1, 2, 0, 3).reshape(out.shape)


def filters_first_in_maps(axes):
    """Maps computed in another order of the ``axes``, put into the result's shape by a reshape."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        out = reference.conv2d(x, kernel, bias, stride, padding)
        return out.transpose(axes).reshape(out.shape)

    return conv2d


def filters_first_in_weights(x, kernel, bias, stride=1, padding=0):
    """kernel.reshape(C_out, -1), although the filters are the last axis."""
    rows = kernel.reshape(kernel.shape[3], -1).T
    return reference.conv2d(x, rows.reshape(kernel.shape), bias, stride, padding)


def channels_first_in_window(x, kernel, bias, stride=1, padding=0):
    """Each window in a row channel by channel, the weights cell by cell."""
    rows, columns, c_in, c_out = kernel.shape
    weights = kernel.reshape(c_in, rows, columns, c_out).transpose(1, 2, 0, 3)
    return reference.conv2d(x, weights, bias, stride, padding)


def array_in_cell(x, kernel, bias, stride=1, padding=0):
    """out[n, i, j, f] = window * weights, without a sum: NumPy's error."""
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    out[0, 0, 0, 0] = x[0, :2, :2, 0]
    return out


def matrix_product(x, kernel, bias, stride=1, padding=0):
    """window @ kernel, on the last two axes of each."""
    framed, (rows, columns) = reference.pad2d(x, padding), kernel.shape[:2]
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    for i, j in np.ndindex(out.shape[1:3]):
        top, left = i * stride, j * stride
        window = framed[:, top : top + rows, left : left + columns]
        out[:, i, j] = np.sum(window @ kernel, axis=(1, 2)) + bias
    return out


def one_channel_each(x, kernel, bias, stride=1, padding=0):
    """Filter f on channel f % C_in alone."""
    chosen = np.zeros_like(kernel)
    for f in range(kernel.shape[3]):
        chosen[:, :, f % kernel.shape[2], f] = kernel[:, :, f % kernel.shape[2], f]
    return reference.conv2d(x, chosen, bias, stride, padding)


def filters_on_channels_axis(x, kernel, bias, stride=1, padding=0):
    """window (KH, KW, C_in) times kernel[:, :, f] (KH, KW, C_out), as NumPy broadcasts it."""
    framed, (rows, columns) = reference.pad2d(x, padding), kernel.shape[:2]
    out = np.zeros(reference.conv2d(x, kernel, bias, stride, padding).shape)
    for n, i, j, f in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = framed[n, top : top + rows, left : left + columns]
        out[n, i, j, f] = np.sum(window * kernel[:, :, f]) + bias[f]
    return out


def bias_on_image(framed_first):
    """A filter's bias added to the image before, or behind, its frame of zeros."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        maps = []
        for f, b in enumerate(bias):
            lifted = reference.pad2d(x, padding) + b if framed_first else x + b
            p = 0 if framed_first else padding
            maps.append(reference.conv2d(lifted, kernel[..., f : f + 1], None, stride, p))
        return np.concatenate(maps, axis=3)

    return conv2d


def channels_apart(by_filter):
    """A map for each pair of channel and filter, those of one filter (or channel) together."""

    def conv2d(x, kernel, bias, stride=1, padding=0):
        maps = [
            reference.conv2d(x[..., c : c + 1], kernel[:, :, c : c + 1], bias, stride, padding)
            for c in range(kernel.shape[2])
        ]
        return np.stack(maps, axis=4 if by_filter else 3).reshape(*maps[0].shape[:3], -1)

    return conv2d
