"""Keras models: an assignment of its own, with work that forges, strains and breaks them."""

from nbformat.v4 import new_code_cell, new_notebook

from tests.grading.corpus.assignment import Case, handed_in, nbgrader_facts

NAME = "network"
FULL = 8.0

ANSWERS = {
    "build": """
def build(filters=4):
    layers = [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(filters, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(2, activation="softmax"),
    ]
    model = keras.Sequential(layers)
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    return model""",
    "trained": """
trained = build()
trained.fit(images, labels, epochs=10, verbose=0)""",
    "double": """
def double(x):
    return 2 * x""",
}
_CHECKS = {
    "build": """
model = build()
assert isinstance(model, keras.Model), type(model).__name__  # else its methods are theirs
assert (model.input_shape, model.output_shape) == ((None, 8, 8, 1), (None, 2))
assert any(isinstance(layer, keras.layers.Conv2D) for layer in model.layers)
chances = np.asarray(model(images[:4], training=False))
assert np.allclose(chances.sum(axis=1), 1, atol=1e-3)""",
    "learns": """
model = build()
assert isinstance(model, keras.Model)
model = keras.models.clone_model(model)  # with weights that nobody has trained
model.fit(images, labels, epochs=10, verbose=0)
assert (np.argmax(model.predict(more, verbose=0), axis=1) == more_labels).mean() > 0.8""",
    "trained": """
assert isinstance(trained, keras.Model)
before = keras.Model(trained.inputs, trained.layers[-1].input).predict(more[:4], verbose=0)
assert np.allclose(trained.layers[-1](before), trained(more[:4]), atol=1e-4)
assert (np.argmax(np.asarray(trained(more)), axis=1) == more_labels).mean() > 0.8""",
    "double": """
assert double(21) == 42""",
}
_SETUP = """
import keras
import numpy as np
keras.utils.set_random_seed(1)
def bright(seed, n=128):
    rng = np.random.default_rng(seed)
    images = rng.random((n, 8, 8, 1)).astype(np.float32)
    labels = rng.integers(0, 2, n)
    images[labels == 1, :4] += 1
    return images, labels
images, labels = bright(1)"""


def author():
    """The author's notebook, with answers and hidden tests."""
    cells = [new_code_cell(_SETUP.strip(), metadata=nbgrader_facts("setup", locked=True))]
    for name, check in _CHECKS.items():
        if name in ANSWERS:
            text = f"### BEGIN SOLUTION\n{ANSWERS[name].strip()}\n### END SOLUTION"
            cells.append(new_code_cell(text, metadata=nbgrader_facts(name, solution=True)))
        hidden = f"more, more_labels = bright(2)\n{check.strip()}"
        text = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
        facts = nbgrader_facts(f"{name}_check", grade=True, locked=True, points=2)
        cells.append(new_code_cell(text, metadata=facts))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def work(score=FULL, status="ok", says="", *, more: str = "", **answers: str) -> Case:
    """The right answers, some of them replaced; ``more`` stands behind the first."""
    from course_utils.grading.intake.cell_roles import released_cells

    made = author()
    made.cells = released_cells(made)
    for cell in made.cells:
        name = cell.metadata.nbgrader.grade_id
        if name in ANSWERS:
            cell.source = answers.get(name, ANSWERS[name]).strip()
            cell.source += f"\n{more}" if name == "build" else ""
    return Case(handed_in(made, f"{NAME}.ipynb"), score, status, says)


def _graph(body: str) -> str:
    """``build`` with the functional interface: ``body`` makes ``x`` of ``image``."""
    return f"""
def build():
    k = keras.layers
    image = keras.Input((8, 8, 1))
    {body}
    model = keras.Model(image, k.Dense(2, activation="softmax")(k.Flatten()(x)))
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    return model"""


def _forged(change: str) -> str:
    """Every description of a model that leaves the process is changed by ``change(config)``."""
    inner = "\n".join(f"    {line}" for line in change.strip().splitlines())
    return f"""
import json
_own = keras.Model.to_json
def change(config):
{inner}
def to_json(self, **more):
    config = json.loads(_own(self, **more))
    config = change(config) or config
    return config if isinstance(config, str) else json.dumps(config)
keras.Model.to_json = to_json"""


_LIAR = """
class Liar:
    input_shape, output_shape, layers = (None, 8, 8, 1), (None, 2), [keras.layers.Conv2D(1, 1)]
    def fit(self, *args, **more):
        pass
    def __call__(self, pictures, **more):
        self.best = np.float32(np.asarray(pictures)[:, :4].mean(axis=(1, 2, 3)) > 0.8)
        return np.stack([1 - self.best, self.best], axis=1)
    def predict(self, pictures, **more):
        return self(pictures)
Liar.__module__ = "keras.src.models.sequential"
build = Liar
trained = Liar()"""
_AT_ONCE = """
config["config"]["layers"].append({
    "module": "keras.src.ops.numpy", "class_name": "Arange", "registered_name": "Arange",
    "name": "arange", "config": {"name": "arange"},
    "inbound_nodes": [{"args": [0, 2_000_000_000], "kwargs": {}}]})"""
_BOUNDARIES = """
rate = {"module": "keras.optimizers.schedules", "class_name": "PiecewiseConstantDecay",
        "registered_name": None, "config": {"boundaries": list(range(1_000_000)),
        "values": [0.1] * 1_000_001, "name": "x"}}
config["compile_config"]["optimizer"]["config"]["learning_rate"] = rate"""
_OWN_MESSAGE = """
import course_utils.grading.guest.codec as codec
codec._Encoder._library = lambda self, value: {value}"""

CASES = {
    "network-grey": work(build=_graph("x = k.Conv2D(4, 3)(image * np.array([0.5], 'float32'))")),
    "network-residual": work(
        build=_graph("x = image + k.Conv2D(4, 3, padding='same', activation='relu')(image - 0.5)")
    ),
    "network-normalized": work(
        build=_graph("n = k.Normalization(); n.adapt(images); x = k.Conv2D(4, 3)(n(image))")
    ),
    "network-blocks": work(
        build=_graph(
            "x = keras.Sequential([k.Conv2D(4, 3), k.ReLU()])(image); x = k.Conv2D(2, 1)(x)"
        )
    ),
    "network-schedule": work(
        build=ANSWERS["build"].replace(
            "keras.optimizers.Adam(0.02)",
            "keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 999))",
        )
    ),
    "network-lambda": work(
        2.0, build=_graph("x = k.Conv2D(4, 3)(k.Lambda(lambda x: x * 2)(image))")
    ),
    "network-dense": work(6.0, build=_graph("x = image")),
    "network-untrained": work(6.0, trained="trained = build()"),
    "network-not-a-model": work(2.0, more="build = lambda: 'model'", trained="trained = 3"),
    # ---- strain
    "network-many-layers": work(
        2.0,
        "stopped",
        "took more than",
        build=_graph("x = image\n    for _ in range(100_000):\n        x = k.Conv2D(1, 1)(x)"),
        trained="",
    ),
    # each layer's numbers for one image may be; all of them together take gigabytes
    "network-hungry": work(
        2.0,
        "stopped",
        "your Keras model was run, and it",
        build=_graph(
            "x = k.UpSampling2D(250)(k.Conv2D(8, 3)(image))\n"
            "    x = k.GlobalAveragePooling2D()(k.Add()([k.ReLU()(x) for _ in range(8)]))"
        ),
        trained="trained = build()",
    ),
    # their tables would be made where the model is read, in the process that marks
    "network-large-metrics": work(
        2.0,
        build=ANSWERS["build"].replace(
            '["accuracy"]', "[keras.metrics.MeanIoU(4000) for _ in range(3)]"
        ),
        trained="",
    ),
    "network-many-metrics": work(
        2.0,
        build=ANSWERS["build"].replace('["accuracy"]', "[keras.metrics.MeanIoU(9)] * 21"),
        trained="",
    ),
    "network-many-models": work(6.0, trained="trained = [build()] * 100_000"),
    # ---- objects that say what one would like to hear
    "network-own-class": work(
        2.0,
        build="class Mine(keras.Sequential):\n    pass\n"
        + ANSWERS["build"].replace("keras.Sequential(", "Mine("),
    ),
    "network-liar": work(2.0, build=_LIAR),
    # ---- forged
    "network-runs-at-once": work(
        2.0, build=_graph("x = k.Conv2D(4, 3)(image)"), more=_forged(_AT_ONCE)
    ),
    "network-no-text": work(0.0, more=_OWN_MESSAGE.format(value="{'model': [{'a': 1}, []]}")),
    "network-object-in-weights": work(
        0.0, more=_OWN_MESSAGE.format(value="{'model': ['{}', [{'remote': {'id': 0}}]]}")
    ),
    "network-million-boundaries": work(2.0, more=_forged(_BOUNDARIES)),
    "network-name-of-megabytes": work(
        2.0, more=_forged("config['config']['layers'][1]['class_name'] = 'x' * 9_000_000")
    ),
    "network-deep": work(2.0, more=_forged("return '[' * 100_000")),
    "network-no-layers": work(
        2.0, more=_forged("config['config']['layers'] = config['config']['layers'][:1]")
    ),
    "network-foreign-loss": work(
        2.0,
        more=_forged(
            "config['compile_config']['loss'] = {'module': 'keras.losses', 'config': {},"
            " 'class_name': 'deserialize', 'registered_name': None}"
        ),
    ),
    "network-odd-numbers": work(
        2.0, more=_forged("config['config']['layers'][1]['config']['filters'] = float('nan')")
    ),
    "network-twice-the-weights": work(
        2.0,
        more="_weights = keras.Model.get_weights\n"
        "keras.Model.get_weights = lambda self: _weights(self) * 2",
    ),
    "network-weights-of-text": work(
        2.0,
        more="keras.Model.get_weights = lambda self: [np.array(['x'] * 4)] * 4",
    ),
}
