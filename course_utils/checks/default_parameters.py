"""Checks of the parameters of the book's network, counted by hand."""

from course_utils import reference
from course_utils.catalogue import CATALOGUE, read
from course_utils.checks import values
from course_utils.checks.error import CheckError
from course_utils.checks.examine import value_of

# name: (input channels, filters, places along one axis of its output)
_CONVOLUTIONS = {"conv_1": (1, 32, 26), "conv_2": (32, 64, 11), "conv_3": (64, 64, 3)}
_DENSE = {"dense": (3 * 3 * 64, 64), "digits": (64, 10)}
_EMPTY = ("pool_1", "pool_2", "flatten")
_OUTPUTS = {name: filters * side**2 for name, (_, filters, side) in _CONVOLUTIONS.items()}
_OUTPUTS |= {"pool_1": 13 * 13 * 32, "pool_2": 5 * 5 * 64, "flatten": 576, "dense": 64}
_OUTPUTS |= {"digits": 10}
# (layer, wrong count): what leads to it, if that is not a misconception of the catalogue
_SLIPS = {
    (
        "conv_1",
        32 * (9 * 32 + 1),
    ): "That is with as many channels in as filters: the row above says what comes in.",
    (
        "dense",
        64 * (64 + 1),
    ): "That is with the 64 channels alone: flatten gives 3 × 3 × 64 numbers.",
    (
        "dense",
        64 * (5 * 5 * 64 + 1),
    ): "That is with the map of pool_2: conv_3 comes before flatten.",
    ("conv_1", 32 * (3 * 3 * 3 + 1)): "That is with 3 channels: these images are grey, with one.",
    ("dense", 576 * (64 + 1)): "That is with a bias for each number that comes in: a unit has one.",
    ("dense", 128 * (576 + 1)): "That is with 128 units: the table says 64.",
    ("digits", 10 * (128 + 1)): "That is with 128 numbers that come in: dense has 64 units.",
    (
        "digits",
        10 * (576 + 1),
    ): "That is with the numbers of flatten; dense, before it, gives 64.",
    ("digits", 64 * (10 + 1)): "That is with a bias for each number that comes in: a unit has one.",
}
_PARTS = {"convolutions": tuple(_CONVOLUTIONS), "dense layers": tuple(_DENSE), "the rest": _EMPTY}


def check_default_parameters(answer, part=None) -> None:
    """``answer()`` → {layer: its number of parameters} for each layer of the default network."""
    name = "default_parameters"
    counts = values.plain(value_of(name, (), answer))
    if type(counts) is not dict:
        raise CheckError(
            f"{name} should return a dict, not {values.kind(counts)}.\n{_read()}", question=name
        )
    layers = [layer for key, group in _PARTS.items() if part in (None, key) for layer in group]
    missing = [layer for layer in layers if layer not in counts]
    if missing:
        raise CheckError(
            f"{name} has no entry {missing[0]!r}. Every layer belongs into the dict, also one that "
            f"learns nothing.\n{_read()}",
            question=name,
        )
    for layer in layers:
        count = counts[layer]
        fault = values.complaint(0, count)
        if fault is None and count != _right(layer):
            raise _miscounted(name, layer, int(count), counts)
        if fault is not None:
            came = fault.removeprefix("it returned ") if count is not None else "None is no number"
            raise CheckError(f"{name}, {layer}: {came}.", question=name)
    print(f"{name}: right. {len(layers)} layers counted: {', '.join(layers)}.")


def _read() -> str:
    return read("every parameter")


def _right(layer: str) -> int:
    if layer in _CONVOLUTIONS:
        c_in, c_out, _ = _CONVOLUTIONS[layer]
        return reference.conv_parameters(c_in, c_out, 3)
    return reference.dense_parameters(*_DENSE[layer]) if layer in _DENSE else 0


def _miscounted(name: str, layer: str, count: int, counts: dict) -> CheckError:
    """The error for a wrong count: what leads to it, but not the right number.

    Students find that by hand.
    """
    found = next((id for id, wrong in _wrong_counts(layer, counts) if wrong == count), None)
    text = f"{name}: {count:,} is not the number of parameters of {layer}."
    slip = _SLIPS.get((layer, count)) or _slip_of(layer, count, counts)
    if slip is not None:
        wrong = slip.removeprefix("That is with ").partition(":")[0]
        return CheckError(f"{text} {slip}\n{_read()}", question=name, wrong=wrong)
    if found is None:
        how = (
            "weights of one filter (or unit), plus one bias, times the number of filters (or units)"
        )
        return CheckError(f"{text}\nHint: {how}.\n{_read()}", question=name)
    entry = CATALOGUE[found]
    right = f"{entry.right} So has each unit." if layer in _DENSE else entry.right
    return CheckError(
        f"{text} That is what comes of {entry.wrong}. {right}\n{entry.reading}", found, name
    )


def _slip_of(layer: str, count: int, counts: dict) -> str | None:
    """What leads to this count in any layer, for example one bias for all of it, or None."""
    everywhere = any(counts.get(other) == _OUTPUTS[other] for other in _CONVOLUTIONS)
    if count == _OUTPUTS[layer] and (layer not in _EMPTY or everywhere):
        return "That is with the numbers that come out: parameters are what the layer learns."
    other = {"dense": "digits", "digits": "dense"}.get(layer)
    if other and count == _right(other) and counts.get(other) == _right(layer):
        return f"That is with the numbers of {layer} and {other} exchanged: mind the names."
    if layer in _EMPTY:
        return None
    c_in, filters = (_CONVOLUTIONS.get(layer) or _DENSE[layer])[:2]
    if c_in == 1 and counts.get("conv_2") == _right("conv_2") - 64 + 32:
        return "That is with a bias for every channel that comes in: a filter has one."
    if count == _right(layer) - filters + 1:
        return "That is with one bias for the whole layer: each filter and each unit has its own."
    if layer in _DENSE:
        return None
    slips = {
        9 * c_in * filters + c_in: "a bias for every channel that comes in: a filter has one",
        c_in * filters * (9 + 1): "a bias for every input channel: a filter has one",
        filters * (3 * c_in + 1): "3 weights for each channel: a kernel of 3 × 3 has 9",
        filters * (9 + c_in + 1): "the channels added: each channel has 9 weights of its own",
        c_in * (9 * filters + 1): "what comes in and the filters exchanged: look at the row above",
    }
    return f"That is with {slips[count]}." if count in slips else None


def _wrong_counts(layer: str, counts: dict):
    """Pairs of a misconception and the number that it gives for this layer."""
    if layer in _EMPTY:
        yield "pooling-has-weights", counts[layer]
        return
    if layer in _DENSE:
        n_in, n_out = _DENSE[layer]
        yield "bias-missing", n_in * n_out
        return
    c_in, c_out, side = _CONVOLUTIONS[layer]
    weights, cells = 9 * c_in * c_out, c_out * side**2
    following = {"conv_1": "conv_2", "conv_2": "conv_3"}.get(layer)
    if following and (layer == "conv_1" or counts.get("conv_1") == _right("conv_2")):
        yield "second-layer-called-first", _right(following)
    yield "bias-missing", weights
    yield "no-input-channels", 9 * c_out + c_out
    yield from (("bias-per-cell", weights + c_out * n**2) for n in (side, side + 2))
    yield from (("weights-grow-with-image", weights * n**2 + c_out) for n in (side, side + 2))
    yield from (("weights-grow-with-image", weights * n**2 + cells) for n in (side, side + 2))
    yield from (("same-parameters-anywhere", _right(o)) for o in _CONVOLUTIONS if o != layer)
