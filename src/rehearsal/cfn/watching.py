"""CloudWatch: alarms and dashboards."""

from __future__ import annotations

from rehearsal.cfn.resource_type import Made, Properties, ResourceType, arn
from rehearsal.cloud import Cloud
from rehearsal.cloudwatch import metrics

_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")
_STILL = (
    "alarms on metric math and on metrics of AWS's own, but for endpoints': they stay as they are, "
    "and the actions that they name are not taken"
)


def _put_alarm(cloud: Cloud, name: str, properties: Properties) -> None:
    cloud.clients.client("cloudwatch").put_metric_alarm(**properties | {"AlarmName": name})


def _create_alarm(cloud: Cloud, name: str, properties: Properties) -> Made:
    measured = metrics.measured(properties.get("Namespace"), _endpoint(properties))
    if not measured and any(properties.get(key) for key in _ACTIONS):
        cloud.journal.remark(_STILL)
    _put_alarm(cloud, name, properties)
    return Made(name, {"Arn": arn(cloud, "cloudwatch", f"alarm:{name}")})


def _endpoint(properties: Properties) -> str | None:
    told = {each["Name"]: each["Value"] for each in properties.get("Dimensions", [])}
    return told.get("EndpointName")


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
