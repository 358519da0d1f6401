"""A module stays small enough to read at once, and no line of a script is too long for a screen."""

from pathlib import Path

import pytest

from tests.conftest import ROOT

LINES, CHARACTERS = 300, 110
LONGER = {"reference.py"}  # the one reference implementation: most of its lines explain


def _files(*patterns: str) -> list[Path]:
    folders = [ROOT / "course_utils", ROOT / "book"]
    paths = {path for folder in folders for pattern in patterns for path in folder.rglob(pattern)}
    return sorted(path for path in paths if "_build" not in path.parts)


@pytest.mark.parametrize("path", _files("*.py", "*.js"), ids=lambda path: path.name)
def test_a_module_can_be_read_at_once(path: Path):
    """Has each module at most 300 lines? Where one grows, it has two purposes: divide it."""
    if path.name not in LONGER:
        assert len(path.read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("path", _files("*.js"), ids=lambda path: path.name)
def test_a_line_of_a_script_fits_a_screen(path: Path):
    """Has no line of a script more than 110 characters? (Ruff holds the lines of Python.)"""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    assert not [number for number, line in lines if len(line) > CHARACTERS]
