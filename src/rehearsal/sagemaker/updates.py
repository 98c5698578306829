"""What SageMaker refuses of an endpoint that is to be made or updated, and what an update is to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.cloudwatch.alarms import Alarms
from rehearsal.sagemaker.endpoint import Endpoint
from rehearsal.sagemaker.policies import Policy, RefusedUpdateError, policy_of
from rehearsal.sagemaker.variants import variants_of

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_WORDS = {"endpoint": "endpoint", "endpoint-config": "endpoint configuration"}


@dataclass(frozen=True)
class Plan:
    """What an update is to do: the configuration as it will serve, and its variants."""

    config: Mapping[str, Any]
    variants: list[dict[str, Any]]
    deployment: Mapping[str, Any]
    policy: Policy


@contextmanager
def refusing() -> Iterator[None]:
    """Answer `RefusedUpdateError` as the API does."""
    from moto.sagemaker.exceptions import AWSValidationException

    try:
        yield
    except RefusedUpdateError as error:
        raise AWSValidationException(error.message) from error


def not_found(cloud: Cloud, kind: str, name: str) -> RefusedUpdateError:
    """Return the refusal of a name that nothing has."""
    return RefusedUpdateError(f'Could not find {_WORDS[kind]} "{_arn(cloud, kind, name)}".')


def check_new(
    cloud: Cloud, alarms: Alarms, request: Mapping[str, Any], known: Mapping[str, Endpoint]
) -> None:
    """Refuse an endpoint whose name is taken, or whose alarms do not exist."""
    name = request["EndpointName"]
    if name in known:
        raise RefusedUpdateError(
            f'Cannot create already existing endpoint "{_arn(cloud, "endpoint", name)}".'
        )
    _check_alarms(alarms, request.get("DeploymentConfig", {}))


def updatable(cloud: Cloud, known: Mapping[str, Endpoint], name: str) -> Endpoint:
    """Return the endpoint to update. Raises `RefusedUpdateError` where it cannot be."""
    if name not in known:
        raise not_found(cloud, "endpoint", name)
    endpoint, arn = known[name], _arn(cloud, "endpoint", name)
    if endpoint.status == "Failed":
        raise RefusedUpdateError(f'Cannot update failed endpoint "{arn}".')
    if endpoint.status != "InService":
        raise RefusedUpdateError(f'Cannot update in-progress endpoint "{arn}".')
    return endpoint


def planned(
    cloud: Cloud,
    alarms: Alarms,
    endpoint: Endpoint,
    config: Mapping[str, Any],
    request: Mapping[str, Any],
) -> Plan:
    """Say what an update is to do. Raises `RefusedUpdateError` where SageMaker would not."""
    given = request.get("DeploymentConfig")
    if given and request.get("RetainDeploymentConfig"):
        raise RefusedUpdateError(
            "RetainDeploymentConfig cannot be true when DeploymentConfig is specified."
        )
    deployment = endpoint.deployment if request.get("RetainDeploymentConfig") else given or {}
    _check_alarms(alarms, deployment)
    _check_change(cloud, endpoint, config)
    _check_scaling(cloud, endpoint, config)
    retained = _retained(request)
    before = [_only(each, retained) for each in endpoint.record.production_variants]
    variants = variants_of(config, before)
    effective = dict(config)
    if "DataCaptureConfig" in retained and endpoint.fleet is not None:
        effective["DataCaptureConfig"] = endpoint.fleet.config.get("DataCaptureConfig")
    instances = variants[0].get("CurrentInstanceCount")
    return Plan(effective, variants, deployment, policy_of(deployment, instances))


def _retained(request: Mapping[str, Any]) -> set[str]:
    if not request.get("RetainAllVariantProperties"):
        return set()
    left = request.get("ExcludeRetainedVariantProperties", [])
    every = {"DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig"}
    return every - {each["VariantPropertyType"] for each in left}


def _only(variant: Mapping[str, Any], retained: set[str]) -> dict[str, Any]:
    """Return a variant's name and those of its properties that are retained."""
    kept = {name.removeprefix("Desired") for name in retained}
    return {
        name: value
        for name, value in variant.items()
        if name == "VariantName" or name.removeprefix("Desired").removeprefix("Current") in kept
    }


def _check_alarms(alarms: Alarms, deployment: Mapping[str, Any]) -> None:
    named = deployment.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    missing = alarms.missing(each["AlarmName"] for each in named)
    if missing:
        raise RefusedUpdateError(f"Could not find alarm(s): {', '.join(missing)}.")


def _check_change(cloud: Cloud, endpoint: Endpoint, config: Mapping[str, Any]) -> None:
    """Refuse the configuration that serves already, and a serverless one instead of instances."""
    name = config["EndpointConfigName"]
    if endpoint.fleet is None or endpoint.fleet.config_name == name:
        raise RefusedUpdateError(
            f'Endpoint "{endpoint.record.arn}" has the endpoint configuration '
            f'"{_arn(cloud, "endpoint-config", name)}" already. Create a new one to update it.'
        )
    before, after = endpoint.fleet.config["ProductionVariants"][0], config["ProductionVariants"][0]
    if "ServerlessConfig" in after and "ServerlessConfig" not in before:
        raise RefusedUpdateError(
            "Updating a real-time endpoint to a serverless endpoint is not supported."
        )


def _check_scaling(cloud: Cloud, endpoint: Endpoint, config: Mapping[str, Any]) -> None:
    """Refuse another instance type, or another variant, while autoscaling holds this one."""
    if endpoint.fleet is None:
        return
    before = endpoint.fleet.config["ProductionVariants"][0]
    after = config["ProductionVariants"][0]
    if all(before.get(part) == after.get(part) for part in ("VariantName", "InstanceType")):
        return
    held = cloud.clients.client("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker",
        ResourceIds=[f"endpoint/{endpoint.name}/variant/{endpoint.variant}"],
    )["ScalableTargets"]
    if held:
        raise RefusedUpdateError(
            f'The variant(s) "[{endpoint.variant}]" must be deregistered as scalable targets with '
            "AWS Auto Scaling before they can be removed or have their instance type updated."
        )


def _arn(cloud: Cloud, kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{cloud.region}:{cloud.account}:{kind}/{name}"
