"""Approvals: who is still asked, and who is not any more."""

from __future__ import annotations

from rehearsal.delivery.approving import answer
from rehearsal.delivery.execution import ActionRun

SAID = {"summary": "looked at it", "status": "Approved"}


def test_an_answered_approval_asks_nobody_though_its_action_has_not_heard_of_it() -> None:
    """Between the answer and the action's end no token is shown, so nobody answers twice."""
    run = ActionRun("Approve", {"name": "Ask"}, token="a")
    assert not answer(run, "b", SAID)
    assert answer(run, "a", SAID)
    assert (run.token, run.answer) == ("", "Approved")
    assert not answer(run, "a", {**SAID, "status": "Rejected"})
    assert run.answer == "Approved"
