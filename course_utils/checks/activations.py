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
    """The name of each Conv2D with its own activation, or else all activations after it."""
    from keras.layers import Conv2D

    parts = _parts(model)
    for place, part in enumerate(parts):
        if isinstance(part, Conv2D):
            own = part.get_config()["activation"]
            later = [name for other in parts[place + 1 :] for name in _activations(other)]
            yield part.name, (later if own == "linear" else [own])


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
