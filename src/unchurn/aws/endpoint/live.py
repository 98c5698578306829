"""What SageMaker says of the endpoint: its state, and the model of its live configuration.

InService alone says little: an endpoint whose update was rolled back is in service too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.parameters import TEMPLATE
from unchurn.aws.failure import asking_aws
from unchurn.aws.stack_state import outputs_of
from unchurn.aws.waiting import pace, wait_until
from unchurn.errors import ConfigError

SETTLED = ("InService", "Failed", "OutOfService", "UpdateRollbackFailed")
LONGEST = 4 * 3600.0
"""Seconds after which a deployment of the endpoint is given up; SageMaker's own limit is less."""


@dataclass(frozen=True)
class Live:
    """The endpoint at one moment. `arriving` is the model of an update under way, or empty."""

    name: str
    status: str
    config: str
    model: str
    arriving: str = ""
    failure: str = ""


def read_live(clients: Clients, deployment: Deployment) -> Live | None:
    """Return the endpoint of the deployment, or None where none stands."""
    with asking_aws("look at the endpoint"):
        name = outputs_of(clients, deployment.stack_name(TEMPLATE)).get("EndpointName", "")
        return _read(clients, name) if name else None


def require_live(clients: Clients, deployment: Deployment) -> Live:
    """Return the endpoint. Raises `ConfigError` where none stands."""
    found = read_live(clients, deployment)
    if found is None:
        raise ConfigError(
            f"The deployment {deployment.stack!r} has no endpoint in {clients.region}.",
            "Deploy the champion's with: unchurn aws endpoint deploy",
        )
    return found


def wait_for_live(clients: Clients, deployment: Deployment) -> Live | None:
    """Wait until nothing is under way at the endpoint; return it, or None where none stands."""

    def settled() -> tuple[Live | None] | None:
        found = read_live(clients, deployment)
        return (found,) if found is None or found.status in SETTLED else None

    return wait_until(settled, "The endpoint", pace(clients), LONGEST)[0]


def _read(clients: Clients, name: str) -> Live | None:
    from botocore.exceptions import ClientError

    sagemaker = clients.client("sagemaker")
    try:
        plain: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as error:
        if "Could not find" in str(error):
            return None
        raise
    pending = plain.get("PendingDeploymentSummary", {}).get("EndpointConfigName", "")
    config = str(plain["EndpointConfigName"])
    return Live(
        name,
        str(plain["EndpointStatus"]),
        config,
        _model(clients, config),
        _model(clients, pending) if pending else "",
        str(plain.get("FailureReason", "")),
    )


def _model(clients: Clients, config: str) -> str:
    from botocore.exceptions import ClientError

    sagemaker = clients.client("sagemaker")
    try:
        plain = sagemaker.describe_endpoint_config(EndpointConfigName=config)
    except ClientError as error:
        if "Could not find" in str(error):
            return ""
        raise
    return str(plain["ProductionVariants"][0]["ModelName"])
