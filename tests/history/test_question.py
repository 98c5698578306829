"""The question as [churn] asks it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from unchurn.errors import ConfigError
from unchurn.history import Question
from unchurn.project import Churn

ASKED = Churn(event="subscription-ends", eligible={"plan": ("basic", "plus")}, since="2024-01-31")


def test_a_question_survives_its_contract() -> None:
    """What contract.json holds reads back as the same question, with the same hash."""
    question = Question.of(ASKED)
    again = Question.from_plain(json.loads(json.dumps(question.to_plain())))
    assert again == question
    assert again.sha256 == question.sha256
    assert question.gap_days == 30
    assert question.settled_days == 60


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"horizon_days": 60}, "horizon_days is 60 and was 30"),
        ({"lead_days": 7}, "lead_days is 7 and was 0"),
        ({"timezone": "Europe/Berlin"}, "timezone is 'Europe/Berlin' and was 'UTC'"),
        ({"eligible": {}}, "eligible is {} and was {'plan': ['basic', 'plus']}"),
        ({"every": 14.0}, "every is 14 and was 'month'"),
    ],
)
def test_what_differs_is_named(changed: dict[str, Any], words: str) -> None:
    """Two questions that differ have two hashes, and the difference in words."""
    here, there = Question.of(ASKED), Question.of(replace(ASKED, **changed))
    assert here.sha256 != there.sha256
    assert here.differences(there) == [words]


def test_listing_other_days_is_the_same_question() -> None:
    """since and until choose snapshots, and change none."""
    here, there = Question.of(ASKED), Question.of(replace(ASKED, since="", until="2026-01-01"))
    assert here.sha256 == there.sha256
    assert not here.differences(there)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"event": "label"}, "event is 'label'"),
        ({"since": "31.01.2024"}, "since is '31.01.2024'"),
        ({"until": "2024-02-30"}, "until is '2024-02-30'"),
        ({"until": "2024-01-31"}, "is not before until"),
        ({"timezone": "Mars/Olympus"}, "timezone is 'Mars/Olympus'"),
        ({"timezone": "../etc/passwd"}, "timezone is '../etc/passwd'"),
        ({"every": "quarter"}, "every is 'quarter'"),
        ({"every": 1.5}, "every is 1.5"),
        ({"event": "inactivity", "every": "renewal"}, "no periods to renew"),
    ],
)
def test_a_bad_question_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    """The key and the value are named."""
    with pytest.raises(ConfigError, match=words):
        Question.of(replace(ASKED, **changed))
