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
    made, left = [], most + 1
    while body:
        stream = zlib.decompressobj(_GZIP)
        try:
            piece = stream.decompress(body, left)
        except zlib.error as error:
            raise RefusalError(400, f"The body is not gzip: {error}.", "Send it whole.") from None
        made.append(piece)
        left -= len(piece)
        if left <= 0:
            raise RefusalError(413, f"The body unfolds to more than {most:,} bytes.", "Send less.")
        if not stream.eof:
            raise RefusalError(400, "The body is cut short: its gzip has no end.", "Send it whole.")
        body = stream.unused_data
    return b"".join(made)


def _too_long(most: int) -> RefusalError:
    return RefusalError(
        413, f"The body is longer than {most:,} bytes.", "Send the customers in several requests."
    )
