"""The run whose logs are asked for: of any machine by name, else the latest training or scoring."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from unchurn.aws import status


def test_without_a_name_what_a_campaign_changed_is_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that land start it by themselves: nobody who asks for the latest run means that."""
    days = {"training": "2027-03-01", "inference": "2027-03-02", "effect": "2027-03-03"}

    def latest(_: object, machine: str, *more: Any) -> list[dict[str, Any]]:
        return [{"run_id": machine, "execution_arn": machine, "started": days[machine]}]

    monkeypatch.setattr(status, "latest", latest)
    monkeypatch.setattr(
        status, "all_outputs", lambda *_: dict.fromkeys(status.MACHINES.values(), "arn")
    )
    assert status.find_execution(Mock(), Mock()) == "inference"
    assert status.find_execution(Mock(), Mock(), "effect") == "effect"
