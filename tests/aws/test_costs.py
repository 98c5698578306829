"""Costs are estimated from a dated table, and held to a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from unchurn.aws.costs import aged, check_cost, estimate, read_prices, refusal, total
from unchurn.aws.deployment import Deployment, make_deployment
from unchurn.aws.schedule import hours_between, runs_a_month
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.sections import Aws


def deployment(folder: Path, keys: str = "") -> Deployment:
    (folder / "churn.toml").write_text(f"[aws]\n{keys}\n")
    return make_deployment(Project.load(folder))


def test_every_price_has_a_unit_a_date_and_a_source_in_words() -> None:
    prices = read_prices()
    for each in (prices["instances"], *prices["prices"].values()):
        assert each["unit"]
        assert date.fromisoformat(each["date"]) > date(2024, 1, 1)
        assert "price page" in each["source"]
    assert all(0 < usd < 20 for usd in prices["instances"]["usd"].values())


def test_the_instances_that_churn_toml_has_by_default_are_priced() -> None:
    plain = Aws()
    named = {plain.processing_instance, plain.training_instance, plain.transform_instance}
    assert named | {plain.endpoint_instance} <= set(read_prices()["instances"]["usd"])


def test_a_training_is_the_sum_of_its_lines(tmp_path: Path) -> None:
    costs = estimate(deployment(tmp_path, "tuning_jobs = 10\nglue_workers = 3"))
    lines = {line.what: line for line in costs.training}
    assumed, hourly = read_prices()["assumed"], 0.115
    tune = lines["Tune (10 jobs) on ml.m5.large"]
    assert tune.usd == pytest.approx(10 * assumed["trial_minutes"] / 60 * hourly, abs=1e-5)
    assert lines["ETL"].quantity == pytest.approx(3 * assumed["etl_minutes"] / 60)
    assert total(costs.training) == pytest.approx(sum(line.usd or 0 for line in costs.training))


def test_a_history_is_observed_in_both_machines(tmp_path: Path) -> None:
    table = estimate(deployment(tmp_path))
    asked = estimate(deployment(tmp_path, '[churn]\nevent = "inactivity"'))
    minutes = read_prices()["assumed"]["observe_minutes"]
    for theirs, ours in ((table.training, asked.training), (table.scoring, asked.scoring)):
        (only,) = [line for line in ours if line not in theirs]
        assert (only.what, only.quantity) == ("Observe the history", 2 * minutes / 60)


def test_athena_is_paid_for_where_it_is_asked(tmp_path: Path) -> None:
    plain = estimate(deployment(tmp_path))
    asked = estimate(deployment(tmp_path, '[data]\ntrain = "athena://lake/customers"'))
    (only,) = [line for line in asked.training if line not in plain.training]
    assert (only.what, only.usd) == ("Query of Athena", 0.005)
    assert asked.scoring == plain.scoring


def test_a_campaign_costs_its_choice_and_a_file_of_its_outcomes(tmp_path: Path) -> None:
    plain, asked = (estimate(deployment(tmp_path, each)) for each in ("", "campaign = true"))
    more = [line.what for line in asked.scoring if line not in plain.scoring]
    assert more == ["Target on ml.m5.large", "Measure on ml.m5.large"]


def test_more_trials_cost_more_and_scoring_does_not_care(tmp_path: Path) -> None:
    few, many = (estimate(deployment(tmp_path, f"tuning_jobs = {n}")) for n in (1, 100))
    assert total(many.training) > total(few.training)
    assert many.scoring == few.scoring


def test_schedules_make_the_month_dear(tmp_path: Path) -> None:
    idle = estimate(deployment(tmp_path))
    daily = estimate(deployment(tmp_path, 'scoring_schedule = "rate(1 day)"'), alarms=3, keys=1)
    what = {line.what: line for line in daily.month}
    assert what["Scheduled scorings"].usd == pytest.approx(30.4 * total(daily.scoring))
    assert what["Encryption keys"].usd == 1.0
    assert "Scheduled scorings" not in {line.what for line in idle.month}
    assert total(idle.month) < 1


def test_watches_of_requests_cost_where_they_are_scheduled(tmp_path: Path) -> None:
    """And are held to the limit as the other runs are."""
    keys = '[endpoint]\ncapture_percent = 10\ncapture_schedule = "rate(1 day)"'
    asked, plain = estimate(deployment(tmp_path, keys)), estimate(deployment(tmp_path))
    what = {line.what: line for line in asked.month}
    assert what["Scheduled watches of requests"].usd == pytest.approx(
        30.4 * total(asked.watching), abs=1e-6
    )
    assert 0 < total(asked.watching) < total(asked.scoring)
    assert (plain.watching, plain.document()["watching"]["total"]) == ((), 0)
    large = estimate(deployment(tmp_path, f'{keys}\n[aws.jobs.captured]\ninstance = "ml.z9.huge"'))
    refused = [name for name, lines in large.runs.items() if refusal(100, name, lines)]
    assert refused == ["watching"]


def test_a_run_above_the_limit_is_refused_with_its_dearest_part(tmp_path: Path) -> None:
    training = estimate(deployment(tmp_path, "tuning_jobs = 500")).training
    assert not refusal(0, "training", training)
    assert not refusal(1000, "training", training)
    with pytest.raises(ConfigError, match=r"more than the \$0\.50 of max_cost.*Tune \(500 jobs\)"):
        check_cost(0.5, "training", training)


def test_what_has_no_price_cannot_be_held_to_a_limit(tmp_path: Path) -> None:
    made = deployment(tmp_path, 'training_instance = "ml.z9.huge"')
    costs = estimate(made)
    assert [line.usd for line in costs.training if "ml.z9.huge" in line.what] == [None, None]
    assert not refusal(0, "training", costs.training)
    assert "No price is known" in refusal(100, "training", costs.training)
    assert replace(costs).document()["training"]["total"] == total(costs.training)


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("", 0),
        ("rate(7 days)", 30.4 / 7),
        ("rate(1 day)", 30.4),
        ("rate(12 hours)", 60.8),
        ("at(2027-01-01T00:00:00)", 1),
        ("cron(0 3 ? * MON *)", 30.4 / 7),
        ("cron(0 3 ? * MON-FRI *)", 5 * 30.4 / 7),
        ("cron(0 3 * * ? *)", 30.4),
        ("cron(0 3 1 * ? *)", 1),
        ("cron(0 3 L * ? *)", 1),
        ("cron(0 3 1,15 * ? *)", 2),
        ("cron(0/30 9-17 * * ? *)", 2 * 9 * 30.4),
        ("cron(0 3 1 JAN,JUL ? *)", 2 / 12),
        ("cron(0 3 ? * 2#1 *)", 1),
    ],
)
def test_schedules_are_counted_by_the_month(schedule: str, runs: float) -> None:
    assert runs_a_month(schedule) == pytest.approx(runs)


def test_a_schedule_looks_back_over_the_hours_between_two_of_its_runs() -> None:
    """Of one a month, over the longest month there is."""
    schedules = ("", "rate(1 day)", "rate(7 days)", "cron(0 3 ? * MON *)", "rate(31 days)")
    assert [hours_between(each) for each in schedules] == [24, 24, 168, 168, 744]
    assert hours_between("cron(0 3 1 * ? *)") == hours_between("at(2027-01-01T00:00:00)") == 744


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("rate(5 minutes)", "more often than once a day"),
        ("cron(0 3,15 * * ? *)", "more often than once a day"),
        ("rate(32 days)", "less often than once a month"),
        ("cron(0 3 1 JAN,JUL ? *)", "less often than once a month"),
    ],
)
def test_requests_that_would_be_watched_twice_a_day_or_never_are_refused(
    schedule: str, words: str
) -> None:
    """Watches of a day are not compared with one another; what lies further back is looked at by nobody."""
    with pytest.raises(ConfigError, match=words) as caught:
        hours_between(schedule)
    assert schedule in caught.value.message and "capture_schedule" in caught.value.hint


@pytest.mark.parametrize("schedule", ["rate(0 days)", "cron(0 3 *)", "cron(a 3 * * ? *)", "daily"])
def test_a_schedule_that_is_none_is_refused(schedule: str) -> None:
    with pytest.raises(ConfigError, match="schedule"):
        runs_a_month(schedule)


def test_an_endpoint_is_told_apart_from_the_month_that_needs_none(tmp_path: Path) -> None:
    one = estimate(deployment(tmp_path))
    assert total(one.endpoint) == pytest.approx(730 * 0.056 + 0.3)
    assert not [line for line in one.month if "ndpoint" in line.what]
    two = estimate(deployment(tmp_path, "[endpoint]\ninstances = 2"))
    assert total(two.endpoint) == pytest.approx(2 * 730 * 0.056 + 0.3)
    assert one.document()["endpoint"]["total"] == total(one.endpoint)


def test_a_serverless_endpoint_is_paid_by_its_work(tmp_path: Path) -> None:
    (line, _) = estimate(deployment(tmp_path, "[endpoint]\nserverless = true")).endpoint
    assumed = read_prices()["assumed"]
    seconds = assumed["endpoint_requests"] * assumed["endpoint_request_seconds"]
    assert line.quantity == pytest.approx(seconds * 2)
    assert line.usd == pytest.approx(seconds * 2 * 0.00002)


def test_prices_older_than_a_year_are_flagged(tmp_path: Path) -> None:
    """By the oldest of the table, in the plan and where a run is refused for its cost."""
    oldest = min(each["date"] for each in read_prices()["prices"].values())
    made, then = estimate(deployment(tmp_path)), date.fromisoformat(oldest)
    assert made.document(then + timedelta(days=366))["old"] == ""
    assert oldest in made.document(then + timedelta(days=367))["old"]
    assert "more than a year ago" in aged(then + timedelta(days=900))
    # the table is of 2025, and nobody can turn the clock back
    assert made.document()["old"] == aged(datetime.now(UTC).date())
