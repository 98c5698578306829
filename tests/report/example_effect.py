"""A campaign of a thousand whose outcomes are in, as `campaign outcomes` tells it."""

from __future__ import annotations

from typing import Any

import numpy as np

from unchurn.modelling.effect.compliers import measure_compliers
from unchurn.modelling.effect.looks import look_at
from unchurn.modelling.effect.measure import Drawn, measure
from unchurn.modelling.effect.money import measure_money
from unchurn.report.campaign_effect import (
    ACCEPTED,
    compliers_words,
    effect_words,
    money_words,
    return_words,
)

RATE = {
    "offer": "call", "assumed": 0.3, "assumed_weight": 50.0, "accepted": 43, "customers": 300,
    "contacted": {"churned": 210, "customers": 900}, "control": {"churned": 28, "customers": 100},
    "measured": 0.18, "low": 0.14, "high": 0.22, "used": "measured",
}  # fmt: skip


def outcomes(over: bool = True, offer: str = "<b>call", **changed: Any) -> dict[str, Any]:
    """What `campaign outcomes` says of a thousand customers, of whom fewer left when contacted."""
    lots = np.random.default_rng(1)
    drawn = [
        Drawn(f"id-{n}", n % 10 == 0, n // 500 + 1, "gift" if n % 3 else offer, float(lots.beta(2, 4)))
        for n in range(1_000)
    ]  # fmt: skip
    left = {e.customer: bool(lots.random() < e.risk * (1 if e.control else 0.5)) for e in drawn}
    reached = {e.customer: not e.control and bool(lots.random() < 0.8) for e in drawn}
    paid = {e.customer: 0.0 if left[e.customer] else float(lots.gamma(2, 50)) for e in drawn}
    look = look_at(drawn, left, over)
    assert look.level is not None
    effect = measure(drawn, look.outcomes, look.level)
    effect |= {"known": 1.0, "last_look": look.last}
    money = measure_money(drawn, paid, {e.customer: 5.0 for e in drawn if not e.control})
    compliers = measure_compliers(drawn, left, reached)
    found = {"effect": effect, "over": over, "ends": "2027-05-30"}
    return {
        "name": "spring",
        "currency": "EUR",
        **found,
        "words": effect_words(found, True),
        "compliers": compliers,
        "compliers_words": compliers_words(compliers, True),
        "money": money,
        "money_words": money_words(money, "EUR"),
        "return_words": return_words(money, "EUR", ACCEPTED),
        "warnings": [],
        "accept_rates": [RATE],
        **changed,
    }
