from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import LABEL, Clean, Workspace
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Churn, Columns, Data, Engine
from unchurn.steps.clean import clean
from unchurn.tables import open_table

TABLE = """id,Plan Name,minutes,joined,churn
C001,basic,10.5,2024-01-05,No
C002,plus,"1,200.5",2024-02-05,Yes
C003,,NA,9999-12-31,no
C004,plus,-999,2024-03-05,Yes
C002,plus,"1,200.5",2024-02-05,Yes
C005,basic,3,2024-03-06,?
C006,basic
C007,basic,4,2024-03-06, YES
C008,basic,5,2024-03-07,No
"""


def cleaned(
    folder: Path, content: str | bytes = TABLE, name: str = "t.csv", threads: int = 2, **keys: Any
) -> Clean:
    """Write a table into a folder and clean it."""
    raw = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(raw)
    data = keys.pop("data", Data())
    columns = keys.pop("columns", Columns())
    churn = Churn(**{"target": "churn", "id": "id", **keys})
    workspace = folder / f"work-{name}"
    workspace.mkdir(exist_ok=True)
    table = open_table(name, data, folder)
    engine = Engine(threads=threads)
    return clean(table, data, churn, columns, engine, Workspace(workspace), Silent())


def rows_of(made: Clean) -> list[dict[str, Any]]:
    """Rows of the customers table."""
    return list(pq.read_table(made.customers).to_pylist())


def codes(made: Clean) -> dict[str, int]:
    """Findings by code."""
    return {finding["code"]: finding["count"] for finding in made.findings}


def test_every_row_is_kept_or_counted_under_its_reason(tmp_path: Path) -> None:
    """read = kept + dropped, each reason apart; rejects are listed with number and text."""
    made = cleaned(tmp_path)
    lines = made.rows.pop("lines")
    assert lines.pop("total") == sum(lines.values())
    assert (lines["records"], lines["rejected"]) == (8, 1)
    assert made.rows == {
        "read": 9,
        "kept": 6,
        "dropped": {"unreadable row": 1, "missing label": 1, "exact duplicate": 1},
    }
    with made.rejects.open(newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["row_number", "line", "reason", "text"],
            ["7", "8", "2 cells instead of 5", "C006,basic"],
        ]
    assert codes(made) == {
        "sentinel": 1,
        "many-rejected": 1,
        "ragged-rows": 1,
        "missing-label": 1,
        "exact-duplicate": 1,
    }


def test_customers_are_typed_labelled_and_sorted(tmp_path: Path) -> None:
    """Numbers, dates and categories have their types; the target is gone, the label is there."""
    made = cleaned(tmp_path)
    schema = pq.read_schema(made.customers)
    assert schema.names == ["id", "Plan Name", "minutes", "joined", LABEL]
    assert schema.types == [pa.string(), pa.string(), pa.float64(), pa.timestamp("us"), pa.int8()]
    rows = rows_of(made)
    assert [(row["id"], row[LABEL]) for row in rows] == [
        ("C001", 0),
        ("C002", 1),
        ("C003", 0),
        ("C004", 1),
        ("C007", 1),
        ("C008", 0),
    ]
    assert [row["minutes"] for row in rows] == [10.5, 1200.5, None, None, 4.0, 5.0]
    assert rows[2]["joined"] is None
    assert (made.schema["positive"], made.schema["negative"]) == ("Yes", "No")


def test_roles_come_from_the_config_only(tmp_path: Path) -> None:
    """Columns are found forgivingly by the names that churn.toml gives them."""
    made = cleaned(
        tmp_path, target="CHURN", snapshot_date="Joined", columns=Columns(drop=("plan_name",))
    )
    roles = {column["name"]: column["role"] for column in made.schema["columns"]}
    assert roles == {
        "id": "id",
        "Plan Name": "dropped",
        "minutes": "feature",
        "joined": "snapshot",
        "churn": "target",
    }
    assert [each["column"]["role"] for each in made.summary] == list(roles.values())


def test_the_artefact_can_be_published_and_loaded(tmp_path: Path) -> None:
    """Nothing but the declared files is left in the workspace."""
    made = cleaned(tmp_path)
    made.save(made.customers.parent)
    assert Clean.load(made.customers.parent).rows == made.rows


@pytest.mark.parametrize("named", [{"target": "churned?"}, {"id": "customer"}, {"target": ""}])
def test_a_column_that_the_table_lacks_is_a_config_error(
    tmp_path: Path, named: dict[str, str]
) -> None:
    """A target or id that is not there names the key of churn.toml."""
    with pytest.raises(ConfigError, match=r"\[churn\]"):
        cleaned(tmp_path, **named)


def test_one_column_for_two_roles_is_a_config_error(tmp_path: Path) -> None:
    """The id cannot be the target."""
    with pytest.raises(ConfigError, match="same column"):
        cleaned(tmp_path, id="churn")


def test_a_snapshot_without_dates_is_a_config_error(tmp_path: Path) -> None:
    """A snapshot column must hold dates."""
    with pytest.raises(ConfigError, match="holds no dates"):
        cleaned(tmp_path, snapshot_date="minutes")


def test_an_unknown_label_spelling_is_refused_with_its_rows(tmp_path: Path) -> None:
    """The spelling and where it stands are both in the message."""
    with pytest.raises(DataError, match=r"'perhaps' on rows 2, 4") as caught:
        cleaned(tmp_path, "x,churn\n1,yes\n2,perhaps\n3,no\n4,perhaps\n5,no\n", id="")
    assert caught.value.exit_code == 3


def test_a_target_of_staying_without_a_positive_is_refused(tmp_path: Path) -> None:
    """As init refuses it: the model would be an inverted one."""
    table = "id,is_active\nA,1\nB,0\nC,1\n"
    with pytest.raises(ConfigError, match="'is_active' sounds like staying"):
        cleaned(tmp_path, table, target="is_active")
    made = cleaned(tmp_path, table, target="is_active", positive="0")
    assert made.schema["positive"] == "0"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,churn\nA,yes\n", "one row"),
        ("id,churn\nA,yes\nB,yes\n", "one class"),
        ("id,churn\nA,\nB,NA\n", "No row has a label"),
        ("id,churn\n", "no rows"),
        ("", "empty"),
    ],
)
def test_too_little_to_learn_from_is_refused(tmp_path: Path, content: str, words: str) -> None:
    """Each way of having nothing to learn from has its own words."""
    with pytest.raises(DataError, match=words):
        cleaned(tmp_path, content)


def test_ids_are_kept_exactly_as_read(tmp_path: Path) -> None:
    """Padding, leading zeros and words that look missing stay in an id; the last are said."""
    made = cleaned(tmp_path, "id,x,churn\n007,1,yes\n a ,2,no\nNA,3,no\n,4,no\n")
    assert [row["id"] for row in rows_of(made)] == [None, " a ", "007", "NA"]
    assert codes(made) == {"missing-id": 1, "absent-ids": 1, "padded-ids": 1}
    assert made.summary[0]["leading_zeros"] == 1


def test_conflicting_labels_of_one_customer_are_reported(tmp_path: Path) -> None:
    """The same customer as churned and stayed is a finding, and both rows stay."""
    made = cleaned(tmp_path, "id,x,churn\nA,1,yes\nA,1,no\nB,1,no\n")
    assert made.rows["kept"] == 3
    assert codes(made) == {"repeated-id": 1, "conflicting-labels": 1}


def test_rows_equal_but_for_the_id_are_kept(tmp_path: Path) -> None:
    """Two customers may have everything in common."""
    assert cleaned(tmp_path, "id,x,churn\nA,1,yes\nB,1,yes\nC,2,no\n").rows["kept"] == 3


def test_shuffling_and_threads_change_no_byte(tmp_path: Path) -> None:
    """The same customers give the same artefact in any order, with any number of threads."""
    chance = random.Random(3)
    lines = [
        f"{n % 900},{chance.random():.6f},{chance.choice('abc')},{chance.choice(['yes', 'no'])}"
        for n in range(1000)
    ]
    made = []
    for threads in (1, 2, 3):
        content = "\n".join(["id,x,c,churn", *lines]) + "\n"
        again = cleaned(tmp_path, content, f"{threads}.csv", threads)
        made.append(
            (again.customers.read_bytes(), again.schema, again.summary, again.rows, again.findings)
        )
        chance.shuffle(lines)
    assert made[0] == made[1] == made[2]


value = st.none() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6, width=32)
word = st.none() | st.sampled_from(["basic", "Unknown", "plus, gold", 'say "hi"'])


@settings(
    max_examples=8,
)
@given(st.lists(st.tuples(value, word, st.booleans()), min_size=2, max_size=10))
def test_csv_parquet_and_json_lines_of_one_table_give_one_clean(
    tmp_path: Path, rows: list[tuple[float | None, str | None, bool]]
) -> None:
    """The format of a file is no property of its customers."""
    rows = [*rows, (1.0, "basic", True), (2.0, "basic", False)]
    table = [
        {"id": n, "x": None if x is None else float(x), "w": w, "churn": "yes" if c else "no"}
        for n, (x, w, c) in enumerate(rows)
    ]
    pq.write_table(pa.Table.from_pylist(table), tmp_path / "source.parquet")
    with (tmp_path / "source.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", "x", "w", "churn"])
        writer.writeheader()
        writer.writerows(table)
    lines = "".join(json.dumps(row) + "\n" for row in table)
    made = [
        cleaned(tmp_path, lines, "t.jsonl"),
        cleaned(tmp_path, (tmp_path / "source.csv").read_bytes(), "t.csv"),
        cleaned(tmp_path, (tmp_path / "source.parquet").read_bytes(), "t.parquet"),
    ]
    assert made[1].rows.pop("lines")["records"] == len(table)
    found = [(m.customers.read_bytes(), m.schema, m.summary, m.rows, m.findings) for m in made]
    assert found[0] == found[1] == found[2]


POINTS = "id,Points,churn\n" + "".join(
    f"C{n},{1 + n % 8}.{100 + n},{'Yes' if n % 3 else 'No'}\n" for n in range(40)
)


@pytest.mark.parametrize(
    ("decimal", "stored", "asked"),
    [("", ".", 1), (",", ",", 0), ({"points": ","}, ",", 0), ({"POINTS": "."}, ".", 0)],
)
def test_the_decimal_mark_is_asked_stated_and_stored(
    tmp_path: Path, decimal: Any, stored: str, asked: int
) -> None:
    """[columns] decimal answers the question, for all columns or some, named forgivingly."""
    made = cleaned(tmp_path, POINTS, columns=Columns(decimal=decimal))
    points = next(each for each in made.schema["columns"] if each["name"] == "Points")
    assert (points["kind"], points["decimal"]) == ("number", stored)
    assert list(codes(made)).count("decimal-mark") == asked
    values = [row["Points"] for row in rows_of(made)]
    assert max(values) < 10 if stored == "." else min(values) > 1000


def test_a_decimal_mark_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The key and the column are named."""
    with pytest.raises(ConfigError, match=r"\[columns\] decimal.*'pionts'"):
        cleaned(tmp_path, POINTS, columns=Columns(decimal={"pionts": ","}))


STATUS = "id,x,status\n" + "".join(
    f"c{n},{n},{word}\n"
    for n, word in enumerate(["active", "canceled", "trialing", "incomplete", "unknown", ""] * 5)
)


def test_customers_who_are_neither_are_counted_apart(tmp_path: Path) -> None:
    """read = kept + dropped, with ignored and missing labels under their own reasons."""
    made = cleaned(tmp_path, STATUS, target="status")
    assert made.rows["dropped"] == {"label ignored": 5, "missing label": 10}
    assert (made.rows["read"], made.rows["kept"]) == (30, 15)
    assert codes(made)["label-ignored"] == 5
    assert [row[LABEL] for row in rows_of(made)].count(1) == 5


def test_what_is_said_of_labels_comes_before_what_words_say(tmp_path: Path) -> None:
    """negative, ignore and several positives; a blank can be the other class."""
    keys = {"positive": ("canceled", "incomplete"), "negative": ("*", ""), "ignore": ("unknown",)}
    made = cleaned(tmp_path, STATUS, target="status", **keys)
    assert made.rows["dropped"] == {"label ignored": 5}
    assert [row[LABEL] for row in rows_of(made)].count(1) == 10


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_any_day_of_leaving_means_churned(tmp_path: Path, kind: str) -> None:
    """Every day is a value of its own, the year 9999 is none, and the span is said."""
    days = [f"2024-01-{day:02d}" for day in range(1, 21)] + ["9999-12-31"] * 10 + [""] * 30
    content: str | bytes = "id,x,churn_date\n" + "".join(
        f"c{n},{n},{day}\n" for n, day in enumerate(days)
    )
    if kind == "parquet":
        moments = pa.array([day or None for day in days]).cast(pa.timestamp("us"))
        columns = {"id": [f"c{n}" for n in range(60)], "x": list(range(60)), "churn_date": moments}
        pq.write_table(pa.table(columns), tmp_path / "made.parquet")
        content = (tmp_path / "made.parquet").read_bytes()
    made = cleaned(tmp_path, content, f"t.{kind}", target="churn_date", positive="*")
    labels = [row[LABEL] for row in rows_of(made)]
    assert (labels.count(1), labels.count(0)) == (20, 40)
    (told,) = (each for each in made.findings if each["code"] == "label-any-value")
    assert "2024-01-01 to 2024-01-20" in told["words"]


def test_a_word_that_says_otherwise_is_refused_with_its_rows(tmp_path: Path) -> None:
    """'No' in a column of which any value should mean churned."""
    content = "id,x,why\na,1,price\nb,2,\nc,3,No\nd,4,\n"
    with pytest.raises(DataError, match="'No' on row 3") as caught:
        cleaned(tmp_path, content, target="why", positive="*")
    assert '--negative "No"' in caught.value.hint


def test_how_ids_are_written_is_kept_for_lists(tmp_path: Path) -> None:
    """In the schema, whatever the order of rows; two names of one customer are said."""
    lines = [f"{n:06},{n % 7},{'no' if n % 3 else 'yes'}" for n in range(900, 940)]
    lines += ["#000905,3,no", "906,4,yes"]
    header = "id,minutes,churn\n"
    made = cleaned(tmp_path, header + "\n".join(lines))
    assert codes(made) == {"marked-ids": 1, "unpadded-ids": 1, "alike-ids": 2}
    (id,) = (each for each in made.schema["columns"] if each["name"] == "id")
    assert {"digits=41", "zeros=40", "padded=6"} <= set(id["forms"])
    random.Random(5).shuffle(lines)
    assert cleaned(tmp_path, header + "\n".join(lines)).schema == made.schema


WORDS = (
    "never",
    "\\N",
    ".",
    "NaT",
    "still here",
    "active",
    "0000-00-00",
    "9999-12-31",
    "n.a.",
    "*",
)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("share", [5, 200])
def test_a_word_instead_of_a_day_of_leaving_is_nobody_who_left(
    tmp_path: Path, word: str, share: int
) -> None:
    """Few or many of them beside days: read as a blank, counted, and said with the next move."""
    days = [f"2024-01-{day:02d}" for day in range(1, 21)] + [word] * share + [""] * 30
    content = "id,x,churn_date\n" + "".join(f"c{n},{n},{day}\n" for n, day in enumerate(days))
    made = cleaned(tmp_path, content, target="churn_date", positive="*")
    labels = [row[LABEL] for row in rows_of(made)]
    assert (labels.count(1), labels.count(0)) == (20, share + 30)
    (told,) = (each for each in made.findings if each["code"] == "label-no-day")
    assert told["count"] == share and "[churn] positive or ignore" in told["words"]


@pytest.mark.parametrize("share", [1, 5, 200])
def test_a_word_that_is_no_day_is_refused_with_its_rows(tmp_path: Path, share: int) -> None:
    """Whether 'abroad' left cannot be known, however many say so; reasons stay reasons."""
    days = [f"{day}.1.2024" for day in range(1, 21)] + ["abroad"] * share + [""] * 30
    content = "id,x,churn_date\n" + "".join(f"c{n},{n},{day}\n" for n, day in enumerate(days))
    with pytest.raises(DataError, match=rf"'abroad' \({share:,} rows\)") as caught:
        cleaned(tmp_path, content, target="churn_date", positive="*")
    assert '--negative "abroad"' in caught.value.hint
    made = cleaned(tmp_path, content, target="churn_date", positive="*", negative=("abroad",))
    assert [row[LABEL] for row in rows_of(made)].count(1) == 20
    reasons = content.replace(".1.2024", " reason")
    made = cleaned(tmp_path, reasons, target="churn_date", positive="*")
    assert [row[LABEL] for row in rows_of(made)].count(1) == 20 + share


def test_a_lone_0_among_the_targets_classes_is_said(tmp_path: Path) -> None:
    """Read as stayed by [churn] negative, and said: it may be a slip."""
    content = "id,x,gone\n" + "".join(f"c{n},{n},{0 if n == 7 else 1 + n % 2}\n" for n in range(60))
    made = cleaned(tmp_path, content, target="gone", positive="2", negative=("*",))
    (told,) = (each for each in made.findings if each["code"] == "lone-code")
    assert (told["column"], told["count"]) == ("gone", 1)
