"""observe: what features there are is decided by what is trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from histories import Settings, Told, sections, with_anchors, write_tables
from unchurn.artefacts import Snapshots, Workspace
from unchurn.errors import DataError
from unchurn.history import Question
from unchurn.history.sources import open_sources
from unchurn.progress import Silent
from unchurn.project import Churn, Data, Engine, Split
from unchurn.steps.observe import Asked, observe

CHURN = Churn(event="subscription-ends", since="2024-02-01", min_tenure_days=0)


def _observed(told: Told, folder: Path, asked: Asked | None = None, **churn: Any) -> Snapshots:
    write_tables(told, folder)
    asks = replace(CHURN, **churn)
    history = sections(told, Settings(asks))
    sources = open_sources(history, Question.of(asks), Data(), folder)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    made = observe(
        sources, asked or Asked(), asks, history, Split(), Engine(), Workspace(work), Silent()
    )
    made.save(work)
    return Snapshots.load(work)


def test_kinds_of_held_out_months_make_no_feature(tmp_path: Path) -> None:
    """A kind of event that first appears when nobody is trained on any more is not seen."""
    told = with_anchors(Told((), (), ()))
    early = tuple((f"leaves {day}", "2024-03-05", "", "early", "1") for day in range(40, 300, 20))
    late = tuple((f"leaves {day}", "2024-10-20", "", "late", "1") for day in range(40, 300, 20))
    made = _observed(replace(told, orders=(*told.orders, *early, *late)), tmp_path)
    kinds = made.plan["sources"]["events.orders"]["kinds"]
    assert "early" in kinds
    assert "late" not in kinds
    assert not any("(late)" in each["name"] for each in made.plan["features"])


def test_the_artefact_holds_nothing_but_its_files(tmp_path: Path) -> None:
    """What was read on the way is gone."""
    _observed(with_anchors(Told((), (), ())), tmp_path)
    names = {path.name for path in (tmp_path / "work").iterdir()}
    assert names == {
        "snapshots.parquet", "contract.json", "plan.json", "rows.json", "findings.json",
        "manifest.json",
    }  # fmt: skip


def test_one_day_has_no_label(tmp_path: Path) -> None:
    """Today's table is made by a plan, and holds everybody who is looked at."""
    told = with_anchors(Told((), (), ()))
    plan = _observed(told, tmp_path).plan
    made = _observed(told, tmp_path, Asked("2024-09-01", plan))
    assert made.contract["as_of"] == "2024-09-01"
    assert made.plan == plan
    assert made.rows["customers"] == made.rows["customer_days"]
    assert "left" in made.rows


def test_a_history_too_short_to_hold_out_is_refused(tmp_path: Path) -> None:
    """One snapshot with labels leaves nothing to test on."""
    told = with_anchors(Told((), (), ()))
    with pytest.raises(DataError, match="no training row lies"):
        _observed(told, tmp_path, until="2024-02-15")


def test_a_notice_whose_end_is_not_written_yet_is_pending(tmp_path: Path) -> None:
    """Exports leave the end blank until it is there: whoever gave notice is no candidate from then on."""
    told = with_anchors(Told((), (), ()))
    goes = ("goes", "2024-01-01", "", "2024-05-10", "5", "X")
    made = _observed(replace(told, subscriptions=(*told.subscriptions, goes)), tmp_path)
    table = pq.read_table(made.table, filters=[("customer", "==", "goes")])
    days = [str(each) for each in table["snapshot_date"].to_pylist()]
    assert days == ["2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"]
    assert made.rows["excluded"]["cancellation pending"] >= 2
