"""Rules of [quality] on typed batches: what breaks them, what cannot be judged, the same in any batches."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import ROW, Column
from unchurn.modelling.drift.difference import is_untrusted, told
from unchurn.project import QualityRule
from unchurn.tables.quality.own_rules import OwnRules
from unchurn.tables.quality.verdicts import differences

COLUMNS = (
    Column("id", "text", "id"),
    Column("Monthly Fee", "number"),
    Column("cap", "number"),
    Column("plan", "category"),
    Column("seen", "date"),
)
TYPES = (pa.string(), pa.float64(), pa.float64(), pa.string(), pa.timestamp("us"))
SCHEMA = pa.schema([(ROW, pa.int64()), *zip((c.name for c in COLUMNS), TYPES, strict=True)])
NOON = datetime(2026, 1, 1, 12)
ROWS = [
    (1, "x", 1.0, 20.0, "a", NOON),
    (2, "y", None, 20.0, "c", None),
    (3, None, 11.0, -0.0, None, NOON),
    (4, "y", 1.0, None, "a", NOON),
    (5, "x", 0.0, None, "b", None),
    (6, "y", 11.0, None, "a", datetime(2026, 1, 2)),
]


def judged(
    rules: Sequence[QualityRule], rows: Sequence[tuple] = ROWS, size: int = 6, as_of: str = ""
) -> list[dict[str, Any]]:
    """Hold rows, `size` at a time, against rules."""
    with TemporaryDirectory() as scratch:
        with OwnRules(rules, COLUMNS, Path(scratch), as_of) as own:
            for start in range(0, len(rows), size):
                cells = list(zip(*rows[start : start + size], strict=True))
                own.look(pa.RecordBatch.from_arrays(
                    [pa.array(each, kind) for each, kind in zip(cells, SCHEMA.types, strict=True)],
                    schema=SCHEMA,
                ))  # fmt: skip
            found = own.verdicts()
        assert not list(Path(scratch).iterdir())
    return found


@pytest.mark.parametrize(
    ("rule", "cells", "first"),
    [
        ({"column": "id", "unique": True}, 5, [4, 5, 6]),
        ({"column": "Monthly Fee", "complete": 0.9}, 6, [2]),
        ({"column": "monthly_fee", "between": (0.0, 10.0)}, 5, [3, 6]),
        ({"column": "Monthly Fee", "between": (1.0, "")}, 5, [5]),
        ({"column": "cap", "in_": (20.0,)}, 3, [3]),
        ({"column": "plan", "in_": ("a", "b")}, 5, [2]),
        ({"column": "plan", "matches": "a|b"}, 5, [2]),
        ({"column": "seen", "between": ("2026-01-01", "2026-01-01")}, 4, [6]),
        ({"column": "seen", "not_older_than": 3}, 4, [1, 3, 4]),
        ({"column": "Monthly Fee", "below": "cap"}, 2, [3]),
        ({"column": "Monthly Fee", "above": "cap"}, 2, [1]),
    ],
)
def test_a_rule_counts_the_cells_that_break_it(
    rule: dict[str, Any], cells: int, first: list[int]
) -> None:
    """Missing cells break none but `complete`; rows are named, never what they hold."""
    made = judged([QualityRule(**rule, severity="act")], as_of="2026-01-05")[0]
    assert (made["state"], made["level"]) == ("broken", "act")
    assert (made["judged"], made["broken"], made["first_rows"]) == (cells, len(first), first)
    assert all(f"{row}" in made["words"] for row in first)


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        ({"rows": (6, "")}, "holds"),
        ({"rows": (7, 9)}, "broken"),
        ({"column": "cap", "in_": (20.0, 0.0)}, "holds"),
        ({"column": "plan", "in_": ("a",), "share": (0.5, 0.6)}, "holds"),
        ({"column": "plan", "in_": ("a",), "share": (0.1, 0.5)}, "broken"),
        ({"column": "Monthly Fee", "complete": 5 / 6}, "holds"),
        ({"column": "seen", "not_older_than": 4}, "holds"),
        ({"column": "Monthly Fee", "at_most": "Monthly fees"}, "unjudged"),
        ({"column": "Monthly Fee", "at_most": "seen"}, "unjudged"),
        ({"column": "plan", "in_": (1.0,)}, "unjudged"),
        ({"column": "cap", "in_": ("20",)}, "unjudged"),
        ({"column": "cap", "matches": "2."}, "unjudged"),
        ({"column": "cap", "between": ("2026-01-01", "")}, "unjudged"),
        ({"column": "seen", "between": (0.0, 1.0)}, "unjudged"),
        ({"column": "nowhere", "unique": True}, "unjudged"),
    ],
)
def test_what_holds_what_breaks_and_what_cannot_be_judged(rule: dict[str, Any], state: str) -> None:
    """Of another kind, or not there: said as a look whatever the severity, never passed in silence."""
    made = judged([QualityRule(**rule, severity="act")], as_of="2026-01-05")[0]
    assert made["state"] == state
    assert made["level"] == {"holds": "steady", "broken": "act", "unjudged": "look"}[state]


def test_a_rule_that_counts_days_needs_a_day() -> None:
    """Nothing looks at a clock: without --as-of it says so, and what to do."""
    rules = [QualityRule("seen", not_older_than=3)]
    assert "say with --as-of" in judged(rules)[0]["words"]
    assert (
        "there was no day"
        in judged([QualityRule("seen", not_older_than=9)], as_of="0001-01-02")[0]["words"]
    )


def test_empty_tables_one_row_and_columns_without_a_cell() -> None:
    """Nothing to judge is said; a missing column is incomplete, not well."""
    rules = [
        QualityRule("id", unique=True),
        QualityRule("plan", complete=0.5),
        QualityRule(rows=(1, "")),
    ]
    assert [each["state"] for each in judged(rules, [])] == ["unjudged", "unjudged", "broken"]
    assert [each["state"] for each in judged(rules, ROWS[:1])] == ["holds", "holds", "holds"]
    blank = [(1, None, None, None, None, None)]
    found = judged(rules, blank)
    assert [each["state"] for each in found] == ["unjudged", "broken", "holds"]
    assert "all 1 are missing" in found[0]["words"]


def test_words_hold_no_cell_of_a_customer() -> None:
    """A rule that is broken says where, not by what."""
    rows = [(n, "secret@example.org", 1.0, 1.0, "secret plan", NOON) for n in (1, 2)]
    rules = [
        QualityRule("id", unique=True),
        QualityRule("plan", in_=("a",)),
        QualityRule("id", matches="[0-9]+"),
    ]
    found = judged(rules, rows)
    assert [each["broken"] for each in found] == [1, 2, 2]
    assert "secret" not in str(found)


def test_a_broken_rule_that_asks_to_act_makes_a_list_untrusted() -> None:
    """One that asks to look is said, as is one that cannot be judged; why it is there is said, too."""
    look = QualityRule("id", unique=True)
    act = QualityRule("plan", in_=("a",), severity="act", why="Others are not sold.")
    notes = [
        each.to_plain()
        for each in told(differences(judged([look, QualityRule("no", unique=True)])))
    ]
    assert [each["code"] for each in notes] == ["rule-broken", "rule-unjudged"]
    assert not is_untrusted(notes)
    grave = [each.to_plain() for each in told(differences(judged([look, act])))]
    assert is_untrusted(grave)
    assert grave[0]["words"].startswith(
        "This list should not be trusted: a rule of your own is broken"
    )
    assert grave[2]["words"].endswith("Others are not sold.")


NUMBER = st.none() | st.sampled_from([-1.0, 0.0, 0.5, 2.0, 1e300])
CELL = st.tuples(
    st.none() | st.sampled_from(["a", "b", "é", ""]), NUMBER, NUMBER,
    st.none() | st.sampled_from(["a", "b"]), st.none() | st.just(NOON),
)  # fmt: skip


@settings(max_examples=40)
@given(cells=st.lists(CELL, max_size=40), size=st.integers(1, 11))
def test_any_batches_say_what_plain_python_says(cells: list[tuple], size: int) -> None:
    """Whoever cuts the batches, DuckDB, Spark or a file: counts and first rows are those of a loop."""
    rows = [(number, *each) for number, each in enumerate(cells, 1)]
    rules = [
        QualityRule("id", unique=True),
        QualityRule("Monthly Fee", between=(0.0, 2.0)),
        QualityRule("plan", in_=("a",)),
        QualityRule("Monthly Fee", below="cap"),
        QualityRule("cap", complete=0.5),
    ]
    ids = [row[1] for row in rows]
    broken = [
        [r[0] for place, r in enumerate(rows) if r[1] is not None and r[1] in ids[:place]],
        [r[0] for r in rows if r[2] is not None and not 0 <= r[2] <= 2],
        [r[0] for r in rows if r[4] not in (None, "a")],
        [r[0] for r in rows if None not in (r[2], r[3]) and not r[2] < r[3]],
        [r[0] for r in rows if r[3] is None],
    ]
    found = judged(rules, rows, size)
    assert [each["broken"] for each in found] == list(map(len, broken))
    assert [each["first_rows"] for each in found] == [each[:5] for each in broken]


def test_five_hundred_rules_and_many_rows_in_flat_memory(tmp_path: Path) -> None:
    """What is to be unique waits on the disk: ten times the rows take no more memory."""
    rules = [QualityRule("cap", between=(0.0, float(each))) for each in range(1, 500)]
    rules.append(QualityRule("id", unique=True))

    def peak(batches: int) -> int:
        tracemalloc.start()
        before = pa.total_allocated_bytes()
        with OwnRules(rules, COLUMNS, tmp_path) as own:
            for start in range(0, batches * 1_000, 1_000):
                ids = np.arange(start, start + 1_000)
                columns = [
                    pa.array(ids + 1), pa.array(ids.astype(str)), pa.nulls(1_000, pa.float64()),
                    pa.array(ids * 0.001), pa.nulls(1_000, pa.string()),
                    pa.nulls(1_000, pa.timestamp("us")),
                ]  # fmt: skip
                own.look(pa.RecordBatch.from_arrays(columns, schema=SCHEMA))
            del columns
            held = tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes() - before
            assert own.verdicts()[-1]["state"] == "holds"
        tracemalloc.stop()
        return held

    assert peak(20) < peak(2) + 300_000


def test_a_pattern_cannot_take_exponential_time() -> None:
    """RE2 walks an automaton: what stalls a backtracking matcher for years takes an instant."""
    rows = [(1, "a" * 50_000 + "!", None, None, None, None)]
    assert judged([QualityRule("id", matches="(a+)+")], rows)[0]["broken"] == 1
