"""What stands behind the convolutions of a Keras network: relu or its kin, another, or nothing."""

# In the names of Keras's activations, layers and operations: relu itself and its kin, as elu, gelu,
# silu; and the others, which flatten out
_KIN = ("elu", "silu", "swish", "mish")
_OTHERS = ("tanh", "sigmoid", "softplus", "softsign")


def without_relu(model) -> str | None:
    """Why the first convolution without relu is not right, in a sentence or two; None for none.

    ``model``: a built Keras model. A function of the student's own may be anything, and passes.
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
    """Of each Conv2D its name, and its own activation, or else all those anywhere behind it."""
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
    """What activates in a part, by what it is: anything may be called relu."""
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
