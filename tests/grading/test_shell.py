"""Cells run as in a notebook: their outputs arrive, and no cell waits for a person."""

import base64

from tests.grading.conftest import shown


def test_the_last_line_is_shown_without_a_prompt(open_submission):
    """Is a cell's last value an output, once, and its name in the next cell?"""
    session = open_submission()
    (out,) = shown(session, "answer = 6 * 7\nanswer")
    assert out["data"]["text/plain"] == "42"
    (out,) = shown(session, "print(_)")
    assert out["text"] == "42\n"


def test_nobody_is_there_to_type(open_submission):
    """Does input() say so at once, as an error of the cell's?"""
    (out,) = shown(open_submission(), "input('your name? ')")
    assert (out["output_type"], out["ename"]) == ("error", "RuntimeError")
    assert "nobody is there while work is marked" in out["evalue"]


def test_a_picture_comes_as_text_and_stays(open_submission):
    """Are a picture's bytes sent as base64, and left there when a later line clears outputs?"""
    source = """from IPython.display import Image, clear_output, display
display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(30), format='png'))
clear_output()"""
    (out,) = shown(open_submission(), source)
    assert base64.b64decode(out["data"]["image/png"]).startswith(b"\x89PNG")


def test_an_error_that_cannot_be_printed_is_an_error_all_the_same(open_submission):
    """Is the type shown where an exception's own text raises?"""
    source = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\nraise Odd"
    first = shown(open_submission(), source)[0]
    assert (first["ename"], first["evalue"]) == ("Odd", "")


def test_a_cell_may_wait_for_coroutines(open_submission):
    """Do await in a cell, asyncio's own loop and a command run without epoll, which is refused?"""
    source = """import asyncio
async def later(n):
    await asyncio.sleep(0.01)
    return n
async def ran():
    made = await asyncio.create_subprocess_exec("true")
    return await made.wait()
print(await asyncio.gather(later(1), later(2)))"""
    session = open_submission()
    (out,) = shown(session, source)
    assert out["text"] == "[1, 2]\n"
    (out,) = shown(session, "print(asyncio.run(later(3)), asyncio.run(ran()))")
    assert out["text"] == "3 0\n"


def test_a_line_for_the_system_shell_needs_no_terminal(open_submission):
    """Do "!" lines, also with a value to keep, run where no terminal is; is their code kept?"""
    session = open_submission()
    source = "word = 'hi'\nprint('first')\n!echo {word}; exit 3\nprint(_exit_code)"
    (out,) = shown(session, source)
    assert out["text"] == "first\nhi\n3\n"
    (out,) = shown(session, "lines = !echo {word}; echo two >&2\nprint(lines, lines.n)")
    assert out["text"] == "['hi', 'two'] hi\ntwo\n"
    (out,) = shown(session, "%%bash\necho three")
    assert out["text"] == "three\n"
    (out,) = shown(session, "import os\ntry:\n    os.openpty()\nexcept OSError:\n    print('none')")
    assert out["text"] == "none\n"
