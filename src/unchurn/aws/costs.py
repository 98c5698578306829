"""What a run and a month are estimated to cost, from the dated price table beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from unchurn.aws.deployment import Deployment
from unchurn.aws.schedule import runs_a_month
from unchurn.errors import ConfigError, listing

_YEAR = timedelta(days=366)
TABLE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class Line:
    """One thing that is paid for. `usd` is None where the table has no price for it."""

    what: str
    quantity: float
    unit: str
    usd: float | None


@dataclass(frozen=True)
class Costs:
    """Lines of a training run, of a scoring run, and of a month in which nothing is run by hand.

    `watching` is one watch of what the endpoint was asked, where that is scheduled; `endpoint` is what a month of
    the endpoint adds, where one is deployed.
    """

    training: tuple[Line, ...]
    scoring: tuple[Line, ...]
    watching: tuple[Line, ...]
    month: tuple[Line, ...]
    endpoint: tuple[Line, ...]

    @property
    def runs(self) -> dict[str, tuple[Line, ...]]:
        """Lines of each kind of run that [aws] max_cost limits, by what it is called."""
        return {"training": self.training, "scoring": self.scoring, "watching": self.watching}

    def document(self, today: date | None = None) -> dict[str, Any]:
        """The estimate as plain data, with its totals, its dates and what it assumes.

        `old` says so where a price is older than a year as of `today`; else it is empty.
        """
        prices = read_prices()
        groups = {**self.runs, "month": self.month, "endpoint": self.endpoint}
        return {
            "currency": "USD",
            "region": prices["region"],
            "prices_of": prices["instances"]["date"],
            "old": aged(today or datetime.now(UTC).date()),
            "note": f"Estimates. {prices['note']}",
            "assumed": prices["assumed"],
            **{
                name: {"total": total(lines), "lines": [asdict(line) for line in lines]}
                for name, lines in groups.items()
            },
        }


def total(lines: tuple[Line, ...]) -> float:
    """Add up the lines that have a price, in US dollars."""
    return round(sum(line.usd or 0.0 for line in lines), 6)


@cache
def read_prices() -> dict[str, Any]:
    """Read the price table."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def aged(today: date) -> str:
    """Say that prices are older than a year, by the oldest in the table; "" where none is."""
    prices = read_prices()
    oldest = min(each["date"] for each in (prices["instances"], *prices["prices"].values()))
    if today - date.fromisoformat(oldest) <= _YEAR:
        return ""
    return (
        f"These prices are of {oldest}, more than a year ago: look at AWS's price pages before you "
        "rely on an estimate, or take a newer unchurn."
    )


def estimate(deployment: Deployment, alarms: int = 0, keys: int = 0) -> Costs:
    """Estimate a deployment. `alarms` counts the metrics of its templates' alarms, `keys` their keys."""
    values, assumed = deployment.values, read_prices()["assumed"]
    training = (*_crawl(assumed), *_training(deployment, assumed))
    scoring = (*_crawl(assumed), *_scoring(deployment, assumed))
    watching = _captured(deployment, assumed) if values["CaptureSchedule"] else ()
    month = (
        _line("Tables, models and code in S3", "storage_gb_month", assumed["storage_gb"]),
        _line("Container image in ECR", "image_gb_month", assumed["image_gb"]),
        _line("Alarms", "alarm_month", alarms),
        _line("Encryption keys", "key_month", keys),
        _scheduled("Scheduled trainings", values["TrainingSchedule"], training),
        _scheduled("Scheduled scorings", values["ScoringSchedule"], scoring),
        _scheduled("Scheduled watches of requests", values["CaptureSchedule"], watching),
    )
    served = _endpoint(values, assumed)
    there = tuple(line for line in month if line.quantity)
    return Costs(training, scoring, watching, there, served)


def refusal(most: float, what: str, lines: tuple[Line, ...]) -> str:
    """Say why a run is too dear, or nothing: `most` is in US dollars, 0 for no limit.

    What has no price cannot be held to a limit, and is refused where there is one.
    """
    asked, unpriced = total(lines), [line.what for line in lines if line.usd is None]
    if most and unpriced:
        return (
            f"No price is known for {listing(unpriced)}, so that one {what} run cannot be held to "
            f"the ${most:.2f} of max_cost; priced are {listing(read_prices()['instances']['usd'])}."
        )
    if not most or asked <= most:
        return ""
    dearest = max(lines, key=lambda line: line.usd or 0.0)
    return (
        f"One {what} run is estimated at ${asked:.2f}, more than the ${most:.2f} of max_cost; "
        f"the dearest part is {dearest.what} at ${dearest.usd or 0.0:.2f}."
    )


def check_cost(most: float, what: str, lines: tuple[Line, ...]) -> None:
    """Raise `ConfigError` when a run is estimated above `most` US dollars."""
    words = refusal(most, what, lines)
    if words:
        old = aged(datetime.now(UTC).date())
        raise ConfigError(
            f"{words} {old}".rstrip(),
            "Raise [aws] max_cost, or choose smaller instances or fewer trials: "
            "unchurn aws plan shows the estimate.",
        )


def _crawl(assumed: Mapping[str, float]) -> tuple[Line, ...]:
    hours = assumed["crawl_dpu"] * assumed["crawl_minutes"] / 60
    return (_line("Crawl", "glue_dpu_hour", hours),)


def _training(deployment: Deployment, assumed: Mapping[str, float]) -> tuple[Line, ...]:
    trials, on, counts = deployment.trials, deployment.instances, deployment.counts
    minutes = assumed["processing_minutes"]
    spot = {job: " (Spot, at most)" * (job in deployment.spot) for job in on}
    return (
        *_gathered(deployment, "train", assumed),
        _glue("ETL", deployment, assumed["etl_minutes"]),
        _job("Prepare", on["prepare"], minutes),
        _job(f"Tune ({trials} jobs){spot['tune']}", on["tune"], trials * assumed["trial_minutes"]),
        _job(f"Train{spot['train']}", on["train"], counts["train"] * assumed["training_minutes"]),
        _job("Evaluate", on["evaluate"], minutes),
        _line("Step Functions", "states", assumed["training_transitions"]),
        _line("Lambda", "lambda_call", assumed["training_calls"]),
    )


def _scoring(deployment: Deployment, assumed: Mapping[str, float]) -> tuple[Line, ...]:
    on, counts, minutes = deployment.instances, deployment.counts, assumed["processing_minutes"]
    campaign = ("Target", "Measure") if deployment.campaigns else ()  # one file of its outcomes
    return (
        *_gathered(deployment, "score", assumed),
        _job("Intake", on["intake"], minutes),
        _job("Batch transform", on["score"], counts["score"] * assumed["transform_minutes"]),
        _job("Collect", on["collect"], minutes),
        _job("Monitor", on["monitor"], minutes),
        _line("Metrics of the watch", "metric_hour", assumed["watch_metrics"]),
        *(_job(each, on[each.lower()], minutes) for each in campaign),
        _line("Step Functions", "states", assumed["scoring_transitions"]),
        _line("Lambda", "lambda_call", assumed["scoring_calls"]),
    )


def _captured(deployment: Deployment, assumed: Mapping[str, float]) -> tuple[Line, ...]:
    return (
        _job("Captured", deployment.instances["captured"], assumed["processing_minutes"]),
        _line("Metrics of the watch", "metric_hour", assumed["captured_metrics"]),
        _line("Step Functions", "states", assumed["captured_transitions"]),
        _line("Lambda", "lambda_call", assumed["captured_calls"]),
    )


def _gathered(deployment: Deployment, data: str, assumed: Mapping[str, float]) -> tuple[Line, ...]:
    """What it takes to have the customers where they are no table: a history's, or a query's."""
    if data in deployment.values["Queries"].split(","):
        return (_line("Query of Athena", "athena_tb", assumed["query_tb"]),)
    if not deployment.observes:
        return ()
    return (_glue("Observe the history", deployment, assumed["observe_minutes"]),)


def _glue(what: str, deployment: Deployment, minutes: float) -> Line:
    workers = int(deployment.values["GlueWorkers"])
    return _line(what, "glue_dpu_hour", workers * minutes / 60)


def _endpoint(values: Mapping[str, str], assumed: Mapping[str, float]) -> tuple[Line, ...]:
    alarms = _line("Alarms of the endpoint", "alarm_month", assumed["endpoint_alarms"])
    if values["Serverless"] == "true":
        requests, gigabytes = assumed["endpoint_requests"], int(values["ServerlessMemoryMb"]) / 1024
        seconds = requests * assumed["endpoint_request_seconds"]
        what = f"Serverless endpoint, {requests:,.0f} requests"
        return (_line(what, "serverless_gb_second", seconds * gigabytes), alarms)
    count = int(values["EndpointInstanceCount"])
    hours = count * assumed["month_hours"]
    return (_job(f"Endpoint, {count} always", values["EndpointInstanceType"], hours * 60), alarms)


def _line(what: str, price: str, quantity: float) -> Line:
    plain = read_prices()["prices"][price]
    return Line(what, round(quantity, 4), plain["unit"], round(quantity * plain["usd"], 6))


def _job(what: str, instance: str, minutes: float) -> Line:
    instances = read_prices()["instances"]
    hours, price = minutes / 60, instances["usd"].get(instance)
    usd = None if price is None else round(hours * price, 6)
    return Line(f"{what} on {instance}", round(hours, 4), instances["unit"], usd)


def _scheduled(what: str, schedule: str, run: tuple[Line, ...]) -> Line:
    runs = runs_a_month(schedule)
    return Line(what, round(runs, 2), "run", round(runs * total(run), 6))
