"""``course doctor`` on this machine, and on machines where something is amiss."""

from course_utils import doctor
from course_utils.cli import main
from tests.conftest import ROOT


def test_this_machine_is_fit(capsys):
    """Does the doctor find everything that the tests of this very run use?"""
    assert main(["--root", str(ROOT), "doctor"]) == 0
    printed = capsys.readouterr().out
    for what in ("Python", "packages", "sandbox", "browser", "MNIST", "formgrader"):
        assert what in printed
    assert "missing " not in printed


def test_a_missing_package_is_named_with_its_cure(tmp_path):
    """Is a pinned package that is not installed named, with the line that installs it?"""
    (tmp_path / "requirements.txt").write_text("no-such-package-here==1.0\npytest==0.0.1\n")
    found = next(f for f in doctor.examine(tmp_path) if f.what == "packages")
    assert found.level == "missing"
    assert "1 of 2 missing: no-such-package-here" in found.found
    assert "pip install -r requirements.txt" in found.mend


def test_a_package_at_another_version_is_a_note(tmp_path):
    """Is a package at another version than its pin reported, with both versions?"""
    (tmp_path / "requirements.txt").write_text(
        "pytest==0.0.1  # old\nnope==1 ; sys_platform == 'x'\n"
    )
    found = next(f for f in doctor.examine(tmp_path) if f.what == "packages")
    assert found.level == "note"
    assert "(pinned: 0.0.1)" in found.found


def test_a_wrong_mnist_file_is_missing_and_sets_the_exit_code(monkeypatch, capsys):
    """Does an MNIST_NPZ that names nothing fail the examination, with the way out?"""
    monkeypatch.setenv("MNIST_NPZ", "/no/such/mnist.npz")
    assert main(["--root", str(ROOT), "doctor"]) == 1
    assert "unset MNIST_NPZ" in capsys.readouterr().out


def test_without_chromium_the_install_line_is_given(monkeypatch):
    """Is a missing browser named with the command that installs it?"""
    monkeypatch.setenv("PATH", "/nowhere")
    found = next(f for f in doctor.examine(ROOT) if f.what == "browser")
    assert found.level == "note"
    assert found.mend == "apt-get install chromium"
