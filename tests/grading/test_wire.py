"""Messages over a socket: they arrive as they were sent, and nothing that arrives is trusted."""

import json
import os
import socket
import struct
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.guest import wire

# halves of surrogate pairs included: Python's strings hold them, and UTF-8 does not
ANY_TEXT = st.text(st.characters(exclude_categories=()))
TEXTS = ANY_TEXT | st.integers() | st.none() | st.booleans()
HEADERS = st.dictionaries(st.text(max_size=8), TEXTS, max_size=5).filter(lambda h: "sizes" not in h)


def _pair(**more):
    left, right = socket.socketpair()
    return wire.Wire(left, **more), wire.Wire(right, **more)


@given(HEADERS, st.lists(st.binary(max_size=3000), max_size=4))
def test_a_message_arrives_as_it_was_sent(header, parts):
    """Do any header and any attachments come over, several messages after one another?"""
    sender, receiver = _pair()
    header["type"] = "any"
    for _ in range(2):
        sender.send(header, parts)
    for _ in range(2):
        told, attached = receiver.receive(time.monotonic() + 60)
        assert told == header | {"sizes": [len(part) for part in parts]}
        assert attached == parts
    sender.close()
    with pytest.raises(wire.Closed):
        receiver.receive(time.monotonic() + 60)


def test_text_is_as_large_on_the_wire_as_in_a_file():
    """Do a million emoji take four bytes each, and what half a pair takes is counted, too?"""
    text = "\N{GRINNING FACE}" * 1_000_000
    assert wire.size_of({"text": text}) == 4_000_000 + len('{"text": ""}')
    assert wire.size_of({"text": "\ud83d"}) == 3 + len('{"text": ""}')
    sender, receiver = _pair()
    thread = threading.Thread(target=sender.send, args=({"type": "any", "text": text},))
    thread.start()
    assert receiver.receive(time.monotonic() + 60)[0]["text"] == text
    thread.join()


def test_the_two_halves_of_a_pair_stay_two():
    """Is a string of two halves, which ASCII escapes would join, the same string afterwards?"""
    sender, receiver = _pair()
    halves = "\ud83d" + "\ude00"
    sender.send({"type": "any", "text": halves, halves: 1})
    told, _ = receiver.receive(time.monotonic() + 60)
    assert (told["text"], told[halves]) == (halves, 1)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_one_of_three_errors(data):
    """Do any bytes give a message, or one of the errors: too late, closed, malformed?"""
    left, right = socket.socketpair()
    with left, right:
        left.sendall(data)
        left.shutdown(socket.SHUT_WR)
        receiver = wire.Wire(right, attachment_bytes=1000)
        try:
            while True:
                header, parts = receiver.receive(time.monotonic() + 60)
                assert isinstance(header["type"], str)
                assert all(isinstance(part, bytes) for part in parts)
        except wire.WireError:
            pass


def _frame(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("!II", len(header), len(body)) + header + body


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack("!II", 2**32 - 1, 0),
        struct.pack("!II", 2, 2**31),
        _frame(b"no json"),
        _frame(b"[]"),
        _frame(b'{"type": "a"}'),
        _frame(b'{"sizes": []}'),
        _frame(b'{"type": 1, "sizes": []}'),
        _frame(b'{"type": "a", "sizes": [true]}', b"x"),
        _frame(b'{"type": "a", "sizes": [2]}', b"x"),
        _frame(b'{"type": "a", "sizes": [-1, 2]}', b"x"),
        _frame(b"[" * 100_000 + b"]" * 100_000),
        _frame(json.dumps({"type": "a", "sizes": [10**30]}).encode()),
    ],
)
def test_what_is_no_message_is_malformed(frame):
    """Is each lie about sizes, types or depth refused before anything is done with it?"""
    left, right = socket.socketpair()
    with left, right:
        threading.Thread(target=left.sendall, args=(frame,), daemon=True).start()
        with pytest.raises(wire.Malformed):
            wire.Wire(right).receive(time.monotonic() + 60)


def test_a_deadline_holds_for_who_says_nothing_and_who_never_stops():
    """Does waiting end in time, also beside a sender that drips, and behind a full pipe?"""
    sender, receiver = _pair()
    with pytest.raises(wire.Late):
        receiver.receive(time.monotonic() + 0.05)
    sender.sock.send(b"\0\0\0")  # a part of the sizes
    with pytest.raises(wire.Late):
        receiver.receive(time.monotonic() + 0.05)
    with pytest.raises(wire.Late):
        sender.send({"type": "large"}, [bytes(2**24)], time.monotonic() + 0.2)


def test_a_full_pipe_beside_the_line_is_emptied_meanwhile():
    """Is another descriptor read while an answer is waited for, until it is closed?"""
    reads, writes = os.pipe()
    taken = []

    def empty() -> bool:
        taken.append(os.read(reads, 2**16))
        return bool(taken[-1])

    left, right = socket.socketpair()
    receiver = wire.Wire(right, others={reads: empty})
    os.write(writes, b"printed")
    os.close(writes)
    sender = wire.Wire(left)
    threading.Timer(0.1, sender.send, ({"type": "answer"},)).start()
    assert receiver.receive(time.monotonic() + 60)[0]["type"] == "answer"
    assert b"".join(taken) == b"printed"
    os.close(reads)
