"""Remember every version of an assignment that was handed out, next to the class's data.

``course exercises`` and every marking run add the version of now to ``released/<assignment>.json``,
so that after a correction the work of students who have the earlier notebook is known as such. A
run shares them with all who use its gradebook.
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
    """Where the versions of an assignment are kept."""
    return root / "released" / f"{assignment}.json"


def remember_release(root: Path, assignment: str, authors: Mapping[str, str]) -> Releases:
    """Keep what students receive of the ``authors``' notebooks (name → JSON text) now.

    Returns all that was ever kept, by notebook. Raises CourseError where the file is damaged.
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
    """Add ``kept`` to what all machines have handed out that use the gradebook; all of that."""
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
    """Keep the version of each assignment that is built (``names``: only these)."""
    if not (root / "nbgrader_config.py").is_file():
        return
    course = open_course(root)
    built = {path.parent.name for path in course.source.glob("*/*.ipynb")}
    for name in sorted(built & set(names) if names else built):
        remember_release(root, name, author_notebooks(course, name))


def versions_hash(releases: Releases) -> str:
    """One hash of them all."""
    versions = {name: sorted(map(repr, each)) for name, each in releases.items()}
    return hashlib.sha256(repr(sorted(versions.items())).encode()).hexdigest()


def _read(path: Path) -> tuple[dict[str, list[str]], Releases]:
    """The day on which each version was first seen, and the versions; equal cells are one."""
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
    """A function: the facts of a cell as JSON has them → the cell; equal cells are one."""
    one: dict[GivenCell, GivenCell] = {}

    def cell(name: str, kind: str, text: str, tags: list[str], facts: list[Any]) -> GivenCell:
        made = GivenCell(name, kind, text, tuple(tags), tuple(facts))
        return one.setdefault(made, made)

    return cell
