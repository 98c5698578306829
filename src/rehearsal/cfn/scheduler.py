"""EventBridge Scheduler: schedules and their groups."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cloud import Cloud


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    made = cloud.clients.client("scheduler").create_schedule(**properties | {"Name": name})
    return Made(name, {"Arn": made["ScheduleArn"]})


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> None:
    cloud.clients.client("scheduler").update_schedule(**new | {"Name": name})


def _delete(cloud: Cloud, name: str, properties: Properties) -> None:
    group = properties.get("GroupName", "default")
    cloud.clients.client("scheduler").delete_schedule(Name=name, GroupName=group)


def _create_group(cloud: Cloud, name: str, properties: Properties) -> Made:
    pairs = properties.get("Tags") or []
    cloud.clients.client("scheduler").create_schedule_group(Name=name, Tags=pairs)
    return Made(name, {"Arn": arn(cloud, "scheduler", f"schedule-group/{name}")})


def _delete_group(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("scheduler").delete_schedule_group(Name=name)


TYPES = [
    ResourceType(
        "AWS::Scheduler::Schedule",
        _create,
        _delete,
        _update,
        named_by="Name",
        attributes=frozenset({"Arn"}),
        replaced_by=frozenset({"GroupName"}),
    ),
    ResourceType(
        "AWS::Scheduler::ScheduleGroup",
        _create_group,
        _delete_group,
        lambda *_: None,  # its tags; whoever deploys is told that they stay
        named_by="Name",
        attributes=frozenset({"Arn"}),
        properties=frozenset({"Name", "Tags"}),
    ),
]
