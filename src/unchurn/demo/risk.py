"""Why customers of the demo leave: the truth that a model has to find again.

Each push may, on its own, make a customer leave; the probability of leaving is one less the
chance that none of them does (a noisy-or). Strong pushes on few customers, a weak one on
everybody: most stay whatever a model says, some leave for no reason that the table knows.
"""

from __future__ import annotations

import numpy as np

from unchurn.demo.customers import Table
from unchurn.demo.draws import Floats


def probability(table: Table) -> Floats:
    """Return each customer's true probability of leaving, between 0 and 1."""
    stays = np.ones(len(table["Phone"]))
    for push in (_heavy_days, _unanswered, _travel, _unhappy, _unbound):
        stays = stays * (1.0 - push(table))
    return 1.0 - stays


def _ramp(values: Floats, middle: float, width: float) -> Floats:
    """Rise from 0 to 1 around `middle`, within `width` on either side."""
    risen: Floats = np.clip((values - middle) / (2.0 * width) + 0.5, 0.0, 1.0)
    return risen


def _monthly(table: Table) -> Floats:
    return np.asarray(table["Contract"] == "Monthly", dtype=np.float64)


def _heavy_days(table: Table) -> Floats:
    """Dear daytime minutes drive people to a flat rate; voicemail users are at work and stay."""
    own = table["VMail Plan"] == "no"
    return np.asarray(_ramp(table["Day Mins"], 262, 10) * own * (0.08 + 0.86 * _monthly(table)))


def _unanswered(table: Table) -> Floats:
    """Four calls to customer service mean that three did not help."""
    many = _ramp(table["CustServ Calls"].astype(np.float64), 3.6, 0.6)
    return many * np.where(table["Day Mins"] < 210, 0.9, 0.25)


def _travel(table: Table) -> Floats:
    """International plans annoy when they are hardly used, or do not hold what is used."""
    unused = table["Intl Calls"] <= 2
    beyond = _ramp(table["Intl Mins"], 12.8, 0.5)
    return np.asarray(0.93 * np.maximum(unused, beyond) * (table["Int'l Plan"] == "yes"))


def _unhappy(table: Table) -> Floats:
    """Who answers 1 or 2 out of 10 and can leave any month mostly does."""
    return np.asarray(0.85 * _monthly(table) * (table["Satisfaction"] <= 2))


def _unbound(table: Table) -> Floats:
    """Nothing holds a new customer without a contract; the rest leave rarely, and unseen."""
    new = _ramp(-table["Account Length"].astype(np.float64), -45, 10)
    return 0.016 + _monthly(table) * (0.014 + 0.16 * new)
