"""How an update of an endpoint moves its calls, as its DeploymentConfig says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.errors import RehearsalError


class RefusedUpdateError(RehearsalError):
    """An update that SageMaker would not begin; answered as ValidationException."""


@dataclass(frozen=True)
class Policy:
    """`steps` are the shares of the calls that the new fleet gets, with the seconds each is watched.

    `alarms` are the names of those that make the update go back.
    """

    steps: tuple[tuple[float, float], ...] = ((1.0, 0.0),)
    alarms: tuple[str, ...] = ()


def policy_of(deployment: Mapping[str, Any], instances: int | None) -> Policy:
    """Read a DeploymentConfig for a fleet of so many `instances`; None is a serverless one.

    Raises `RefusedUpdateError` for one that SageMaker refuses or the rehearsal does not know.
    """
    if not deployment:
        return Policy()
    if instances is None:
        raise RefusedUpdateError("DeploymentConfig is not supported for serverless endpoints.")
    if "BlueGreenUpdatePolicy" not in deployment:
        raise RefusedUpdateError("The rehearsal knows DeploymentConfig with BlueGreenUpdatePolicy.")
    given = deployment["BlueGreenUpdatePolicy"]
    routing, last = given["TrafficRoutingConfiguration"], given.get("TerminationWaitInSeconds", 0)
    alarms = deployment.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    shares = _shares(routing, instances)
    waits = [*[float(routing["WaitIntervalInSeconds"])] * (len(shares) - 1), float(last)]
    return Policy(
        tuple(zip(shares, waits, strict=True)), tuple(alarm["AlarmName"] for alarm in alarms)
    )


def _shares(routing: Mapping[str, Any], instances: int) -> list[float]:
    if routing["Type"] == "ALL_AT_ONCE":
        return [1.0]
    if routing["Type"] == "CANARY":
        return [_share("CanarySize", routing, instances, 0.5), 1.0]
    step = _share("LinearStepSize", routing, instances, 0.5)
    if step < 0.1:
        raise RefusedUpdateError("LinearStepSize must be 10-50% of the variant's instance count.")
    return [*(step * n for n in range(1, int(1 / step - 1e-9) + 1)), 1.0]


def _share(name: str, routing: Mapping[str, Any], instances: int, most: float) -> float:
    if name not in routing:
        raise RefusedUpdateError(f"{name} is required for traffic routing type {routing['Type']}.")
    value = int(routing[name]["Value"])
    by_count = routing[name]["Type"] == "INSTANCE_COUNT"
    share = value / instances if by_count else value / 100
    # No part of an instance can be started: one of one is all of them.
    if share > most or 1 / instances > most:
        raise RefusedUpdateError(
            f"{name} must be less than or equal to {most:.0%} of the variant's total instance "
            f"count, which is {instances}."
        )
    return share
