"""Receiving a body: no more of it than may be, gzip unfolded no further than may be."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from unchurn.serve.refusals import RefusalError

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
_GZIP = 31
"""zlib's word for: gzip's header, and no other."""
_SLICE = 4096
"""Bytes that are unfolded at once: where a member ends, what is left of them is copied."""


async def receive_body(receive: Receive, most: int) -> bytes | None:
    """Take in a body; None when the client went away. Raises `RefusalError` (413) beyond `most`."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return None
    body: bytes = message["body"]
    if message["more_body"]:
        return await _rest(body, receive, most)
    if len(body) > most:
        raise _too_long(most)
    return body


async def _rest(first: bytes, receive: Receive, most: int) -> bytes | None:
    pieces, length = [first], len(first)
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message["body"])
        length += len(message["body"])
        if length > most:
            raise _too_long(most)
        more = message["more_body"]
    return b"".join(pieces)


def unfold(body: bytes, encoding: str, most: int) -> bytes:
    """Undo Content-Encoding. Raises `RefusalError`: 415 for one unknown, 413 for a bomb, 400."""
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise RefusalError(415, f"The body is encoded as {encoding!r}.", "Send gzip, or as it is.")
    made, left, stream = [], most + 1, None
    whole, at = memoryview(body), 0
    while at < len(whole):
        if stream is None or stream.eof:  # a body may have several members
            stream = zlib.decompressobj(_GZIP)
        given = whole[at : at + _SLICE]
        try:
            piece = stream.decompress(given, left)
        except zlib.error as error:
            raise RefusalError(400, f"The body is not gzip: {error}.", "Send it whole.") from None
        at += len(given) - len(stream.unused_data)
        made.append(piece)
        left -= len(piece)
        if left <= 0:
            raise RefusalError(413, f"The body unfolds to more than {most:,} bytes.", "Send less.")
    if stream is not None and not stream.eof:
        raise RefusalError(400, "The body is cut short: its gzip has no end.", "Send it whole.")
    return b"".join(made)


def _too_long(most: int) -> RefusalError:
    return RefusalError(
        413, f"The body is longer than {most:,} bytes.", "Send the customers in several requests."
    )
