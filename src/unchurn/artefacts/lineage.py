"""What a run was made from, as the door knows it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from unchurn.artefacts.folder import dump_json


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
    """Which model scores, and the run that does it. `model_version` is None when unregistered.

    `as_of`: the ISO day that the customers are of, "" where none was named.
    """

    run_id: str
    model_version: int | None
    model_run_id: str
    as_of: str = ""

    def named(self) -> dict[str, Any]:
        """Say which model scored and in which run, as what is made of its scores does."""
        return {
            "run_id": self.run_id,
            "model_version": self.model_version,
            "model_run_id": self.model_run_id,
        }

    def fingerprint(self) -> str:
        """Identify the scoring."""
        return f"{self.run_id}/{self.model_version}/{self.model_run_id}"


@dataclass(frozen=True)
class IdList:
    """Ids and the reason for each; `source` says where they come from.

    `given`: a person's list, whose ids are all expected to be customers. `heading`: its first line where
    that is not named like the ids, and may be one itself.
    """

    source: str
    reasons: Mapping[str, str]
    given: bool = True
    heading: str = ""


@dataclass(frozen=True)
class Excluded:
    """A campaign's name, and lists of who must not be in it; the first that names a customer counts."""

    campaign: str
    lists: tuple[IdList, ...] = ()

    def fingerprint(self) -> str:
        """Identify name and lists by what they hold."""
        plain = [[e.source, e.given, dict(e.reasons), e.heading] for e in self.lists]
        return hashlib.sha256(dump_json([self.campaign, plain])).hexdigest()


@dataclass(frozen=True)
class RanCampaign:
    """A campaign that is over: whom its draw contacted or left alone, and who stayed, a place each.

    `table` is a Parquet file of customers as they were then, whose column `key` has the ids. `risk`
    is what the draw knew of each.
    """

    name: str
    table: Path
    key: str
    customers: tuple[str, ...]
    contacted: tuple[bool, ...]
    stayed: tuple[bool, ...]
    risk: tuple[float, ...]
    accept_rate: float


@dataclass(frozen=True)
class RanCampaigns:
    """Campaigns to learn from. `sha256` identifies their tables, as the door read them."""

    campaigns: tuple[RanCampaign, ...]
    sha256: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Identify them by what they hold, wherever their tables are."""
        plain = [
            [each.name, each.key, each.customers, each.contacted, each.stayed, each.risk, each.accept_rate]
            for each in self.campaigns
        ]  # fmt: skip
        return hashlib.sha256(dump_json([plain, self.sha256])).hexdigest()


@dataclass(frozen=True)
class Watched:
    """An earlier watch: its ISO day, how many customers, and the sha256 of their typed table.

    `figures` are what is drawn of it beside later ones (see `modelling.watching.trend.in_figures`).
    """

    as_of: str
    customers: int
    table: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Watching:
    """What a watch is asked: the day it is of, the team's own constraints.json, watches of earlier days.

    `delivered`: the customers are a delivery, as a month's are, of which the same again or far fewer are a fault.
    """

    as_of: str = ""
    constraints: dict[str, Any] | None = None
    earlier: tuple[Watched, ...] = ()
    delivered: bool = True

    @property
    def deliveries(self) -> tuple[Watched, ...]:
        """Earlier watches beside which this one is a delivery; none where it is not."""
        return self.earlier if self.delivered else ()

    def fingerprint(self) -> str:
        """Identify all of it."""
        return hashlib.sha256(dump_json(asdict(self))).hexdigest()


@dataclass(frozen=True)
class TableDay:
    """ISO day that a table to score is of, where a rule counts from it; "" where none does, or is given."""

    day: str = ""

    def fingerprint(self) -> str:
        """Identify the day."""
        return self.day
