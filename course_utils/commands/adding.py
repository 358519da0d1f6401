"""The type of the function that adds a command: with a name, a function, a sentence, an example."""

import argparse
from collections.abc import Callable
from typing import Protocol

Run = Callable[[argparse.Namespace], int]


class Add(Protocol):
    """Adds a command to the parser; returns its own parser, for its arguments."""

    def __call__(
        self, name: str, run: Run, about: str, example: str
    ) -> argparse.ArgumentParser: ...
