"""The way into the cloud that is up, as the environment tells it; never into an account."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from rehearsal.access_key import KEY_PREFIX
from rehearsal.clients import Clients
from rehearsal.cloud import REGION
from rehearsal.errors import SettingError

POLL_SECONDS = 0.05
Say = Callable[[str], None]


def clients_inside(environment: Mapping[str, str] = os.environ) -> Clients:
    """Return clients of the cloud that is up. Raises `SettingError` where the variables name none."""
    endpoint = environment.get("AWS_ENDPOINT_URL", "")
    rehearsed = environment.get("AWS_ACCESS_KEY_ID", "").startswith(KEY_PREFIX)
    if not (rehearsed and _on_loopback(endpoint)):
        raise SettingError(
            f"No rehearsal is named by this environment: AWS_ENDPOINT_URL is {endpoint!r}.",
            "Open one with: python -m rehearsal up; and export here what it prints.",
        )
    return Clients(environment.get("AWS_REGION") or REGION, endpoint)


def _on_loopback(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
