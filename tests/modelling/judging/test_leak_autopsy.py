"""What blocked columns would have promised and earned, on training customers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prepared_tables import Wanted, prepared
from unchurn.artefacts import GROUP, LABEL, Column, Schema
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.judging import leak_autopsy
from unchurn.modelling.judging.leak_autopsy import autopsy, blocked_leaks
from unchurn.project import Decision, Train

COSTS = Decision(clv=300.0, contact_cost=2.0, incentive_cost=20.0, currency="EUR")
LEAKS = ("goodbye", "status")
KINDS = {"goodbye": "date", "status": "category"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Schema, Encoder]:
    """Training rows with a date that only leavers have, and a status that tells them apart."""
    table = prepared(tmp_path_factory.mktemp("prepared"), Wanted(rows=1000))
    rows = pq.read_table(table.train)
    left = rows[LABEL].to_numpy() == 1
    day = pa.array(np.full(len(left), 19_000 * 86_400_000_000), pa.timestamp("us"), mask=~left)
    rows = rows.append_column("goodbye", day)
    rows = rows.append_column("status", pa.array(np.where(left, "gone", "active")))
    pq.write_table(rows, table.train)
    schema = Schema.from_plain(table.schema)
    more = tuple(Column(name, KINDS[name], "dropped") for name in LEAKS)  # type: ignore[arg-type]
    return (
        table.train,
        replace(schema, columns=(*schema.columns, *more)),
        Encoder.from_plain(table.encoder),
    )


def examined(
    made: tuple[Path, Schema, Encoder], leaks: tuple[str, ...] = LEAKS, decision: Decision = COSTS
) -> dict[str, Any]:
    """The autopsy of some columns."""
    training, schema, encoder = made
    return autopsy(leaks, training, schema, encoder, Train(threads=1), decision, 0.1)


def test_a_leak_promises_and_does_not_earn(made: tuple[Path, Schema, Encoder]) -> None:
    """With it every leaver is on the list; while it reads as for those who stay, hardly anybody is."""
    found = examined(made)
    assert [each["column"] for each in found["columns"]] == list(LEAKS)
    for each in found["columns"]:
        promised, earned, without = each["promised"], each["earned"], found["without"]
        assert promised["left"] == promised["contacted"]
        assert earned["profit"]["value"] < without["profit"]["value"] < promised["profit"]["value"]
        assert promised["profit"]["low"] < promised["profit"]["value"] < promised["profit"]["high"]
    saved = COSTS.accept_rate * (COSTS.clv - COSTS.incentive_cost) - COSTS.contact_cost
    first = found["columns"][0]["promised"]
    assert first["profit"]["value"] == pytest.approx(saved * first["left"])
    assert found == examined(made)


def test_without_costs_the_riskiest_share_is_the_list(made: tuple[Path, Schema, Encoder]) -> None:
    """As many as the team can contact; nothing is said of money."""
    found = examined(made, LEAKS[:1], Decision())
    (each,) = found["columns"]
    assert each["promised"]["contacted"] == round(0.1 * found["customers"])
    assert each["promised"]["left"] == each["promised"]["contacted"] > found["without"]["left"]
    assert each["earned"]["profit"] is None


def test_rows_are_not_called_customers(made: tuple[Path, Schema, Encoder], tmp_path: Path) -> None:
    """Where customers have several rows, both are counted."""
    training, *rest = made
    rows = pq.read_table(training)
    owners = pa.array([f"customer-{number // 4}" for number in range(len(rows))])
    place = rows.column_names.index(GROUP)
    pq.write_table(rows.set_column(place, GROUP, owners), tmp_path / "train.parquet")
    found = examined((tmp_path / "train.parquet", *rest), LEAKS[:1])
    assert (found["rows"], found["customers"]) == (len(rows), -(-len(rows) // 4))


def test_a_column_may_say_what_customers_are_worth(made: tuple[Path, Schema, Encoder]) -> None:
    """Those of unknown worth are on no list."""
    found = examined(made, LEAKS[:1], replace(COSTS, clv="minutes"))
    assert 0 < found["columns"][0]["promised"]["contacted"] < found["customers"]


def test_nothing_blocked_costs_nothing(made: tuple[Path, Schema, Encoder]) -> None:
    """The common case, and findings that block nothing."""
    assert examined(made, ()) == {}
    allowed = {"code": "leak-strength", "severity": "warning", "column": "refund"}
    assert blocked_leaks([allowed, {**allowed, "severity": "blocked", "code": "else"}]) == []
    assert blocked_leaks([{**allowed, "severity": "blocked"}]) == ["refund"]


def test_columns_beyond_the_first_are_named(
    made: tuple[Path, Schema, Encoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table full of leaks costs no more than a few fits."""
    monkeypatch.setattr(leak_autopsy, "MEASURED", 1)
    found = examined(made)
    assert [each["column"] for each in found["columns"]] == ["goodbye"]
    assert found["unmeasured"] == ["status"]
