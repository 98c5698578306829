"""A history observed: the same labels and features as by hand, nothing from after the day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asked_histories import INACTIVITY, SUBSCRIPTION
from histories import (
    Settings,
    Told,
    as_of,
    observe,
    sections,
    snapshots,
    with_anchors,
    write_tables,
)
from unchurn.errors import ConfigError, UnchurnError
from unchurn.history import Question
from unchurn.history.observing import Asking, Observed, observe_history
from unchurn.history.plan import Plan
from unchurn.history.room import open_room
from unchurn.history.sources import open_sources
from unchurn.progress import Silent
from unchurn.project import Churn, Data, Engine


def _refused(told: Told, asked: Settings, tmp_path: Path) -> str:
    with pytest.raises(UnchurnError) as refused:
        observe(told, asked, tmp_path)
    return refused.value.message


@pytest.mark.parametrize(
    ("churn", "extra", "words"),
    [
        ({"horizon_days": 3_000}, {}, "Nobody can be looked at and labelled"),
        ({"horizon_days": 1, "every": 150.0}, {}, "On every snapshot nobody leaves"),
        ({"eligible": {"tier": ("X",)}}, {}, "eligible names 'tier'"),
        ({"eligible": {"score": ("many",)}}, {}, "wants 'score' to be 'many'"),
        ({"since": "2031-01-01"}, {}, "There is no snapshot"),
        ({}, {"observed_until": "2020-01-01"}, "begins on .* complete until 2020-01-01"),
        ({}, {"observed_until": "1.1.2024"}, "observed_until is '1.1.2024'"),
    ],
)
def test_a_history_without_an_answer_is_refused(
    churn: dict[str, Any], extra: dict[str, Any], words: str, tmp_path: Path
) -> None:
    """In words: what was asked, and why nobody is left."""
    asked = Settings(replace(SUBSCRIPTION, **churn), **extra)
    assert re.search(words, _refused(with_anchors(Told((), (), ())), asked, tmp_path))


def test_names_and_kinds_may_hold_anything(tmp_path: Path) -> None:
    """Quotes, blanks and other scripts in ids and kinds are data, never statements."""
    odd = "o'Neil; DROP TABLE customers --"
    orders = tuple((odd, f"2024-0{month}-05", "", "say \"hi\" 'x'", "1") for month in range(1, 9))
    periods = (
        (odd, "2024-01-01", "", "", "5", "X"),
        ("猫", "2024-01-01", "2024-07-10", "", "5", "it's"),
    )
    churn = replace(SUBSCRIPTION, eligible={"plan": ("X", "it's")})
    made = observe(with_anchors(Told(periods, orders)), Settings(churn), tmp_path)
    rows = snapshots(made).to_pylist()
    assert {odd, "猫"} <= {row["customer"] for row in rows}
    assert any(row["orders (say \"hi\" 'x') in the last 90 days"] for row in rows)


def test_who_is_eligible_is_spelled_in_any_case(tmp_path: Path) -> None:
    """What a cell means hangs on no other; a value that no row has is said, with what there is."""
    periods = tuple(
        (name, "2024-01-01", "2024-07-10" if name == "a" else "", "", "5", plan)
        for name, plan in (("a", "Basic"), ("b", "BASIC"), ("c", "plus"))
    )
    asked = replace(SUBSCRIPTION, eligible={"plan": ("basic", "gone")})
    made = observe(Told(periods, ()), Settings(asked), tmp_path)
    assert {row["customer"] for row in snapshots(made).to_pylist()} == {"a", "b"}
    (said,) = (each for each in made.findings if each.code == "eligible-unseen")
    assert said.words == (
        "[churn] eligible wants 'plan' to be 'gone', which no row of [history.subscriptions] has; "
        "it has 'BASIC', 'Basic', 'plus'."
    )


def test_who_is_eligible_is_said_of_the_column_that_is_spelled_so(tmp_path: Path) -> None:
    """Another is alike; where neither is spelled so, it is refused."""
    told = with_anchors(Told((), (), ()))
    write_tables(told, tmp_path)
    for part in (tmp_path / "accounts").iterdir():
        part.write_text(part.read_text().replace("segment", "PLAN", 1))
    section = sections(told, Settings(SUBSCRIPTION))
    accounts = replace(section.attributes["accounts"], columns=("PLAN",))
    history = replace(section, attributes={"accounts": accounts})

    def asked(name: str) -> Observed:
        question = Question.of(replace(SUBSCRIPTION, eligible={name: ("X",)}))
        sources = open_sources(history, question, Data(), tmp_path)
        asking = Asking(question, history, lambda rows: (min(rows), max(rows)))
        return observe_history(sources, asking, Engine(), tmp_path, Silent())

    assert not [each for each in asked("plan").findings if each.code == "eligible-unseen"]
    with pytest.raises(ConfigError, match="'Plan', which is a column of"):
        asked("Plan")


def test_renewals_are_seen_at_one_distance(tmp_path: Path) -> None:
    """With every = "renewal", each term is looked at a fixed lead before it ends."""
    terms = [("r", "2024-01-10", "2024-02-10"), ("r", "2024-02-10", "2024-03-10")]
    terms += [("s", f"2024-0{month}-01", f"2024-0{month + 1}-01") for month in range(1, 8)]
    periods = tuple((*term, "", "5", "X") for term in terms)
    churn = Churn(
        event="subscription-ends", every="renewal", lead_days=10, min_tenure_days=0, horizon_days=14
    )
    asked = Settings(churn, fixed_terms=True, observed_until="2024-08-15")
    made = observe(Told(periods, ()), asked, tmp_path)
    rows = snapshots(made).to_pylist()
    assert {row["days until the period ends"] for row in rows} == {10.0}
    found = {(row["customer"], row["snapshot_date"].isoformat()): row["churned"] for row in rows}
    assert found["r", "2024-01-31"] == 0
    assert found["r", "2024-02-29"] == 1
    assert made.rows["customer_days"] == made.rows["eligible"] + sum(made.rows["excluded"].values())
    assert made.rows["customer_days"] == len(terms)


def test_a_term_no_longer_than_the_lead_is_never_looked_at(tmp_path: Path) -> None:
    """On that day no list has it, for it has not begun; each other row of training is on its day's list."""
    terms = [("short", f"2024-{month:02}-01", f"2024-{month + 1:02}-01") for month in range(1, 8)]
    terms += [(f"long {n}", f"2024-01-{n:02}", f"2024-06-{n:02}") for n in range(1, 9)]
    terms += [(f"long {n}", f"2024-06-{n:02}", f"2024-12-{n:02}") for n in range(1, 4)]
    periods = tuple((*term, "", "5", "X") for term in terms)
    churn = Churn(
        event="subscription-ends", every="renewal", lead_days=45, min_tenure_days=0, horizon_days=14
    )
    asked = Settings(churn, fixed_terms=True, observed_until="2024-11-15")
    made = observe(Told(periods, ()), asked, tmp_path)
    trained = [(row["customer"], row["snapshot_date"]) for row in snapshots(made).to_pylist()]
    assert {customer for customer, _ in trained} == {f"long {n}" for n in range(1, 9)}
    assert made.rows["sources"]["subscriptions"]["never_due"] == 7
    (said,) = (each.words for each in made.findings if each.code == "never-due")
    assert "7 periods are no longer than [churn] lead_days" in said
    for customer, day in trained[::3]:
        listed = observe(Told(periods, ()), as_of(asked, str(day), made.plan), tmp_path)
        assert customer in snapshots(listed)["customer"].to_pylist()


def test_inactivity_knows_the_period_that_runs(tmp_path: Path) -> None:
    """Its price, end and plan beside a silence; a plan may say who is looked at."""
    told = with_anchors(Told((), (), ()), subscribed=False)
    periods = [
        ("stays", "2024-01-01", "2024-08-01", "4", "X"),
        ("stays", "2024-08-01", "", "6", "Y"),
    ]
    periods += [
        (f"leaves {day}", "2024-01-01", "2024-12-31", "5", "X") for day in range(0, 250, 25)
    ]
    rows = tuple((*row[:3], "", *row[3:]) for row in periods)
    asked = Settings(INACTIVITY, fixed_terms=True)
    made = observe(replace(told, subscriptions=rows), asked, tmp_path)
    stays = [row for row in snapshots(made).to_pylist() if row["customer"] == "stays"]
    prices = [(row["price now"], row["plan"], row["periods so far"]) for row in stays]
    assert set(prices) == {(4, "X", 1), (6, "Y", 2)}
    for row in stays:
        until = (dt.date(2024, 8, 1) - row["snapshot_date"]).days
        assert row["days until the period ends"] == (until if until >= 0 else None)
    only = replace(asked, churn=replace(INACTIVITY, eligible={"plan": ("X",)}))
    made = observe(replace(told, subscriptions=rows), only, tmp_path)
    assert {row["plan"] for row in snapshots(made).to_pylist()} == {"X"}


def test_a_day_is_observed_by_the_tables_of_its_plan(tmp_path: Path) -> None:
    """A table more or less, and ends that are suddenly known, are another history."""
    told = with_anchors(Told((), (), ()))
    asked = Settings(SUBSCRIPTION)
    plan = observe(told, asked, tmp_path).plan
    day = as_of(asked, "2024-06-01", plan)
    fewer = replace(told, accounts=())
    assert "lacks [history.attributes.accounts]" in _refused(fewer, day, tmp_path)
    fixed = replace(day, fixed_terms=True)
    assert "fixed_terms is true, and was false" in _refused(told, fixed, tmp_path)


def test_a_list_of_which_nobody_leaves_is_answered_by_the_plan_of_its_model(tmp_path: Path) -> None:
    """Nobody left is what became of it; without a plan there is nothing to learn, and that is refused."""
    told = with_anchors(Told((), (), ()))
    asked = Settings(replace(SUBSCRIPTION, grace_days=1))
    plan = Plan.from_plain(observe(told, asked, tmp_path).plan)
    quiet = replace(asked.churn, since="2024-10-20", until="2024-10-21")
    made = observe(told, replace(asked, churn=quiet, plan=plan), tmp_path)
    assert {row["churned"] for row in snapshots(made).to_pylist()} == {0}
    refused = _refused(told, replace(asked, churn=quiet), tmp_path)
    assert "On every snapshot nobody leaves" in refused


def test_what_to_install_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB is an extra: the base imports every module of a history, and says what is missing."""
    monkeypatch.setattr("unchurn.history.room.find_spec", lambda name: None)
    with (
        pytest.raises(ConfigError, match="duckdb is not installed") as refused,
        open_room(Engine(), tmp_path),
    ):
        pass
    assert "pip install 'unchurn[duckdb]'" in refused.value.hint


def test_undated_attributes_are_reported(tmp_path: Path) -> None:
    """What cannot be known to have been true then."""
    told = with_anchors(Told((), (), ()))
    write_tables(told, tmp_path)
    section = sections(told, Settings(SUBSCRIPTION))
    undated = {"accounts": replace(section.attributes["accounts"], time="", known="")}
    history = replace(section, attributes=undated)
    question = Question.of(SUBSCRIPTION)
    sources = open_sources(history, question, Data(), tmp_path)
    asking = Asking(question, history, lambda rows: (min(rows), max(rows)))
    made = observe_history(sources, asking, Engine(), tmp_path, Silent())
    told_of = [each.column for each in made.findings if each.code == "undated-attribute"]
    assert told_of == ["score", "segment"]
