"""A Keras model from its configuration and weights, built from ordinary Keras parts only."""

import copy
import json

import numpy as np

from course_utils.grading.guest.errors import CodecError

_LAYERS = [
    "Activation",
    "Add",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Input",
    "InputLayer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SeparableConv1D",
    "SeparableConv2D",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "Subtract",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
]
_MODELS = ["Sequential", "Functional", "Model"]
_OPEN = (
    *("initializers", "regularizers", "constraints", "losses", "metrics"),
    *("optimizers", "optimizers.schedules"),
)
_MARKS = ("__keras_tensor__", "__tuple__")  # how a configuration writes a connection and a tuple
_MAX_WEIGHTS = 50_000_000
_ARRAYS = (np.ndarray, np.generic)


def rebuild(text: str, weights: list):
    """The model that ``text`` (Keras's JSON) describes, with ``weights`` (list of arrays).

    Raises CodecError naming the first part that is not one of Keras's ordinary ones (a Lambda, a
    custom layer), and for weights that do not fit.
    """
    config = json.loads(text)
    if not isinstance(config, dict) or not all(isinstance(w, _ARRAYS) for w in weights):
        raise CodecError("something that is no Keras model")
    _refuse_foreign(config)
    if sum(w.size for w in weights) > _MAX_WEIGHTS:
        raise CodecError(f"a model of more than {_MAX_WEIGHTS:,} weights")
    try:
        _refuse_other_sizes(config, weights)
        model = _built(config)
        model.set_weights(weights)
        for layer in model._flatten_layers():  # Normalization works with what adapt() counted
            if hasattr(layer, "finalize_state"):
                layer.finalize_state()
    except CodecError:
        raise
    except Exception as error:
        said = str(error).partition("\n")[0][:300]
        raise CodecError(f"a Keras model that cannot be rebuilt: {said}") from None
    return model


def _built(config: dict):
    import keras

    return keras.saving.deserialize_keras_object(config, custom_objects={}, safe_mode=True)


def _refuse_other_sizes(config: dict, weights: list) -> None:
    """Build once without allocating, so that a layer cannot ask for more than came with it."""
    import keras
    from keras.src.backend.common import global_state

    outline = copy.deepcopy(config)  # Keras takes it apart
    outline.pop("compile_config", None)
    try:
        with keras.StatelessScope(initialize_variables=False):
            wanted = [tuple(one.shape) for one in _built(outline).weights]
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    if wanted != [one.shape for one in weights]:
        raise CodecError("a Keras model whose weights are not those of its layers")


def _refuse_foreign(part) -> None:
    """Every object named anywhere in the configuration must be one of Keras's ordinary ones."""
    if isinstance(part, list):
        for item in part:
            _refuse_foreign(item)
    elif isinstance(part, dict):
        if "class_name" in part or "module" in part or "registered_name" in part:
            _refuse_object(part)
        for item in part.values():
            _refuse_foreign(item)


def _refuse_object(part: dict) -> None:
    module, name = part.get("module"), part.get("class_name")
    registered = part.get("registered_name")
    models = ("keras", "keras.models", "keras.src.models.functional")
    ordinary = (
        (module == "keras.layers" and name in _LAYERS)
        or (module in models and name in _MODELS)
        or (module == "keras" and name == "DTypePolicy")
        or (module in [f"keras.{room}" for room in _OPEN] and str(name).isidentifier())
        or (module in (None, "builtins") and name in _MARKS)
    )
    if ordinary and registered in (None, "", name):
        return
    raise CodecError(
        f"a Keras model with {registered or name!r}: only Keras's own layers can be marked "
        "(no Lambda, no class of your own)"
    )
