"""A cause, however deep it is wrapped, becomes a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from unchurn.aws.machines.causes import words


def caught(error: str, cause: Any) -> str:
    return json.dumps({"Error": error, "Cause": cause if cause is None else json.dumps(cause)})


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            caught("States.TaskFailed", {"TrainingJobName": "x", "FailureReason": "No rows."}),
            "States.TaskFailed: No rows.",
        ),
        (
            caught("NotThere", {"errorMessage": "There is no x.", "errorType": "NotThere"}),
            "NotThere: There is no x.",
        ),
        (
            caught("States.TaskFailed", {"JobRunState": "FAILED", "ErrorMessage": "bad data"}),
            "States.TaskFailed: bad data",
        ),
        (
            caught("CrawlFailed", {"LastCrawl": {"Status": "FAILED", "ErrorMessage": "denied"}}),
            "CrawlFailed: denied",
        ),
        (caught("CrawlFailed", {"State": "RUNNING"}), 'CrawlFailed: {"State": "RUNNING"}'),
        (caught("States.Timeout", None), "States.Timeout"),
        (json.dumps({"Error": "S3.NoSuchKeyException", "Cause": "no key"}), "S3.NoSuchKeyException: no key"),
        ("The model is refused (1 of 8 rules).", "The model is refused (1 of 8 rules)."),
        ("[1, 2]", "[1, 2]"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_cause_in_words(cause: str, said: str) -> None:
    assert words(cause) == said
