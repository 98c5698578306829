"""What a rehearsal came to, as it goes along and as one document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.journal import UNPROVEN
from unchurn.aws.deploy import Deployed
from unchurn.aws.rehearse_tasks import MACHINES


@dataclass
class Rehearsal:
    """What a rehearsal came to. `problems` is empty when all went as it should."""

    deployed: Deployed
    resources: dict[str, int] = field(default_factory=dict)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    caught: dict[str, Any] | None = None
    endpoint: dict[str, Any] | None = None
    delivery: dict[str, Any] | None = None
    refused: bool = False
    hashes: dict[str, str] = field(default_factory=dict)
    left: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    seconds: float = 0.0
    unproven: tuple[str, ...] = UNPROVEN
    kept: str = ""

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws rehearse --json``."""
        return {
            "schema_version": 1,
            "succeeded": not self.problems and not self.refused,
            "problems": self.problems,
            "seconds": round(self.seconds, 1),
            "stacks": self.deployed.document()["stacks"],
            "resources": self.resources,
            **{machine: self.runs.get(machine) for machine in MACHINES},
            "caught": self.caught,
            "endpoint": self.endpoint,
            "delivery": self.delivery,
            "artefacts": self.hashes,
            "left": self.left,
            "unproven": list(self.unproven),
            "kept": self.kept or None,
        }
