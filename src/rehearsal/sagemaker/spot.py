"""Managed Spot training: instances that are taken away, and others in their place.

As "Managed Spot Training Lifecycle" of the developer guide has it: Training → Interrupted → Starting → …
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehearsal.errors import RehearsalError
from rehearsal.sagemaker.checkpoints import Checkpoints
from rehearsal.sagemaker.hosts import Host

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud
    from rehearsal.sagemaker.jobs import Job

_CAPACITY = (
    "Spot capacity: an instance is there at once, at no discount (BillableTimeInSeconds is the whole "
    "time), and is taken away by a fault alone"
)


class InterruptionError(RehearsalError):
    """Spot took the instances of a job away."""


@dataclass
class Capacity:
    """The instances of one training job, which it may lose where they are Spot's."""

    cloud: Cloud
    job: Job
    checkpoints: Checkpoints
    taken: int = 0
    _strikes: bool = False

    @property
    def spot(self) -> bool:
        """Whether the job asked for Spot."""
        return bool(self.job.request.get("EnableManagedSpotTraining"))

    def give(self) -> None:
        """Give the job instances, which a fault may take away again."""
        self._strikes = self.cloud.faults.take(self.job.name, "interrupted")
        if self.spot:
            self.cloud.journal.remark(_CAPACITY)
        elif self._strikes:
            self._strikes = False
            self.cloud.journal.remark(
                f"the interruption of {self.job.name}: it runs on demand, and nobody takes that away"
            )

    def watch(self) -> None:
        """Store checkpoints, and take the instances away where a fault says so.

        That is once the job has written a checkpoint; at once where it has no place for any. Raises
        `InterruptionError`.
        """
        self.checkpoints.follow()
        if self._strikes and (self.checkpoints.written or self.checkpoints.told is None):
            raise InterruptionError("Spot took the instances away.")

    def take_away(self, hosts: Sequence[Host]) -> None:
        """Leave nothing of the instances but their logs."""
        self.taken += 1
        self.cloud.journal.remark(
            f"when Spot takes instances away: {self.job.name} lost them by a fault, and was started again"
        )
        for host in hosts:
            shutil.rmtree(host.root, ignore_errors=True)
            host.log.replace(host.log.with_name(f"interrupted-{self.taken}.txt"))
