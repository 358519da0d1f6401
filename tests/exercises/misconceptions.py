"""Every misconception of the catalogue as a student would write it, one small change each."""

from tests.exercises.submissions import Wrong

_SIZE = "output_size_stride output_size_padding output_size_dilation output_size_hidden"
_LOOPS = (
    "conv2d_plain_square conv2d_plain_oblong conv2d_plain_hidden conv2d_strided_stride "
    "conv2d_strided_padding conv2d_strided_hidden"
)
_LAYER = "conv2d_one_filter conv2d_channels conv2d_bias conv2d_stride_and_padding conv2d_hidden"

CONVOLUTION = [
    Wrong(
        "convolution",
        "kernel-flipped",
        "conv2d_plain conv2d_strided",
        "* kernel)",
        "* kernel[::-1, ::-1])",
        _LOOPS,
    ),
    Wrong(
        "convolution",
        "rows-columns-swapped",
        "zero_pad",
        "np.zeros((height + 2 * rows, width + 2 * columns))\n    padded[rows : rows + height, "
        "columns : columns + width]",
        "np.zeros((height + 2 * columns, width + 2 * rows))\n"
        "    padded[columns : columns + height, rows : rows + width]",
        "zero_pad_uneven zero_pad_hidden",
    ),
    Wrong(
        "convolution",
        "no-floor",
        "output_size",
        "// stride",
        "/ stride",
        "output_size_plain " + _SIZE,
    ),
    Wrong(
        "convolution",
        "size-ceiling",
        "output_size",
        "return (n + 2 * padding - span) // stride + 1",
        "return -(-(n + 2 * padding - span) // stride) + 1",
        _SIZE,
    ),
    Wrong(
        "convolution",
        "non-integer-size-error",
        "output_size",
        "    return (n",
        "    assert (n + 2 * padding - span) % stride == 0\n    return (n",
        _SIZE,
    ),
    Wrong(
        "convolution",
        "padding-total",
        "output_size",
        "2 * padding",
        "padding",
        "output_size_padding output_size_dilation output_size_hidden",
    ),
    Wrong(
        "convolution",
        "dilation-zero",
        "output_size",
        "dilation * (kernel - 1) + 1",
        "(dilation + 1) * (kernel - 1) + 1",
        "output_size_plain " + _SIZE,
    ),
    Wrong(
        "convolution",
        "same-keeps-size",
        "same_padding",
        "-(-n // stride)",
        "n",
        "same_padding_strided same_padding_hidden",
    ),
    Wrong(
        "convolution",
        "same-pads-evenly",
        "same_padding",
        "return total // 2, total - total // 2",
        "return total // 2, total // 2",
        "same_padding_unstrided same_padding_strided same_padding_hidden",
    ),
    Wrong(
        "convolution",
        "same-pads-top-left",
        "same_padding",
        "return total // 2, total - total // 2",
        "return total - total // 2, total // 2",
        "same_padding_unstrided same_padding_strided same_padding_hidden",
    ),
    Wrong(
        "convolution",
        "half-kernel-padding",
        "same_padding",
        "return total // 2, total - total // 2",
        "return kernel // 2, kernel // 2",
        "same_padding_unstrided same_padding_strided same_padding_hidden",
    ),
    Wrong(
        "convolution",
        "stride-is-kernel",
        "conv2d_strided",
        "height = (padded.shape[0] - rows) // stride + 1\n    width = (padded.shape[1] - columns) "
        "// stride + 1",
        "stride = rows\n    height = (padded.shape[0] - rows) // stride + 1\n"
        "    width = (padded.shape[1] - columns) // stride + 1",
        "conv2d_strided_stride conv2d_strided_padding conv2d_strided_hidden",
    ),
    Wrong(
        "convolution",
        "no-input-channels",
        "conv2d",
        "padded = np.pad(x,",
        "x, kernel = x[..., :1], kernel[:, :, :1]\n    padded = np.pad(x,",
        "conv2d_channels conv2d_bias conv2d_stride_and_padding conv2d_hidden",
    ),
    Wrong(
        "convolution",
        "channels-first",
        "conv2d",
        "return out",
        "return out.transpose(0, 3, 1, 2)",
        _LAYER,
    ),
    Wrong("convolution", "bias-missing", "conv2d", " + bias", "", "conv2d_bias conv2d_hidden"),
    Wrong(
        "convolution",
        "bias-per-cell",
        "layer_parameters",
        "return filters * (rows * columns * input_shape[2] + 1)",
        "places = (input_shape[0] - rows + 1) * (input_shape[1] - columns + 1)\n"
        "    return filters * (rows * columns * input_shape[2] + places)",
        "layer_parameters_grey layer_parameters_deep layer_parameters_hidden",
    ),
    Wrong(
        "convolution",
        "weights-grow-with-image",
        "layer_parameters",
        "rows * columns * input_shape[2]",
        "input_shape[0] * input_shape[1] * input_shape[2]",
        "layer_parameters_grey layer_parameters_deep layer_parameters_hidden",
    ),
]

_MAX = "max_pool2d_stride max_pool2d_padding max_pool2d_hidden"

POOLING = [
    Wrong(
        "pooling",
        "pooling-tiles",
        "max_pool2d",
        "stride = window if stride is None else stride",
        "stride = window",
        _MAX,
    ),
    Wrong(
        "pooling",
        "pooling-mixes-channels",
        "max_pool2d",
        ".max(axis=(0, 1))",
        ".max()",
        "max_pool2d_channels max_pool2d_padding max_pool2d_hidden",
    ),
    Wrong(
        "pooling",
        "max-pool-pads-zeros",
        "max_pool2d",
        ", constant_values=-np.inf",
        "",
        "max_pool2d_padding max_pool2d_hidden",
    ),
    Wrong(
        "pooling",
        "no-floor",
        "values_left",
        "return ((height - window) // stride + 1) * ((width - window) // stride + 1)",
        "return ((height - window) / stride + 1) * ((width - window) / stride + 1)",
        "values_left_fitting values_left_not_fitting values_left_hidden",
    ),
    Wrong(
        "pooling",
        "field-is-kernel",
        "receptive_field",
        "return field",
        "return kernel",
        "receptive_field_unstrided receptive_field_strided receptive_field_hidden",
    ),
    Wrong(
        "pooling",
        "invariant-not-equivariant",
        "changed_cells",
        "return before != after",
        "return np.zeros(before.shape, bool)",
        "changed_cells_dot changed_cells_images changed_cells_hidden",
    ),
    Wrong(
        "pooling",
        "pool-gradient-overwritten",
        "max_pool2d_backward",
        "+= dout",
        "= dout",
        "max_pool2d_backward_check",
    ),
]

_COUNTS = "default_parameters_convolutions"

# Only the counting by hand is answered here: the rest would train networks for every entry.
CNN = [
    Wrong(
        "cnn",
        "second-layer-called-first",
        "default_parameters",
        '"conv_1": 32 * (3 * 3 * 1 + 1)',
        '"conv_1": 64 * (3 * 3 * 32 + 1)',
        _COUNTS,
    ),
    Wrong(
        "cnn",
        "same-parameters-anywhere",
        "default_parameters",
        '"conv_3": 64 * (3 * 3 * 64 + 1)',
        '"conv_3": 64 * (3 * 3 * 32 + 1)',
        _COUNTS,
    ),
    Wrong("cnn", "no-input-channels", "default_parameters", "* 3 * 32 +", "* 3 +", _COUNTS),
    Wrong(
        "cnn",
        "pooling-has-weights",
        "default_parameters",
        '"pool_1": 0',
        '"pool_1": 32 * 2 * 2',
        "default_parameters_rest",
    ),
    Wrong(
        "cnn",
        "bias-missing",
        "default_parameters",
        "(576 + 1)",
        "576",
        "default_parameters_dense",
    ),
]

ALL = [*CONVOLUTION, *POOLING, *CNN]
