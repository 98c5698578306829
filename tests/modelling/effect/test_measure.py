"""The verdict on a campaign: helped, did harm, cannot tell."""

from __future__ import annotations

import pytest

from unchurn.modelling.effect.measure import Drawn, measure


def campaign(contacted: int, control: int) -> list[Drawn]:
    """Customers of a draw, alternately of two strata."""
    return [
        Drawn(f"{'c' if left else 't'}{number}", left, number % 2 + 1, "call")
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
