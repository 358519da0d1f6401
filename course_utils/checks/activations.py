"""Find the activation after each convolution of a Keras network: relu or similar, other, none."""

# In the names of Keras's activations, layers and operations: relu itself and its kin, as elu, gelu,
# silu; and the others, which flatten out
_KIN = ("elu", "silu", "swish", "mish")
_OTHERS = ("tanh", "sigmoid", "softplus", "softsign")


def without_relu(model) -> str | None:
    """One or two sentences on the first convolution without relu; None if all have it.

    ``model``: a built Keras model. An activation that is a function of the student's own passes,
    since it may compute anything.
    """
    for layer, behind in _behind_convolutions(model):
        if not behind:
            return (
                f"the convolution {layer} has no activation behind it. Convolutions without one do "
                "together no more than a single one: give each activation='relu'."
            )
        if not any(map(_is_relu, behind)):
            return (
                f"behind the convolution {layer} stands {behind[0]!r}, where relu was asked for "
                "(its kin, such as leaky_relu and gelu, will do). What flattens out passes little "
                "back to the layers before it: give each convolution activation='relu'."
            )
    return None


def _behind_convolutions(model):
    """The name of each Conv2D with its own activation, or else those of ``_behind``."""
    from keras.layers import Conv2D

    parts = _parts(model)
    takers = _takers(model, parts)
    for part in parts:
        if isinstance(part, Conv2D):
            own = part.get_config()["activation"]
            yield part.name, (_behind(part, takers) if own == "linear" else [own])


def _behind(part, takers) -> list:
    """The activations that this part's output meets on its ways to the next weights."""
    from keras.layers import Conv2D, Dense

    found, reached = [], [part]
    for place in reached:  # which grows
        for other in takers[place.name]:
            activations = _activations(other)
            found += activations
            ends = activations or isinstance(other, Conv2D | Dense) or other in reached
            reached += [] if ends else [other]
    return found


def _takers(model, parts) -> dict[str, list]:
    """Of each part's name the parts that take its output, read from Keras's own description.

    Where that tells no links (a model of a class of one's own), all parts after it.
    """
    import keras

    if isinstance(model, keras.Sequential):
        return {part.name: parts[i + 1 : i + 2] for i, part in enumerate(parts)}
    if not isinstance(model, keras.Model) or "layers" not in model.get_config():
        return {part.name: parts[i + 1 :] for i, part in enumerate(parts)}
    given = {layer["name"]: set(_sources(layer)) for layer in model.get_config()["layers"]}
    return {
        part.name: [other for other in parts if part.name in given[other.name]] for part in parts
    }


def _sources(described):
    """The names of the layers whose outputs stand in a layer's description."""
    if isinstance(described, dict) and "keras_history" in described:
        yield described["keras_history"][0]
    elif isinstance(described, dict | list | tuple):
        inner = described.values() if isinstance(described, dict) else described
        for each in inner:
            yield from _sources(each)


def _is_relu(activation) -> bool:
    return not isinstance(activation, str) or any(word in activation for word in _KIN)


def _parts(model) -> list:
    return getattr(model, "operations", model.layers)  # keras.ops.relu is no layer


def _activations(part) -> list:
    """The activations in a part of a model, found by type: any layer may be named relu."""
    import keras

    layers = keras.layers
    if isinstance(part, keras.Model):
        return [name for inner in _parts(part) for name in _activations(inner)]
    if isinstance(part, layers.Activation):
        found = part.get_config()["activation"]
        return [found] if not isinstance(found, str) or _bends(found) else []
    if isinstance(part, layers.Layer):
        kin = (layers.ReLU, layers.LeakyReLU, layers.PReLU, layers.ELU)
        return ["relu"] if isinstance(part, kin) else []
    operation = type(part).__name__.lower()
    return [operation] if _bends(operation) else []


def _bends(activation: str) -> bool:
    return any(word in activation for word in _KIN + _OTHERS)
