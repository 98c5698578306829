"""The run whose logs are asked for: of any machine by name, else the latest training or scoring."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from unchurn.aws import status
from unchurn.aws.machines import NAMES


def test_without_a_name_a_run_is_a_training_or_a_scoring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that land and schedules start the others by themselves: nobody who asks for the latest run means them."""
    days = dict(zip(NAMES, ("2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"), strict=True))

    def latest(_: object, machine: str, *more: Any) -> list[dict[str, Any]]:
        return [{"run_id": machine, "execution_arn": machine, "started": days[machine]}]

    monkeypatch.setattr(status, "latest", latest)
    monkeypatch.setattr(
        status, "all_outputs", lambda *_: dict.fromkeys(status.MACHINES.values(), "arn")
    )
    assert status.find_execution(Mock(), Mock()) == "inference"
    assert status.find_execution(Mock(), Mock(), "effect") == "effect"
