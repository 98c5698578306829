"""Which names this server answers to, so that no web page reaches it under a name of its own.

A page may have its visitor's browser ask any address, this machine's included. The browser tells
the name it asked for (Host) and the page that asked (Origin); a page can change neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unchurn.errors import ConfigError
from unchurn.serve.refusals import RefusalError
from unchurn.serve.tokens import is_loopback

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAME = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_LONGEST = 60


@dataclass(frozen=True)
class Hosts:
    """`names`, in lower case, without ports; none means any."""

    names: frozenset[str] = frozenset()

    def refusal(self, headers: Mapping[bytes, bytes]) -> RefusalError | None:
        """Return why a request is not for this server (421), or from another's page (403)."""
        if not self.names:
            return None
        host, origin = headers.get(b"host", b""), headers.get(b"origin")
        if _name(host) not in self.names:
            return RefusalError(
                421,
                f"The request is for the host {_shown(host)}, and this server is not.",
                f"Ask for {' or '.join(sorted(self.names))}, or serve with --allow-host.",
            )
        if origin is not None and _name(origin.partition(b"://")[2]) not in self.names:
            return RefusalError(
                403,
                f"The request comes from a page of {_shown(origin)}.",
                "Ask from a program, or serve with --allow-host.",
            )
        return None


def served_names(host: str, more: Iterable[str]) -> tuple[str, ...]:
    """List the names to answer to, listening on `host`; none, any, where it is open and none is named.

    Raises `ConfigError` for what is no name of a host.
    """
    for name in more:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"--allow-host is {name!r}.",
                "Give the name alone, without http:// or a port: scores.example.org",
            )
    own = (*LOOPBACK, host) if is_loopback(host) or more else ()
    return tuple(sorted({name.lower() for name in (*own, *more)}))


def _name(host: bytes) -> str:
    """Return a host's name, without its port: ``[::1]:80`` is ``::1``."""
    text = host.strip().lower().decode("latin-1")
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].removesuffix(".")


def _shown(host: bytes) -> str:
    text = host.decode("latin-1")
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
