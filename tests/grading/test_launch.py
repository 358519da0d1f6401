"""Preloaded processes start, report what they could not import, and leave nothing behind."""

import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.grading.guest.guard import BUSY
from course_utils.grading.host.launch import Preloaded, close_connection, connect


def test_it_starts_says_what_is_missing_and_leaves_nothing():
    """Is a module that is nowhere named, the rest imported, and the folder gone at the end?"""
    process = Preloaded("none", ("json", "no_such_module"))
    folder = Path(process.address).parent
    process.wait()
    process.wait()  # at once
    assert list(process.unimportable) == ["no_such_module"]
    assert "ModuleNotFoundError" in process.unimportable["no_such_module"]
    line, fds = connect(process.address)
    assert len(fds) == 4
    close_connection(line, fds)
    assert process.alive()
    process.close()
    assert not process.alive()
    assert not folder.exists()


def test_one_that_cannot_start_says_why():
    """Is the last line that it printed in the error, and its folder gone?"""
    process = Preloaded("nowhere", ("json",))  # type: ignore[arg-type]
    folder = Path(process.address).parent
    with pytest.raises(CourseError, match="did not start: KeyError: 'nowhere'"):
        process.wait()
    assert not folder.exists()


def test_an_address_at_which_nobody_answers(tmp_path):
    """Is there one clear error instead of a wait?"""
    with pytest.raises(CourseError, match="does not answer"):
        connect(str(tmp_path / "nobody"))


def test_a_deep_temporary_folder_is_no_hindrance(tmp_path, monkeypatch):
    """Does it start and answer where a socket's path would be longer than the kernel takes?"""
    deep = tmp_path / ("job-" + "1" * 60) / ("step-" + "2" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    process = Preloaded("none", ("json",))
    try:
        assert len(process.address) > 107
        process.wait()
        close_connection(*connect(process.address))
    finally:
        process.close()
    assert list(deep.iterdir()) == []


def test_a_process_that_has_no_room_is_asked_again(tmp_path):
    """Is a fork waited for that a bomb of another submission leaves no room for?"""
    with socket.socket(socket.AF_UNIX) as listener, ThreadPoolExecutor(1) as thread:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()

        def answer() -> None:
            for _ in range(2):
                with listener.accept()[0] as line:
                    line.send(BUSY)
            with listener.accept()[0] as line:
                socket.send_fds(line, [b"s"], [0])

        answered = thread.submit(answer)
        close_connection(*connect(str(tmp_path / "socket")))
        answered.result()
