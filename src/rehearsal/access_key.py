"""Who may call a rehearsal: whoever has its key, which is made anew each time it starts.

A rehearsal runs code: jobs, functions, builds. Any user of the machine reaches a port on loopback,
and any web page through its visitor's browser; neither knows the key, which is in the environment
of the rehearsal's own processes alone. It travels as the access key that every call of an AWS
library is signed with, so that those need nothing new.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
KEY_PREFIX = "REHEARSAL"
"""How every key begins: no account has such a one."""
_NAMES = ("127.0.0.1", "localhost")
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=(\w+)/")
_BYTES = 16
_MOST_FIELDS = 1_000
_CODE = b"InvalidClientTokenId"
_WORDS = b"This is a rehearsal; it answers to its own processes alone."
_JSON = b'{"__type": "%b", "message": "%b"}'
_XML = b"<ErrorResponse><Error><Code>%b</Code><Message>%b</Message></Error></ErrorResponse>"


@dataclass(frozen=True)
class Key:
    """An access key of one rehearsal: `id` is what it knows its callers by, 128 random bits."""

    id: str = field(default_factory=lambda: f"{KEY_PREFIX}{secrets.token_hex(_BYTES).upper()}")
    secret: str = field(default_factory=lambda: secrets.token_hex(_BYTES), repr=False)

    def has_id(self, given: str) -> bool:
        """Tell whether `given` is this key's id, in the same time whatever it is."""
        return hmac.compare_digest(given.encode(), self.id.encode())


@dataclass(frozen=True)
class AccessCheck:
    """A WSGI app before another one: lets calls in whose key it `knows`, for this machine's names."""

    app: Wsgi
    knows: Callable[[str], bool]

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer 403 without looking any further, or hand the call on."""
        if self.lets_in(environ):
            return self.app(environ, start_response)
        is_json = "json" in str(environ.get("CONTENT_TYPE", ""))
        body = (_JSON if is_json else _XML) % (_CODE, _WORDS)
        kind = "application/json" if is_json else "text/xml"
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("403 Forbidden", headers)
        return [body]

    def lets_in(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether a call is from a program that has the key, and from no web page."""
        host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower()
        own = host in _NAMES or host.endswith(".localhost")
        return own and "HTTP_ORIGIN" not in environ and self._is_signed(environ)

    def _is_signed(self, environ: Mapping[str, Any]) -> bool:
        signed = _SIGNED.match(str(environ.get("HTTP_AUTHORIZATION", "")))
        given = signed[1] if signed else _presigned(str(environ.get("QUERY_STRING", "")))
        return self.knows(given)


def _presigned(query: str) -> str:
    """Return the access key in an address that was signed beforehand, "" without one."""
    given = parse_qs(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    found = given.get("X-Amz-Credential") or given.get("AWSAccessKeyId") or [""]
    return found[0].partition("/")[0]
