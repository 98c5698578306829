"""Clean → Prepared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn import project as config
from unchurn.artefacts import (
    FOLD,
    GROUP,
    LABEL,
    Clean,
    Column,
    ColumnSummary,
    Prepared,
    Schema,
    Workspace,
)
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.steps.prepare import prepare

N = 800
ROLES = {"customer": "id", "churn": "target", "seen": "snapshot"}


@dataclass(frozen=True)
class Settings:
    """The sections that prepare reads."""

    churn: config.Churn = field(default_factory=config.Churn)
    columns: config.Columns = field(default_factory=config.Columns)
    split: config.Split = field(default_factory=config.Split)
    evaluate: config.Evaluate = field(default_factory=config.Evaluate)
    decision: config.Decision = field(default_factory=config.Decision)


def customers(rows: int = N, seed: int = 1) -> pa.Table:
    """Customers with honest columns, a leak, a leak by missingness, doubles and useless ones."""
    draw = np.random.default_rng(seed)
    minutes = np.round(draw.gamma(2, 80, rows), 1)
    labels = (draw.random(rows) < 1 / (1 + np.exp(2.5 - minutes / 120))).astype(np.int8)
    return pa.table(
        {
            "customer": [f"{i:06d}" for i in range(rows)],
            "minutes": minutes,
            "charge": np.round(minutes * 0.17, 2),
            "plan": draw.choice(["basic", "gold"], rows),
            "refund": labels * 3.0 + draw.random(rows) * 0.1,
            "goodbye": ["moved" if label else None for label in labels],
            "cancel_reason": draw.choice(["a", "b"], rows),
            "country": ["NL"] * rows,
            "row": np.arange(rows, dtype=np.float64),
            "seen": pa.array((np.arange(rows) % 100 + 19_000) * 86_400_000_000, pa.timestamp("us")),
            LABEL: labels,
        }
    )


def clean(folder: Path, table: pa.Table) -> Clean:
    """A Clean artefact of a table, summarised by hand."""
    columns, summaries = [Column("churn", "category", "target")], []
    for each in table.schema:
        if each.name == LABEL:
            continue
        kind = {"double": "number", "string": "category"}.get(str(each.type), "date")
        column = Column(each.name, kind, ROLES.get(each.name, "feature"))  # type: ignore[arg-type]
        present = table[each.name].drop_null()
        low = min(present.to_pylist(), default="")
        high = max(present.to_pylist(), default="")
        columns.append(column)
        summaries.append(
            ColumnSummary(
                column,
                rows=table.num_rows,
                missing=table[each.name].null_count,
                distinct=len(present.unique()),
                integers=kind == "number" and all(v.is_integer() for v in present.to_pylist()),
                minimum=str(low),
                maximum=str(high),
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "customers.parquet")
    (folder / "rejects.csv").write_text("row_number,reason,text\n")
    return Clean(
        customers=folder / "customers.parquet",
        rejects=folder / "rejects.csv",
        schema=Schema(tuple(columns), "Yes", "No").to_plain(),
        summary=[summary.to_plain() for summary in summaries],
        rows={"read": table.num_rows + 5, "kept": table.num_rows, "dropped": {"missing label": 5}},
        findings=[],
    )


def prepared(folder: Path, table: pa.Table, given: Settings = Settings()) -> Prepared:
    """Run prepare on a table and publish what it made."""
    workspace = folder / "out"
    workspace.mkdir(parents=True)
    made = prepare(
        clean(folder / "clean", table),
        given.churn,
        given.columns,
        given.split,
        config.Features(),
        given.evaluate,
        given.decision,
        Workspace(workspace),
        Silent(),
    )
    made.save(workspace)
    return Prepared.load(workspace)


def untimed(rows: int = N) -> pa.Table:
    """Customers without a snapshot."""
    return customers(rows).drop_columns(["seen"])


def codes(made: Prepared) -> dict[str, list[str]]:
    """Findings' codes → columns."""
    found: dict[str, list[str]] = {}
    for each in made.findings:
        found.setdefault(each["code"], []).append(each["column"])
    return found


def hashes(folder: Path) -> dict[str, str]:
    """Hashes of the published files."""
    return dict(json.loads((folder / "out" / "manifest.json").read_bytes())["files"])


def test_only_honest_columns_are_left(tmp_path: Path) -> None:
    """Leaks by value and by missingness, constants and row numbers go; a telling name stays."""
    made = prepared(tmp_path, untimed())
    schema = Schema.from_plain(made.schema)
    assert schema.features == ("cancel_reason", "charge", "minutes", "plan")
    found = codes(made)
    assert sorted(found["leak-strength"]) == ["goodbye", "refund"]
    assert found["leak-name"] == ["cancel_reason"]
    assert found["constant-column"] == ["country"]
    assert found["identity-column"] == ["row"]
    assert made.profile["related"] == [["charge", "minutes"]]
    assert set(made.profile["columns"]) == set(schema.features)
    assert [part["name"] for part in made.encoder["columns"]] == list(schema.features)


def test_sides_share_no_customer_and_every_row_is_counted(tmp_path: Path) -> None:
    """Read = kept + dropped; folds on training rows only; sorted by group."""
    made = prepared(tmp_path, untimed())
    train, test = pq.read_table(made.train), pq.read_table(made.test)
    assert train.column_names[0] == "customer"
    assert train.column_names[-3:] == [LABEL, GROUP, FOLD]
    assert train.select(test.column_names).schema == test.schema
    assert not set(train["customer"].to_pylist()) & set(test["customer"].to_pylist())
    rows = made.rows
    assert rows["read"] == rows["kept"] + sum(rows["dropped"].values())
    assert rows["kept"] == rows["train"] + rows["test"] == N
    assert rows["train_churned"] == sum(train[LABEL].to_pylist())
    assert set(test[FOLD].to_pylist()) == {-1}
    assert set(train[FOLD].to_pylist()) == set(range(5))
    assert train[GROUP].to_pylist() == sorted(train[GROUP].to_pylist())
    assert abs(rows["test"] / N - 0.2) < 0.06


def test_input_order_never_shows(tmp_path: Path) -> None:
    """Shuffled rows give the same bytes, file by file."""
    table = untimed()
    order = np.random.default_rng(9).permutation(N)
    prepared(tmp_path / "one", table)
    prepared(tmp_path / "two", table.take(pa.array(order)))
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_a_customer_keeps_its_side_when_others_come_and_go(tmp_path: Path) -> None:
    """Half the table gone, and everybody who is left is where they were."""
    whole = prepared(tmp_path / "one", untimed())
    half = prepared(tmp_path / "two", untimed().slice(0, N // 2))
    held = set(pq.read_table(whole.test)["customer"].to_pylist())
    again = pq.read_table(half.test)["customer"].to_pylist()
    assert again
    assert set(again) <= held


def test_copies_under_another_id_stay_on_one_side(tmp_path: Path) -> None:
    """Rows equal but for the id never straddle the split, and are counted."""
    table = untimed().drop_columns(["row"])
    names = pa.array([f"copy{i}" for i in range(200)])
    copies = table.slice(0, 200).set_column(0, "customer", names)
    made = prepared(tmp_path, pa.concat_tables([table, copies]))
    where = dict.fromkeys(pq.read_table(made.train)["customer"].to_pylist(), "train")
    where |= dict.fromkeys(pq.read_table(made.test)["customer"].to_pylist(), "test")
    assert all(where[f"{i:06d}"] == where[f"copy{i}"] for i in range(200))
    assert codes(made)["alike-rows"]


def test_a_snapshot_splits_by_time_with_a_gap(tmp_path: Path) -> None:
    """The latest dates are held out; rows within the horizon before them are counted."""
    given = Settings(churn=config.Churn(snapshot_date="seen", horizon_days=10))
    made = prepared(tmp_path, customers(), given)
    train, test = pq.read_table(made.train), pq.read_table(made.test)
    gap = min(test["seen"].to_pylist()) - max(train["seen"].to_pylist())
    assert gap.days == 10
    assert made.rows["dropped"]["within the horizon before the test snapshots"] == 9 * 8
    assert made.rows["read"] == made.rows["kept"] + sum(made.rows["dropped"].values())
    assert "split-time" in codes(made)
    assert made.aside is not None
    aside = pq.read_table(made.aside)
    assert aside.num_rows == made.rows["aside"] == 9 * 8
    assert aside[LABEL].to_numpy().sum() == made.rows["aside_churned"]
    assert set(aside[FOLD].to_pylist()) == {-1}
    assert set(aside["seen"].to_pylist()).isdisjoint(test["seen"].to_pylist())
    words = next(each["words"] for each in made.findings if each["code"] == "split-time")
    assert "72 rows on neither side join the last fit alone" in words


def test_without_a_snapshot_nothing_stands_aside(tmp_path: Path) -> None:
    """Every row is on one of the two sides, and there is no third file."""
    made = prepared(tmp_path, untimed())
    assert made.aside is None
    assert "aside" not in made.rows
    assert not list(tmp_path.rglob("aside.parquet"))


def test_leaks_stay_among_training_rows_alone(tmp_path: Path) -> None:
    """What they would have promised can be measured; held-out rows do not have them."""
    made = prepared(tmp_path, untimed())
    names = [set(pq.read_schema(path).names) for path in (made.train, made.test)]
    assert names[0] - names[1] == {"goodbye", "refund"}
    assert not names[1] - names[0]
    assert not names[0] & {"country", "row"}


def test_allowed_leaks_stay_and_are_recorded(tmp_path: Path) -> None:
    """[columns] allow, spelled forgivingly, keeps a leak; the finding says so for the gate."""
    given = Settings(columns=config.Columns(allow=(" Refund ",)))
    made = prepared(tmp_path, untimed(), given)
    assert "refund" in Schema.from_plain(made.schema).features
    (finding,) = [f for f in made.findings if f["column"] == "refund"]
    assert (finding["code"], finding["severity"]) == ("leak-strength", "warning")


def test_columns_that_later_steps_need_are_kept(tmp_path: Path) -> None:
    """Slices and the value column are in the rows though no model reads them."""
    given = Settings(
        evaluate=config.Evaluate(slices=("country",)), decision=config.Decision(clv="refund")
    )
    made = prepared(tmp_path, untimed(), given)
    assert {"country", "refund"} <= set(pq.read_table(made.test).column_names)
    assert not {"country", "refund"} & set(Schema.from_plain(made.schema).features)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Settings(evaluate=config.Evaluate(slices=("regoin",))), r"\[evaluate\] slices.*regoin"),
        (Settings(decision=config.Decision(clv="worth")), r"\[decision\] clv.*worth"),
        (Settings(columns=config.Columns(allow=("nobody",))), r"\[columns\] allow.*nobody"),
    ],
)
def test_a_column_that_is_not_there_is_a_config_error(
    tmp_path: Path, given: Settings, words: str
) -> None:
    """The key and the name are in the message."""
    with pytest.raises(ConfigError, match=words):
        prepared(tmp_path, untimed(), given)


def test_an_id_named_like_a_column_of_the_scores_is_refused(tmp_path: Path) -> None:
    """Before anything is fitted, with the name."""
    made = clean(tmp_path / "clean", untimed(40))
    columns = [
        {**each, "name": "decile"} if each["role"] == "id" else each
        for each in made.schema["columns"]
    ]
    renamed = replace(made, schema={**made.schema, "columns": columns})
    given = Settings()
    asked = (given.churn, given.columns, given.split, config.Features(), given.evaluate)
    with pytest.raises(ConfigError, match="'decile', which is also a column of the scores"):
        prepare(renamed, *asked, given.decision, Workspace(tmp_path), Silent())


def test_nothing_left_to_learn_from_is_bad_data(tmp_path: Path) -> None:
    """A table of ids, constants and leaks says why each column went."""
    table = untimed().select(["customer", "refund", "country", LABEL])
    with pytest.raises(DataError, match=r"No column is left.*refund"):
        prepared(tmp_path, table)


def test_a_tiny_table_has_both_classes_on_both_sides(tmp_path: Path) -> None:
    """Two churned customers of twelve: held out one each, and said so."""
    table = untimed(12).select(["customer", "minutes", "plan", LABEL])
    labels = pa.array(np.array([1, 1, *[0] * 10], dtype=np.int8))
    made = prepared(tmp_path, table.set_column(3, LABEL, labels))
    assert made.rows["train_churned"] == made.rows["test_churned"] == 1


def test_a_single_churned_customer_is_bad_data(tmp_path: Path) -> None:
    """One churned customer cannot be learnt from and tested on."""
    table = untimed(12).select(["customer", "minutes", "plan", LABEL])
    labels = pa.array(np.array([1, *[0] * 11], dtype=np.int8))
    with pytest.raises(DataError, match="churned"):
        prepared(tmp_path, table.set_column(3, LABEL, labels))


def test_a_table_without_an_id_is_split_by_contents(tmp_path: Path) -> None:
    """No id, no trouble: rows are grouped by what they hold."""
    table = untimed().drop_columns(["customer"])
    made = prepared(tmp_path, table)
    train = pq.read_table(made.train)
    assert "customer" not in train.column_names
    assert "row" not in train.column_names
    assert made.rows["test"] > 0


def test_groups_are_md5_of_the_id(tmp_path: Path) -> None:
    """Another engine finds the same groups with its own md5."""
    train = pq.read_table(prepared(tmp_path, untimed()).train)
    first: dict[str, Any] = train.slice(0, 1).to_pylist()[0]
    assert first[GROUP] == hashlib.md5(first["customer"].encode()).hexdigest()


def test_a_larger_test_share_is_honoured(tmp_path: Path) -> None:
    """[split] test and folds are read."""
    given = replace(Settings(), split=config.Split(test=0.5, folds=3))
    made = prepared(tmp_path, untimed(), given)
    assert abs(made.rows["test"] / N - 0.5) < 0.07
    assert set(pq.read_table(made.train)[FOLD].to_pylist()) == {0, 1, 2}
