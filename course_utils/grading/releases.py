"""Remember every version of an assignment that was handed out, beside the class's data.

``course exercises`` and every marking run add the present version to
``released/<assignment>.json``. After a correction, work on the earlier notebook is so recognised. A
run shares the versions with all machines that use its gradebook.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import nbformat

from course_utils.errors import CourseError
from course_utils.grading.course_paths import author_notebooks, open_course
from course_utils.grading.intake.given_cells import GivenCell, Release, release_of
from course_utils.grading.results.own_tables import Session
from course_utils.grading.results.shared_versions import shared_versions
from course_utils.grading.results.store import write_file

Releases = dict[str, tuple[Release, ...]]  # the notebook's name → its versions, the oldest first


def released_file(root: Path, assignment: str) -> Path:
    """The file that keeps the versions of an assignment."""
    return root / "released" / f"{assignment}.json"


def remember_release(root: Path, assignment: str, authors: Mapping[str, str]) -> Releases:
    """Keep the present version that students receive of the ``authors``' notebooks.

    ``authors``: name → JSON text. Returns all versions kept so far, by notebook. Raises CourseError
    where the file is damaged.
    """
    path = released_file(root, assignment)
    days, kept = _read(path)
    before = {name: len(versions) for name, versions in kept.items()}
    for name, text in authors.items():
        release = release_of(nbformat.reads(text, as_version=4))
        if release not in kept.get(name, ()):
            kept[name] = (*kept.get(name, ()), release)
            days.setdefault(name, []).append(date.today().isoformat())
    if before != {name: len(versions) for name, versions in kept.items()}:
        data = {
            name: [
                {"first": day, "cells": release}
                for day, release in zip(days[name], versions, strict=True)
            ]
            for name, versions in kept.items()
        }
        write_file(path, (json.dumps(data, ensure_ascii=False) + "\n").encode())
    return kept


def share_releases(session: Session, assignment: str, kept: Releases) -> Releases:
    """Add ``kept`` to the versions in the gradebook, which all machines share; return all."""
    mine = {
        name: [json.dumps(version, ensure_ascii=False) for version in versions]
        for name, versions in kept.items()
    }
    cell = _cells_once()
    return {
        name: tuple(tuple(cell(*facts) for facts in json.loads(text)) for text in texts)
        for name, texts in shared_versions(session, assignment, mine).items()
    }


def remember_built(root: Path, names: Iterable[str] = ()) -> None:
    """Keep the present version of each assignment that is built (``names``: only of these)."""
    if not (root / "nbgrader_config.py").is_file():
        return
    course = open_course(root)
    built = {path.parent.name for path in course.source.glob("*/*.ipynb")}
    for name in sorted(built & set(names) if names else built):
        remember_release(root, name, author_notebooks(course, name))


def versions_hash(releases: Releases) -> str:
    """One hash of all versions."""
    versions = {name: sorted(map(repr, each)) for name, each in releases.items()}
    return hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()


def _read(path: Path) -> tuple[dict[str, list[str]], Releases]:
    """The days on which versions were first seen, and the versions; equal cells are one object."""
    if not path.is_file():
        return {}, {}
    cell = _cells_once()
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        days = {name: [each["first"] for each in versions] for name, versions in found.items()}
        kept = {
            name: tuple(tuple(cell(*facts) for facts in each["cells"]) for each in versions)
            for name, versions in found.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise CourseError(
            f"{path} cannot be read: put a copy of it back, or delete it (then work on an earlier "
            "version of the notebook reads as repaired)"
        ) from None
    return days, kept


def _cells_once() -> Callable[..., GivenCell]:
    """A function from a cell's facts, as in the JSON file, to the cell; equal cells are one."""
    shared: dict[GivenCell, GivenCell] = {}

    def cell(name: str, kind: str, text: str, tags: list[str], facts: list[Any]) -> GivenCell:
        made = GivenCell(name, kind, text, tuple(tags), tuple(facts))
        return shared.setdefault(made, made)

    return cell
