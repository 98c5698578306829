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


def pace(clients: Clients, loopback: float = LOOPBACK_SECONDS) -> float:
    """Seconds between two questions: AWS throttles impatience, a rehearsal does not."""
    return loopback if clients.on_loopback else CLOUD_SECONDS


def wait_until(
    probe: Callable[[], Found | None], what: str, every: float, most: float = 3600.0
) -> Found:
    """Call `probe` every `every` seconds until it returns something; return that.

    Raises `AwsError` naming `what` when `most` seconds have passed.
    """
    end = time.monotonic() + most
    while True:
        found = probe()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise AwsError(
                f"{what} is not there after {most / 60:.0f} minutes.",
                "It may still come: look with unchurn aws status, then run the same command.",
            )
        time.sleep(every)
