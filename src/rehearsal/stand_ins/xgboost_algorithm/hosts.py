"""Several hosts that train one model: xgboost's own collective, led by the first of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import xgboost
from xgboost import collective
from xgboost.tracker import RabitTracker

from rehearsal.stand_ins import opt_ml

_LOOPBACK = "127.0.0.1"
_PATIENCE_SECONDS = 120.0


def alone() -> bool:
    """Tell whether the job has this host alone."""
    return len(opt_ml.resources().get("hosts", [])) < 2


def agreed(columns: int) -> int:
    """Return the most columns that any host saw: a shard of sparse rows may lack the last ones."""
    if alone():
        return columns
    told = collective.allreduce(np.array([columns], np.int64), collective.Op.MAX)
    return int(told[0])


@contextmanager
def joined() -> Iterator[bool]:
    """Train together with the other hosts in the block, where there are any.

    Yields whether this is the host that keeps the model.
    """
    if alone():
        yield True
        return
    told = opt_ml.resources()
    hosts = told["hosts"]
    number, port = hosts.index(told["current_host"]), int(os.environ["REHEARSAL_TRACKER_PORT"])
    tracker = RabitTracker(len(hosts), _LOOPBACK, port, sortby="task") if number == 0 else None
    if tracker is not None:
        tracker.start()
    with _context(number, port):
        yield number == 0
    if tracker is not None:
        tracker.wait_for()


@contextmanager
def _context(number: int, port: int) -> Iterator[None]:
    """Reach the tracker, which may start later than this host."""
    context = collective.CommunicatorContext(
        dmlc_communicator="rabit",
        dmlc_tracker_uri=_LOOPBACK,
        dmlc_tracker_port=port,
        dmlc_task_id=f"{number:04d}",
    )
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            context.__enter__()
            break
        except xgboost.core.XGBoostError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    try:
        yield
    finally:
        context.__exit__(None, None, None)
