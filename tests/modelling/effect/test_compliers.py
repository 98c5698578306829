"""The effect on whom the draw decided about, with an interval that is honest where it decided little."""

from __future__ import annotations

import numpy as np
import pytest

from unchurn.modelling.effect.compliers import Reached, complier_difference, measure_compliers
from unchurn.modelling.effect.measure import Drawn
from unchurn.report.campaign_effect import compliers_words

DRAWN = [Drawn(f"{'c' if each % 10 == 0 else 't'}{each}", each % 10 == 0, 1, "", 0.3) for each in range(1_000)]  # fmt: skip
LEFT = {each.customer: int(each.customer[1:]) % (3 if each.control else 5) == 0 for each in DRAWN}


def test_it_is_the_difference_by_the_draw_divided_by_that_in_contacts() -> None:
    """Half as many reached, twice the effect; its ends are Fieller's."""
    whole = complier_difference(Reached(900, 900, 90, 90), Reached(100, 0, 30, 0))
    half = complier_difference(Reached(900, 450, 90, 45), Reached(100, 0, 30, 0))
    assert whole is not None
    assert half is not None
    assert (whole.value, half.value) == (pytest.approx(-0.2), pytest.approx(-0.4))
    assert whole.low < -0.2 < whole.high < 0
    assert half.low == pytest.approx(2 * whole.low, rel=0.08)


def test_where_the_draw_decided_little_nothing_is_told() -> None:
    """Nobody more was reached than of the others, or fewer: any effect may be."""
    for reached in (0, 30, 100):
        contacted = Reached(900, reached, 90, 0)
        assert complier_difference(contacted, Reached(100, 12, 30, 0)) is None


@pytest.mark.parametrize(("rate", "reach", "leak"), [(0.05, 0.8, 0.0), (0.3, 0.5, 0.1)])
def test_the_interval_covers(rate: float, reach: float, leak: float) -> None:
    """Of 1,000 campaigns 94% hold; those whom no call reaches leave more often."""
    lots = np.random.default_rng(4)
    held = []
    for _ in range(1_000):
        sides = []
        for size, share in ((450, reach), (50, leak)):
            kind = lots.random(size)
            reached = kind < share
            left = (
                lots.random(size) < np.where(kind < reach, rate, 1.3 * rate) - 0.3 * rate * reached
            )
            counts = (reached.sum(), left.sum(), (reached & left).sum())
            sides.append(Reached(size, *(int(each) for each in counts)))
        found = complier_difference(*sides)
        held.append(found is None or found.low <= -0.3 * rate <= found.high)
    assert 0.93 <= np.mean(held) <= 0.99


def test_it_is_measured_where_contacts_are_known_and_some_did_not_keep_to_the_draw() -> None:
    """Not where nothing is said of contacts, nor where all kept to it."""
    assert measure_compliers(DRAWN, LEFT, {}) is None
    assert measure_compliers(DRAWN, LEFT, {"t1": True, "c0": False}) is None
    some = {each.customer: int(each.customer[1:]) % 2 == 0 for each in DRAWN if not each.control}
    found = measure_compliers(DRAWN, LEFT, some)
    assert found is not None
    assert (found["contacted_reached"], found["control_reached"]) == (pytest.approx(4 / 9), 0)
    by_draw = np.mean([LEFT[each.customer] for each in DRAWN if not each.control]) - 0.34
    assert found["difference"]["value"] == pytest.approx(by_draw / (4 / 9))
    words = compliers_words(found, True)
    assert words.startswith("44% of those to be contacted were reached; for those reached because")
    nobody = dict.fromkeys((each.customer for each in DRAWN), False) | {"c0": True}
    assert "too few for an effect" in compliers_words(measure_compliers(DRAWN, LEFT, nobody), True)
    assert compliers_words(None, True) == ""
    assert measure_compliers(DRAWN, {}, some) is None
