"""Fleets: what serves one endpoint configuration. One container stands for all its instances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition, Event
from typing import TYPE_CHECKING, Any

from rehearsal.sagemaker import serving
from rehearsal.sagemaker.model_containers import definitions

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

DRAIN_SECONDS = 10.0
"""What calls under way get to end before their container is stopped."""
_ONE = "the instances of an endpoint: one container stands for all of a fleet"
_SERVERLESS = "cold starts of serverless endpoints: their container runs all the time"


@dataclass
class Fleet:
    """A running container, the configuration it serves, and the calls that are under way in it."""

    config: Mapping[str, Any]
    specified: list[str]
    role: str
    server: serving.Chain
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _asked: int = 0
    _due: float = 0.0
    _idle: Condition = field(default_factory=Condition)

    @property
    def config_name(self) -> str:
        """Name of the endpoint configuration."""
        return str(self.config["EndpointConfigName"])

    @property
    def images(self) -> list[dict[str, Any]]:
        """What DescribeEndpoint says of the images."""
        return [
            {"SpecifiedImage": image, "ResolutionTime": self.started} for image in self.specified
        ]

    def enter(self) -> None:
        """Count one call more under way."""
        with self._idle:
            self._asked += 1

    def leave(self) -> None:
        """Count one call less under way."""
        with self._idle:
            self._asked -= 1
            self._idle.notify_all()

    def sampled(self, share: float) -> bool:
        """Tell whether this call is one of the `share` of all that is kept."""
        with self._idle:
            self._due += share
            due = self._due > 1 - 1e-9
            self._due -= due
            return due

    def stop(self) -> None:
        """End the container once the calls under way have ended, or have had time to."""
        with self._idle:
            self._idle.wait_for(lambda: self._asked == 0, DRAIN_SECONDS)
        self.server.stop()


def start_fleet(cloud: Cloud, config: Mapping[str, Any], folder: Path, stopped: Event) -> Fleet:
    """Serve a configuration, as DescribeEndpointConfig tells it, from `folder`.

    Raises `JobFailedError` when the model cannot be had or /ping is not answered with 200.
    """
    variant = config["ProductionVariants"][0]
    cloud.journal.remark(_SERVERLESS if "ServerlessConfig" in variant else _ONE)
    described = cloud.clients.client("sagemaker").describe_model(ModelName=variant["ModelName"])
    folder.mkdir(parents=True)
    server = serving.start(cloud, variant["ModelName"], folder, {}, stopped)
    images = [each.get("Image", "") for each in definitions(cloud, described)]
    return Fleet(config, images, described.get("ExecutionRoleArn", ""), server)
