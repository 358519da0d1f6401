"""One setting, the repository's address, and what follows from it for the checks' links."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from course_utils.authoring.exercises import make_exercises
from course_utils.public_address import book_address, keep_book_address, repository_address
from tests.conftest import ROOT

PAGES = "https://o.github.io/cnn"


def config(tmp_path, url="", baseurl=None, tail=""):
    html = f'html:\n  use_index: false\n  baseurl: "{baseurl}"\n' if baseurl is not None else ""
    text = f"{html}repository: # of the course\n\n  branch: main\n  url: {url!r}\n{tail}"
    (tmp_path / "_config.yml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("url", "baseurl", "book"),
    [
        ("", None, ""),
        ("", "", ""),
        ("https://github.com/O/cnn", None, PAGES),
        ("https://github.com/O/cnn.git/", None, PAGES),
        ("https://github.com/O/o.github.io", None, "https://o.github.io"),
        ("https://git.example.org/o/cnn", None, ""),
        ("https://git.example.org/o/cnn", "https://cnn.example.org/", "https://cnn.example.org"),
        ("https://github.com/O/cnn", "https://cnn.example.org/b", "https://cnn.example.org/b"),
    ],
)
def test_the_book_is_where_the_repository_publishes_it(tmp_path, url, baseurl, book):
    """Does the book's address follow from the repository's, unless it has one of its own?"""
    root = config(tmp_path, url, baseurl)
    assert book_address(root) == book
    assert repository_address(root) == url.rstrip("/")


def test_another_sections_url_is_not_ours(tmp_path):
    """Is a ``url`` that stands below another heading left alone, and a missing file no fault?"""
    assert repository_address(tmp_path) == ""
    (tmp_path / "_config.yml").write_text('repository:\n  branch: main\nother:\n  url: "x"\n')
    assert repository_address(tmp_path) == ""


def test_the_settings_are_read_as_yaml_reads_them():
    """Does the course's own ``_config.yml`` say to a YAML library what it says here?"""
    told = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert repository_address(ROOT) == (told["repository"]["url"] or "")


def test_the_kept_address_is_fresh():
    """Is ``public_address.json`` what ``make exercises`` would write now?"""
    kept = json.loads((ROOT / "course_utils" / "public_address.json").read_text(encoding="utf-8"))
    assert kept == {"book": book_address(ROOT)}


def test_making_the_exercises_keeps_the_address(tmp_path):
    """Does ``make exercises`` write it, and does a folder without the package stay as it is?"""
    root = config(tmp_path, "https://github.com/o/cnn")
    (root / "solutions" / "sums").mkdir(parents=True)
    (root / "solutions" / "sums" / "sums.py").write_text("# %% [markdown]\n# # Sums\n")
    make_exercises(root)
    assert not (root / "course_utils").exists()
    (root / "course_utils").mkdir()
    make_exercises(root)
    assert json.loads((root / "course_utils" / "public_address.json").read_text()) == {
        "book": PAGES
    }


@pytest.mark.parametrize(
    ("kept", "said", "link"),
    [
        ("", None, ""),
        (PAGES, None, PAGES),
        (PAGES, "https://example.org/cnn/", "https://example.org/cnn"),
    ],
)
def test_checks_link_to_the_published_book(tmp_path, kept, said, link):
    """Do messages link to the instructor's address, else to the published book, else nowhere?"""
    package = tmp_path / "course_utils"
    package.mkdir()
    for name in ("__init__.py", "public_address.py", "catalogue.py"):
        (package / name).write_bytes((ROOT / "course_utils" / name).read_bytes())
    config(tmp_path, kept and "https://github.com/o/cnn")
    keep_book_address(tmp_path)
    environment = {key: text for key, text in os.environ.items() if key != "COURSE_BOOK_URL"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from course_utils import catalogue; print(catalogue.CATALOGUE['no-floor'].section)",
        ],
        cwd=tmp_path,
        env=environment | ({"COURSE_BOOK_URL": said} if said else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == (link and f"{link}/misconceptions.html#m-no-floor")
