from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.artefacts import ROW, Batch, Column, Finding, Model, Schema, TableDay, Workspace
from unchurn.errors import DataError
from unchurn.history.reach import ENDS_EARLY
from unchurn.progress import Silent
from unchurn.project import Data, Decision, Quality, QualityRule
from unchurn.steps.intake import intake
from unchurn.tables import open_table
from unchurn.tables.id_writing import Written
from workbooks import workbook

SCHEMA = Schema(
    (
        Column("Customer ID", "text", "id"),
        Column("Int'l Plan", "category"),
        Column("minutes", "number", decimal=",", sentinels=("-999",)),
        Column("joined", "date", date_order="dmy"),
        Column("seen", "date", "snapshot"),
        Column("surname", "text", "dropped", "nearly unique"),
        Column("churn", "category", "target"),
    ),
    "yes",
    "no",
)
ENCODER = {"columns": [{"name": "Int'l Plan", "kind": "category", "values": ["no", "yes"]}]}
TABLE = """customer_id;intl plan;MINUTES;joined;churn
C2;yes;1,5;31/12/2023;no
C1;maybe;-999;01/02/2024;yes
C1;maybe;-999;01/02/2024;yes
"""


def taken(
    folder: Path,
    content: str | bytes = TABLE,
    name: str = "t.csv",
    clv: float | str = 0.0,
    schema: Schema = SCHEMA,
    rules: tuple[QualityRule, ...] = (),
    notes: tuple[Finding, ...] = (),
) -> Batch:
    """Write today's table and take it in; `notes` are known of it."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    nowhere = folder / "nowhere"
    model = Model(nowhere, nowhere, {}, ENCODER, schema.to_plain(), {}, {}, nowhere)
    (folder / "work").mkdir(exist_ok=True)
    table = open_table(name, Data(), folder)
    table.notes.extend(notes)
    decision = Decision(clv=clv)
    asked = (Data(), decision, Quality(rules), TableDay())
    return intake(table, model, *asked, Workspace(folder / "work"), Silent())


def rows_of(batch: Batch) -> list[dict[str, Any]]:
    """Rows of the customers table."""
    return list(pq.read_table(batch.customers).to_pylist())


def codes(batch: Batch) -> dict[str, int]:
    """Notes by code."""
    return {note["code"]: note["count"] for note in batch.notes}


def test_rows_come_in_order_typed_by_the_models_schema_duplicates_kept(tmp_path: Path) -> None:
    """Headers match forgivingly; decimal sign, date order and sentinels are the model's."""
    made = taken(tmp_path)
    schema = pq.read_schema(made.customers)
    assert schema.names == [ROW, "Customer ID", "Int'l Plan", "joined", "minutes"]
    assert schema.types == [pa.int64(), pa.string(), pa.string(), pa.timestamp("us"), pa.float64()]
    rows = rows_of(made)
    assert [(row[ROW], row["Customer ID"], row["minutes"]) for row in rows] == [
        (1, "C2", 1.5),
        (2, "C1", None),
        (3, "C1", None),
    ]
    assert rows[1]["joined"].isoformat() == "2024-02-01T00:00:00"
    lines = made.rows.pop("lines")
    assert (lines["total"], lines["header"], lines["records"]) == (4, 1, 3)
    assert made.rows == {"read": 3, "kept": 3, "rejected": {}}


def test_the_label_and_unknown_columns_are_noted_and_left_out(tmp_path: Path) -> None:
    """Extra columns, the label and unseen values are told, never an error."""
    made = taken(
        tmp_path,
        TABLE.replace("churn", "Churn?")
        .replace("MINUTES", "extra;minutes")
        .replace(";1,5", ";x;1,5")
        .replace(";-999", ";x;-999"),
    )
    found = {"label-ignored": 0, "extra-columns": 1, "unseen-categories": 2, "repeated-ids": 1}
    assert codes(made) == found


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    """One error names everything that the model needs and the table lacks."""
    with pytest.raises(DataError, match="'joined', 'minutes'") as caught:
        taken(tmp_path, "customer id,int'l plan\nC1,yes\nC2,no\n")
    assert caught.value.exit_code == 3


def test_column_order_never_matters(tmp_path: Path) -> None:
    """Reordered columns give the same bytes."""
    first = taken(tmp_path).customers.read_bytes()
    lines = [line.split(";") for line in TABLE.splitlines()]
    turned = "\n".join(";".join(reversed(line)) for line in lines) + "\n"
    assert taken(tmp_path, turned).customers.read_bytes() == first


def test_a_retyped_column_is_refused_by_name(tmp_path: Path) -> None:
    """A number column that arrives as words is another column."""
    words = "".join(f"C{n};yes;low;01/01/2024\n" for n in range(12))
    with pytest.raises(DataError, match="'minutes' is a number to the model"):
        taken(tmp_path, "Customer ID;Int'l Plan;minutes;joined\n" + words)


def test_one_unreadable_row_is_scored_as_missing_and_noted(tmp_path: Path) -> None:
    """A single customer is enough, and one bad cell never condemns a column."""
    made = taken(tmp_path, "Customer ID;Int'l Plan;minutes;joined\nC1;yes;low;01/01/2024\n")
    assert rows_of(made)[0]["minutes"] is None
    assert codes(made) == {"unreadable-cells": 1}


def test_amounts_in_another_currency_are_said_and_read_as_they_stand(tmp_path: Path) -> None:
    """Dollars in training, euros and yen today: nothing is converted, and nobody is left to guess."""
    columns = [replace(c, currency="USD") if c.name == "minutes" else c for c in SCHEMA.columns]
    rows = ("C1;yes;€ 1,5;01/02/2024", "C2;yes;$2,5;01/02/2024", "C3;no;¥ 3;01/02/2024", "C4;no;4;")
    table = "\n".join(["Customer ID;Int'l Plan;minutes;joined", *rows])
    made = taken(tmp_path, table, schema=replace(SCHEMA, columns=tuple(columns)))
    assert [row["minutes"] for row in rows_of(made)] == [1.5, 2.5, 3.0, 4.0]
    assert codes(made) == {"other-currency": 2}
    assert codes(taken(tmp_path, table)) == {}  # of a model that knew of none


def test_dates_in_the_other_order_are_said(tmp_path: Path) -> None:
    """Some can only be month first: then the others are probably wrong too."""
    days = ("12/31/2023", "02/28/2024", "03/04/2024", "nonsense")
    rows = [f"C{n};yes;1,5;{day}" for n, day in enumerate(days)]
    made = taken(tmp_path, "\n".join(["Customer ID;Int'l Plan;minutes;joined", *rows]))
    assert codes(made) == {"unreadable-cells": 3, "other-date-order": 2}


def test_ragged_rows_are_rejected_and_counted(tmp_path: Path) -> None:
    """Rows in equals rows kept and rejected, each reject with its number."""
    made = taken(tmp_path, TABLE + "C9;yes\n" + "C8;no;2,5;01/01/2024;no\n")
    lines = made.rows.pop("lines")
    assert (lines["total"], lines["records"], lines["rejected"]) == (6, 4, 1)
    assert made.rows == {"read": 5, "kept": 4, "rejected": {"unreadable row": 1}}
    assert [row[ROW] for row in rows_of(made)] == [1, 2, 3, 5]
    with made.rejects.open(newline="") as stream:
        assert list(csv.reader(stream))[1] == ["4", "5", "2 cells instead of 5", "C9;yes"]


def test_the_snapshot_and_the_value_column_come_along(tmp_path: Path) -> None:
    """A snapshot is taken where there is one; a value column is needed once named."""
    lines = TABLE.splitlines()
    more = [lines[0] + ";seen;clv", *(f"{line};2024-03-01;120" for line in lines[1:])]
    made = taken(tmp_path, "\n".join(more) + "\n", clv="clv")
    row = rows_of(made)[0]
    assert row["clv"] == 120.0
    assert row["seen"].isoformat() == "2024-03-01T00:00:00"
    with pytest.raises(DataError, match="'clv'"):
        taken(tmp_path, clv="clv")


def test_parquet_and_csv_of_the_same_customers_are_the_same_batch(tmp_path: Path) -> None:
    """Native numbers and dates need no reading rules and end up equal."""
    as_text = taken(tmp_path).customers.read_bytes()
    rows = rows_of(taken(tmp_path))
    native = pa.Table.from_pylist([{**row, "minutes": row["minutes"]} for row in rows])
    pq.write_table(native.drop_columns([ROW]), tmp_path / "native.parquet")
    again = taken(tmp_path, (tmp_path / "native.parquet").read_bytes(), "t.parquet")
    assert again.customers.read_bytes() == as_text


def test_cells_in_the_other_decimal_mark_are_said_for_what_they_are(tmp_path: Path) -> None:
    """A few are missing and noted; mostly so, the column is refused with both marks named."""
    head = "Customer ID;Int'l Plan;minutes;joined\n"
    good = "".join(f"C{n};yes;1,5;01/01/2024\n" for n in range(20))
    made = taken(tmp_path, head + good + "C99;yes;12.5;01/01/2024\n")
    assert codes(made) == {"unreadable-cells": 1, "decimal-mark": 1}
    assert any("decimal point" in note["words"] for note in made.notes)
    with pytest.raises(DataError, match="decimal point, and training's with a comma"):
        taken(tmp_path, head + good.replace("1,5", "12.5"))


def test_missing_spellings_are_missing_at_scoring_too(tmp_path: Path) -> None:
    """A dash or #N/A in a number or date column is no fault; in a category it is a value."""
    head = "Customer ID;Int'l Plan;minutes;joined\n"
    made = taken(tmp_path, head + "C1;yes;-;n.a.\nC2;-;#N/A;TBD\n")
    assert [row["minutes"] for row in rows_of(made)] == [None, None]
    assert [row["joined"] for row in rows_of(made)] == [None, None]
    assert codes(made) == {"unseen-categories": 1}


def test_every_retyped_column_is_named_with_a_cell(tmp_path: Path) -> None:
    """Another table with the same names is refused once, for all that differs."""
    rows = "".join(f"C{n};yes;a{n};soon\n" for n in range(20))
    with pytest.raises(DataError, match="'minutes' is a number") as caught:
        taken(tmp_path, f"customer_id;intl plan;MINUTES;joined\n{rows}")
    assert "'joined' is a date to the model, but 20 of its 20 cells are not" in caught.value.message
    assert "such as 'a0'" in caught.value.message


def test_the_other_decimal_mark_is_named(tmp_path: Path) -> None:
    """A point where training had a comma is said to be that, not just no number."""
    rows = "".join(f"C{n};yes;{n}.57;31/12/2023\n" for n in range(20))
    with pytest.raises(DataError, match="a decimal point, and training's with a comma"):
        taken(tmp_path, f"customer_id;intl plan;MINUTES;joined\n{rows}")


def test_a_list_that_says_it_is_cut_is_not_trusted(tmp_path: Path) -> None:
    """What the file says of its length comes before all else."""
    rows = "".join(f"D{n};yes;1,5;31/12/2023;no\n" for n in range(30))
    made = taken(tmp_path, TABLE + rows + "Showing 1-33 of 2,000\n")
    first, second, *_ = made.notes
    assert (first["code"], second["code"]) == ("untrusted", "length-differs")
    known = (Finding("a-note", "note", "x"), Finding(ENDS_EARLY, "warning", "It ends early."))
    again = taken(tmp_path, TABLE + rows + "Showing 1-33 of 2,000\n", notes=known)
    codes_told = [each["code"] for each in again.notes]
    assert codes_told[:3] == ["untrusted", ENDS_EARLY, "length-differs"], (
        "what may be the cause first"
    )
    assert codes_told.count(ENDS_EARLY) == 1 and "a-note" in codes_told
    assert "'Showing 1-33 of 2,000'" in first["words"]
    assert made.rows["kept"] == 33


PADDED = Schema(
    (
        Column("cid", "text", "id", forms=Written(digits=500, zeros=500, padded=6).forms),
        Column("minutes", "number"),
    )
)
LOST = {"cid": [1001, 1008, 120_015], "minutes": [1, 2, 3]}


def lost_zeros(folder: Path, form: str) -> bytes:
    """Write customers whose ids became numbers."""
    if form == "csv":
        return b"cid,minutes\n1001,1\n1008,2\n120015,3\n"
    rows = list(zip(*LOST.values(), strict=True))
    if form == "jsonl":
        return "\n".join(json.dumps(dict(zip(LOST, row, strict=True))) for row in rows).encode()
    if form == "xlsx":
        return workbook(list=[tuple(LOST), *rows])
    kind = pa.float64() if form == "double.parquet" else pa.int64()
    cells = {"cid": pa.array(LOST["cid"], pa.int64()).cast(kind), "minutes": LOST["minutes"]}
    pq.write_table(pa.table(cells), folder / "written.parquet")
    return (folder / "written.parquet").read_bytes()


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "double.parquet"])
def test_zeros_that_ids_have_lost_are_said_in_every_format(tmp_path: Path, form: str) -> None:
    """With the ids as they came and the one that was meant; each is scored as it came."""
    made = taken(tmp_path, lost_zeros(tmp_path, form), f"t.{form}", schema=PADDED)
    assert [row["cid"] for row in rows_of(made)] == ["1001", "1008", "120015"]
    (note,) = (each for each in made.notes if each["code"] == "unpadded-ids")
    assert (note["count"], note["severity"], note["column"]) == (2, "warning", "cid")
    assert "'1001' may be '001001'" in note["words"]


def test_a_folder_of_whole_numbers_and_fractions_gives_each_customer_one_id(tmp_path: Path) -> None:
    """Typed files make them one; text is kept as read, and said; digits that a float lost, too."""
    minutes = pa.array([1.0, 2.0])
    for name, cells in (("a", pa.array([1001, 2**53 + 1])), ("b", pa.array([1001.0, 1008.0]))):
        (tmp_path / "typed").mkdir(exist_ok=True)
        table = pa.table({"cid": cells, "minutes": minutes})
        pq.write_table(table, tmp_path / "typed" / f"{name}.parquet")
    plain = replace(PADDED, columns=(Column("cid", "text", "id"), PADDED.columns[1]))
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "a.csv").write_text("cid,minutes\n1001,1\n")
    (tmp_path / "text" / "b.csv").write_text("cid,minutes\n1001.0,1\n1008.0,2\n")
    model = Model(tmp_path, tmp_path, {}, {"columns": []}, plain.to_plain(), {}, {}, tmp_path)
    (tmp_path / "work").mkdir()
    found = {}
    for folder in ("typed", "text"):
        table = open_table(folder, Data(), tmp_path)
        work = Workspace(tmp_path / "work")
        found[folder] = intake(
            table, model, Data(), Decision(), Quality(), TableDay(), work, Silent()
        )
        ids = [row["cid"] for row in rows_of(found[folder])]
        assert ids[0] == "1001"
        assert (ids[2] == "1001") == (folder == "typed")
    assert codes(found["typed"]) == {"cut-ids": 1, "repeated-ids": 1}
    assert codes(found["text"]) == {"fraction-ids": 2, "alike-ids": 1}


def test_rules_are_judged_on_typed_cells_of_columns_that_scoring_leaves_out_too(
    tmp_path: Path,
) -> None:
    """A decimal comma is read, -999 is missing, a dropped column is typed; the Batch holds none more."""
    left_out = Schema((*SCHEMA.columns, Column("Mail", "text", "dropped")), "yes", "no")
    content = (
        TABLE.replace("churn", "churn;mail").replace("no\n", "no;a@x\n").replace("yes\n", "yes;b\n")
    )
    rules = (
        QualityRule("minutes", between=(1.5, 1.5)),
        QualityRule("minutes", complete=0.5),
        QualityRule("Mail", matches=".+@.+", severity="act"),
        QualityRule("Customer ID", unique=True),
        QualityRule("churn", complete=1.0),
        QualityRule("Maul", complete=1.0),
    )
    made = taken(tmp_path, content, schema=left_out, rules=rules)
    told = [(each["state"], each["broken"]) for each in made.quality]
    assert told == [
        ("holds", 0),
        ("broken", 2),
        ("broken", 2),
        ("broken", 1),
        ("unjudged", 0),
        ("unjudged", 0),
    ]
    assert "is the label" in made.quality[4]["words"]
    assert "close is 'Mail'" in made.quality[5]["words"]
    assert made.notes[0]["code"] == "untrusted"
    assert "Mail" not in rows_of(made)[0]
    assert taken(tmp_path, content, schema=left_out).quality is None


def test_a_rule_of_a_column_that_did_not_arrive_asks_to_look(tmp_path: Path) -> None:
    """What the model does without may be missing; the list is told of it, and is made."""
    left_out = Schema((*SCHEMA.columns, Column("Mail", "text", "dropped")), "yes", "no")
    rules = (QualityRule("Mail", complete=1.0, severity="act"),)
    made = taken(tmp_path, schema=left_out, rules=rules)
    assert (made.quality[0]["state"], made.quality[0]["level"]) == ("unjudged", "look")
    assert "the table has no column 'Mail'" in made.quality[0]["words"]
    assert made.notes[0]["code"] != "untrusted"


@pytest.mark.parametrize(
    ("epoch", "cell", "told"),
    [("excel-1904", 43_900, 9), ("excel", 43_900, 0), ("excel-1904", "2024-01-31", 0)],
)
def test_days_that_a_workbook_counts_from_another_day_are_said(
    tmp_path: Path, epoch: Any, cell: Any, told: int
) -> None:
    """The model reads bare numbers as training's workbook counted them, this one's four years off."""
    schema = Schema((Column("id", "text", "id"), Column("since", "date", epoch=epoch)))
    book = workbook(A=[("id", "since"), *((f"C{n}", cell) for n in range(9))])
    notes = taken(tmp_path, book, "t.xlsx", schema=schema).notes
    said = [note for note in notes if note["code"] == "workbook-days"]
    assert [note["count"] for note in said] == [told] * bool(told)
    assert all("1,462 days earlier" in note["words"] for note in said)


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("44845", "a spreadsheet's day number"),
        ("44845.0", "a spreadsheet's day number"),
        ("1665446400", "seconds since 1970"),
        ("1665446400000", "milliseconds since 1970"),
    ],
)
def test_numbers_in_a_column_of_dates_are_refused_with_what_they_count(
    tmp_path: Path, cell: str, what: str
) -> None:
    """And with how to write them."""
    rows = "".join(f"C{i};no;1,5;{cell};no\n" for i in range(20))
    with pytest.raises(DataError, match=f"such as {cell!r}: it is {what}") as refused:
        taken(tmp_path, TABLE.splitlines()[0] + "\n" + rows)
    assert "Write its dates as 2024-12-31" in (refused.value.hint or "")
