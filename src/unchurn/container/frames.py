"""What the hosts of a job send one another: a header in JSON, then raw bytes. Nothing of it can be run when it is read."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

_LENGTHS = struct.Struct(">QQ")
"""Bytes of the header, and of what follows it."""
_MOST_HEADER = 1 << 26


@dataclass(frozen=True)
class Frame:
    """`kind` says what it is, `told` what is known of it; `body` holds the bytes of its parts."""

    kind: str
    told: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""


def send(peer: socket.socket, frame: Frame) -> None:
    """Send a frame whole. Raises `OSError`, within the socket's timeout."""
    header = json.dumps({"kind": frame.kind, **frame.told}).encode()
    peer.sendall(_LENGTHS.pack(len(header), len(frame.body)) + header)
    peer.sendall(frame.body)


def receive(peer: socket.socket) -> Frame:
    """Wait for a frame. Raises `OSError` where the peer is gone or silent, `ValueError` for another's bytes."""
    head, size = _LENGTHS.unpack(_read(peer, _LENGTHS.size))
    if head > _MOST_HEADER:
        raise ValueError(f"a header of {head:,} bytes")
    header = json.loads(_read(peer, head))
    told = header if isinstance(header, dict) else {}
    return Frame(str(told.pop("kind", "")), told, _read(peer, size))


def _read(peer: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = peer.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise ConnectionError("it closed the connection")
        found += piece
    return bytes(found)
