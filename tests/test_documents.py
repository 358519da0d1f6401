"""What the documents say: each path, command and target exists, each recipe works as written."""

import json
import os
import re
import shlex
import shutil
import subprocess
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
BIN = Path(sys.executable).parent


def text(name: str) -> str:
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
        assert words[1] in targets if words[0] == "make" else (BIN / Path(words[0]).name).exists()


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


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """A copy of what a class needs, with a function that runs a line in it as a shell would."""
    folder = tmp_path_factory.mktemp("class")
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("course_utils", "solutions/convolution", "tests/sample_class/submitted"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    environment.pop("COURSE_BOOK_URL", None)

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-ec", line], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run.folder = folder
    return run


def without_seconds(table: str) -> list[list[str]]:
    """The words of each line of a marking table.

    The seconds, which differ from run to run, are 0; so is the line in which eve's file was cut,
    which moves with every word that is added to the assignment. A busy machine gives a cell longer.
    """
    table = re.sub(r"in line \d+\)", "in line 0)", table)
    table = re.sub(r"one cell may take \d+ s", "one cell may take 10 s", table)
    return [
        [re.sub(r"^\d+\.\d$", "0", word) for word in line.split()] for line in table.splitlines()
    ]


def test_readme_shows_what_the_marking_prints(class_folder):
    """Is the README's table what ``course grade`` prints of the sample class (but for seconds)?"""
    class_folder("course exercises convolution --no-trial")
    printed = class_folder("course grade convolution --sample")
    shown = block("README.md", "student    score")
    assert [line for line in without_seconds(printed) if line and set("".join(line)) != {"-"}] == [
        line for line in without_seconds(shown) if line and set("".join(line)) != {"-"}
    ]


def test_readme_quotes_cleos_feedback(class_folder):
    """Does the sentence of the README stand in that student's feedback?"""
    page = class_folder.folder / "_build/sample_class/feedback/cleo/convolution/convolution.html"
    said = " ".join(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")).split())
    assert " ".join(block("README.md", "conv2d_plain is not right").split()) in said


@pytest.fixture(scope="module")
def edges(class_folder):
    """What marking prints of the instructors' page's assignment, made as written there."""
    source = class_folder.folder / "solutions" / "edges" / "edges.py"
    source.parent.mkdir()
    source.write_text(block("book/for_instructors.md", "# # Edges"), encoding="utf-8")
    class_folder("course exercises edges")
    folder = class_folder.folder / "submitted" / "author" / "edges"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-01-31 12:00:00 UTC")  # as nbgrader collects
    (folder / "submission_secret.txt").write_text("a secret of the exchange")
    return class_folder(block("book/for_instructors.md", "mkdir -p submitted/author/edges"))


def test_an_own_assignment_in_ten_minutes(edges):
    """Do the page's lines give the author 3 of 5 points with 2 waiting, and the stub none?"""
    assert re.search(r"^author +3 / 5 +ok .*white_wall: 2 points wait", edges, re.M)
    assert re.search(r"^nobody +0 / 5 +ok", edges, re.M)


def test_feedback_goes_back_through_the_exchange(edges, class_folder, tmp_path):
    """Does ``nbgrader release_feedback`` hand out the pages that ``course grade`` made?"""
    exchange = f"--course=cnn --Exchange.root={tmp_path}"
    class_folder(f"nbgrader release_feedback edges --student author {exchange}")
    (page,) = (tmp_path / "cnn" / "feedback").glob("*.html")
    assert "Edges" in page.read_text(encoding="utf-8")


def test_an_own_check_names_the_mistake(edges, class_folder):
    """Does the page's check, put in as the page says, say what the page says it says?"""
    check = class_folder.folder / "course_utils" / "checks" / "edges.py"
    check.write_text(block("book/for_instructors.md", "_LARGEST_STEP ="), encoding="utf-8")
    source = class_folder.folder / "solutions" / "edges" / "edges.py"
    written = source.read_text(encoding="utf-8")
    home, import_line, visible, hidden = re.findall(
        r"`(from course_utils[^`]+|check_largest_step\([^`]+)`", text("book/for_instructors.md")
    )
    with check.with_name("__init__.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{home}\n")
    asserts = re.findall(r"^assert .*$", written, re.M)
    written = written.replace("import numpy as np\n", f"import numpy as np\n\n{import_line}\n", 1)
    written = written.replace(asserts[0], visible).replace(asserts[1], hidden)
    source.write_text(written, encoding="utf-8")
    class_folder("course exercises edges --no-trial")
    forgot = class_folder.folder / "submitted" / "nobody" / "edges" / "edges.ipynb"
    made = (class_folder.folder / "exercises/edges/edges.ipynb").read_text(encoding="utf-8")
    assert "    raise NotImplementedError()" in made
    forgot.write_text(made.replace("raise NotImplementedError()", "return np.diff(row).max()"))
    author = class_folder.folder / "_build/source/edges/edges.ipynb"
    shutil.copy(author, class_folder.folder / "submitted" / "author" / "edges")
    printed = class_folder("course grade edges")
    assert re.search(r"^author +3 / 5 ", printed, re.M)
    assert re.search(r"^nobody +0 / 5 ", printed, re.M)
    marked = (class_folder.folder / "autograded/nobody/edges/edges.ipynb").read_text(
        encoding="utf-8"
    )
    outputs = [out for cell in json.loads(marked)["cells"] for out in cell.get("outputs", [])]
    values = [out["evalue"] for out in outputs if out["output_type"] == "error"]
    said = block("book/for_instructors.md", "largest_step is not right yet").strip()
    assert len(values) == 2
    assert " ".join(values[0].split()).startswith(" ".join(said.split()))


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
