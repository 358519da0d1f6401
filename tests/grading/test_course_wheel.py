"""The course as a wheel: installed by uv, without a network, it is what runs here."""

import subprocess
import sys
import venv

from course_utils.grading.gradescope.course_wheel import write_wheel


def test_the_wheel_installs(tmp_path):
    """Does uv install it (it checks each file's hash), with its extras and its data?"""
    wheel = write_wheel(tmp_path)
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--quiet"]
    subprocess.run([*uv, "--python", python, wheel], check=True)
    code = (
        "from importlib import metadata, resources; d = metadata.distribution('cnn-course'); "
        "f = resources.files('course_utils'); "
        "print('grade' in d.metadata.get_all('Provides-Extra'), "
        "any('nbgrader' in r for r in d.requires), "
        "(f / 'grading/gradescope/setup.sh').is_file(), (f / 'mnist_subset.npz').is_file())"
    )
    told = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True"] * 4


def test_the_same_files_make_the_same_wheel(tmp_path):
    """Is the wheel the same, byte for byte, when it is made again?"""
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = (write_wheel(folder).read_bytes() for folder in folders)
    assert first == second
