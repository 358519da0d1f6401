"""The base of every demo: an ipywidget in Jupyter, a live figure in the book, an image in print."""

import re
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

HERE = Path(__file__).parent
MIME = "application/vnd.cnn-course.demo+json"  # read by book/_ext/demos
VIEW = "application/vnd.jupyter.widget-view+json"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.M)


def modules(stem: str) -> list[str]:
    """Return the stems of the JS files that ``stem``.js needs, dependencies first, itself last."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for needed in _IMPORT.findall((HERE / f"{name}.js").read_text(encoding="utf-8")):
                visit(needed)
            order.append(name)

    visit(stem)
    return order


def front_end(stem: str) -> str:
    """Return ``stem``.js and all that it imports as the text of one module.

    Jupyter gives the module to the browser as a string, in which a relative import does not work.
    In the book each file stays a file of its own, packed by ``book/_ext/demos``.
    """
    texts = [(HERE / f"{name}.js").read_text(encoding="utf-8") for name in modules(stem)]
    return re.sub(r"^export (?!default)", "", _IMPORT.sub("", "\n".join(texts)), flags=re.M)


def style() -> str:
    """Return the style sheet of all demos: demo.css, then what each demo adds (NAME.css)."""
    own = sorted(path for path in HERE.glob("*.css") if path.name != "demo.css")
    return "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "demo.css", *own))


class Demo(anywidget.AnyWidget):
    """Base of the demos: ``class Pooling(Demo, module="pooling")`` finds ``pooling.js``.

    A subclass declares its traits with ``.tag(sync=True)`` and draws ``picture()``.
    """

    module = ""
    _css = style()

    predict = traitlets.Bool(True, help="ask for a prediction before showing the result").tag(
        sync=True
    )

    def __init__(self, **kwargs: Any):
        # traitlets only warns of an unknown name, and the demo would open without that setting
        unknown = sorted(set(kwargs) - set(self.trait_names()))
        if unknown:
            raise traitlets.TraitError(
                f"{type(self).__name__} does not know {', '.join(unknown)}; it takes "
                f"{', '.join(sorted(self._own()))}"
            )
        super().__init__(**kwargs)

    def __init_subclass__(cls, module: str = "", **kwargs: Any) -> None:
        if module:  # anywidget makes a subclass for each instance, which needs nothing here
            cls.module = module
            cls._esm = front_end(module)
        super().__init_subclass__(**kwargs)

    def state(self) -> dict[str, Any]:
        """Return the demo's own synced traits as plain JSON values."""
        own = self._own()
        plain = self.get_state(own)
        return {name: plain[name] for name in own}

    def _own(self) -> list[str]:
        """Return the names of the demo's own synced traits, without those of every ipywidget."""
        return [
            name
            for name, trait in self.traits(sync=True).items()
            if issubclass(trait.this_class or object, Demo) and not name.startswith("_")
        ]

    def limits(self) -> dict[str, dict[str, Any]]:
        """Return the values that each own trait may have; the page checks a link's state with them.

        A trait of a kind that is not known here is left out of links.
        """
        found: dict[str, dict[str, Any]] = {}
        for name in self._own():
            trait: Any = self.traits()[name]
            if hasattr(trait, "limits"):
                found[name] = trait.limits
            elif isinstance(trait, traitlets.Bool):
                found[name] = {}
            elif isinstance(trait, traitlets.Enum):
                found[name] = {"values": list(trait.values or ())}
            elif isinstance(trait, traitlets.Int):
                sides = {"min": trait.min, "max": trait.max}
                found[name] = {side: n for side, n in sides.items() if n is not None}
            elif isinstance(trait, traitlets.Float):
                found[name] = {"between": [max(trait.min, -1e6), min(trait.max, 1e6)]}
        return found

    def describe(self) -> str:
        """Return one sentence for readers who see neither the demo nor its picture."""
        raise NotImplementedError

    def picture(self) -> str:
        """Return an SVG of the present state: for print, and for pages without JavaScript."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle
        picture = self.picture()
        data["text/plain"] = self.describe()
        # for what has no widgets: a notebook opened again, nbconvert, a page on GitHub
        data[_kind(picture)] = picture
        metadata[_kind(picture)] = {"needs_background": "light"}
        if not _has_reader():
            data.pop(VIEW, None)
        data[MIME] = {
            "module": self.module,
            "state": self.state(),
            "limits": self.limits(),
            "picture": picture,
        }
        return data, metadata


def _has_reader() -> bool:
    """Return whether a person may use a widget here: not where a program runs the notebook.

    nbconvert prefers a widget to its picture, and then shows nothing where there is no network. A
    program that runs a notebook, as nbconvert and the book's build do, takes no input.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return getattr(kernel, "_allow_stdin", True)


def _kind(picture: str) -> str:
    return "image/svg+xml" if picture.startswith("<svg") else "text/html"


class Grid(traitlets.TraitType):
    """A synced trait: a rectangle of finite numbers, kept as a tuple of rows.

    Takes lists of lists or a 2-D array; ``rows`` and ``columns``: the smallest and the largest
    number of each. It is kept as tuples, because neither the checks nor the page would notice a
    change inside a list.
    """

    def __init__(self, default: Any, rows: tuple[int, int], columns: tuple[int, int], **kwargs):
        self._rows, self._columns = rows, columns
        self.limits = {"rows": list(rows), "columns": list(columns)}
        super().__init__(tuple(tuple(row) for row in default), **kwargs)
        self.tag(sync=True, to_json=lambda value, _widget: [list(row) for row in value])
        self.info_text = (
            f"{rows[0]} to {rows[1]} rows of {columns[0]} to {columns[1]} finite numbers each"
        )

    def validate(self, obj: Any, value: Any) -> tuple[tuple[float, ...], ...]:
        """Return ``value`` as a tuple of rows. Raises TraitError, which says what was given."""
        try:
            array = np.array(value)
        except ValueError:
            array = np.array(None)
        sizes = [(low, high) for low, high in (self._rows, self._columns)]
        if array.dtype.kind not in "biuf" or array.ndim != 2:
            came = f"{type(value).__name__} {str(value)[:60]!r}"
        elif not all(low <= n <= high for n, (low, high) in zip(array.shape, sizes, strict=True)):
            came = f"{array.shape[0]} rows of {array.shape[1]}"
        elif not np.isfinite(array).all():
            came = "a number that is not finite"
        else:
            return tuple(tuple(row) for row in array.tolist())
        raise traitlets.TraitError(
            f"{type(obj).__name__}.{self.name} takes {self.info_text}; got {came}"
        )
