"""Frames between the front and its model process, over one socket pair.

A frame is a 4-byte big-endian length, that many bytes of JSON, then the blobs whose lengths the
JSON lists under "blobs". JSON and not pickle: the model process parses pictures from strangers,
and what it answers must not be able to run code in the front.
"""

from __future__ import annotations

import json
import select
import socket
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

_LENGTH = struct.Struct(">I")
_MAX_HEADER_BYTES = 256 * 2**20


class Frame(NamedTuple):
    """One message: its JSON object and its blobs."""

    message: dict[str, Any]
    blobs: list[bytes]


class ClosedError(ConnectionError):
    """The other end has gone."""


def send_frame(sock: socket.socket, message: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one frame. Raises OSError when the other end has gone."""
    header = json.dumps({**message, "blobs": [len(blob) for blob in blobs]}).encode()
    sock.sendall(_LENGTH.pack(len(header)) + header)
    for blob in blobs:
        sock.sendall(blob)


def receive_frame(sock: socket.socket) -> Frame:
    """Read one frame, waiting for all of it. Raises ClosedError when the other end has gone."""
    (length,) = _LENGTH.unpack(_receive_exactly(sock, _LENGTH.size))
    if length > _MAX_HEADER_BYTES:
        raise ClosedError(f"a frame header of {length} bytes is not one of ours")
    message = json.loads(_receive_exactly(sock, length))
    return Frame(message, [_receive_exactly(sock, size) for size in message.pop("blobs")])


def readable(sock: socket.socket, timeout_s: float) -> bool:
    """Whether a read would return at once, waiting up to `timeout_s` for it."""
    poller = select.poll()  # select() itself cannot watch a descriptor above 1023
    poller.register(sock, select.POLLIN | select.POLLHUP)
    return bool(poller.poll(max(0.0, timeout_s) * 1000))


def _receive_exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray(size)
    view = memoryview(data)
    received = 0
    while received < size:
        try:
            count = sock.recv_into(view[received:])
        except OSError as error:
            raise ClosedError(str(error)) from error
        if count == 0:
            raise ClosedError("the other end closed the pipe")
        received += count
    return bytes(data)
