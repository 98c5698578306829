"""The truth behind the demo: who leaves, and that nobody's risk leaves 0 to 1."""

from __future__ import annotations

import numpy as np

from unchurn.demo.customers import Table, month, people
from unchurn.demo.draws import Draws
from unchurn.demo.risk import probability


def _table(rows: int = 2000) -> Table:
    draws = Draws((5,), rows)
    return month(draws, people(draws, "2025-05-01"))


def test_risk_is_a_probability() -> None:
    """Every customer may leave and every customer may stay."""
    risk = probability(_table())
    assert risk.min() > 0
    assert risk.max() < 1


def test_truth_ranks_customers_as_real_tables_do() -> None:
    """Knowing the true risk is worth a ROC-AUC of 0.91 to 0.95: there is noise to live with."""
    table = _table(20_000)
    risk = probability(table)
    left = Draws((6,), 20_000).flag(risk)
    order = np.argsort(np.argsort(risk))[left]
    wins = order.sum() - left.sum() * (left.sum() - 1) / 2
    assert 0.91 < wins / (left.sum() * (~left).sum()) < 0.95
    assert np.mean((risk > 0.5) == left) > 0.93


def test_service_calls_raise_the_risk() -> None:
    """The same customers with five calls to customer service are likelier to leave."""
    table = _table()
    calm, angry = (
        {**table, "CustServ Calls": np.full(2000, calls, dtype=np.int64)} for calls in (1, 5)
    )
    assert (probability(angry) > probability(calm)).all()


def test_charges_follow_minutes() -> None:
    """A charge is its minutes at the tariff, to the cent."""
    table = _table()
    assert np.array_equal(table["Day Charge"], np.round(table["Day Mins"] * 0.17, 2))
