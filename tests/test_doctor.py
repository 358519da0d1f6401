"""``course doctor`` on this machine, and on machines where something is amiss."""

from importlib import metadata

from course_utils import doctor
from course_utils.cli import main
from course_utils.grading.host import wall
from tests.conftest import ROOT


def test_this_machine_is_fit(capsys):
    """Does the doctor find everything that the tests of this very run use?"""
    assert main(["--root", str(ROOT), "doctor"]) == 0
    printed = capsys.readouterr().out
    for what in ("Python", "packages", "versions", "sandbox", "browser", "MNIST", "formgrader"):
        assert what in printed
    assert "missing " not in printed


def installed(monkeypatch, **versions):
    """Let the machine seem to have these packages (None: not there), each needing the next."""
    names = list(versions)

    class Distribution:
        def __init__(self, name):
            name = name.replace("-", "_")
            if versions.get(name) is None:
                raise metadata.PackageNotFoundError(name)
            self.version = versions[name]
            self.requires = names[names.index(name) + 1 :][:1]

    monkeypatch.setattr(metadata, "distribution", Distribution)


def test_a_missing_package_is_named_with_its_cure(tmp_path, monkeypatch):
    """Is a package that something installed needs, and that is not there, named with its cure?"""
    installed(monkeypatch, cnn_course="1", first="1.0", second=None)
    found = doctor._packages(tmp_path)
    assert (found.level, found.found) == ("missing", "1 of 3 missing: second")
    assert found.mend == "python -m pip install second"
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    assert doctor._packages(tmp_path).mend == "python -m pip install -r requirements.txt"


def test_what_is_half_there_is_a_note(tmp_path, monkeypatch):
    """Is a tool without its companions (nbgrader on a student's hub) no fault, but said?"""
    installed(monkeypatch, cnn_course="1", first="1.0")
    whole = doctor._wanted
    marking = {"cnn-course": "1", "nbgrader": "0.9", "psutil": None}
    monkeypatch.setattr(
        doctor,
        "_wanted",
        lambda name, extras: marking if "grade" in extras else whole(name, frozenset()),
    )
    found = doctor._packages(tmp_path)
    assert (found.level, found.found) == ("note", "for marking 1 missing: psutil")
    assert found.mend == "python -m pip install psutil"


def test_a_package_at_another_version_is_a_note(tmp_path, monkeypatch):
    """Is a package at another version than its pin reported, by the pin for this machine?"""
    (tmp_path / "requirements.txt").write_text(
        "first==1.0  # right\nSecond==2.0\nsecond==3.0 ; sys_platform == 'x'\nunused==9\n"
    )
    installed(monkeypatch, cnn_course="1", first="1.000", second="2.1")
    found = doctor._packages(tmp_path)
    assert (found.level, found.found) == ("note", "not at their pins: second 2.1 (pinned: 2.0)")


def test_a_student_without_the_grader_is_told_of_nothing_missing(tmp_path, monkeypatch, capsys):
    """Does a machine with the notebooks' packages alone count as complete, the rest as notes?"""
    find = doctor.util.find_spec
    absent = {"nbgrader", "jupyter_book", "jupyterlab", "axe_playwright_python"}
    monkeypatch.setattr(
        doctor.util, "find_spec", lambda name: None if name in absent else find(name)
    )
    assert doctor.report(tmp_path) == 0
    printed = capsys.readouterr().out
    assert "for notebooks" in printed
    assert "only for marking" in printed


def test_a_wrong_mnist_file_is_missing_and_sets_the_exit_code(monkeypatch, capsys):
    """Does an MNIST_NPZ that names nothing fail the examination, with the way out?"""
    monkeypatch.setenv("MNIST_NPZ", "/no/such/mnist.npz")
    assert main(["--root", str(ROOT), "doctor"]) == 1
    assert "unset MNIST_NPZ" in capsys.readouterr().out


def test_the_sandbox_is_asked_as_the_grader_asks(monkeypatch):
    """Does the doctor refuse where ``course grade`` would, for the same reason?"""
    reason = "namespaces: refused here; landlock: this kernel has no Landlock"
    monkeypatch.setattr(wall, "why_not", lambda: reason)
    found = doctor._sandbox()
    assert (found.level, found.found) == ("missing", reason)
    assert "Linux 5.13" in found.mend


def test_the_doctor_says_which_wall_stands(monkeypatch):
    """Is the kind of wall named, so that an instructor can look it up on the page?"""
    for kind in ("namespaces", "landlock"):
        monkeypatch.setenv("COURSE_WALL", kind)
        found = doctor._sandbox()
        assert (found.level, found.found.split()[0]) == ("ok", kind)


def test_without_chromium_the_install_line_is_given(monkeypatch):
    """Is a missing browser named with the command that installs it?"""
    monkeypatch.setenv("PATH", "/nowhere")
    found = next(f for f in doctor.examine(ROOT) if f.what == "browser")
    assert found.level == "note"
    assert found.mend == "apt-get install chromium"
