"""The history of an execution is read as visits; its cause as the innermost sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from unchurn.aws.execution import Execution, new_run
from unchurn.aws.history import read_visits
from unchurn.aws.run import RunError, plain_cause

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def events(*told: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"type": kind, "timestamp": BEGAN + timedelta(seconds=number), **details}
        for number, (kind, details) in enumerate(told)
    ]


def entered(kind: str, name: str) -> tuple[str, dict[str, Any]]:
    return f"{kind}StateEntered", {"stateEnteredEventDetails": {"name": name}}


def left(kind: str, name: str) -> tuple[str, dict[str, Any]]:
    return f"{kind}StateExited", {"stateExitedEventDetails": {"name": name}}


def scheduled(**parameters: str) -> tuple[str, dict[str, Any]]:
    details = {"resourceType": "sagemaker", "resource": "createTrainingJob.sync"}
    return "TaskScheduled", {
        "taskScheduledEventDetails": {**details, "parameters": json.dumps(parameters)}
    }


def failed(error: str) -> tuple[str, dict[str, Any]]:
    return "TaskFailed", {"taskFailedEventDetails": {"error": error, "cause": "why"}}


def test_a_task_is_timed_from_entering_to_leaving() -> None:
    (visit,) = read_visits(
        events(entered("Task", "Train"), scheduled(TrainingJobName="t-1"), left("Task", "Train"))
    )
    assert (visit.state, visit.work, visit.outcome, visit.seconds) == (
        "Train",
        True,
        "succeeded",
        2,
    )
    assert visit.request["TrainingJobName"] == "t-1"


def test_a_retry_that_helped_leaves_no_fault() -> None:
    (visit,) = read_visits(
        events(
            entered("Task", "Train"),
            scheduled(),
            failed("Throttling"),
            scheduled(),
            ("TaskSucceeded", {}),
            left("Task", "Train"),
        )
    )
    assert (visit.tries, visit.fault, visit.outcome) == (2, "", "succeeded")


def test_a_fault_that_was_caught_is_a_failed_visit_and_the_machine_goes_on() -> None:
    visits = read_visits(
        events(
            entered("Task", "Etl"),
            scheduled(),
            failed("Glue.JobFailed"),
            left("Task", "Etl"),
            entered("Task", "Notify"),
            left("Task", "Notify"),
            entered("Fail", "Failed"),
            ("ExecutionFailed", {"executionFailedEventDetails": {"error": "TrainingFailed"}}),
        )
    )
    assert [(v.state, v.outcome, v.fault) for v in visits] == [
        ("Etl", "failed", "Glue.JobFailed"),
        ("Notify", "succeeded", ""),
        ("Failed", "failed", ""),
    ]


def test_a_state_that_is_open_is_running() -> None:
    (visit,) = read_visits(events(entered("Task", "Train"), scheduled()))
    assert visit.open
    assert visit.seconds > 0


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("", "TrainingFailed"),
        ("plain words", "plain words"),
        (json.dumps({"Error": "E", "Cause": "inside"}), "inside"),
        (
            json.dumps({"Cause": json.dumps({"FailureReason": "exit 1: no label"})}),
            "exit 1: no label",
        ),
        (json.dumps({"Cause": json.dumps({"errorMessage": "no record"})}), "no record"),
        (
            json.dumps({"Name": "c", "LastCrawl": {"Status": "FAILED", "ErrorMessage": "denied"}}),
            "denied",
        ),
        (
            json.dumps({"QueryExecution": {"Query": "q", "Status": {"StateChangeReason": "no t"}}}),
            "no t",
        ),
        (json.dumps({"other": 1}), '{"other": 1}'),
        ("12", "12"),
    ],
)
def test_the_cause_is_the_innermost_sentence(cause: str, words: str) -> None:
    execution = Execution("arn:x:run", "run", "FAILED", BEGAN, None, (), "TrainingFailed", cause)
    assert plain_cause(execution) == words


def test_a_failed_run_names_the_state_at_fault_not_the_one_that_told() -> None:
    visits = read_visits(
        events(
            entered("Task", "Etl"),
            failed("Glue.JobFailed"),
            left("Task", "Etl"),
            entered("Task", "Notify"),
            failed("SNS.Throttled"),
            left("Task", "Notify"),
        )
    )
    execution = Execution("arn:x:r", "r", "FAILED", BEGAN, None, visits, "TrainingFailed", "why")
    assert RunError(execution).message == "The run r ended as FAILED in Etl: why"


def test_runs_are_named_so_that_they_sort_by_time_and_never_meet() -> None:
    names = {new_run() for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) == 22 and name.count("-") == 2 for name in names)
