"""Messages over a socket: a JSON header and byte attachments, with limits and a deadline.

A message is two unsigned 32-bit sizes (header, attachments), the header as UTF-8 JSON, and the
attachments one after the other; the header's ``sizes`` are their lengths. Both ends are ours, but
one of them shares its process with a student's code: nothing that arrives is trusted.

Text is sent as UTF-8, not as JSON's ASCII escapes, which take three times the room for an emoji.
Half a surrogate pair, which a Python string may hold, is sent as the three bytes that UTF-8 would
give it, and is read back from them.
"""

import contextlib
import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable

from course_utils.grading.guest.read_json import read_json

Deadline = float | Callable[[], float] | None  # in the time of ``time.monotonic()``

_SIZES = struct.Struct("!II")
_HEADER_BYTES = 32 * 2**20


class WireError(Exception):
    """The other end is gone, too slow, or sent something that is not a message."""


class Closed(WireError):
    """The other end closed the connection."""


class Late(WireError):
    """The deadline passed first."""


class Malformed(WireError):
    """Too large, or no message at all."""


def size_of(header: dict) -> int:
    """The number of bytes that ``header`` takes on the wire."""
    return len(_header_bytes(header))


def _header_bytes(header: dict) -> bytes:
    return json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _left(deadline: Deadline) -> float:
    """The seconds until ``deadline``; without one, infinity."""
    if deadline is None:
        return math.inf
    return (deadline() if callable(deadline) else deadline) - time.monotonic()


class Wire:
    """One end of a connection.

    ``attachment_bytes``: the most bytes of attachments that one arriving message may have.
    ``others``: further file descriptors to watch, each with the function that empties it, so that
    neither end can block the other by filling a pipe.
    """

    def __init__(self, sock: socket.socket, attachment_bytes=64 * 2**20, others=None):
        self.sock = sock
        self.sock.setblocking(False)
        self._limit = attachment_bytes
        self._others = others or {}
        self._arrived = bytearray()

    def send(self, header: dict, attachments=(), deadline: Deadline = None) -> None:
        """Send one message. Raises Closed, and Late where the deadline passes first.

        A ``deadline`` that is a function may move while this waits.
        """
        header = {**header, "sizes": [len(part) for part in attachments]}
        text = _header_bytes(header)
        parts = [_SIZES.pack(len(text), sum(header["sizes"])), text, *attachments]
        if sum(map(len, parts)) < 2**16:  # most messages: send them in one system call
            parts = [b"".join(parts)]
        for part in parts:
            left = memoryview(part).cast("B") if len(part) else b""
            while len(left):
                try:
                    left = left[self.sock.send(left[: 2**20]) :]
                except BlockingIOError:
                    self._wait(deadline, writing=True)
                except OSError as error:
                    raise Closed(str(error)) from None

    def receive(self, deadline: Deadline = None) -> tuple[dict, list[bytes]]:
        """The next message: header and attachments. Raises Closed, Late, Malformed."""
        if _left(deadline) < 0:
            raise Late("no answer in time")  # else a sender that never pauses would not be late
        header_size, attached = _SIZES.unpack(self._take(_SIZES.size, deadline))
        if header_size > _HEADER_BYTES or attached > self._limit:
            raise Malformed(f"a message of {(header_size + attached) / 2**20:.0f} MB")
        text = self._take(header_size, deadline)
        body = self._take(attached, deadline)
        try:
            header = read_json(text.decode("utf-8", "surrogatepass"))
            sizes = header["sizes"]
            if not isinstance(header.get("type"), str) or any(type(n) is not int for n in sizes):
                raise Malformed("a header without type or sizes")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed(f"no readable header: {type(error).__name__}") from None
        if any(n < 0 for n in sizes) or sum(sizes) != attached:
            raise Malformed("attachments that do not add up")
        parts, start = [], 0
        for size in sizes:
            parts.append(body[start : start + size])
            start += size
        return header, parts

    def close(self) -> None:
        """Close this end; the other end reads Closed."""
        with contextlib.suppress(OSError):
            self.sock.close()

    def _take(self, size: int, deadline) -> bytes:
        while len(self._arrived) < size:
            self._read(size - len(self._arrived)) or self._wait(deadline)
        taken = bytes(memoryview(self._arrived)[:size])
        del self._arrived[:size]
        return taken

    def _read(self, size: int) -> bool:
        """Read what has arrived; False where nothing has."""
        try:
            chunk = self.sock.recv(min(max(size, 2**16), 2**20))
        except BlockingIOError:
            return False
        except OSError as error:
            raise Closed(str(error)) from None
        if not chunk:
            raise Closed("the other end closed the connection")
        self._arrived += chunk
        if len(self._arrived) > _HEADER_BYTES + self._limit + _SIZES.size:
            raise Malformed("more than was asked for")
        return True

    def _wait(self, deadline, writing=False) -> None:
        """Wait until the socket is ready, and empty the other descriptors meanwhile."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN | (select.POLLOUT if writing else 0))
        for fd in self._others:
            poll.register(fd, select.POLLIN)
        while True:
            if (left := _left(deadline)) <= 0:
                raise Late("no answer in time")
            ready = dict(poll.poll(None if left == math.inf else left * 1000))
            for fd in [fd for fd in ready if fd in self._others]:
                if not self._others[fd]():
                    poll.unregister(fd)
                    del self._others[fd]
            if self.sock.fileno() in ready:
                if writing and not ready[self.sock.fileno()] & select.POLLOUT:
                    self._read(2**16)  # or both ends would wait for the other to read
                return
