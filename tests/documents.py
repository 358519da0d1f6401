"""Reading the documents: their text, code blocks and commands."""

import re

from tests.conftest import ROOT


def text(name: str) -> str:
    """A document's source."""
    return (ROOT / name).read_text(encoding="utf-8")


def block(name: str, mark: str) -> str:
    """The code block of a page whose first lines hold ``mark``, without its options."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text(name), re.M | re.S)
    found = next(each for each in blocks if mark in each)
    return re.sub(r"\A(:\w+:[^\n]*\n)+\n?", "", found)


def commands(name: str) -> list[str]:
    """Every line of a shell block and every code span that calls a command of ours."""
    shell = re.findall(r"^ *```(?:bash)?\n(.*?)^ *```", text(name), re.M | re.S)
    lines = [line for each in shell for line in each.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`([^`\n]+)`", text(name))
    return [line.split("  #")[0].strip() for line in lines]
