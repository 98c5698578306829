"""The page of a backtest: months beside a random split, in words, charts and a table."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from example_backtest import backtested

from unchurn.report import headline, optimism_in_money, render_backtest
from unchurn.report.charts.months import LIFT, PROFIT, RANKING, months


def test_the_page_says_what_a_random_split_promises_beyond_the_months() -> None:
    """In lift and in money, with each month, last month's model, the constant and the traps."""
    page = render_backtest(backtested())
    assert "A random split promises a lift of 3.1; the months gave 2.0" in page
    assert "promises 2,034 EUR of profit: 1,234 EUR more than the months gave" in page
    for cell in ("2025-06-01", "0.690", "0.1500", "a random split", "0.930", "0.700"):
        assert cell in page
    assert "Optimism in ROC-AUC; the months lay between 0.70 and 0.72" in page
    assert "&lt;b&gt;health" in page
    assert "<b>" not in page
    assert page == render_backtest(backtested())


def test_months_that_are_better_are_said_so_too() -> None:
    """Optimism may be negative: then a random split promises less."""
    document = backtested()
    document["optimism"]["profit_per_thousand"] = -50.0
    assert "50 EUR less than the months gave" in optimism_in_money(document)


def test_without_costs_there_is_no_money() -> None:
    """Neither a sentence nor a chart."""
    document = backtested(None)
    assert optimism_in_money(document) == ""
    page = render_backtest(document)
    assert "Optimism in money" not in page
    assert page.count("<svg") == 2


def test_a_page_of_nothing_says_so() -> None:
    """Whatever is missing is said, never an error."""
    page = render_backtest({})
    assert headline({}) in page
    assert "No month was judged." in page
    assert "The history tells of none" in page


@pytest.mark.parametrize("measured", [LIFT, RANKING, PROFIT])
@pytest.mark.parametrize("count", [1, 3, 120])
def test_charts_of_one_month_and_of_many_are_drawn(measured: object, count: int) -> None:
    """Each month has its mark; days are named at few places, so that they can be read."""
    document = backtested()
    month = document["months"][0]
    document["months"] = [
        {**month, "day": f"{2015 + n // 12}-{n % 12 + 1:02d}-01"} for n in range(count)
    ]
    drawn = ElementTree.fromstring(months(measured, document).svg)  # type: ignore[arg-type]
    assert len(drawn.findall(".//{*}circle")) == count
    texts = [each.text or "" for each in drawn.findall(".//{*}text")]
    assert len([each for each in texts if each.startswith("20")]) <= 5
    assert any("a random split" in each for each in texts)


def test_what_was_not_judged_is_listed_with_its_reason() -> None:
    """A month without leavers is no month of the table, and not passed over in silence."""
    passed = [{"what": "2025-08-01", "why": "The held-out part has no <b> customer."}]
    page = render_backtest(backtested() | {"not_judged": passed})
    assert "<bdi>2025-08-01</bdi>: The held-out part has no &lt;b&gt; customer." in page
    assert "Not judged" not in render_backtest(backtested())
