"""An update of an endpoint: a new fleet beside the old, watched by alarms, and back if they ring."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal.cloudwatch.alarms import Alarms
from rehearsal.errors import RehearsalError
from rehearsal.permissions.actions import Need, Place
from rehearsal.sagemaker.endpoint import Endpoint
from rehearsal.sagemaker.fleets import start_fleet
from rehearsal.sagemaker.notices import tell_endpoint
from rehearsal.sagemaker.policies import Policy
from rehearsal.sagemaker.replaying import replaying

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

TICK_SECONDS = 0.05
_HURRIED = (
    "the time an update of an endpoint is watched: shortened to {seconds:g} seconds, and the "
    "periods of its alarms as much"
)


def begin(cloud: Cloud, endpoint: Endpoint, config: Mapping[str, Any], folder: Path) -> None:
    """Start the first fleet of an endpoint, which fails where that does."""
    began, why = time.monotonic(), ""
    try:
        tell_endpoint(cloud, endpoint)
        fleet = start_fleet(cloud, config, folder, endpoint.stopped)
    except RehearsalError as error:
        why = error.message
    except Exception as error:  # it must end whatever happens, or who waits never does
        why = f"InternalServerError: {type(error).__name__}: {error}"
    else:
        endpoint.settle(fleet, config)
    if why:
        endpoint.abandon()
    endpoint.become("Failed" if why else "InService", why)
    seconds = time.monotonic() - began
    cloud.journal.note("endpoint", endpoint.name, endpoint.status, seconds, why)
    tell_endpoint(cloud, endpoint)


class RolledBackError(RehearsalError):
    """The update goes back; the message is the endpoint's FailureReason."""


class GoneError(RehearsalError):
    """The endpoint is being deleted: nothing is to be put right."""


@dataclass
class Rollout:
    """One update, from the start of the new fleet in `folder` to the end of one of the two."""

    cloud: Cloud
    alarms: Alarms
    endpoint: Endpoint
    config: Mapping[str, Any]
    policy: Policy
    folder: Path

    def run(self) -> None:
        """Update the endpoint, or leave it as it was and say why."""
        began, why = time.monotonic(), ""
        try:
            tell_endpoint(self.cloud, self.endpoint)
            self._start()
            for share, wait in self.policy.steps:
                self._watch(share, wait)
            self._finish()
        except RehearsalError as error:
            why = error.message
        except Exception as error:  # an update must end whatever happens, or who waits never does
            why = f"InternalServerError: {type(error).__name__}: {error}"
        finally:
            self.alarms.relax(self.endpoint.name)
        if self.endpoint.stopped.is_set():
            self._stop_arriving()
            return
        if why:
            self._roll_back(why)
        seconds, status = time.monotonic() - began, "RolledBack" if why else "InService"
        self.cloud.journal.note("endpoint", self.endpoint.name, status, seconds, why)
        tell_endpoint(self.cloud, self.endpoint)

    def _start(self) -> None:
        fleet = start_fleet(self.cloud, self.config, self.folder, self.endpoint.stopped)
        with self.endpoint.lock:
            pending = self.endpoint.pending
            if pending is not None:
                pending.fleet = fleet
        if pending is None or self.endpoint.stopped.is_set():
            fleet.stop()
            raise GoneError("The endpoint is deleted.")

    def _watch(self, share: float, wait: float) -> None:
        """Give the new fleet its share of the calls, and see that no alarm rings for `wait`."""
        seconds = min(wait, self.cloud.bake_seconds)
        self.endpoint.shift(share, "Baking" if wait else "ActivatingTraffic")
        if not wait:
            return
        if seconds < wait:
            self.cloud.journal.remark(_HURRIED.format(seconds=self.cloud.bake_seconds))
        self._see_alarms()
        self.alarms.hurry(self.endpoint.name, seconds / wait)
        until = time.monotonic() + seconds
        with replaying(self.cloud, self.endpoint):
            while time.monotonic() < until:
                self._listen()
                time.sleep(TICK_SECONDS)
        self._listen()

    def _see_alarms(self) -> None:
        """Make sure that the model's role may look at the alarms. Raises `DeniedError`."""
        place, pending = Place(self.cloud.region, self.cloud.account), self.endpoint.pending
        role = pending.fleet.role if pending and pending.fleet else ""
        with self.cloud.permissions.as_role(
            role, "sagemaker", "SageMaker", self.endpoint.record.arn
        ):
            for name in self.policy.alarms:
                arn = place.arn("cloudwatch", f"alarm:{name}")
                self.cloud.permissions.demand(Need("cloudwatch:DescribeAlarms", arn))

    def _listen(self) -> None:
        if self.endpoint.stopped.is_set():
            raise GoneError("The endpoint is deleted.")
        ringing = self.alarms.judge(self.policy.alarms)
        if ringing:
            raise RolledBackError(
                f"One or more configured alarm(s) are in ALARM state: {', '.join(ringing)}. The "
                f"update to {self.config['EndpointConfigName']} was rolled back."
            )

    def _finish(self) -> None:
        with self.endpoint.lock:
            pending = self.endpoint.pending
            if pending is None or pending.fleet is None:
                raise GoneError("The endpoint is deleted.")
            before = self.endpoint.settle(pending.fleet, self.config)
        if before is not None:
            before.stop()
        self.endpoint.become("InService")

    def _roll_back(self, why: str) -> None:
        self.endpoint.become("RollingBack", why)
        tell_endpoint(self.cloud, self.endpoint)
        self.endpoint.shift(0.0, "Deleting")
        self._stop_arriving()
        self.endpoint.become("InService", why)

    def _stop_arriving(self) -> None:
        arriving = self.endpoint.abandon()
        if arriving is not None:
            arriving.stop()
