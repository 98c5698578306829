"""What a run was made from, as the door knows it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class RunLineage:
    """Identity of a training run: hashes of what went in, versions of what computed it."""

    run_id: str
    data_sha256: str
    config_sha256: str
    code_sha256: str
    environment: dict[str, str] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """Identify the run."""
        return self.run_id


@dataclass(frozen=True)
class ScoringRun:
    """Which model scores, and the run that does it. `model_version` is None when unregistered."""

    run_id: str
    model_version: int | None
    model_run_id: str

    def fingerprint(self) -> str:
        """Identify the scoring."""
        return f"{self.run_id}/{self.model_version}/{self.model_run_id}"
