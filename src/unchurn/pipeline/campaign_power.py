"""What a campaign could show, before it is one: nothing is written into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unchurn.artefacts import Batch, Excluded, Model, Schema, Scores, Uplift
from unchurn.campaigns import Ledger, local_ledger
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.effect.power import Design, customers_to_show
from unchurn.modelling.targeting.control_group import control_count, left_alone
from unchurn.pipeline.chosen_model import choose_model
from unchurn.pipeline.scoring import scored
from unchurn.pipeline.targeting import asked_for, learned_of, not_open
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.report.campaign_power import power_words
from unchurn.steps.target import choose
from unchurn.tables import Table
from unchurn.tables.id_lists import read_ids, require_known_files
from unchurn.tables.in_memory import Given

STATED, SCORED = "stated", "scores"


@dataclass(frozen=True)
class Asked:
    """How sure a campaign is to be, and of what difference: shares above 0 and below 1.

    `effect`: how many fewer leave; None for the least there is to show. `significance`: how
    often a campaign that changes nothing may be said to have helped or harmed; `power`: how
    often one is said to have helped that did. Raises `ConfigError` for one that cannot be.
    """

    effect: float | None = None
    significance: float = 0.05
    power: float = 0.8

    def __post_init__(self) -> None:
        for name in ("effect", "significance", "power"):
            require_share(f"--{name}", getattr(self, name))

    @property
    def level(self) -> float:
        """That of the interval."""
        return 1 - self.significance


@dataclass(frozen=True)
class Foreseen:
    """Customers of a draw, none named where `customers` is None, and the share who leave uncontacted."""

    customers: int | None
    control: int
    churn_rate: float
    source: str


def stated(project: Project, churn_rate: float) -> Foreseen:
    """Take the share who leave as it is said, and as many customers as [campaign] has capacity for."""
    require_share("--churn-rate", churn_rate)
    campaign = project.campaign
    customers = campaign.capacity or None
    control = (
        0 if customers is None else left_alone(customers, campaign.holdout, campaign.holdout_from)
    )
    return Foreseen(customers, control, churn_rate, STATED)


def foreseen(
    project: Project,
    table: Given | None,
    *,
    exclude: Sequence[str | Path] = (),
    as_of: str = "",
    version: int | None = None,
    training_run: str | None = None,
    progress: Progress | None = None,
    store: ModelStore | None = None,
    ledger: Ledger | None = None,
) -> Foreseen:
    """Choose as `targeting.target` would today, and return who would be drawn and their mean risk.

    Raises what that does, and `DataError` where nobody would be contacted.
    """
    progress = progress or Silent()
    paths = [*(project.folder / each for each in project.campaign.exclude), *map(Path, exclude)]
    require_known_files(paths, None)
    chosen = choose_model(project, version, training_run, store)
    ids = Schema.from_plain(Model.load(chosen.bundle).schema).id or ""
    lists = [read_ids(each, ids, project.data) for each in paths]
    ledger = ledger or local_ledger(project)
    asked = asked_for(project, ledger, "")
    others, _ = not_open(ledger, asked)
    own, _, learned = learned_of(project, ledger, asked.starts)
    uplift = None if learned is None else Uplift.load(learned)
    with scored(project, table, as_of, chosen, progress) as where:
        model, batch, scores = (
            Model.load(where.place(Model)),
            Batch.load(where.place(Batch)),
            Scores.load(where.place(Scores)),
        )
        told = (own.data, own.decision, own.campaign, Excluded("", (*lists, *others)))
        by = (uplift, project.train.threads)
        plan = choose(where.given[Table], model, batch, scores, *told, *by).chosen
    drawn = plan.planned.stratum > 0
    some = drawn if drawn.any() else plan.planned.contacted
    if not some.any():
        raise DataError(
            "Nobody would be contacted, so there is nothing to show.",
            "Look at the lists given with --exclude, at the limits, and at the costs in [decision].",
        )
    rate = float(np.sort(plan.risk[some]).mean())
    return Foreseen(int(some.sum()), int(plan.planned.control.sum()), rate, SCORED)


def power(project: Project, asked: Asked, group: Foreseen) -> dict[str, Any]:
    """The versioned document that ``unchurn campaign power --json`` prints."""
    if group.customers is None and asked.effect is None:
        raise ConfigError(
            "Neither how many customers nor which effect is named.",
            "Give --capacity N, or --effect 0.05 for five points fewer who leave.",
        )
    if asked.effect is not None and asked.effect > group.churn_rate:
        raise ConfigError(
            f"--effect is {asked.effect:g}, and only {group.churn_rate:.3g} of the customers would "
            "leave.",
            "Give the share by which fewer leave, in all: at most as many as would leave.",
        )
    design = _design(group, asked)
    found = {
        "schema_version": 1,
        "customers": group.customers,
        "contacted": None if group.customers is None else group.customers - group.control,
        "control": group.control,
        "holdout": project.campaign.holdout,
        "churn_rate": group.churn_rate,
        "churn_rate_source": group.source,
        "significance": asked.significance,
        "power": asked.power,
        "smallest_effect": design and design.smallest_difference(asked.power),
        "effect": asked.effect and _of_effect(project, asked.effect, asked, group, design),
    }
    return {**found, "words": power_words(found)}


def _design(group: Foreseen, asked: Asked) -> Design | None:
    if group.customers is None or not group.control:
        return None
    return Design(group.customers - group.control, group.control, group.churn_rate, asked.level)


def _of_effect(
    project: Project, effect: float, asked: Asked, group: Foreseen, design: Design | None
) -> dict[str, Any]:
    campaign = project.campaign
    rate = group.churn_rate
    needed = customers_to_show(effect, rate, campaign.holdout, asked.power, asked.level)
    customers = None if needed is None else max(needed, campaign.holdout_from)
    return {
        "difference": effect,
        "power": design and design.power(effect),
        "customers_needed": customers,
        "control_needed": customers and control_count(customers, campaign.holdout),
    }


def require_share(flag: str, value: float | None) -> None:
    """Raise `ConfigError` unless a share is above 0 and below 1, or not given."""
    if value is not None and not 0 < value < 1:
        raise ConfigError(
            f"{flag} is {value:g}; it must be above 0 and below 1.",
            "Give a share: 0.05 is five in a hundred.",
        )
