"""Pyodide is found, checked or refused; our wheels hold what a browser needs and no answers."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import nbformat
import pytest

from course_utils.book.lite import pyodide, site, wheels
from tests.conftest import ROOT

PACKAGE = b"a package"


@pytest.fixture
def dist(tmp_path, monkeypatch):
    """A folder that stands for Pyodide, with checksums to match, and an empty cache."""
    folder = tmp_path / "dist"
    folder.mkdir()
    entry = {"name": "numpy", "file_name": "numpy.whl", "depends": []}
    entry["sha256"] = hashlib.sha256(PACKAGE).hexdigest()
    lock = json.dumps({"packages": {"numpy": entry}}).encode()
    files = {"pyodide.js": b"script", pyodide.LOCK: lock, "numpy.whl": PACKAGE}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    core = {name: hashlib.sha256(files[name]).hexdigest() for name in ("pyodide.js", pyodide.LOCK)}
    monkeypatch.setattr(pyodide, "CORE", core)
    monkeypatch.setattr(pyodide, "packages_of", lambda lock: list(lock["packages"].values()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("PYODIDE_DIST", "COURSE_OFFLINE", "MNIST_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return folder


def test_a_folder_an_archive_and_the_cache_are_found(dist, tmp_path, monkeypatch):
    """Is Pyodide taken from where it is named, unpacked once, and else from the cache?"""
    monkeypatch.setenv("PYODIDE_DIST", str(dist))
    assert pyodide.find_pyodide() == dist
    archive = tmp_path / "pyodide.tar.bz2"
    with tarfile.open(archive, "w:bz2") as made:
        made.add(dist, "pyodide")
    monkeypatch.setenv("PYODIDE_DIST", str(archive))
    unpacked = pyodide.find_pyodide()
    assert (unpacked / "numpy.whl").read_bytes() == PACKAGE
    assert pyodide.find_pyodide() == unpacked
    monkeypatch.delenv("PYODIDE_DIST")
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(pyodide.NoPyodide, match="set PYODIDE_DIST"):
        pyodide.find_pyodide()
    cache = tmp_path / "cache" / "cnn-course" / f"pyodide-{pyodide.VERSION}"
    dist.rename(cache)
    assert pyodide.find_pyodide() == cache


def test_a_file_that_is_missing_or_changed_is_named(dist, monkeypatch):
    """Is a package that is not the lock file's, or a script that is not Pyodide's, refused?"""
    monkeypatch.setenv("PYODIDE_DIST", str(dist))
    (dist / "numpy.whl").write_bytes(b"another")
    with pytest.raises(pyodide.NoPyodide, match=r"numpy\.whl missing or changed"):
        pyodide.find_pyodide()
    (dist / "pyodide.js").unlink()
    with pytest.raises(pyodide.NoPyodide, match=r"pyodide\.js missing or changed"):
        pyodide.find_pyodide()
    monkeypatch.setenv("PYODIDE_DIST", str(dist / "nowhere"))
    with pytest.raises(pyodide.NoPyodide, match="no such folder or archive"):
        pyodide.find_pyodide()


def test_it_is_downloaded_once_and_all_of_it_or_nothing(dist, serve, tmp_path, monkeypatch):
    """Is the cache filled from Pyodide's place, checked, and left empty when a file is wrong?"""
    monkeypatch.setattr(pyodide, "ADDRESS", serve(dist))
    cache = tmp_path / "cache" / "cnn-course" / f"pyodide-{pyodide.VERSION}"
    whole = (dist / "numpy.whl").read_bytes()
    (dist / "numpy.whl").write_bytes(b"cut")
    with pytest.raises(pyodide.NoPyodide, match=r"numpy.whl is not the file that was expected"):
        pyodide.find_pyodide()
    assert not cache.exists()
    (dist / "numpy.whl").write_bytes(whole)
    assert pyodide.find_pyodide() == cache
    (dist / "numpy.whl").unlink()
    assert pyodide.find_pyodide() == cache  # from the cache


def test_without_pyodide_the_build_says_what_is_missing(dist, monkeypatch):
    """Is there one sentence, and no error, where there is no Pyodide?"""
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    found, missing = site.find_distribution()
    assert found is None
    assert "nothing is downloaded: set PYODIDE_DIST" in missing


def test_the_whole_book_builds_without_pyodide(book_html, tmp_path):
    """Without Pyodide, does the whole book build at once, and without a dead button?"""
    for name in ("book", "exercises", "course_utils"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    ran = "_build/.jupyter_cache"  # the chapters ran once already
    shutil.copytree(ROOT / ran, tmp_path / ran)
    nowhere = {"PYODIDE_DIST": str(tmp_path / "nowhere"), "COURSE_OFFLINE": "1"}
    command = [sys.executable, "-m", "course_utils.cli", "--root", str(tmp_path), "book"]
    done = subprocess.run(command, env=os.environ | nowhere, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "without notebooks in the browser: PYODIDE_DIST=" in done.stdout
    site_without = tmp_path / "_build" / "html"
    assert {p.name for p in site_without.glob("*.html")} == {
        p.name for p in book_html.glob("*.html")
    }
    for page in site_without.glob("*.html"):
        assert "lite/" not in page.read_text("utf-8"), page.name
    assert not (site_without / "lite").exists()


def test_the_lock_files_entries_bring_what_they_need():
    """Are packages taken with all that they depend on, in the names of either spelling?"""
    packages = {
        "ipython": {"name": "ipython", "depends": ["prompt_toolkit", "traitlets"]},
        "prompt-toolkit": {"name": "prompt_toolkit", "depends": ["wcwidth"]},
        "traitlets": {"name": "traitlets", "depends": []},
        "wcwidth": {"name": "wcwidth", "depends": ["traitlets"]},
        "scipy": {"name": "scipy", "depends": []},
    }
    found = pyodide.packages_of({"packages": packages}, ["ipython"])
    names = sorted(entry["name"] for entry in found)
    assert names == ["ipython", "prompt_toolkit", "traitlets", "wcwidth"]


def test_the_wheels_are_small_whole_and_the_same_each_time(tmp_path):
    """Has the course's wheel its checks and data, no grader and no weights, with the same bytes?"""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = wheels.pack(tmp_path / "a"), wheels.pack(tmp_path / "b")
    assert first == second
    by_name = {entry["name"]: entry for entry in first}
    known = by_name.keys() | set(pyodide.PACKAGES) | {"traitlets"}
    for entry in first:
        assert set(entry["depends"]) <= known, entry["name"]
    wheel = zipfile.ZipFile(tmp_path / "a" / by_name["cnn-course"]["file_name"])
    names = wheel.namelist()
    assert {"course_utils/checks/__init__.py", "course_utils/mnist_subset.npz"} <= set(names)
    assert "course_utils/book/figures.py" in names
    assert not [n for n in names if "/grading/" in n or n.endswith((".h5", ".so", ".pyc"))]
    assert by_name["anywidget"]["imports"] == ["anywidget"]
    assert sum(path.stat().st_size for path in (tmp_path / "a").iterdir()) < 5 * 2**20


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("import numpy as np", True),
        ("import keras", False),
        ("from tensorflow import keras", False),
        ("from course_utils.models import mnist_cnn", False),
        ("from course_utils import data, models", False),
    ],
)
def test_what_needs_tensorflow_does_not_run_in_a_browser(code, runs):
    """Does only code that names TensorFlow or Keras count, and not prose about them?"""
    prose = "In Keras this is `keras.Input((28, 28, 1))`.\n\n```python\nimport keras\n```"
    page = f"{prose}\n\n```{{code-cell}} ipython3\n:tags: [hide-input]\n\n{code}\n```\n"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(prose), nbformat.v4.new_code_cell(code)]
    )
    assert site.runs_in_browser(page) is runs
    assert site.runs_in_browser(nbformat.writes(notebook)) is runs


def test_every_chapter_without_keras_runs_in_a_browser(root):
    """Is chapter 8, which trains with Keras, the only one that cannot run there?"""
    chapters = {path.stem: path.read_text("utf-8") for path in (root / "book").glob("[01]*.md")}
    cannot = [name for name, text in chapters.items() if not site.runs_in_browser(text)]
    assert cannot == ["08_a_cnn_for_mnist"]


def test_the_line_that_installs_the_course_is_not_in_a_chapter_there(tmp_path):
    """Is a chapter without it where the course is there already, and an assignment as it was?"""
    line = "# Where the course is not installed\n# %pip install -q course"
    chapter = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(line), nbformat.v4.new_markdown_cell("# A title")]
    )
    nbformat.write(chapter, tmp_path / "chapter.ipynb")
    (kept,) = site._for_browser(tmp_path / "chapter.ipynb")["cells"]
    assert "".join(kept["source"]) == "# A title"
    chapter.cells[1].metadata["nbgrader"] = {"grade_id": "question"}
    nbformat.write(chapter, tmp_path / "assignment.ipynb")
    assert len(site._for_browser(tmp_path / "assignment.ipynb")["cells"]) == 2
