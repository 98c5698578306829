"""What a new state of an alarm sets off: the topics that it names, and EventBridge's rules."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rehearsal.events import announce
from rehearsal.permissions.actions import Need

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

KIND = "CloudWatch Alarm State Change"


def tell(cloud: Cloud, alarm: Any) -> None:
    """Tell of the state that an alarm has just come to."""
    _publish(cloud, alarm)
    announce(cloud, "aws.cloudwatch", KIND, [alarm.alarm_arn], _detail(alarm))


def _publish(cloud: Cloud, alarm: Any) -> None:
    actions = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }[alarm.state_value]
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "NewStateValue": alarm.state_value,
        "NewStateReason": alarm.state_reason,
    }
    topics = cloud.clients.client("sns")
    for arn in actions or [] if alarm.actions_enabled else []:
        if arn.split(":")[2:3] != ["sns"]:
            cloud.journal.remark("alarms: of their actions only topics hear; others are not taken")
            continue
        if not cloud.permissions.service_may(
            "cloudwatch", Need("sns:Publish", arn), alarm.alarm_arn
        ):
            continue
        with suppress(topics.exceptions.ClientError):  # as AWS, which only notes it
            topics.publish(
                TopicArn=arn,
                Subject=f'{alarm.state_value}: "{alarm.name}"'[:100],
                Message=json.dumps(message),
            )


def _detail(alarm: Any) -> dict[str, Any]:
    """Return an event's detail, as CloudWatch documents it for an alarm on one metric."""
    _, reason, data, value, since = alarm.history[-1]
    now = (alarm.state_reason, alarm.state_reason_data, alarm.state_value)
    metric = {
        "namespace": alarm.namespace,
        "name": alarm.metric_name,
        "dimensions": {each.name: each.value for each in alarm.dimensions},
    }
    stat = alarm.statistic or alarm.extended_statistic
    measured = {"metric": metric, "period": alarm.period, "stat": stat}
    return {
        "alarmName": alarm.name,
        "configuration": {
            "description": alarm.description,
            "metrics": [{"id": "m1", "metricStat": measured, "returnData": True}],
        },
        "previousState": _state(reason, data, value, since),
        "state": _state(*now, alarm.state_updated_timestamp),
    }


def _state(reason: str, data: str, value: str, since: datetime) -> dict[str, str]:
    told = {"value": value, "reason": reason, "reasonData": data}
    return {**told, "timestamp": f"{since:%Y-%m-%dT%H:%M:%S}.000+0000"}
