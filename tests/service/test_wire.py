"""Frames on the pipe between the front and the model process."""

from __future__ import annotations

import socket
import threading

import pytest

from service.common.wire import ClosedError, readable, receive_frame, send_frame


def test_a_frame_arrives_as_it_was_sent() -> None:
    ours, theirs = socket.socketpair()
    blobs = [b"", b"abc", bytes(3_000_000)]
    sending = threading.Thread(target=send_frame, args=(ours, {"do": "run", "text": "ü\n"}, blobs))
    sending.start()
    assert receive_frame(theirs) == ({"do": "run", "text": "ü\n"}, blobs)
    sending.join()
    assert not readable(theirs, 0)


def test_a_closed_pipe() -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(b"\x00\x00\x00\x10{")
    ours.close()
    assert readable(theirs, 0)
    with pytest.raises(ClosedError):
        receive_frame(theirs)
    with pytest.raises(OSError):
        send_frame(theirs, {}, [])


def test_a_length_that_is_none_of_ours() -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ClosedError, match="not one of ours"):
        receive_frame(theirs)
