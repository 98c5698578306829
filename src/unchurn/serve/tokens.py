"""Who may ask: a bearer token, compared in constant time."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from pathlib import Path

from unchurn.errors import ConfigError

VARIABLE = "UNCHURN_TOKEN"
_SHORTEST = 16


def allowed(headers: Mapping[bytes, bytes], token: str) -> bool:
    """Tell whether a request carries the token."""
    scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
    right = hmac.compare_digest(given.strip(), token.encode())
    return right and scheme.lower() == b"bearer"


def read_token(host: str, environment: Mapping[str, str], file: Path | None) -> str:
    """Find the token: in `file`, or in the environment; "" for none on loopback.

    Raises `ConfigError` when `host` can be reached from elsewhere and there is none.
    """
    try:
        text = file.read_text("utf-8") if file else environment.get(VARIABLE, "")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The token file {file} cannot be read: {error}.") from error
    token = text.strip()
    if token and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable()):
        raise ConfigError(
            f"The token has {len(token)} characters or odd ones among them.",
            f"Give at least {_SHORTEST} plain ones: python -c 'import secrets; print(secrets.token_hex())'",
        )
    if file and not token:
        raise ConfigError(f"The token file {file} is empty.", "Put the token on its first line.")
    if not token and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines, and there is no token.",
            f"Set {VARIABLE}, or pass --token-file; or leave --host at 127.0.0.1.",
        )
    return token


def is_loopback(host: str) -> bool:
    """Tell whether `host` can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
