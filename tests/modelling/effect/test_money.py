"""Money by the draw: for each customer and in all, with what is missing said."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.measure import Drawn
from unchurn.modelling.effect.money import measure_money
from unchurn.report.campaign_effect import ALL, money_words, return_words

DRAWN = [Drawn(f"c{each}", True, 1, "", each / 50) for each in range(50)]
DRAWN += [Drawn(f"t{each}", False, 1, "", each / 450) for each in range(450)]
COST = {each.customer: 4.0 for each in DRAWN if not each.control}


def revenue(added: float) -> dict[str, float]:
    """A hundred for everybody and something more, and what contacting adds."""
    lots = np.random.default_rng(2)
    return {
        each.customer: 100.0 + float(lots.normal(0, 10)) + added * (not each.control)
        for each in DRAWN
    }


def test_money_is_measured_and_said() -> None:
    """Twenty more each, nine thousand in all; known of everybody."""
    found = measure_money(DRAWN, revenue(20.0), COST)
    assert found is not None
    assert found["difference"]["low"] < 20 < found["difference"]["high"]
    assert found["total"]["value"] == pytest.approx(450 * found["difference"]["value"])
    assert not found["uneven"]
    words = money_words(found, "$")
    assert words.startswith("Revenue: +$")
    assert "for all 450" in words
    assert found["spent"] == 1_800
    for end, value in found["total"].items():
        assert found["return_on_cost"][end] == pytest.approx(value / 1_800)
        assert found["net"][end] == pytest.approx(value - 1_800)
    assert return_words(found, "$", ALL).startswith("Return: +$")
    assert return_words(None, "$", ALL) == ""
    lost = measure_money(DRAWN, revenue(-20.0), {})
    assert money_words(lost, "EUR").startswith("Revenue: -")


def test_what_is_missing_is_said_or_leaves_nothing_to_say() -> None:
    """Of half of the contacted alone; of one control; of nobody."""
    known = revenue(0.0)
    some = {name: paid for name, paid in known.items() if name[0] == "c" or int(name[1:]) < 225}
    found = measure_money(DRAWN, some, COST)
    assert found is not None
    assert found["uneven"]
    assert "find out why first" in money_words(found, "EUR")
    assert measure_money(DRAWN, {"c1": 1.0, "t1": 2.0, "t2": 2.0}, COST) is None
    assert measure_money([], {}, {}) is None
    assert money_words(None, "EUR") == ""


def test_offers_have_their_own_return_and_a_caution() -> None:
    """Each offer beside those left alone of whom it would have been; what cost nothing has no return."""
    drawn = [
        Drawn(each.customer, each.control, 1, "gift" if int(each.customer[1:]) % 2 else "call", 0.5)
        for each in DRAWN
    ]
    found = measure_money(drawn, revenue(20.0), COST)
    assert found is not None
    assert [(each["offer"], each["customers"]) for each in found["by_offer"]] == [
        ("call", 225),
        ("gift", 225),
    ]
    assert sum(each["spent"] for each in found["by_offer"]) == found["spent"]
    words = return_words(found, "EUR", ALL)
    assert "\n  gift: +" in words
    assert words.endswith("not as good as it looks.")
    free = measure_money(drawn, revenue(20.0), {})
    assert free is not None
    assert free["return_on_cost"] is None
    assert return_words(free, "EUR", ALL) == ""
