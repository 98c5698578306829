"""What the calls of endpoints came to, kept where CloudWatch keeps it: in AWS/SageMaker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

NAMESPACE = "AWS/SageMaker"
_UNITS = {"ModelLatency": "Microseconds"}


def record(cloud: Cloud, dimensions: Mapping[str, str], status: int, seconds: float) -> None:
    """Count one invocation: how it was answered (0 is not at all), and how long that took.

    Written without PutMetricData, which refuses namespaces of AWS.
    """
    values = {
        "Invocations": 1.0,
        "Invocation4XXErrors": float(400 <= status < 500),
        "Invocation5XXErrors": float(status >= 500 or status == 0),
        "InvocationModelErrors": float(not 200 <= status < 300),
        "ModelLatency": seconds * 1e6,
    }
    told = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    backend(cloud).put_metric_data(
        NAMESPACE,
        [
            {"MetricName": name, "Value": value, "Unit": _UNITS.get(name), "Dimensions": told}
            for name, value in values.items()
        ],
    )


def between(cloud: Cloud, alarm: Any, begin: datetime, end: datetime) -> Iterable[float]:
    """Return the values of an alarm's metric from `begin`, excluded, to `end`, in naive UTC."""
    wanted = {each.name: each.value for each in alarm.dimensions}
    for datum in reversed(backend(cloud).metric_data):  # only ever added to, at its end
        if datum.timestamp <= begin:
            return
        named = (datum.namespace, datum.name) == (alarm.namespace, alarm.metric_name)
        if named and datum.timestamp <= end:
            dimensions = {each.name: each.value for each in datum.dimensions}
            if dimensions == wanted:
                yield datum.value


def backend(cloud: Cloud) -> Any:
    """Return what moto keeps of CloudWatch."""
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[cloud.account][cloud.region]
