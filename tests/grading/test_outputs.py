"""The outputs of a cell are limited, and nothing in them runs, whatever their types claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest import wire
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.outputs import Outputs, Room, safe_bundle

FEW = Limits(shown_bytes=100, shown_displays=3, shown_display_bytes=2000)
PLAIN = st.none() | st.text(max_size=30) | st.integers() | st.lists(st.integers(), max_size=2)


def test_printed_text_joins_and_is_cut_once():
    """Is text of one stream one output, and more than the bound a note at the end?"""
    outputs = Outputs(FEW)
    outputs.stream("stdout", "a")
    outputs.stream("stdout", "b")
    outputs.stream("stderr", "c")
    assert [out["text"] for out in outputs.list] == ["ab", "c"]
    outputs.stream("stdout", "x" * 1000)
    outputs.stream("stdout", "y" * 1000)
    kept = "".join(out["text"] for out in outputs.list[:-1])
    assert len(kept) == 100
    assert "too long" in outputs.list[-1]["text"]
    assert outputs.left < 0


def test_displays_are_counted_and_are_no_marks():
    """Are at most so many kept, and none as an execute_result, from which nbgrader reads points?"""
    outputs = Outputs(FEW)
    for number in range(9):
        outputs.show({"type": "result", "data": {"text/plain": str(number)}})
    kept = outputs.list[:-1]
    assert [out["data"]["text/plain"] for out in kept] == ["0", "1", "2"]
    assert {out["output_type"] for out in kept} == {"display_data"}
    outputs = Outputs(FEW)
    outputs.partial(1.5)
    assert outputs.list[0]["output_type"] == "execute_result"


@pytest.mark.parametrize(
    ("mime", "text"),
    [
        ("text/plain", "\N{GRINNING FACE}"),
        ("text/plain", "\x00"),  # six characters in JSON
        ("text/html", ">"),  # four when it was made safe
        ("text/html", "\xa0"),
        ("text/latex", "<"),  # five, with the backslash's own escape
        ("image/svg+xml", "x"),
        ("image/png", "="),
    ],
)
def test_displays_are_counted_as_they_are_sent(mime, text):
    """Is all that is kept of a cell's displays within the bound in bytes, on both ways?"""
    outputs = Outputs(FEW._replace(shown_displays=1000))
    for _ in range(50):
        outputs.show({"type": "display", "data": {mime: text * 100}})
    assert 0 < len(outputs.list) < 50
    assert "too long" in outputs.list[-1]["text"]
    kept = sum(wire.size_of(out) for out in outputs.list[:-1])
    assert 1000 < kept <= FEW.shown_display_bytes


def test_one_display_that_is_too_large_costs_no_other():
    """Are small displays before and after a picture of too many bytes kept?"""
    outputs = Outputs(FEW)
    for text in ("before", "\N{GRINNING FACE}" * 500, "after"):
        outputs.show({"type": "display", "data": {"text/plain": text}})
    assert [out["data"]["text/plain"] for out in outputs.list[:-1]] == ["before", "after"]


@given(st.dictionaries(st.text(max_size=20), PLAIN) | PLAIN, PLAIN, PLAIN, PLAIN)
def test_any_message_is_an_output_or_none(data, ename, evalue, lines):
    """Is any display or error that a submission sends shown as text, or left out?"""
    outputs = Outputs(Limits())
    outputs.show({"type": "display", "data": data})
    outputs.show({"type": "error", "ename": ename, "evalue": evalue, "traceback": lines})
    for out in outputs.list:
        for value in out.get("data", {}).values():
            assert isinstance(value, str)


def test_of_a_bundle_only_what_cannot_run_is_left():
    """Are scripts, foreign types and pictures that are none taken out, and the text kept?"""
    bundle = {
        "text/plain": "text",
        "text/html": "<b onclick='x()'>bold</b><script>x()</script>",
        "image/png": "not base64 <",
        "application/javascript": "x()",
        "image/svg+xml": "<svg onload='x()'></svg>",
    }
    shown = safe_bundle(bundle)
    assert "application/javascript" not in shown
    assert "image/png" not in shown
    assert "<script" not in str(shown)
    assert "onclick" not in str(shown)
    assert shown["text/plain"] == "text"
    assert r"a \lt  b</div>" in safe_bundle({"text/latex": "a < b"})["text/html"]


def test_streams_that_take_turns_are_cut():
    """Do 100,000 letters, each an output of its own, cost no more than as many bytes may?"""
    outputs = Outputs(Limits())
    for _ in range(50_000):
        outputs.stream("stdout", "a")
        outputs.stream("stderr", "b")
    assert len(outputs.list) < Limits().shown_bytes / 150
    assert "too long" in outputs.list[-1]["text"]
    few = Outputs(Limits())
    for number in range(200):
        few.stream(("stdout", "stderr")[number % 2], "a line of a hundred characters " * 3)
    assert len(few.list) == 200


def test_the_cells_of_a_notebook_have_so_much_room_together():
    """Do pictures and text of a hundred cells stay within the notebook's bound, and is it said?"""
    limits = Limits(shown_notebook_mb=1)
    room = Room(limits)
    picture = {"type": "display", "data": {"image/png": "A" * 30_000}}
    kept = 0
    for _ in range(100):
        outputs = Outputs(limits, room)
        outputs.show(picture)
        outputs.stream("stdout", "é" * 3000)
        kept += wire.size_of({"outputs": outputs.list})
    assert kept < 1.1 * 2**20
    assert room.left < 30_000
    assert "too long" in outputs.list[-1]["text"]
    early = Outputs(limits, Room(limits))
    early.show(picture)
    assert len(early.list) == 1


def test_no_letter_has_a_tower_of_marks():
    """Are marks on one letter cut, also where each comes alone; in errors and displays, too?"""
    outputs = Outputs(Limits())
    outputs.stream("stdout", "a")
    for _ in range(1000):
        outputs.stream("stdout", "\u0301")
    outputs.error("E", "x", ["b" + "\u0323" * 1000])
    outputs.show({"type": "display", "data": {"text/plain": "c" + "\u0301" * 1000}})
    outputs.show({"type": "display", "data": {"text/html": "d" + "\u0301" * 1000}})
    assert all(str(out).count("\u0301") + str(out).count("\u0323") == 50 for out in outputs.list)
