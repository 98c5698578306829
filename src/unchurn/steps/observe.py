"""observe: a history → dated snapshots of its customers, every customer-day accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unchurn import project as config
from unchurn.artefacts import Snapshots, Workspace
from unchurn.history import Question
from unchurn.history.clock import DAY
from unchurn.history.observing import Asking, observe_history
from unchurn.history.plan import Plan
from unchurn.history.sources import Sources
from unchurn.modelling.splitting.time_split import first_held_out
from unchurn.progress import Progress


@dataclass(frozen=True)
class Asked:
    """What a door asks for: one day without labels, or ("") every snapshot with its label.

    `plan` is that of the model that will score the day; None for a plan of its own.
    """

    as_of: str = ""
    plan: Mapping[str, Any] | None = None


def observe(
    sources: Sources,
    asked: Asked,
    churn: config.Churn,
    history: config.History,
    split: config.Split,
    engine: config.Engine,
    workspace: Workspace,
    progress: Progress,
) -> Snapshots:
    """Observe customers as of each snapshot, or as of one day.

    Features are decided on the snapshots that will be trained on: those a whole label window
    before the held-out ones. Raises `ConfigError` and `DataError` where the history cannot answer.
    """
    question = Question.of(churn)

    def training(rows: Mapping[int, int]) -> tuple[int, int]:
        days = np.array(sorted(each for each in rows if rows[each]), dtype=np.int64)
        counts = np.array([rows[int(each)] for each in days], dtype=np.int64)
        held_out = first_held_out(days * DAY, counts, split.test, question.gap_days) // DAY
        return int(days[0]), int(days[days <= held_out - question.gap_days][-1])

    plan = Plan.from_plain(asked.plan) if asked.plan else None
    asking = Asking(question, history, training, asked.as_of, plan)
    made = observe_history(sources, asking, engine, workspace, progress)
    findings = [each.to_plain() for each in made.findings]
    return Snapshots(made.table, made.contract, made.plan, made.rows, findings)
