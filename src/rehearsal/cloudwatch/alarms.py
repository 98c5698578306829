"""Alarms on one metric, judged by their own definition from what was measured.

Metrics are those that somebody put, and those of endpoints, which follow from the calls there were.
On AWS an alarm is looked at every minute; here whenever its metric is put, and when it is asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean
from threading import RLock
from typing import TYPE_CHECKING, Any

from rehearsal.cloudwatch import metrics, notices
from rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": fmean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}
_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_OTHER = "alarms on anomalies and on trimmed statistics: they stay as they are"


@dataclass
class Alarms:
    """The alarms of one cloud."""

    cloud: Cloud
    _hurried: dict[str, float] = field(default_factory=dict)
    _judged: dict[str, datetime] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def hurry(self, endpoint: str, factor: float) -> None:
        """From now on, make the periods of an endpoint's alarms shorter by `factor`.

        So short a period is not judged in time by itself: what came since an alarm was last judged
        belongs to it, too.
        """
        with self._lock:
            self._hurried[endpoint] = factor
            self._judged.clear()

    def relax(self, endpoint: str) -> None:
        """Let the periods of an endpoint's alarms be as long as they are."""
        with self._lock:
            self._hurried.pop(endpoint, None)

    def patches(self) -> list[Patch]:
        """Return what makes DescribeAlarms tell the state of this moment, and PutMetricData ring."""
        from moto.cloudwatch.responses import CloudWatchResponse

        def describe(original: Any, response: Any) -> Any:
            self.judge(response.cloudwatch_backend.alarms)
            return original(response)

        def put(original: Any, response: Any) -> Any:
            answer, space = original(response), response._get_param("Namespace")
            known = list(response.cloudwatch_backend.alarms.values())
            self.judge([each.name for each in known if each.namespace == space])
            return answer

        return [
            around(CloudWatchResponse, "describe_alarms", describe),
            around(CloudWatchResponse, "put_metric_data", put),
        ]

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return those of `names` that no alarm has."""
        return [name for name in names if name not in metrics.backend(self.cloud).alarms]

    def judge(self, names: Iterable[str]) -> list[str]:
        """Bring alarms up to date; return the names of those in ALARM. Unknown names are none."""
        known = metrics.backend(self.cloud).alarms
        found = [known[name] for name in list(names) if name in known]
        with self._lock:
            changed = [alarm for alarm in found if self._judge(alarm)]
            ringing = [alarm.name for alarm in found if alarm.state_value == "ALARM"]
        for alarm in changed:
            notices.tell(self.cloud, alarm)
        return ringing

    def _judge(self, alarm: Any) -> bool:
        """Bring an alarm up to date; tell whether its state is another now."""
        watched = {each.name: each.value for each in alarm.dimensions}.get("EndpointName")
        if not metrics.measured(alarm.namespace, watched):
            return False
        known = alarm.statistic in _STATISTICS or str(alarm.extended_statistic)[:1] == "p"
        if alarm.comparison_operator not in _BREACHES or not known:
            self.cloud.journal.remark(_OTHER)
            return False
        points = self._points(alarm, self._hurried.get(watched or ""))
        state = state_of(alarm, points)
        if state == alarm.state_value:
            return False
        seen = ", ".join("none" if point is None else f"{point:g}" for point in points)
        reason = f"Threshold Crossed: {seen} against {alarm.comparison_operator} "
        alarm.update_state(f"{reason}{alarm.threshold:g}.", "{}", state)
        return True

    def _points(self, alarm: Any, factor: float | None) -> list[float | None]:
        """Return a value for each period that is looked at, newest first; None is no data."""
        from moto.core.utils import utcnow

        now, period = utcnow(), timedelta(seconds=alarm.period * (factor or 1.0))
        if factor is not None:
            period = max(period, now - self._judged.get(alarm.name, now))
            self._judged[alarm.name] = now
        return [
            self._point(alarm, now - period * n, period) for n in range(alarm.evaluation_periods)
        ]

    def _point(self, alarm: Any, end: datetime, period: timedelta) -> float | None:
        values = list(metrics.between(self.cloud, alarm, end - period, end))
        if not values:
            return None
        if alarm.extended_statistic:
            return percentile(values, float(alarm.extended_statistic[1:]))
        return float(_STATISTICS[alarm.statistic](values))


def state_of(alarm: Any, points: Sequence[float | None]) -> str:
    """Return the state that follows from the latest data points, by CloudWatch's rules."""
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    breaches, treat = _BREACHES[alarm.comparison_operator], alarm.treat_missing_data or "missing"
    real = [point for point in points if point is not None]
    breaching = sum(breaches(point, alarm.threshold) for point in real)
    if treat == "breaching":
        breaching += len(points) - len(real)
    if treat == "missing":
        if not real:
            return "INSUFFICIENT_DATA"
        needed = min(needed, len(real))
    if breaching >= needed:
        return "ALARM"
    if treat == "ignore" and len(points) - len(real) + breaching >= needed:
        return str(alarm.state_value)  # what is missing could have decided it
    return "OK"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile, between the two nearest values in proportion."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
