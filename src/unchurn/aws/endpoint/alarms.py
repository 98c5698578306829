"""The alarms that put an endpoint back: their states, and whether they can judge a new version."""

from __future__ import annotations

import time

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import AwsError, asking_aws
from unchurn.aws.waiting import pace
from unchurn.errors import listing
from unchurn.progress import Progress

NAMES = ("5xx", "latency", "errors")
PATIENCE = 180.0
"""Seconds that alarms get to fall silent: what rang a version before is forgotten in two minutes."""


def alarm_states(clients: Clients, deployment: Deployment) -> dict[str, str]:
    """Return the state of each of the endpoint's alarms (OK, ALARM, INSUFFICIENT_DATA), by name."""
    names = [f"{deployment.stack}-endpoint-{each}" for each in NAMES]
    with asking_aws("look at the endpoint's alarms"):
        found = clients.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    states = {each["AlarmName"]: str(each["StateValue"]) for each in found}
    return {name: states[name] for name in names if name in states}


def ringing(clients: Clients, deployment: Deployment) -> list[str]:
    """Return the names of the endpoint's alarms that ring."""
    states = alarm_states(clients, deployment)
    return [name for name, state in states.items() if state == "ALARM"]


def require_quiet(clients: Clients, deployment: Deployment, progress: Progress) -> None:
    """Wait until no alarm rings, at most `PATIENCE`. Raises `AwsError` where one still does.

    An alarm that rings for the version that serves would put back any other, the one that mends
    it too.
    """
    end = time.monotonic() + PATIENCE
    with progress.task("wait for the alarms to fall silent") as task:
        while names := ringing(clients, deployment):
            if time.monotonic() > end:
                raise AwsError(
                    f"{listing(names)} rings for the version that serves, and would put back any "
                    "other; nothing was changed.",
                    "Wait until it is silent (unchurn aws endpoint status), or let the version take "
                    "over without being judged: unchurn aws endpoint deploy --version N --unwatched",
                )
            task.say(listing(names))
            time.sleep(pace(clients))
