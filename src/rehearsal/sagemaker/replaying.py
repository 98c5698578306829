"""Callers for a canary that has none: what an endpoint was asked before is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from threading import Event, Thread
from typing import TYPE_CHECKING

from rehearsal.sagemaker.calling import call
from rehearsal.sagemaker.endpoint import Endpoint

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

PAUSE_SECONDS = 0.02
_REMARK = (
    "the callers of an endpoint: while an update of it is watched, the last requests that it "
    "answered are asked again, over and over"
)
_NOBODY = (
    "an update of an endpoint that nobody had called: no request is there to be asked again, so "
    "/ping alone is its proof"
)


@contextmanager
def replaying(cloud: Cloud, endpoint: Endpoint) -> Iterator[None]:
    """Ask the last requests again for the length of the block, and until the last is answered.

    They are routed, given time and counted as a caller's are, and captured nowhere: on a busy machine
    an answer may take longer than the shortened time in which the endpoint is watched.
    """
    requests = list(endpoint.recent)
    cloud.journal.remark(_REMARK if requests else _NOBODY)
    done = Event()

    def ask() -> None:
        for asked in cycle(requests):
            call(cloud, endpoint, asked)
            if done.wait(PAUSE_SECONDS) or endpoint.stopped.is_set():
                return

    thread = Thread(target=ask, name=f"{endpoint.name}-callers", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
