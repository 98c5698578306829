"""The target step: values of their own, odd ids, reasons for everybody, the same in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ran_campaigns import made as learn_of
from ran_campaigns import ran
from scored_tables import as_batch, customers, hand_made
from unchurn.artefacts import ROW, Excluded, Model, Schema, ScoringRun, Uplift, Workspace
from unchurn.artefacts import Campaign as Made
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Campaign, Columns, Data, Decision, Engine, Offer, Score, Train
from unchurn.steps.score import score
from unchurn.steps.target import target
from unchurn.tables.opening import open_table

RUN = ScoringRun("run-1", 3, "training-1")
COSTS = Decision(clv="Value", contact_cost=2.0, incentive_cost=30.0)
Targeted = Callable[..., Made]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model made by hand."""
    return hand_made(tmp_path_factory.mktemp("model"))


@pytest.fixture
def targeted(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Targeted:
    """Return a function that scores a table and plans a campaign of it."""

    def run(
        table: pa.Table,
        campaign: Campaign,
        decision: Decision = COSTS,
        of: Model = model,
        uplift: Uplift | None = None,
        today: pa.Table | None = None,
    ) -> Made:
        folder = tmp_path_factory.mktemp("batch")
        batch = as_batch(folder, table)
        pq.write_table(today or table.drop_columns(ROW), folder / "table.parquet")
        data, train, columns, quiet = Data(), Train(threads=1), Columns(), Silent()
        place = Workspace(tmp_path_factory.mktemp("scores"))
        section = Score(reasons="none")
        scores = score(of, batch, columns, decision, section, train, Engine(), RUN, place, quiet)
        opened = open_table(str(folder / "table.parquet"), data, Path.cwd())
        room = Workspace(tmp_path_factory.mktemp("campaign"))
        given = (data, columns, train, decision, campaign, Excluded("spring"), RUN, room, quiet)
        return target(opened, of, batch, scores, *given, uplift)

    return run


def left_out(made: Made) -> dict[str, int]:
    return {each["reason"]: each["customers"] for each in made.summary["left_out"]}


def test_everybody_is_accounted_for(targeted: Targeted) -> None:
    """Unknown, negative and missing values, repeated and blank ids: contacted or counted, reasons for all."""
    table = customers(900)
    ids, values = table["Phone"].to_pylist(), table["Value"].to_pylist()
    ids[0], ids[1], values[2] = None, " ", -900.0
    ids[10], ids[11] = ids[12], ids[12]
    place = table.schema.names.index("Phone")
    table = table.set_column(place, "Phone", pa.array(ids, pa.string()))
    table = table.set_column(table.schema.names.index("Value"), "Value", pa.array(values))
    made = targeted(table, Campaign(capacity=150, keep=("Plan",)))
    counts = left_out(made)
    assert counts["no id"] == 2
    assert counts["their own value is unknown"] == sum(v is None for v in values[2:])
    assert made.summary["contacted"] == 150
    assert made.summary["control"] == 15
    assert sum(counts.values()) + 150 + 15 == 900
    contact = pq.read_table(made.contact)
    assert contact["reason_1"].null_count == 0
    assert contact.schema.names[:3] == ["Phone", "Plan", "rank"]
    plans = dict(zip(ids, table["Plan"].to_pylist(), strict=True))
    assert contact["Plan"].to_pylist() == [plans[each] for each in contact["Phone"].to_pylist()]
    members = pq.read_table(made.members)
    assert pc.count_distinct(members["customer"]).as_py() == 165


def test_the_order_of_the_table_changes_nothing(targeted: Targeted) -> None:
    """Shuffled, the list and the control group are the same to the byte."""
    table = customers(700)
    order = np.random.default_rng(3).permutation(700)
    shuffled = table.take(pa.array(order)).set_column(0, ROW, table[ROW])
    asked = Campaign(capacity=120, keep=("Plan",))
    first, second = targeted(table, asked), targeted(shuffled, asked)
    assert first.contact.read_bytes() == second.contact.read_bytes()
    assert first.members.read_bytes() == second.members.read_bytes()
    assert first.summary == second.summary


def test_what_is_assumed_is_varied(targeted: Targeted) -> None:
    """The sensitivity grows with the accept rate, and is the value itself where that is as assumed."""
    made = targeted(customers(400), Campaign(capacity=50)).summary
    values = [each["value"] for each in made["sensitivity"]]
    assert values == sorted(values)
    assert values[2] == pytest.approx(made["value"])
    assert made["next"]["value"] > 0


def test_models_without_ids_or_customers_worth_it_are_refused(
    targeted: Targeted, tmp_path: Path
) -> None:
    """A campaign is a list of names, and somebody has to be on it."""
    nameless = hand_made(tmp_path, id_name=None)
    with pytest.raises(ConfigError, match="no column that names customers"):
        targeted(customers(50, id_name=None), Campaign(), of=nameless)
    dear = Decision(clv=10.0, contact_cost=500.0)
    with pytest.raises(DataError, match="not expected to bring in"):
        targeted(customers(50), Campaign(), dear)
    with pytest.raises(ConfigError, match="clv is not given"):
        targeted(customers(50), Campaign(), Decision())


def test_offers_are_open_to_whom_training_would_have_read_so(
    targeted: Targeted, model: Model
) -> None:
    """Of a model trained on Yes and No, a table of 1 and 0; two offers spell the column in two ways."""
    schema = Schema.from_plain(model.schema)
    plan = replace(schema.named("Plan"), truth=("No", "Yes"))
    columns = tuple(plan if each.name == "Plan" else each for each in schema.columns)
    of = replace(model, schema=replace(schema, columns=columns).to_plain())
    table = customers(300)
    gold = pc.fill_null(pc.equal(table["Plan"], "gold"), False)
    today = table.drop_columns([ROW, "Plan"]).append_column("Plan", pc.if_else(gold, "1", "0"))
    offers = (
        Offer("for gold", 2.0, eligible={"Plan": ("yes",)}),
        Offer("for others", 2.0, eligible={"PLAN": ("false",)}),
    )
    contact = pq.read_table(targeted(table, Campaign(offers=offers), of=of, today=today).contact)
    known = dict(zip(table["Phone"].to_pylist(), gold.to_pylist(), strict=True))
    given = {
        (known[who], offer)
        for who, offer in zip(
            contact["Phone"].to_pylist(), contact["offer"].to_pylist(), strict=True
        )
    }
    assert given == {(True, "for gold"), (False, "for others")}


@pytest.mark.slow
def test_by_what_contact_changes_where_that_was_learned(
    targeted: Targeted, model: Model, tmp_path: Path
) -> None:
    """Whom it keeps come first, whom it makes leave are left out; without its columns, risk ranks."""
    learned = learn_of(model, tmp_path / "learned", ran(tmp_path, "spring", 3000, 0.5))
    assert learned.uplift["accepted"]
    table, asked = customers(800, 7), Campaign(capacity=60, holdout=0)
    made = targeted(table, asked, replace(COSTS, clv=900.0), uplift=learned)
    assert made.summary["uplift"]["campaigns"] == ["spring"]
    plans = dict(zip(table["Phone"].to_pylist(), table["Plan"].to_pylist(), strict=True))
    contacted = [plans[each] for each in pq.read_table(made.contact)["Phone"].to_pylist()]
    assert contacted.count("gold") > 50
    assert left_out(made)["contact makes customers like them leave (do not disturb)"] > 50

    columns = [*learned.encoder["columns"], {**learned.encoder["columns"][0], "name": "Gone"}]
    strange = replace(learned, encoder={**learned.encoder, "columns": columns})
    by_risk = targeted(table, asked, replace(COSTS, clv=900.0), uplift=strange)
    assert by_risk.summary["uplift"] is None
    (note,) = (e for e in by_risk.summary["notes"] if e["code"] == "uplift-columns")
    assert "'Gone'" in note["words"]
    plain = targeted(table, asked, replace(COSTS, clv=900.0))
    refused = replace(learned, uplift={**learned.uplift, "accepted": False})
    other = targeted(table, asked, replace(COSTS, clv=900.0), uplift=refused)
    assert other.contact.read_bytes() == plain.contact.read_bytes() == by_risk.contact.read_bytes()
