"""The demo's campaign: planned, lived through and measured beside what it really changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from command_line import Ran
from unchurn.campaigns import CampaignLedger
from unchurn.demo.campaign import NAME, contact_and_measure
from unchurn.demo.quarter import Quarter
from unchurn.demo.telecom import this_month
from unchurn.pipeline.scoring import score
from unchurn.progress import Silent
from unchurn.project import Project


def test_a_quarter_passes_and_calls_are_measured(
    costed_project: Path, telecom: Path, trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    """Measured of the drawn customers, beside their own effects; again it is the same; strangers get none."""
    project, run = Project.load(costed_project), trained[1].document["run_id"]
    table = Path(shutil.copy(telecom / "this_month.csv", tmp_path))
    scores = score(project, table, training_run=run).scores
    quarter = Quarter.of(this_month(customers=900, fresh=200))
    told = (project, table, scores, run, Silent())
    found = contact_and_measure(*told, quarter)
    assert found is not None
    ledger = CampaignLedger(project.root)
    drawn = [each for each in ledger.members(ledger.get(NAME)) if each.stratum]
    effect = found["outcomes"]["effect"]
    assert found["truth"] == quarter.effect([each.customer for each in drawn])
    assert effect["contacted"]["customers"] + effect["control"]["customers"] == len(drawn) > 20
    assert found["outcomes"]["over"]
    assert found["outcomes"]["words"].startswith(("Helped", "Cannot tell", "Did harm"))
    assert {each.name for each in tmp_path.glob("*.csv")} == {
        "this_month.csv", "contact.csv", "outcomes.csv",
    }  # fmt: skip
    again = contact_and_measure(*told, quarter)
    assert again is not None
    assert again["outcomes"]["effect"] == effect
    assert contact_and_measure(*told) is None
