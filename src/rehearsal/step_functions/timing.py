"""Waits and pauses, shortened: nothing is gained by waiting for what is done in a moment."""

from __future__ import annotations

import time
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

HASTE = 0.01
"""What is left of a Wait state and of the pause before a Retry."""


class _HastyTime:
    """The module `time` as the Retry of a state sees it."""

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleep a part of `seconds`."""
        time.sleep(seconds * HASTE)


def patches(cloud: Cloud) -> list[Patch]:
    """Return what shortens waits, and have the report say so."""
    from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
    from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (
        WaitFunction,
    )

    cloud.journal.remark(
        f"Wait states and pauses before retries last {HASTE:.0%} of their time; timeouts are real."
    )
    return [
        Patch(retrier_decl, "time", _HastyTime()),
        around(WaitFunction, "_wait_interval", _wait),
    ]


def _wait(_: Any, __: Any, env: Any, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds * HASTE
    while env.is_running() and (left := until - time.monotonic()) > 0:
        env.program_state_event.wait(left)
