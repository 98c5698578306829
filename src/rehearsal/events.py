"""EventBridge: what a rule or a schedule sets off is set off. Schedules wait to be fired by hand."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from rehearsal.cloud import Cloud
from rehearsal.errors import SettingError
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Need
from rehearsal.permissions.refusals import DeniedError

_OF_MOTO = {"events", "logs"}
"""Services that moto brings events to: other buses, archives, groups of logs."""


def patches(cloud: Cloud) -> list[Patch]:
    """Return what brings events to what is rehearsed; what else is reached stays moto's."""
    from moto.events.models import Rule

    cloud.journal.remark(
        "Schedules do not fire by themselves; rules on events that are told here do."
    )

    def send_to_targets(
        original: Any, self: Any, event: dict[str, Any], transform_input: bool = True
    ) -> None:
        try:
            if self.state == "DISABLED" or not self.event_pattern.matches_event(event):
                return
        except Exception as error:
            # one pattern that moto cannot read keeps no other rule from its events
            _lost(cloud, {"Arn": self.arn}, error)
            return
        told = event | {"time": _clock(event.get("time"))}
        for target in list(self.targets):
            try:
                if service_of(target["Arn"]) not in _OF_MOTO:
                    deliver(cloud, target, _message(target, told), "events", self.arn)
                    continue
                alone = copy.copy(self)
                alone.targets = [target]
                original(alone, event, transform_input)
            except Exception as error:
                _lost(cloud, target, error)

    return [around(Rule, "send_to_targets", send_to_targets)]


def _lost(cloud: Cloud, target: dict[str, Any], error: Exception) -> None:
    """Write down that one target was not reached, which neither sender nor other targets notice.

    See "How EventBridge retries delivering events" in its user guide: PutEvents answers before.
    """
    status = "Denied" if isinstance(error, DeniedError) else "Failed"
    name = str(target["Arn"]).rpartition(":")[2]
    cloud.journal.note("event", name, status, why=f"{type(error).__name__}: {error}")


def announce(
    cloud: Cloud, source: str, kind: str, resources: list[str], detail: dict[str, Any]
) -> None:
    """Tell the rules of the default bus of something that happened, as its service would.

    What AWS's services tell is in `rehearsal.event_rules.TOLD`. A cloud that ends sets nothing off.
    """
    from moto.events.models import events_backends

    if cloud.ending.is_set():
        return
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
        rule.send_to_targets(event)


def fire(cloud: Cloud, name: str, group: str = "default") -> None:
    """Fire a schedule once, as its time would. Raises `SettingError` when it is switched off."""
    schedule = cloud.clients.client("scheduler").get_schedule(Name=name, GroupName=group)
    if schedule["State"] != "ENABLED":
        raise SettingError(f"The schedule {name!r} is switched off.", "Enable it, then fire it.")
    source = f"arn:aws:scheduler:{cloud.region}:{cloud.account}:schedule-group/{group}"
    target = schedule["Target"]
    deliver(cloud, target, target.get("Input", "{}"), "scheduler", source)


def deliver(cloud: Cloud, target: dict[str, Any], message: str, sender: str, source: str) -> None:
    """Start the machine or pipeline, invoke the function, tell the topic or queue of a target.

    As the target's role; without one as the `sender`, the service that does it for the rule or the
    group of schedules `source`. Raises `DeniedError` where that may not, `SettingError` where
    nothing is brought to such a target.
    """
    if why := objection(str(target["Arn"])):
        raise SettingError(why)
    role = str(target.get("RoleArn") or "")
    action = _ACTIONS.get(service_of(str(target["Arn"])))
    if action and not role:
        need = Need(action, str(target["Arn"]))
        if not cloud.permissions.service_may(sender, need, source):
            raise DeniedError(
                f"{sender}.amazonaws.com is not authorized to perform: {action} on resource: "
                f"{need.resource} because its policy does not let it"
            )
    with cloud.permissions.as_role(role, sender, source=source):
        _send(cloud, target, message)


_ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}
"""What a service may do in its own name, where the resource's policy lets it."""


def _send(cloud: Cloud, target: dict[str, Any], message: str) -> None:
    service = service_of(target["Arn"])
    _SENDERS[service](cloud.clients.client(_CLIENTS.get(service, service)), target, message)
    cloud.journal.note("event", str(target["Arn"]).rpartition(":")[2], "Delivered")


def _start(machines: Any, target: dict[str, Any], message: str) -> None:
    machines.start_execution(stateMachineArn=target["Arn"], input=message)


def _run(pipelines: Any, target: dict[str, Any], _: str) -> None:
    pipelines.start_pipeline_execution(name=str(target["Arn"]).rpartition(":")[2])


def _build(builds: Any, target: dict[str, Any], message: str) -> None:
    """Start a build; what a target says itself are parameters of StartBuild, an event is none."""
    own = json.loads(message) if {"Input", "InputTransformer"} & set(target) else {}
    builds.start_build(**own | {"projectName": str(target["Arn"]).rpartition("/")[2]})


def _publish(topics: Any, target: dict[str, Any], message: str) -> None:
    topics.publish(TopicArn=target["Arn"], Message=message)


def _invoke(functions: Any, target: dict[str, Any], message: str) -> None:
    functions.invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=message.encode())


def _queue(queues: Any, target: dict[str, Any], message: str) -> None:
    url = queues.get_queue_url(QueueName=str(target["Arn"]).rpartition(":")[2])["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody=message, **target.get("SqsParameters", {}))


_SENDERS: Mapping[str, Callable[[Any, dict[str, Any], str], None]] = {
    "codebuild": _build,
    "codepipeline": _run,
    "lambda": _invoke,
    "sns": _publish,
    "sqs": _queue,
    "states": _start,
}
_CLIENTS = {"states": "stepfunctions"}
"""Names of the services that an SDK calls otherwise than an ARN does."""


def objection(address: str, others: frozenset[str] = frozenset()) -> str:
    """Return why nothing is brought to the target at `address`; nothing where it is reached.

    `others` are services that the caller reaches beside those here.
    """
    service = service_of(address)
    if service in others or service in _SENDERS:
        return ""
    reached = ", ".join(sorted({*_SENDERS, *others}))
    return f"The target {address} is of {service!r}, which is not rehearsed; reached: {reached}."


def objection_of_rule(address: str) -> str:
    """Return why a rule does not reach the target at `address`; nothing where it does."""
    if ":api-destination/" in address:
        return f"The target {address} is an API destination, and nothing leaves the rehearsal."
    return objection(address, frozenset(_OF_MOTO))


def service_of(arn: str) -> str:
    """Return the service in an ARN, nothing where there is none."""
    return "".join(arn.split(":")[2:3])


def _clock(told: Any) -> str:
    """Return a time as events tell it; moto counts seconds."""
    if not isinstance(told, int | float):
        return str(told)
    return f"{datetime.fromtimestamp(told, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _message(target: dict[str, Any], event: dict[str, Any]) -> str:
    """Return what a target gets: its own input, a part of the event, or all of it.

    InputPath as "Target" of EventBridge's API reference has it. Raises `SettingError` where the
    event has no such part.
    """
    from moto.events.models import EventTemplateParser
    from moto.stepfunctions.parser.asl.utils.json_path import parse

    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        found = parse(target["InputPath"]).find(event)
        if not found:
            raise SettingError(f"InputPath {target['InputPath']} matches nothing in the event.")
        return json.dumps(found[0].value, default=str)
    if "InputTransformer" in target:
        transformer = target["InputTransformer"]
        taken_in = event | {"ingestion-time": event["time"]}
        parsed = EventTemplateParser.parse(
            transformer["InputTemplate"], transformer.get("InputPathsMap", {}), taken_in
        )
        return parsed if isinstance(parsed, str) else json.dumps(parsed, default=str)
    return json.dumps(event, default=str)
