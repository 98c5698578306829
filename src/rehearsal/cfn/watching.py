"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cloud import Cloud

_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")


def _put_alarm(cloud: Cloud, name: str, properties: Properties) -> None:
    cloud.clients.client("cloudwatch").put_metric_alarm(**properties | {"AlarmName": name})


def _create_alarm(cloud: Cloud, name: str, properties: Properties) -> Made:
    if any(properties.get(key) for key in _ACTIONS):
        cloud.journal.remark("alarms: the actions that they name are not taken")
    _put_alarm(cloud, name, properties)
    return Made(name, {"Arn": arn(cloud, "cloudwatch", f"alarm:{name}")})


def _delete_alarm(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("cloudwatch").delete_alarms(AlarmNames=[name])


def _create_dashboard(cloud: Cloud, name: str, properties: Properties) -> Made:
    cloud.journal.remark("dashboards: kept, and nobody sees them")
    _put_dashboard(cloud, name, properties)
    return Made(name)


def _put_dashboard(cloud: Cloud, name: str, properties: Properties) -> None:
    body = properties["DashboardBody"]
    cloud.clients.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)


def _delete_dashboard(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("cloudwatch").delete_dashboards(DashboardNames=[name])


TYPES = [
    ResourceType(
        "AWS::CloudWatch::Alarm",
        _create_alarm,
        _delete_alarm,
        lambda cloud, name, _, new: _put_alarm(cloud, name, new),
        named_by="AlarmName",
        attributes=frozenset({"Arn"}),
    ),
    ResourceType(
        "AWS::CloudWatch::Dashboard",
        _create_dashboard,
        _delete_dashboard,
        lambda cloud, name, _, new: _put_dashboard(cloud, name, new),
        named_by="DashboardName",
        properties=frozenset({"DashboardBody", "DashboardName"}),
    ),
]
