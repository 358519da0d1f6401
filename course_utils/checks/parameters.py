"""Checks of the count of a layer's parameters."""

from course_utils import reference
from course_utils.checks import contrasts
from course_utils.checks import wrong_sizes as wrong
from course_utils.checks.answer import Case
from course_utils.checks.examine import examine
from course_utils.checks.question import Mistake, Question


def _parameters(input_shape, filters, kernel):
    return reference.conv_parameters(input_shape[2], filters, kernel)


def _one_channel_layers(rng):
    cases = [Case(((5, 5, 1), 2, (3, 3))), Case(((6, 8, 1), 4, (2, 3)))]
    return cases + [_drawn_layer(rng, 1) for _ in range(3)]


def _deep_layers(rng):
    cases = [Case(((4, 4, 3), 2, (2, 2))), Case(((13, 13, 32), 64, (3, 3)))]
    return cases + [_drawn_layer(rng, int(rng.integers(2, 20))) for _ in range(4)]


def _drawn_layer(rng, channels):
    height, width, filters = (int(n) for n in rng.integers(6, 30, 3))
    return Case(((height, width, channels), filters, tuple(int(k) for k in rng.integers(1, 6, 2))))


_LAYER_PARAMETERS = Question(
    name="layer_parameters",
    parameters=("input_shape", "filters", "kernel"),
    truth=_parameters,
    parts={"one input channel": _one_channel_layers, "several input channels": _deep_layers},
    mistakes=(
        Mistake("no-input-channels", wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * f)),
        Mistake("bias-missing", wrong.with_biases(lambda h, w, c, f, i, j, n: 0)),
        Mistake("bias-per-cell", wrong.with_biases(lambda h, w, c, f, i, j, n: f * n)),
        Mistake("bias-per-cell", wrong.with_biases(lambda h, w, c, f, i, j, n: f * h * w)),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: h * w * c * f),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * f * n),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * f * h * w),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.counted(
                lambda h, w, c, f, i, j, n: (i * j * c + 1) * f * h * w,
                lambda h, w, c, f, i, j, n: 0,
            ),
        ),
        Mistake(
            "weights-grow-with-image",
            wrong.counted(
                lambda h, w, c, f, i, j, n: (i * j * c + 1) * f * n,
                lambda h, w, c, f, i, j, n: 0,
            ),
        ),
        Mistake(
            None,
            wrong.counted(lambda h, w, c, f, i, j, n: f * n, lambda h, w, c, f, i, j, n: 0),
            "the numbers that come out of the layer",
            "Parameters are what the layer learns: the weights and biases of its filters.",
        ),
        Mistake("channels-first", wrong.rows_as_channels),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: 1),
            "one bias for the whole layer",
            "Each filter has a bias of its own.",
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: c * f),
            "a bias for every input channel of a filter",
            "Each filter has one bias, however many channels it receives.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c),
            "the weights of one filter for the whole layer",
            "Each filter has a box of weights of its own.",
        ),
        Mistake(
            None,
            wrong.counted(lambda h, w, c, f, i, j, n: i * j * c, lambda h, w, c, f, i, j, n: 1),
            "one filter alone",
            "The layer has as many filters as `filters` says.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * i * c * f),
            "the kernel's rows taken for its columns, too",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: (i + j) * c * f),
            "rows and columns of the kernel added",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: (i * j + c) * f),
            "the input channels added to the kernel's cells",
            "A filter has KH·KW weights for each input channel: they are multiplied.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: 9 * c * f),
            "a kernel of 3 × 3 in every layer",
            "The kernel's size is an argument: its rows are kernel[0], its columns kernel[1].",
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: i * j),
            "a bias for every cell of the kernel",
            "Each filter has one bias, whatever the kernel's size.",
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: i * j * c * f),
            "a bias for every weight",
            "Each filter has one bias, however many weights it has.",
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: 2 * f),
            "two biases for each filter",
            "Each filter has one bias.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * c * f),
            "the kernel's columns left out",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: j * c * f),
            "the kernel's rows left out",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: j * j * c * f),
            "the kernel's columns taken for its rows, too",
            "A kernel of KH × KW has KH·KW weights for each channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * w * f),
            "the image's width taken for its channels",
            "input_shape is (H, W, C_in): the channels are its last number.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * f * f),
            "the filters taken for the input channels",
            "C_in is input_shape[2]; the filters count the channels that come out.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * c),
            "the input channels taken for the filters",
            "There are as many filters as `filters` says.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * c * f),
            "the input channels counted twice",
            "A filter has KH·KW weights for each input channel.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * c * f * f),
            "the filters counted twice",
            "Each filter has KH·KW·C_in weights, and a bias.",
        ),
        Mistake(
            None,
            wrong.with_weights(lambda h, w, c, f, i, j, n: i * j * (c + 1) * f),
            "one input channel too many",
            "A filter has KH·KW weights for each input channel, and one bias.",
        ),
        Mistake(
            None,
            wrong.counted(
                lambda h, w, c, f, i, j, n: i * j * (c + 1) * f, lambda h, w, c, f, i, j, n: 0
            ),
            "a bias for every cell of each filter's kernel",
            "Each filter has one bias, whatever the kernel's size: KH·KW·C_in + 1 in all.",
        ),
        *(
            Mistake(
                "bias-per-cell",
                wrong.with_biases(biases),
                "a bias for every place, or every cell of the image",
            )
            for biases in (
                lambda h, w, c, f, i, j, n: n,
                lambda h, w, c, f, i, j, n: h * w,
                lambda h, w, c, f, i, j, n: h * w * c,
            )
        ),
        Mistake(
            None,
            wrong.with_biases(lambda h, w, c, f, i, j, n: c),
            "one bias for each input channel",
            "There are as many biases as filters: each filter has one.",
        ),
    ),
    hint="how many weights are in one filter's box, and how many biases? Then count the filters.",
    section="parameters",
    contrasts=contrasts.PARAMETERS,
)


def check_layer_parameters(answer, part=None, seed=0) -> None:
    """``answer((H, W, C_in), filters, (KH, KW))`` → int: the parameters of one layer."""
    examine(_LAYER_PARAMETERS, answer, part, seed)
