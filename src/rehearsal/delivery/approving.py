"""Approval actions: a person is told, and answers through PutApprovalResult."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from rehearsal.delivery.action_context import ActionContext
from rehearsal.delivery.execution import RUNNING, ActionFailedError, ActionRun

APPROVED, REJECTED = "Approved", "Rejected"


def ask_person(context: ActionContext) -> None:
    """Tell the topic, then wait for an answer, for as long as the rehearsal lasts."""
    run = context.run
    run.token = str(uuid4())
    topic = context.configuration.get("NotificationArn")
    if topic:
        _tell(context, topic)
    if context.wait(lambda: run.answer or None) == REJECTED:
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


def _tell(context: ActionContext, topic: str) -> None:
    pipeline = context.execution.pipeline
    message = {
        "region": context.cloud.region,
        "approval": {
            "pipelineName": pipeline,
            "stageName": context.run.stage,
            "actionName": context.run.name,
            "token": context.run.token,
            "customData": context.configuration.get("CustomData"),
            "externalEntityLink": context.configuration.get("ExternalEntityLink"),
        },
    }
    context.cloud.clients.client("sns").publish(
        TopicArn=topic,
        Subject=f"APPROVAL NEEDED: {pipeline} action {context.run.name}"[:100],
        Message=json.dumps(message),
    )
