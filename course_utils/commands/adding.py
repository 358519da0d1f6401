"""What a command is added with: its name, the function to run, a sentence and an example."""

import argparse
from collections.abc import Callable
from typing import Protocol

Run = Callable[[argparse.Namespace], int]


class Add(Protocol):
    """Adds a command to the parser; returns its own parser, for its arguments."""

    def __call__(
        self, name: str, run: Run, about: str, example: str
    ) -> argparse.ArgumentParser: ...
