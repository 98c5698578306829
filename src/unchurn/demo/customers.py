"""Who the customers are and how they use their phones, before anything is spoilt.

Columns and spellings are those of the telecom table that churn tutorials have used for
decades (State … CustServ Calls); Signup Date, Contract, Satisfaction, Monthly Bill and
Customer Value are ours. Every customer is invented: an exchange beginning with 0 or 1, as in
every Phone here, cannot be dialled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unchurn.demo.draws import Draws, Floats, Whole

Table = dict[str, NDArray[Any]]
"""Columns of one length, by header."""

STATES = tuple(
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE "  # noqa: SIM905 - a list of 51 would fill a screen
    "NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY".split()
)
TARIFF = {"Day": 0.17, "Eve": 0.085, "Night": 0.045, "Intl": 0.27}
"""Price of a minute, in the currency of the table."""
_SERVICE_CALLS = {0: 0.21, 1: 0.355, 2: 0.23, 3: 0.13, 4: 0.046, 5: 0.015, 6: 0.005, 7: 0.002}
_INTL_CALLS = {0: 0.005, 1: 0.05, 2: 0.145, 3: 0.2, 4: 0.185, 5: 0.14, 6: 0.1, 7: 0.065, 8: 0.11}
_SATISFACTION = {
    1: 0.025,
    2: 0.035,
    3: 0.05,
    4: 0.07,
    5: 0.1,
    6: 0.14,
    7: 0.2,
    8: 0.2,
    9: 0.13,
    10: 0.05,
}


def people(draws: Draws, snapshot: str, first_phone: int = 0) -> Table:
    """Draw what hardly changes from month to month: home, phone, plans, contract, tenure.

    `snapshot` is the ISO date on which the table is true; Account Length is in whole weeks
    before it, 1 to 243. Phones are all different, from number `first_phone` on.
    """
    weeks = np.clip(np.floor(draws.bell(100, 40)), 1, 243).astype(np.int64)
    days = weeks * 7 + draws.whole(0, 6)
    numbers = first_phone + draws.order()
    return {
        "State": draws.pick(dict.fromkeys(STATES, 1.0)),
        "Account Length": weeks,
        "Area Code": draws.pick({408: 0.25, 415: 0.5, 510: 0.25}),
        "Phone": np.array([f"{55 + n // 10_000:03d}-{n % 10_000:04d}" for n in numbers]),
        "Int'l Plan": draws.pick({"no": 0.91, "yes": 0.09}),
        "VMail Plan": draws.pick({"no": 0.72, "yes": 0.28}),
        "Contract": draws.pick({"Monthly": 0.51, "One year": 0.3, "Two years": 0.19}),
        "Signup Date": np.datetime64(snapshot) - days,
    }


def month(draws: Draws, who: Table) -> Table:
    """Draw one month of use, the bill it makes and what the customer said, for `who`."""
    use = {**_calls(draws), "CustServ Calls": draws.pick(_SERVICE_CALLS)}
    voicemail = np.clip(np.round(draws.bell(29, 7)), 4, 51).astype(np.int64)
    use["VMail Message"] = np.where(who["VMail Plan"] == "yes", voicemail, 0)
    use["Satisfaction"] = draws.pick(_SATISFACTION)
    use["Monthly Bill"] = _bill(who, use)
    use["Customer Value"] = _value(draws, who, use["Monthly Bill"])
    return {**who, **use}


def _calls(draws: Draws) -> Table:
    habits = {"Day": (180, 54), "Eve": (200, 51), "Night": (200, 50), "Intl": (10.2, 2.8)}
    made: Table = {}
    for part, (mean, spread) in habits.items():
        minutes = np.round(np.clip(draws.bell(mean, spread), 0, None), 1)
        made[f"{part} Mins"] = minutes
        made[f"{part} Calls"] = draws.pick(_INTL_CALLS) if part == "Intl" else _many_calls(draws)
        made[f"{part} Charge"] = np.round(minutes * TARIFF[part], 2)
    return made


def _many_calls(draws: Draws) -> Whole:
    return np.clip(np.round(draws.bell(100, 20)), 0, None).astype(np.int64)


def _bill(who: Table, use: Table) -> Floats:
    plans = 6.0 * (who["Int'l Plan"] == "yes") + 4.0 * (who["VMail Plan"] == "yes")
    fee = np.where(who["Contract"] == "Monthly", 12.0, 9.0)
    spent = sum(use[f"{part} Charge"] for part in TARIFF)
    return np.asarray(np.round(fee + plans + spent, 2), dtype=np.float64)


def _value(draws: Draws, who: Table, bill: Floats) -> Floats:
    """Margin still to come: a third of the bill over the months the contract makes likely."""
    months = np.where(who["Contract"] == "Monthly", 18, 30) + draws.whole(-6, 6)
    return np.asarray(np.round(bill * months / 3.0, -1), dtype=np.float64)
