"""Contact where it pays; say so where it cannot be known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from unchurn.errors import ConfigError
from unchurn.modelling.scoring.decisions import Contacts, decide
from unchurn.project import Decision

NO_COLUMNS = pa.table({"x": [1, 2]})


def test_contact_pays_for_the_risky_and_not_for_the_safe() -> None:
    """Expected value follows the formula: 0.9 · (0.3 · 900 - 10) - 0.1 · 110 = 223."""
    costs = Decision(clv=1000.0, contact_cost=10.0, incentive_cost=100.0, accept_rate=0.3)
    value, words = decide(np.array([0.9, 0.01]), NO_COLUMNS, costs)
    assert value.to_pylist() == pytest.approx([223.0, -106.3])
    assert words.to_pylist() == ["contact", "do not contact"]


def test_breaking_even_is_left_alone() -> None:
    """An expected value of exactly 0 is no reason to contact anybody."""
    value, words = decide(np.zeros(2), NO_COLUMNS, Decision(clv=5.0))
    assert (value.to_pylist(), words.to_pylist()) == ([0, 0], ["do not contact", "do not contact"])


@pytest.mark.parametrize("kind", [pa.string(), pa.float64()])
def test_a_customer_whose_value_is_not_known_is_unknown(kind: pa.DataType) -> None:
    """Missing and unreadable clv cells give no expected value, whatever their type."""
    cells = ["100", None, "inf"] if kind == pa.float64() else ["100", None, "a lot"]
    column = pa.array(cells, pa.string()).cast(kind)
    value, words = decide(np.ones(3), pa.table({"clv": column}), Decision(clv="clv"))
    assert value.to_pylist() == [pytest.approx(30.0), None, None]
    assert words.to_pylist() == ["contact", "unknown", "unknown"]


def test_a_slip_in_a_customers_value_is_unknown() -> None:
    """Nobody is worth more than [decision] clv may be; their worth is added up all the same."""
    column = pa.array([1e12, 1e13, -1e305, 1e305])
    value, words = decide(np.ones(4), pa.table({"clv": column}), Decision(clv="clv"))
    assert value.null_count == 3
    made = Contacts(Decision(clv="clv"))
    made.look(pa.record_batch({"decision": words, "expected_value": value}))
    assert (made.customers, made.unknown) == (1, 3)


def test_without_costs_nothing_is_decided() -> None:
    """Both columns are null."""
    value, words = decide(np.ones(2), NO_COLUMNS, Decision())
    assert (value.null_count, words.null_count) == (2, 2)


def test_a_clv_column_that_is_not_there_is_named() -> None:
    """The message lists the columns that are."""
    with pytest.raises(ConfigError, match="'worth', which is not a column") as caught:
        decide(np.ones(2), NO_COLUMNS, Decision(clv="worth"))
    assert "'x'" in caught.value.hint
