"""What the documents say: each path, command and target exists."""

import json
import re
import shlex
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from course_utils import cli
from course_utils.grading.guest.limits import Limits
from course_utils.grading.marking.cell_time import RULE
from course_utils.grading.results.status import STATUSES
from tests.conftest import ROOT
from tests.documents import commands, text

DOCUMENTS = [
    *["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
    *["book/for_students.md", "book/for_instructors.md", "book/09_your_turn.md"],
]
# what there is only once the course is in use, and names that stand for any name
MADE = (
    "_build",
    "dist",
    "submitted",
    "autograded",
    "feedback",
    "downloaded",
    "released",
    "gradebook.db",
    "timestamp.txt",
)
PLACEHOLDER = re.compile(r"[<>*]|NN_|\bname\b|test_demos_name|edges|\bcnn/(bin|Scripts)|example\.")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_named_is_there(name):
    """Does each file or folder that stands in the text exist in the repository?"""
    spans = set(
        re.findall(r"`(\.?[\w.-]+(?:/[\w.-]*)+|[\w-]+\.(?:md|py|toml|yml|txt|cff))`", text(name))
    )
    assert [
        span
        for span in sorted(spans)
        if not PLACEHOLDER.search(span) and not span.startswith(MADE) and not (ROOT / span).exists()
    ] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(name):
    """Is each linked file there, and each linked heading?"""
    for target in re.findall(r"\]\(([^)\s]+)\)", text(name)):
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            assert not path or (ROOT / path).exists(), target
            headings = re.findall(r"^#+ (.+)$", text(path or name), re.M) if anchor else []
            slugs = {re.sub(r"[^\w-]", "", each.lower().replace(" ", "-")) for each in headings}
            assert not anchor or anchor in slugs, target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_named_is_one(name):
    """Is each ``make TARGET`` of the text a target of the Makefile?"""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    named = {
        word
        for line in commands(name)
        if line.startswith("make ")
        for word in line.split()[1:]
        if "=" not in word
    }
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_course_command_named_is_understood(name):
    """Does ``course`` accept each command line as it stands in the text?"""
    for line in commands(name):
        words = shlex.split(line) if re.match(r"course [a-z]", line) else []
        if len(words) == 2:  # a command by its name
            assert words[1] in subparsers(), line
        elif words:
            assert cli._parser().parse_args(words[1:]), line
    options = set(re.findall(r"`(--[a-z-]+)", text(name)))
    known = " ".join(parser.format_help() for parser in subparsers().values())
    elsewhere = {"--upgrade", "--cov", "--lms-user-id"}
    assert not [option for option in options - elsewhere if option not in known]


def subparsers():
    return next(a for a in cli._parser()._actions if a.dest == "command").choices


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_nbgrader_command_named_is_one(name):
    """Is each ``nbgrader COMMAND`` of the text a command of nbgrader, with each of its flags?"""
    from nbgrader.apps.nbgraderapp import NbGraderApp

    for line in commands(name):
        words = shlex.split(line) if line.startswith("nbgrader ") else []
        if words:
            assert words[1] in NbGraderApp.subcommands, line
            app = NbGraderApp.subcommands[words[1]][0]
            for word in words[2:4] if words[1] == "db" else ():
                app = app.subcommands[word][0]
            known = {*app.aliases, *app.flags}
            known = {each for key in known for each in (key if isinstance(key, tuple) else (key,))}
            for word in words[2:]:
                flag = word[2:].split("=")[0]
                assert not word.startswith("--") or "." in flag or flag in known, word


def test_every_script_and_module_named_is_there():
    """Does each ``python …`` line of CONTRIBUTING call something that exists?"""
    found = re.findall(r"\.venv/bin/python (-m )?([\w./]+)", text("CONTRIBUTING.md"))
    assert found
    for is_module, name in found:
        path = ROOT / (name.replace(".", "/") if is_module else name)
        there = [path.with_suffix(".py"), path / "__main__.py"] if is_module else [path]
        assert name in ("pytest", "build") or any(map(Path.is_file, there)), name


def test_every_derived_file_and_its_source_are_there():
    """Are the committed files in the table of derived files committed, and their sources?"""
    table = text("CONTRIBUTING.md").split("## Derived files")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \|$", table, re.M)
    assert len(rows) >= 6
    for derived, source, _ in rows:
        for span in re.findall(r"`([^`]+)`", f"{derived} {source}"):
            assert span.startswith(MADE) or (ROOT / span).exists(), span


def test_the_pins_hold_what_is_asked_for():
    """Has each requirement of pyproject.toml a pin in requirements.txt that satisfies it?"""
    pins = {}
    for line in text("requirements.txt").splitlines():
        if re.match(r"[a-z]", line):
            need = Requirement(line.split(" #")[0])
            if need.marker is None or need.marker.evaluate():
                pins[need.name] = next(iter(need.specifier)).version
    project = tomllib.loads(text("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for need in map(Requirement, asked):
        if need.name != project["name"]:
            assert need.specifier.contains(pins[need.name]), need


def test_the_versions_that_students_read_are_the_pins():
    """Does the students' page name the NumPy, Keras and TensorFlow that marking really uses?"""
    pins = re.findall(r"^([\w-]+)==([\d.]+)", text("requirements.txt"), re.MULTILINE)
    page = " ".join(text("book/for_students.md").split())
    for name, shown in (("numpy", "NumPy"), ("keras", "Keras"), ("tensorflow", "TensorFlow")):
        named = re.search(rf"uses.*?\b{shown} ([\d.]*\d)", page)
        assert named is not None, shown
        versions = [version for pin, version in pins if pin == name]
        assert any((version + ".").startswith(named[1] + ".") for version in versions), shown


def test_the_version_is_the_same_everywhere():
    """Do package, citation, changelog and the pages' install lines name one version?"""
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert str(yaml.safe_load(text("CITATION.cff"))["version"]) == version
    assert re.search(r"^## \[(.+?)\]", text("CHANGELOG.md"), re.M).group(1) == version
    for page in ("book/for_students.md", "book/for_instructors.md"):
        assert set(re.findall(r"cnn_course-([\d.]+)-py3-none-any\.whl", text(page))) == {version}


def test_the_automation_calls_what_is_there():
    """Do workflows, Binder and pre-commit call targets, files and programs that exist?"""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        jobs = yaml.safe_load(path.read_text())["jobs"].values()
        for step in (step for job in jobs for step in job["steps"]):
            words = step.get("run", "").split()
            if words[:1] == ["make"]:
                assert set(words[1:]) <= targets
            if words[:1] == ["bash"]:
                assert (ROOT / words[1]).is_file()
    constraint = re.search(r"--constraint (\S+)", text(".binder/requirements.txt")).group(1)
    assert (ROOT / ".binder" / constraint).resolve() == ROOT / "requirements.txt"
    for hook in yaml.safe_load(text(".pre-commit-config.yaml"))["repos"][0]["hooks"]:
        words = hook["entry"].split()
        assert (
            words[1] in targets
            if words[0] == "make"
            else (Path(sys.executable).parent / Path(words[0]).name).exists()
        )


@pytest.mark.parametrize("name", ["book/for_instructors.md", "book/09_your_turn.md"])
def test_the_statuses_are_those_of_the_grader(name):
    """Does the page's table explain every status, and no other, in the grader's order?"""
    rows = re.findall(r"^\| (\w+) \| .*[.,] ?.*\|$", text(name), re.M)
    assert tuple(row for row in rows if row in STATUSES) == STATUSES


def test_the_limits_are_those_of_the_grader():
    """Are the defaults that the page names the grader's own, and its options the command's?"""
    defaults = Limits()
    page = text("book/for_instructors.md")
    for row in (
        f"| one cell | {RULE} | `--cell-seconds` |",
        f"| one notebook | {defaults.submission_seconds} s | `--submission-seconds` |",
        f"| memory of all its processes | {defaults.memory_mb} MB | `--memory-mb` |",
    ):
        assert row in page
    setting = re.search(r"MarkOutside\.limits = (\{.+\})", page).group(1)
    assert Limits(**json.loads(setting))


# ---- done as written -----------------------------------------------------------------------------


def test_the_install_line_follows_the_address():
    """Does the students' page install from the repository once its address is set?"""
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    try:
        from book_install import install_line
    finally:
        sys.path.pop(0)
    assert install_line({"repository_url": ""}) == install_line({})
    assert "-c requirements.txt" in install_line({})
    line = install_line({"repository_url": "https://example.org/cnn/"})
    assert line.endswith('"cnn-course[lab] @ git+https://example.org/cnn"')
    for each in (line, install_line({})):
        need = shlex.split(each)[-1]
        extras = re.search(r"\[(.+?)\]", need).group(1)
        there = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"]
        assert set(extras.split(",")) <= set(there)


def test_the_threat_model_names_tests_that_there_are():
    """Is each file, family of the corpus and function that the page names really there?"""
    page = text("book/threat_model.md")
    for name in re.findall(r"`(tests/[\w/.]+)`", page):
        assert (ROOT / name).exists(), name
    table = page.partition("| promise |")[2].partition("## What is not held")[0]
    families = re.findall(r"`([a-z]+)`", table)
    assert {"tricks", "reach", "strain", "earned"} <= set(families)
    for family in families:
        assert (ROOT / "tests/grading/corpus" / f"{family}.py").is_file(), family
    for function, file in re.findall(r"`(test_\w+)` in `([\w/.]+)`", table):
        assert f"def {function}(" in text(file), function
