"""The verdict on a campaign: helped, did harm, cannot tell."""

from __future__ import annotations

import pytest

from unchurn.modelling.effect.measure import Drawn, measure, sample_ratio


def campaign(contacted: int, control: int) -> list[Drawn]:
    """Customers of a draw, alternately of two strata."""
    return [
        Drawn(f"{'c' if left else 't'}{number}", left, number % 2 + 1, "call", number / size)
        for left, size in ((False, contacted), (True, control))
        for number in range(size)
    ]


def churned(drawn: list[Drawn], contacted: int, control: int) -> dict[str, bool]:
    """Let so many of each group leave."""
    most = {False: contacted, True: control}
    return {each.customer: int(each.customer[1:]) < most[each.control] for each in drawn}


@pytest.mark.parametrize(
    ("left", "verdict"),
    [((90, 40), "helped"), ((360, 20), "did harm"), ((180, 22), "cannot tell")],
)
def test_the_interval_gives_the_verdict(left: tuple[int, int], verdict: str) -> None:
    """Fewer left, more left, or it may be chance, and how many customers would tell."""
    drawn = campaign(900, 100)
    found = measure(drawn, churned(drawn, *left))
    assert found["verdict"] == verdict
    assert (found["needed"] is not None) == (verdict == "cannot tell")
    assert [each["stratum"] for each in found["by_stratum"]] == [1, 2]
    assert found["by_offer"][0]["contacted"]["customers"] == 900
    assert found["difference"]["value"] == pytest.approx(left[0] / 900 - left[1] / 100)
    # who leaves is here who is at little risk, so adjusting tells it more closely
    width, closer = (
        found[each]["high"] - found[each]["low"] for each in ("difference", "adjusted")
    )
    assert closer < width


def test_missing_outcomes_take_the_verdict_away() -> None:
    """Controls whose outcome is looked for harder are no comparison."""
    drawn = campaign(900, 100)
    known = churned(drawn, 90, 40)
    some = {name: value for name, value in known.items() if name[0] == "c" or int(name[1:]) < 450}
    found = measure(drawn, some)
    assert found["uneven"]
    assert found["verdict"] == "cannot tell"


def test_one_group_alone_tells_nothing() -> None:
    """Without an outcome of either side there is no difference."""
    drawn = campaign(10, 2)
    found = measure(drawn, {"t1": True})
    assert found["difference"] is None
    assert found["verdict"] == "cannot tell"
    one = measure(drawn, {"t1": True, "t2": False, "c0": False})
    assert one["adjusted"] == one["difference"]


def test_contacts_to_keep_one_have_an_interval_where_it_helped() -> None:
    """The inverses of the difference and its ends; none where it may be chance, or harm."""
    drawn = campaign(900, 100)
    found = measure(drawn, churned(drawn, 90, 40))
    ends = found["contacts_to_keep_one_interval"]
    assert found["contacts_to_keep_one"] == pytest.approx(1 / 0.3)
    assert ends["low"] < found["contacts_to_keep_one"] < ends["high"]
    for left in ((180, 22), (360, 20)):
        assert measure(drawn, churned(drawn, *left))["contacts_to_keep_one_interval"] is None


def test_a_mismatch_of_the_sample_ratio_is_found() -> None:
    """Outcomes of half of the contacted and of all controls are no chance; of everybody, it is 1."""
    drawn = campaign(900, 100)
    known = churned(drawn, 90, 40)
    whole = sample_ratio(drawn, known)
    assert whole == {"expected": 0.1, "seen": 0.1, "p_value": 1.0}
    some = {name: value for name, value in known.items() if name[0] == "c" or int(name[1:]) < 450}
    half = sample_ratio(drawn, some)
    assert half is not None
    assert half["seen"] == pytest.approx(100 / 550)
    assert half["p_value"] < 1e-6
    assert sample_ratio(drawn, {}) is None
    assert sample_ratio(campaign(10, 0), known) is None
    assert sample_ratio([], known) is None
