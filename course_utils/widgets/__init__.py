"""Live demos: ``from course_utils.widgets import Convolution``, and ``Convolution()`` shows it.

In Jupyter, VS Code and Colab a demo is an ipywidget: its traits sync with Python
(``demo.stride = 2``, ``demo.observe(f, "step")``, ``ipywidgets.link((demo, "stride"), …)``).
In the book it is alive without a kernel. How to make one is written at the head of ``parts.js``.
"""

from importlib import import_module

_HOMES = {
    "Channels": "channels",
    "Convolution": "convolution",
    "Digit": "digit",
    "Disturb": "disturb",
    "Gradients": "gradients",
    "Parameters": "parameters",
    "ReceptiveField": "receptive_field",
    "Photo": "photo",
    "Pooling": "pooling",
    "Quiz": "quiz",
    "Relu": "relu",
    "Shift": "shift",
    "Stack": "stack",
    "Training": "training",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    """Import a demo when it is first asked for: anywidget is not needed to import the package."""
    if name not in _HOMES:
        raise AttributeError(f"course_utils.widgets has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
