"""Records of SageMaker's data capture: how a request asked, and what it sent.

A line of JSON each, as the developer guide has them ("Capture data from real-time endpoint"): what was sent is
text, or base64 where the endpoint's configuration does not name its media type.
"""

from __future__ import annotations

import base64

import msgspec

from unchurn.errors import DataError
from unchurn.serve.request_options import Asked, read_asked

_PLAIN, _ENCODED = ("CSV", "JSON"), "BASE64"


class _Input(msgspec.Struct, rename="camel"):
    data: str
    encoding: str
    observed_content_type: str


class _Data(msgspec.Struct, rename="camel"):
    endpoint_input: _Input


class _Event(msgspec.Struct, rename="camel"):
    custom_attributes: tuple[str, ...] = ()


class _Record(msgspec.Struct, rename="camel"):
    capture_data: _Data
    event_metadata: _Event


_DECODER = msgspec.json.Decoder(_Record)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class RecordError(DataError):
    """A line that is no record of a request."""


def read_record(line: bytes) -> tuple[Asked, bytes]:
    """Return how a captured request asked, and its body.

    Raises `RecordError` for what is no record, `RefusalError` as the server does.
    """
    try:
        record = _DECODER.decode(line)
    except _UNREADABLE as error:
        raise RecordError(f"{error}.") from None
    sent, attributes = record.capture_data.endpoint_input, record.event_metadata.custom_attributes
    return read_asked(sent.observed_content_type, "", "&".join(attributes)), _body(sent)


def _body(sent: _Input) -> bytes:
    if sent.encoding in _PLAIN:
        return sent.data.encode()
    if sent.encoding != _ENCODED:
        raise RecordError(f"The encoding is {sent.encoding!r}, none of CSV, JSON and BASE64.")
    try:
        return base64.b64decode(sent.data, validate=True)
    except ValueError as error:
        raise RecordError(f"The data is not in base64: {error}.") from None
