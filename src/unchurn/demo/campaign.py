"""A campaign of the demo's company: two hundred calls, a control group, and what they changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from unchurn.campaigns import CampaignLedger
from unchurn.demo.quarter import Quarter
from unchurn.demo.telecom import THIS_MONTH, this_month
from unchurn.modelling.scoring.profit import is_given
from unchurn.pipeline.campaign_outcomes import outcomes
from unchurn.pipeline.targeting import target
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.report.campaign import control_words

NAME = "june"
CALLS, HOLDOUT = 200, 0.3
"""With a tenth left alone, as is usual, twenty controls would tell nothing of two hundred calls."""


def contact_and_measure(
    project: Project,
    table: Path,
    scores: Path,
    run: str,
    progress: Progress,
    quarter: Quarter | None = None,
) -> dict[str, Any] | None:
    """Plan the campaign, let its `quarter` pass, and measure it; None where customers are others than its.

    `scores` are those of `table`, by the model of the training `run`; the quarter is that of the
    demo as it is written by default. Writes contact.csv and outcomes.csv beside the table. A
    campaign that was planned before is measured as it is.
    """
    quarter = quarter or Quarter.of(this_month())
    if not is_given(project.decision) or not quarter.knows(_ids(scores)):
        return None
    ledger = CampaignLedger(project.root)
    called, told = table.with_name("contact.csv"), table.with_name("outcomes.csv")
    if ledger.find(NAME) is None:
        asked = replace(project.campaign, capacity=CALLS, holdout=HOLDOUT, holdout_from=1)
        own = replace(project, campaign=asked)
        target(own, NAME, table, called, starts=THIS_MONTH, training_run=run, progress=progress)
    entry = ledger.get(NAME)
    members = ledger.members(entry)
    quarter.write_outcomes(told, {each.customer: each.arm == "contact" for each in members})
    found = outcomes(project, NAME, str(told), str(entry.ends))
    drawn = [each.customer for each in members if each.stratum]
    return {
        "name": NAME,
        "words": entry.summary["words"],
        "control_words": control_words(entry.summary),
        "outcomes": found,
        "truth": quarter.effect(drawn),
        "paths": {"contact": str(called), "outcomes": str(told)},
    }


def _ids(scores: Path) -> list[str]:
    """Return the first column of a list, as text."""
    name = pq.read_schema(scores).names[0]
    return [str(each) for each in pq.read_table(scores, columns=[name])[name].to_pylist()]
