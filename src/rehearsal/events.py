"""EventBridge: what a rule or a schedule sets off is set off. Schedules wait to be fired by hand."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from rehearsal.cloud import Cloud
from rehearsal.errors import SettingError
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Need
from rehearsal.permissions.refusals import DeniedError

_REACHED = {"codepipeline", "lambda", "sns", "states"}
"""Services that a rule's targets are brought to here."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return what brings events to what is rehearsed; other targets stay moto's."""
    from moto.events.models import Rule

    cloud.journal.remark("Schedules do not fire by themselves; rules on events do.")

    def send_to_targets(
        original: Any, self: Any, event: dict[str, Any], transform_input: bool = True
    ) -> None:
        if self.state == "DISABLED" or not self.event_pattern.matches_event(event):
            return
        every = self.targets
        ours = [target for target in every if _service(target["Arn"]) in _REACHED]
        told = event | {"time": _clock(event.get("time"))}
        for target in ours:
            deliver(cloud, target, _message(target, told), "events", self.arn)
        self.targets = [target for target in every if target not in ours]
        try:
            original(self, event, transform_input)
        finally:
            self.targets = every

    return [around(Rule, "send_to_targets", send_to_targets)]


def announce(
    cloud: Cloud, source: str, kind: str, resources: list[str], detail: dict[str, Any]
) -> None:
    """Tell the rules of the default bus of something that happened, as its service would."""
    from moto.events.models import events_backends

    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": kind,
        "source": source,
        "account": cloud.account,
        "time": time.time(),
        "region": cloud.region,
        "resources": resources,
        "detail": detail,
    }
    bus = events_backends[cloud.account][cloud.region].event_buses["default"]
    for rule in list(bus.rules.values()):
        try:
            rule.send_to_targets(event)
        except Exception as error:  # a target that fails is not the sender's affair
            cloud.journal.note("event", rule.name, "Failed", why=f"{type(error).__name__}: {error}")


def fire(cloud: Cloud, name: str, group: str = "default") -> None:
    """Fire a schedule once, as its time would. Raises `SettingError` when it is switched off."""
    schedule = cloud.clients.client("scheduler").get_schedule(Name=name, GroupName=group)
    if schedule["State"] != "ENABLED":
        raise SettingError(f"The schedule {name!r} is switched off.", "Enable it, then fire it.")
    source = f"arn:aws:scheduler:{cloud.region}:{cloud.account}:schedule-group/{group}"
    target = schedule["Target"]
    deliver(cloud, target, target.get("Input", "{}"), "scheduler", source)


def deliver(cloud: Cloud, target: dict[str, Any], message: str, sender: str, source: str) -> None:
    """Start the machine or pipeline, invoke the function, tell the topic that a target names.

    As the target's role; without one as the `sender`, the service that does it for the rule or the
    group of schedules `source`. Raises `DeniedError` where that may not.
    """
    role = str(target.get("RoleArn") or "")
    action = _ACTIONS.get(_service(str(target["Arn"])))
    if action and not role:
        need = Need(action, str(target["Arn"]))
        if not cloud.permissions.service_may(sender, need, source):
            raise DeniedError(f"{sender}.amazonaws.com is not authorized to perform: {action}")
    with cloud.permissions.as_role(role, sender, source=source):
        _send(cloud, target, message)


_ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish"}
"""What a service may do in its own name, where the resource's policy lets it."""


def _send(cloud: Cloud, target: dict[str, Any], message: str) -> None:
    arn, service = str(target["Arn"]), _service(target["Arn"])
    name = arn.rpartition(":")[2]
    if service == "states":
        machines = cloud.clients.client("stepfunctions")
        machines.start_execution(stateMachineArn=arn, input=message)
    elif service == "codepipeline":
        cloud.clients.client("codepipeline").start_pipeline_execution(name=name)
    elif service == "sns":
        cloud.clients.client("sns").publish(TopicArn=arn, Message=message)
    else:
        cloud.clients.client("lambda").invoke(
            FunctionName=arn, InvocationType="Event", Payload=message.encode()
        )
    cloud.journal.note("event", name, "Delivered")


def _service(arn: str) -> str:
    return arn.split(":")[2]


def _clock(told: Any) -> str:
    """Return a time as events tell it; moto counts seconds."""
    if not isinstance(told, int | float):
        return str(told)
    return f"{datetime.fromtimestamp(told, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _message(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Return what a target gets: its own input, a part of the event, or all of it."""
    from moto.events.models import EventTemplateParser

    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        taken_in = event | {"ingestion-time": event["time"]}
        parsed = EventTemplateParser.parse(
            transformer["InputTemplate"], transformer.get("InputPathsMap", {}), taken_in
        )
        return parsed if isinstance(parsed, str) else json.dumps(parsed, default=str)
    return json.dumps(event, default=str)
