"""One endpoint: the fleet it is served by, the one on its way, and what DescribeEndpoint says."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, RLock, Thread
from typing import Any

from rehearsal.sagemaker.fleets import Fleet
from rehearsal.sagemaker.variants import capture_of, with_images

REMEMBERED = 20
REASON_CHARACTERS = 1024


@dataclass(frozen=True)
class Asked:
    """What a caller sent: the payload, and the headers that reach the container."""

    body: bytes
    headers: Mapping[str, str]


@dataclass
class Pending:
    """A fleet on its way in. `stage` is its VariantStatus, `share` the part of the calls it gets."""

    config: Mapping[str, Any]
    variants: list[dict[str, Any]]
    stage: str = "Creating"
    share: float = 0.0
    fleet: Fleet | None = None
    since: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Endpoint:
    """`record` is moto's object, which listings read. `lock` guards everything else.

    `stopped` is set to make whatever goes on for it end, because it is deleted; `recent` holds
    what callers last asked and were answered.
    """

    name: str
    record: Any
    deployment: Mapping[str, Any] = field(default_factory=dict)
    fleet: Fleet | None = None
    pending: Pending | None = None
    stopped: Event = field(default_factory=Event)
    worker: Thread | None = None
    recent: deque[Asked] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    lock: RLock = field(default_factory=RLock)
    _due: float = 0.0

    @property
    def status(self) -> str:
        """EndpointStatus."""
        return str(self.record.endpoint_status)

    @property
    def variant(self) -> str:
        """Name of its one variant."""
        return str(self.record.production_variants[0]["VariantName"])

    @property
    def dimensions(self) -> dict[str, str]:
        """What its metrics are told apart by."""
        return {"EndpointName": self.name, "VariantName": self.variant}

    def become(self, status: str, reason: str = "") -> None:
        """Change the status; `reason` is its FailureReason, empty where there is none."""
        with self.lock:
            self.record.endpoint_status = status
            self.record.failure_reason = reason[:REASON_CHARACTERS] if reason else None
            self.record.last_modified_time = datetime.now(UTC)

    def end(self) -> None:
        """Stop whatever goes on for it, and what serves it."""
        self.stopped.set()
        if self.worker is not None:
            self.worker.join()
        for fleet in (self.abandon(), self.fleet):
            if fleet is not None:
                fleet.stop()
        self.fleet = None
        self.become("OutOfService")  # whoever still waits for it need not

    def shift(self, share: float, stage: str) -> None:
        """Send `share` of the calls to the fleet on its way; the first of them goes there."""
        with self.lock:
            if self.pending is not None:
                self.pending.share, self.pending.stage = share, stage
                self._due = 1.0 - share

    def settle(self, fleet: Fleet, config: Mapping[str, Any]) -> Fleet | None:
        """Make `fleet` the one that serves; return the one it replaces."""
        with self.lock:
            before, self.fleet = self.fleet, fleet
            if self.pending is not None:
                self.record.production_variants = self.pending.variants
            self.record.endpoint_config_name = fleet.config_name
            self.record.data_capture_config = config.get("DataCaptureConfig")
            self.pending = None
            return before

    def abandon(self) -> Fleet | None:
        """Forget the fleet on its way, and return it."""
        with self.lock:
            arriving, self.pending = self.pending, None
            return arriving.fleet if arriving else None

    def entered(self) -> Fleet | None:
        """Return the fleet that the next call goes to, with the call counted; None is none."""
        with self.lock:
            chosen, pending = self.fleet, self.pending
            if pending is not None and pending.fleet is not None and pending.share:
                self._due += pending.share
                if self._due > 1 - 1e-9:
                    self._due -= 1
                    chosen = pending.fleet
            if chosen is not None:
                chosen.enter()
            return chosen

    def describe(self) -> dict[str, Any]:
        """Return what DescribeEndpoint says."""
        with self.lock:
            told: dict[str, Any] = {
                "EndpointName": self.name,
                "EndpointArn": self.record.arn,
                "EndpointConfigName": self.record.endpoint_config_name,
                "EndpointStatus": self.status,
                "CreationTime": self.record.creation_time,
                "LastModifiedTime": self.record.last_modified_time,
            }
            if self.record.failure_reason:
                told["FailureReason"] = self.record.failure_reason
            if self.fleet is not None:
                told["ProductionVariants"] = with_images(
                    self.record.production_variants, self.fleet
                )
                told |= capture_of(self.fleet.config.get("DataCaptureConfig") or {})
            if self.deployment:
                told["LastDeploymentConfig"] = self.deployment
            if self.pending is not None:
                told["PendingDeploymentSummary"] = _summary(self.pending)
            return told


def _summary(pending: Pending) -> dict[str, Any]:
    status = {"VariantStatus": [{"Status": pending.stage, "StartTime": pending.since}]}
    return {
        "EndpointConfigName": pending.config["EndpointConfigName"],
        "ProductionVariants": [
            {**each, **status} for each in with_images(pending.variants, pending.fleet)
        ],
        "StartTime": pending.since,
    }
