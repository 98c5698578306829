"""Bad rows and tables of a history: each a clear message or a counted reason, nobody lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from asked_histories import INACTIVITY, QUESTIONS, SUBSCRIPTION, observed
from histories import Settings, Told, sections, told_histories, with_anchors, write_tables
from many_histories import prove, side_by_side
from unchurn.errors import UnchurnError
from unchurn.history import Question
from unchurn.history.plan import Plan
from unchurn.history.sources import open_sources
from unchurn.progress import Silent
from unchurn.project import Churn, Data, Engine, Split
from unchurn.steps.observe import Asked, observe

BAD_PERIODS = (
    ("back", "2024-05-01", "2024-04-01", "", "5", "X"),
    ("over", "2024-01-01", "2024-09-01", "", "5", "X"),
    ("over", "2024-03-01", "2024-11-01", "", "6", "X"),
    ("twin", "2024-01-01", "", "", "5", "X"),
    ("twin", "2024-01-01", "", "", "5", "X"),
    ("", "2024-01-01", "", "", "5", "X"),
    ("quiet", "2024-01-01", "", "", "5", "X"),
    ("mid", "2024-03-01", "2024-08-01", "", "5", "X"),
    ("future", "2025-02-01", "", "", "5", "X"),
)
BAD_ORDERS = (
    ("mid", "2024-01-15", "", "web", "1"),
    ("mid", "2024-10-15", "", "web", "1"),
    ("nobody", "2024-03-03", "", "web", "1"),
    ("twin", "2024-04-04", "", "web", "2"),
    ("twin", "2024-04-04", "", "web", "2"),
    ("twin", "2025-03-01", "", "web", "2"),
    ("twin", "someday", "", "web", "2"),
    ("twin", "", "", "web", "2"),
)


@pytest.fixture(scope="module")
def bad() -> tuple[Any, dict[Any, dict[str, Any]]]:
    """A history with everything that can be wrong with rows, observed."""
    told = with_anchors(Told(BAD_PERIODS, BAD_ORDERS))
    orders = tuple(row for row in told.orders if not row[0].startswith("leaves"))
    return observed(replace(told, orders=orders), Settings(SUBSCRIPTION))


def test_every_bad_row_is_counted_once(bad: tuple[Any, Any]) -> None:
    """Under its reason; rows that are odd and count all the same are counted apart."""
    sources = bad[0].rows["sources"]
    assert sources["subscriptions"]["dropped"] == {
        "ends before it starts": 1,
        "equal to another row": 1,
        "no customer": 1,
        "on or after the last day observed": 1,
    }
    assert sources["subscriptions"]["overlapping"] == 1
    assert sources["events.orders"]["dropped"] == {
        "customer is not known": 1,
        "equal to another row": 1,
        "on or after the last day observed": 1,
        "unreadable time": 1,
        "no time": 1,
    }
    assert sources["events.orders"]["outside_periods"] == 2
    assert sources["events.orders"]["customers"] < bad[0].rows["customers"]


def test_what_was_odd_is_said(bad: tuple[Any, Any]) -> None:
    """Each count of `rows.json` has a finding, with the table's section."""
    told = " ".join(each.words for each in bad[0].findings)
    assert "[history.subscriptions]: 1 periods begin before an earlier one has ended" in told
    assert "[history.events.orders]: 1 rows are left out: customer is not known" in told
    assert "[history.events.orders]: 2 rows lie before or after all periods" in told


def test_odd_customers_are_looked_at_as_others(bad: tuple[Any, Any]) -> None:
    """Without events there are none of them; overlapping periods are one time as a customer."""
    rows = bad[1]
    day = dt.date(2024, 4, 14)
    assert rows["quiet", day]["orders in the last 90 days"] == 0
    assert rows["quiet", day]["days since the latest orders"] is None
    over = rows["over", day]
    assert (over["periods so far"], over["gaps so far"], over["price now"]) == (2, 0, 6)
    assert over["tenure in days"] == (day - dt.date(2024, 1, 1)).days
    assert rows["twin", day]["orders in the last 30 days"] == 1


@pytest.mark.slow
def test_nobody_is_lost() -> None:
    """In any history customers × snapshots are looked at or left out, for labels and for a day."""

    def judge(many: Sequence[Told], asked: Churn, choose: Random) -> None:
        told, settings = with_anchors(side_by_side(many)), Settings(asked)
        made, _ = observed(told, settings)
        day = choose.choice(made.rows["days"])["day"]
        observed(told, replace(settings, as_of=day))

    prove(judge, told_histories(), [*QUESTIONS, INACTIVITY])


def test_periods_of_the_same_days_are_one_time_as_a_customer() -> None:
    """Whatever else they say, and in a table as large as an engine sorts in parts: nobody is there twice."""
    same = [
        (f"c{n}", "2024-01-01", "2024-09-10" if n % 2 else "", "", price, "X")
        for n in range(600)
        for price in ("5", "6")
    ]
    made, rows = observed(with_anchors(Told(tuple(same), ())), Settings(SUBSCRIPTION))
    assert len(rows) == made.rows["eligible"]


def test_a_period_whose_end_cannot_be_read_makes_nobody_a_leaver() -> None:
    """Its customer stays among the customers, and is left out from its start on, under a reason of its own."""
    periods = (
        ("lost", "2024-03-01", "2024-09-31", "", "5", "X"),
        ("again", "2024-01-01", "2024-05-01", "", "5", "X"),
        ("again", "2024-05-01", "soon", "", "5", "X"),
        ("again", "2024-09-01", "", "", "5", "X"),
        ("told", "2024-03-01", "2024-06-01", "then", "5", "X"),
        ("told", "2024-07-20", "", "", "5", "X"),
    )
    settings = Settings(replace(SUBSCRIPTION, grace_days=1))
    made, rows = observed(with_anchors(Told(periods, ())), settings)
    found = {
        name: sorted(day for customer, day in rows if customer == name) for name, *_ in periods
    }
    assert not found["lost"]
    assert found["again"] == [dt.date(2024, 1, 20) + dt.timedelta(17 * n) for n in range(5)]
    assert not any(rows["again", day]["churned"] for day in found["again"])
    assert found["told"][0] > dt.date(2024, 7, 20)
    assert made.rows["excluded"]["end or notice cannot be read"] > 0
    periods_read = made.rows["sources"]["subscriptions"]
    assert (periods_read["dropped"], periods_read["unsure"]) == ({}, 3)
    (said,) = (each for each in made.findings if each.code == "unsure-periods")
    assert said.words.startswith(
        "[history.subscriptions]: the end or notice of 3 periods cannot be"
    )
    today = replace(settings, as_of="2024-10-01", plan=Plan.from_plain(made.plan))
    listed = {customer for customer, _ in observed(with_anchors(Told(periods, ())), today)[1]}
    assert listed & set(found) == {"told"}


@pytest.mark.parametrize(
    ("amount", "too_large", "words"),
    [
        (
            "8e14",
            0,
            "'amount' of [history.events.orders] is written with up to 2 decimals and kept with 0: ",
        ),
        ("3e15", 1, "[history.events.orders]: 1 number is too large to add up, and blank"),
    ],
)
def test_one_huge_number_is_said(amount: str, too_large: int, words: str) -> None:
    """Where it costs everybody's cents, and where it is blank itself."""
    orders = (
        ("stays", "2024-02-02", "", "web", amount),
        ("stays", "2024-02-03", "", "web", "9.99"),
    )
    made, rows = observed(with_anchors(Told((), orders)), Settings(SUBSCRIPTION))
    assert made.rows["sources"]["events.orders"]["too_large"] == too_large
    found = [each.words for each in made.findings if each.severity == "warning"]
    assert any(each.startswith(words) for each in found)
    largest = rows["stays", dt.date(2024, 2, 6)]["largest amount of orders in the last 7 days"]
    assert largest == (9.99 if too_large else float(amount))


def test_decimals_that_training_did_not_have_are_said() -> None:
    """A model's plan keeps those that its own table had; nothing is said where all are kept."""
    asked = Settings(SUBSCRIPTION)
    plain = with_anchors(Told((), ()))
    whole = replace(plain, orders=tuple((*row[:4], "1") for row in plain.orders))
    made, _ = observed(whole, asked)
    assert not [each for each in made.findings if each.code == "decimals-cut"]
    today = replace(asked, as_of="2024-10-01", plan=Plan.from_plain(made.plan))
    (said,) = (each for each in observed(plain, today)[0].findings if each.code == "decimals-cut")
    assert "up to 1 decimal and kept with 0: as in training." in said.words


def _refused(folder: Path, told: Told, **texts: str) -> str:
    write_tables(told, folder)
    for name, text in texts.items():
        (folder / name / "part-0.csv").write_text(text)
    history = sections(told, Settings(SUBSCRIPTION))
    with pytest.raises(UnchurnError) as refused:
        observe(
            open_sources(history, Question.of(SUBSCRIPTION), Data(), folder), Asked(),
            SUBSCRIPTION, history, Split(), Engine(), folder, Silent(),
        )  # fmt: skip
    assert not (folder / "snapshots.parquet").exists()
    assert refused.value.hint
    return refused.value.message


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"orders": ""}, "[history.events.orders]"),
        ({"orders": "customer,time,arrived,kind,amount\n"}, "[history.events.orders]"),
        (
            {"orders": "customer,time,arrived,kind,amount\na,soon,,web,1\nb,later,,web,1\n"},
            "[history.events.orders]",
        ),
        ({"orders": "customer,when,arrived,kind,amount\na,2024-01-01,,web,1\n"}, "'time'"),
        (
            {
                "subscriptions": "customer,start,end,notice,price,plan\na,2024-05-01,2024-01-01,,5,X\n"
            },
            "1 × ends before it starts",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_named(
    texts: dict[str, str], words: str, tmp_path: Path
) -> None:
    """An empty file, a header alone, no usable time, a renamed column, no usable period."""
    assert words in _refused(tmp_path, with_anchors(Told((), (), ())), **texts)
