"""What the hosts of a job send one another: a header in JSON, then raw bytes.

Results of fits are tuples of bytes, whole numbers, float64 arrays and None. Nothing of a frame can be
run when it is read.
"""

from __future__ import annotations

import json
import math
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

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


def encoded(results: Sequence[tuple[Any, ...]]) -> tuple[list[list[Any]], bytes]:
    """Return what each part of each result is, and the bytes of them all. Raises `TypeError`."""
    pairs = [[_part(value) for value in result] for result in results]
    body = b"".join(raw for result in pairs for _, raw in result)
    return [[kind for kind, _ in result] for result in pairs], body


def decoded(parts: list[list[Any]], body: bytes) -> list[tuple[Any, ...]]:
    """Return the results that `encoded` was given."""
    rest = iter(_pieces(body, [_size(part) for result in parts for part in result]))
    return [tuple(_value(part, next(rest)) for part in result) for result in parts]


def _part(value: Any) -> tuple[list[Any], bytes]:
    if value is None:
        return ["none"], b""
    if isinstance(value, bytes):
        return ["bytes", len(value)], value
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return ["floats", *value.shape], value.astype("<f8").tobytes()
    if isinstance(value, int) and not isinstance(value, bool):
        return ["whole", int(value)], b""
    raise TypeError(f"{type(value).__name__} is no result that hosts exchange.")


def _size(part: list[Any]) -> int:
    kind, *told = part
    return int({"bytes": 1, "floats": 8}.get(kind, 0) * math.prod(told))


def _value(part: list[Any], raw: bytes) -> Any:
    kind, *told = part
    if kind == "floats":
        return np.frombuffer(raw, "<f8").astype(np.float64).reshape(told)
    return {"none": None, "bytes": raw, "whole": (told or [0])[0]}[kind]


def _pieces(body: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    place = 0
    for size in sizes:
        yield body[place : place + size]
        place += size


def _read(peer: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = peer.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise ConnectionError("it closed the connection")
        found += piece
    return bytes(found)
