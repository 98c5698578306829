"""Offers are complete, and a budget counts what a contact may cost at most."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.errors import ConfigError
from unchurn.modelling.scoring.profit import expected_value
from unchurn.modelling.targeting.limits import parts
from unchurn.modelling.targeting.offers import Kept, limits_of, offer_values, offers_of
from unchurn.project import Decision, Offer

DECISION = Decision(clv=200.0, contact_cost=2.0, incentive_cost=10.0, accept_rate=0.4)


def test_without_offers_the_decision_is_the_offer() -> None:
    """One table of costs has one meaning: the list's own."""
    offers = offers_of((), DECISION)
    risk = np.array([0.1, 0.5])
    expected = expected_value(risk, 200.0, DECISION)
    assert (offer_values(risk, 200.0, offers, DECISION)[:, 0] == expected).all()


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        ((Offer("call"),), "The offer 'call' has no cost"),
        ((Offer("", 1.0),), "Offer 1 of"),
        ((Offer("call", 1.0), Offer("call", 2.0)), "two offers named 'call'"),
    ],
)
def test_incomplete_offers_are_refused(offers: tuple[Offer, ...], words: str) -> None:
    """An offer without a name or a cost, and two of one name."""
    with pytest.raises(ConfigError, match=words):
        offers_of(offers, DECISION)


def test_a_budget_counts_the_incentive() -> None:
    """Whoever accepts, the budget holds; amounts are exact to a part."""
    limits = limits_of((Offer("call", 0.1, 0.2),), None, 0.9)
    assert limits.folded().contacts == 3
    assert parts(0.1 + 0.2) == 3_000
    assert limits_of((Offer("call", 0.1, 0.2),), None, 0.8999999).folded().contacts == 2


def test_unknown_values_stay_unknown() -> None:
    """A customer whose value is unknown is worth NaN with every offer."""
    values = offer_values(np.array([0.5]), np.array([np.nan]), offers_of((), DECISION), DECISION)
    assert np.isnan(values).all()


def test_offers_keep_in_proportion_to_their_accept_rate() -> None:
    """Of what was learned with another; never more than everybody."""
    kept = Kept(np.array([0.1, 0.6, -0.1]), 0.3)
    same, twice = (Offer("a", 5, 20, rate) for rate in (0.3, 0.6))
    assert kept.by(same) == pytest.approx([0.1, 0.6, -0.1])
    assert kept.by(twice) == pytest.approx([0.2, 1.0, -0.2])
    values = offer_values(np.full(3, 0.4), 200.0, [same, twice], DECISION, kept)
    assert (np.diff(values[:2]) > 0).all()
    assert np.diff(values[2]) < 0
    assert kept.of_rows(np.array([2])).share.tolist() == [-0.1]
    assert Kept(np.array([0.1]), 0.0).by(twice) == pytest.approx([0.1])
