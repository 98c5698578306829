"""Rules that a table suggests leave room for chance, and none is of what merely happened to hold."""

from __future__ import annotations

import pytest

from unchurn.artefacts import Column, ColumnSummary
from unchurn.project import QualityRule
from unchurn.tables.quality.suggested import suggested


def asked(column: Column, snapshots: bool = False, **figures: object) -> list[QualityRule]:
    """Return the rules of one column of 1,000 rows."""
    summary = ColumnSummary(**{"column": column, "rows": 1_000, "distinct": 50, **figures})
    return [each.rule for each in suggested([summary], [column], snapshots) if each.rule.column]


@pytest.mark.parametrize(
    ("column", "figures", "rules"),
    [
        (Column("id", "text", "id"), {"distinct": 1_000}, [
            QualityRule("id", complete=1.0, severity="act"), QualityRule("id", unique=True, severity="act"),
        ]),
        (Column("id", "text", "id"), {"distinct": 990}, [QualityRule("id", complete=1.0, severity="act")]),
        (Column("fee", "number"), {"minimum": "3.5", "maximum": "86.4"}, [
            QualityRule("fee", complete=0.99), QualityRule("fee", between=(0, 900)),
        ]),
        (Column("net", "number"), {"minimum": "-20", "maximum": "7", "missing": 100}, [
            QualityRule("net", complete=0.84), QualityRule("net", between=(-200, 70)),
        ]),
        (Column("part", "number"), {"minimum": "0.1", "maximum": "0.9"}, [
            QualityRule("part", complete=0.99), QualityRule("part", between=(0, 1)),
        ]),
        (Column("flag", "number"), {
            "minimum": "0", "maximum": "1", "integers": True, "distinct": 2, "top": (("0", 600), ("1", 400)),
        }, [QualityRule("flag", complete=0.99), QualityRule("flag", in_=(0, 1))]),
        (Column("plan", "category"), {"distinct": 2, "top": (("b", 600), ("a", 400))}, [
            QualityRule("plan", complete=0.99), QualityRule("plan", in_=("a", "b")),
        ]),
        (Column("plan", "category"), {"distinct": 2, "top": (("b", 999), ("a", 1))}, [
            QualityRule("plan", complete=0.99), QualityRule("plan", in_=("a", "b"), share=(0.99, 1.0)),
        ]),
        (Column("city", "category"), {"distinct": 50, "top": (("b", 30),)}, [QualityRule("city", complete=0.99)]),
        (Column("note", "text"), {"missing": 1_000}, []),
        (Column("note", "text"), {"missing": 700}, []),
        (Column("leak", "number", "dropped"), {"minimum": "0", "maximum": "1"}, []),
        (Column("left", "category", "target"), {"distinct": 2, "top": (("0", 500), ("1", 500))}, []),
    ],
)  # fmt: skip
def test_a_column_suggests_what_it_gives_reason_for(
    column: Column, figures: dict[str, object], rules: list[QualityRule]
) -> None:
    """Ids, numbers with their unit, shares, values; nothing of columns that scoring does not read."""
    assert asked(column, **figures) == rules


def test_snapshots_are_many_rows_of_a_customer() -> None:
    """Neither the rows of a table of snapshots nor its ids tell what one day's table has."""
    column = Column("id", "text", "id")
    summary = ColumnSummary(column, 1_000, distinct=1_000)
    conditions = [each.rule.condition for each in suggested([summary], [column], True)]
    assert conditions == ["complete"]
    assert suggested([summary], [column], False)[0].rule.value == (100, 10_000)


def test_days_are_compared_each_with_each() -> None:
    """Which of them hold, the table says."""
    columns = [Column("start", "date"), Column("end", "date")]
    found = suggested([ColumnSummary(each, 500) for each in columns], columns, True)
    assert [(e.rule.column, e.rule.at_most) for e in found if e.rule.other] == [
        ("start", "end"),
        ("end", "start"),
    ]
