"""Which columns a model may use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unchurn.artefacts import Column, ColumnSummary, Schema
from unchurn.modelling.columns.leakage import Strength
from unchurn.modelling.columns.selection import by_strength, by_summary, quality_findings

N = 1000


def summary(name: str, kind: str = "number", **figures: object) -> ColumnSummary:
    """A summary of an ordinary column, with some figures changed."""
    usual = {"rows": N, "distinct": 40, "top": (("1", 90),)}
    return ColumnSummary(Column(name, kind), **{**usual, **figures})  # type: ignore[arg-type]


SUMMARIES = (
    summary("tenure"),
    summary("e-mail", "text", distinct=N),
    summary("comment", "text", distinct=N, examples=("I left because", "no reason at all")),
    summary("country", "category", distinct=1),
    summary("fax", "category", distinct=0, missing=N),
    summary("flag", "category", distinct=1, missing=900),
)
SCHEMA = Schema((*(each.column for each in SUMMARIES), Column("churn", "category", "target")))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("e-mail", "identity-column"),
        ("comment", "text-column"),
        ("country", "constant-column"),
        ("fax", "all-missing"),
    ],
)
def test_useless_columns_are_dropped_with_a_reason(name: str, code: str) -> None:
    """Each kind of useless column has its own finding and says why."""
    made = by_summary(SCHEMA, SUMMARIES, ())
    column = made.schema.named(name)
    assert column.role == "dropped"
    assert column.reason
    assert [f.code for f in made.findings if f.column == name] == [code]


def test_informative_columns_stay() -> None:
    """A constant with gaps tells something; the target is nobody's feature."""
    made = by_summary(SCHEMA, SUMMARIES, ())
    assert made.schema.features == ("flag", "tenure")
    assert made.schema.target == "churn"


def test_allowing_an_identity_keeps_it_and_records_it() -> None:
    """[columns] allow overrules recognition, not emptiness."""
    made = by_summary(SCHEMA, SUMMARIES, {"e-mail", "comment", "fax"})
    assert made.schema.features == ("comment", "e-mail", "flag", "tenure")
    assert made.schema.named("comment").kind == "category"
    assert [f.column for f in made.findings if f.code == "identity-allowed"] == [
        "e-mail",
        "comment",
    ]
    assert made.schema.named("fax").role == "dropped"


def test_a_panel_without_an_id_is_warned_of() -> None:
    """Where churn.toml names no id, customers with several rows could be on both sides."""
    customer = summary("customer", "text", distinct=250, examples=("K17", "K18"))
    made = by_summary(Schema((customer.column, *SCHEMA.columns)), (customer, *SUMMARIES), ())
    assert ("id-unset", "customer") in {(f.code, f.column) for f in made.findings}
    named = Schema((replace(customer.column, role="id"), *SCHEMA.columns))
    made = by_summary(named, (customer, *SUMMARIES), ())
    assert {f.code for f in made.findings if f.column == "customer"} == {"id-panel"}


LEAKY = Schema((Column("a", "number"), Column("cancel_reason", "category"), Column("b", "number")))


def measure(column: Column) -> Strength:
    """`a` leaks; the others do not."""
    return Strength(0.998 if column.name == "a" else 0.7, "its order")


def test_a_leak_is_blocked_and_a_telling_name_only_reported() -> None:
    """Strength blocks unasked; a name alone warns and stays."""
    made = by_strength(LEAKY, measure, ())
    assert made.schema.features == ("b", "cancel_reason")
    found = {f.column: (f.code, f.severity) for f in made.findings}
    assert found == {"a": ("leak-strength", "blocked"), "cancel_reason": ("leak-name", "warning")}
    assert "0.998" in made.findings[0].words


def test_allowing_a_leak_keeps_it_and_records_it() -> None:
    """The gate finds the same code on a column that is still a feature."""
    made = by_strength(LEAKY, measure, {"a"})
    assert "a" in made.schema.features
    assert ("leak-strength", "warning") in {(f.code, f.severity) for f in made.findings}


def test_mostly_missing_and_nearly_constant_features_are_noted() -> None:
    """What is dropped already is not mentioned twice."""
    rows = (
        summary("sparse", missing=700),
        summary("same", "category", distinct=2, top=(("x", 998), ("y", 2))),
        summary("gone", missing=900),
    )
    schema = Schema((Column("sparse", "number"), Column("same", "category"),
                     Column("gone", "number", "dropped")))  # fmt: skip
    codes = [(f.code, f.column) for f in quality_findings(schema, rows)]
    assert codes == [("many-missing", "sparse"), ("near-constant", "same")]
