"""Waiting on a state: ask, pause, ask again, until it is there or too late."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError

Found = TypeVar("Found")
CLOUD_SECONDS = 5.0
LOOPBACK_SECONDS = 0.05
_MOST_BY_LENGTH = 0.25
"""Seconds that a pause grows to: on this machine every question takes from those who work on the answer."""


def pace(clients: Clients, loopback: float = LOOPBACK_SECONDS) -> float:
    """Seconds between two questions: AWS throttles impatience, a rehearsal does not."""
    return loopback if clients.on_loopback else CLOUD_SECONDS


def wait_until(
    probe: Callable[[], Found | None], what: str, every: float, most: float = 3600.0
) -> Found:
    """Call `probe` every `every` seconds, or a tenth of the time waited, until it returns something.

    Returns what it returned. Raises `AwsError` naming `what` when `most` seconds have passed.
    """
    start = time.monotonic()
    while True:
        found = probe()
        if found is not None:
            return found
        waited = time.monotonic() - start
        if waited > most:
            raise AwsError(
                f"{what} is not there after {most / 60:.0f} minutes.",
                "It may still come: look with unchurn aws status, then run the same command.",
            )
        time.sleep(max(every, min(waited / 10, _MOST_BY_LENGTH)))
