"""Approval actions: a person is told, and answers through PutApprovalResult."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from rehearsal.delivery.action_context import Turn
from rehearsal.delivery.execution import RUNNING, ActionFailedError, ActionRun

APPROVED, REJECTED = "Approved", "Rejected"


def ask_person(turn: Turn) -> None:
    """Tell the topic, then wait for an answer, for as long as the rehearsal lasts."""
    run = turn.run
    run.token = str(uuid4())
    topic = turn.configuration.get("NotificationArn")
    if topic:
        _tell(turn, topic)
    if turn.wait(lambda: run.answer or None) == REJECTED:
        raise ActionFailedError("ApprovalRejected", f"Rejected: {run.summary}")


def answer(run: ActionRun, token: str, result: dict[str, Any]) -> bool:
    """Give a person's answer to an approval; tell whether it waited for it.

    From then on it waits for nobody, however long the action takes to hear of it.
    """
    if run.status != RUNNING or not run.token or run.token != token:
        return False
    run.token = ""
    run.summary, run.answer = result["summary"], result["status"]
    return True


def _tell(turn: Turn, topic: str) -> None:
    pipeline = turn.execution.pipeline
    message = {
        "region": turn.cloud.region,
        "approval": {
            "pipelineName": pipeline,
            "stageName": turn.run.stage,
            "actionName": turn.run.name,
            "token": turn.run.token,
            "customData": turn.configuration.get("CustomData"),
            "externalEntityLink": turn.configuration.get("ExternalEntityLink"),
        },
    }
    turn.cloud.clients.client("sns").publish(
        TopicArn=topic,
        Subject=f"APPROVAL NEEDED: {pipeline} action {turn.run.name}"[:100],
        Message=json.dumps(message),
    )
