"""Metrics: those that somebody puts, and of AWS's own those of endpoints, which calls are counted in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

NAMESPACE = "AWS/SageMaker"
_AWS = "AWS/"
"""How the namespaces begin into which AWS alone puts metrics."""
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


def measured(namespace: str | None, endpoint: str | None) -> bool:
    """Tell whether metrics of a namespace are measured here; of AWS's own, an endpoint's alone."""
    if namespace == NAMESPACE:
        return endpoint is not None
    return bool(namespace) and not str(namespace).startswith(_AWS)


def between(cloud: Cloud, alarm: Any, begin: datetime, end: datetime) -> Iterable[float]:
    """Return the values of an alarm's metric from `begin`, excluded, to `end`, in naive UTC."""
    wanted = {each.name: each.value for each in alarm.dimensions}
    for datum in list(backend(cloud).metric_data):
        named = (datum.namespace, datum.name) == (alarm.namespace, alarm.metric_name)
        if named and begin < datum.timestamp.replace(tzinfo=None) <= end:
            dimensions = {each.name: each.value for each in datum.dimensions}
            if dimensions == wanted:
                yield from _values(datum)


def _values(datum: Any) -> list[float]:
    """Return a datum's value; of a set told by its statistics, values that have just these."""
    if hasattr(datum, "value"):
        return [datum.value]
    inner = int(datum.sample_count) - 2
    if inner < 0:
        return [datum.sum]
    between_ends = (datum.sum - datum.min - datum.max) / inner if inner else 0.0
    return [datum.min, datum.max, *[between_ends] * inner]


def backend(cloud: Cloud) -> Any:
    """Return what moto keeps of CloudWatch."""
    from moto.cloudwatch.models import cloudwatch_backends

    return cloudwatch_backends[cloud.account][cloud.region]
