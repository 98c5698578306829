"""EventBridge: what a rule or a schedule sets off is set off. Schedules wait to be fired by hand."""

from __future__ import annotations

import json
from typing import Any

from unchurn.aws.rehearsal.cloud import Cloud
from unchurn.aws.rehearsal.patches import Patch, around
from unchurn.errors import ConfigError


def patches(cloud: Cloud) -> list[Patch]:
    """Return what brings events to state machines and functions; other targets stay moto's."""
    from moto.events.models import Rule

    cloud.journal.remark("Schedules do not fire by themselves; rules on events do.")

    def send_to_targets(
        original: Any, self: Any, event: dict[str, Any], transform_input: bool = True
    ) -> None:
        if self.state == "DISABLED" or not self.event_pattern.matches_event(event):
            return
        every = self.targets
        ours = [target for target in every if _service(target["Arn"]) in {"states", "lambda"}]
        for target in ours:
            deliver(cloud, target, _message(target, event))
        self.targets = [target for target in every if target not in ours]
        try:
            original(self, event, transform_input)
        finally:
            self.targets = every

    return [around(Rule, "send_to_targets", send_to_targets)]


def fire(cloud: Cloud, name: str, group: str = "default") -> None:
    """Fire a schedule once, as its time would. Raises `ConfigError` when it is switched off."""
    schedule = cloud.clients.client("scheduler").get_schedule(Name=name, GroupName=group)
    if schedule["State"] != "ENABLED":
        raise ConfigError(f"The schedule {name!r} is switched off.", "Enable it, then fire it.")
    deliver(cloud, schedule["Target"], schedule["Target"].get("Input", "{}"))


def deliver(cloud: Cloud, target: dict[str, Any], message: str) -> None:
    """Start the machine, or invoke the function, that a target names."""
    if _service(target["Arn"]) == "states":
        machines = cloud.clients.client("stepfunctions")
        machines.start_execution(stateMachineArn=target["Arn"], input=message)
    else:
        cloud.clients.client("lambda").invoke(
            FunctionName=target["Arn"], InvocationType="Event", Payload=message.encode()
        )
    cloud.journal.note("event", str(target["Arn"]).rpartition(":")[2], "Delivered")


def _service(arn: str) -> str:
    return arn.split(":")[2]


def _message(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Return what a target gets: its own input, a part of the event, or all of it."""
    from moto.events.models import EventTemplateParser

    if "Input" in target:
        return str(target["Input"])
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        parsed = EventTemplateParser.parse(
            transformer["InputTemplate"], transformer.get("InputPathsMap", {}), event
        )
        return parsed if isinstance(parsed, str) else json.dumps(parsed, default=str)
    return json.dumps(event, default=str)
