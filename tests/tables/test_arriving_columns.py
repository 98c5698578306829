"""Which columns of today's table are those of the model."""

from __future__ import annotations

import pytest

from unchurn.artefacts import Column, Schema
from unchurn.errors import DataError
from unchurn.project import Decision
from unchurn.tables.arrivals import needed_columns, plan_arrival
from unchurn.tables.spelling import worth_spelled

SCHEMA = Schema(
    (
        Column("Phone", "category", "id"),
        Column("Revenue", "category", "dropped"),
        Column("Revenue %", "number"),
        Column("As of", "date", "snapshot"),
    )
)
HEADERS = ("Phone", "Revenue", "Revenue %")


@pytest.mark.parametrize("clv", ["Revenue", "Revenue %", "Worth"])
def test_the_value_column_is_the_one_that_is_spelled_so(clv: str) -> None:
    """Beside a feature whose name is alike; what training lacked is a number of its own."""
    needed = {each.name: each for each in needed_columns(SCHEMA, clv)}
    assert set(needed) == {"Phone", "Revenue %", clv}
    assert (needed[clv].kind, needed[clv].role) == ("number", "feature")
    assert worth_spelled(Decision(clv=clv), SCHEMA.names).clv == clv
    plan = plan_arrival([*HEADERS, "Worth"], SCHEMA, clv)
    assert dict(zip((each.name for each in plan.columns), plan.headers, strict=True))[clv] == clv


def test_a_value_column_that_could_be_either_is_refused_as_training_refuses_it() -> None:
    for asked in (
        lambda: needed_columns(SCHEMA, "REVENUE"),
        lambda: worth_spelled(Decision(clv="REVENUE"), SCHEMA.names),
    ):
        with pytest.raises(DataError, match="'REVENUE' could be any of 'Revenue', 'Revenue %'"):
            asked()


def test_the_day_is_the_column_that_is_spelled_so() -> None:
    """Where another is alike; without one, nothing is lacking."""
    plan = plan_arrival([*HEADERS, "as_of", "As of"], SCHEMA, 0.0)
    assert plan.headers[-1] == "As of"
    assert plan_arrival(HEADERS, SCHEMA, 0.0).headers == ("Phone", "Revenue %")
