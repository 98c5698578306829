"""UpdateEndpoint refuses what SageMaker refuses, and keeps what it is told to keep."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_endpoints import (
    begin_update,
    configure,
    create,
    described,
    guarded,
    put_alarms,
    save_model,
    settled,
    update,
)

from rehearsal.cloud import Cloud
from rehearsal.sagemaker.policies import RefusedUpdateError, policy_of

ARN = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.fixture
def live(acme: Cloud) -> Cloud:
    """A cloud with the endpoint e-1 in service on c-1, and c-2 to update it to."""
    put_alarms(acme)
    acme.bake_seconds = 0.3
    create(acme, configure(acme, "c-1", save_model(acme, "first")))
    configure(acme, "c-2", "first")
    return acme


def test_an_endpoint_or_a_configuration_that_is_not_there_is_refused(live: Cloud) -> None:
    with pytest.raises(ClientError, match=f'Could not find endpoint "{ARN}:endpoint/e-9"'):
        begin_update(live, "c-2", "e-9")
    with pytest.raises(
        ClientError, match=f'Could not find endpoint configuration "{ARN}:endpoint-config/c-9"'
    ):
        begin_update(live, "c-9")
    assert described(live)["EndpointStatus"] == "InService"


def test_an_endpoint_under_update_is_refused(live: Cloud) -> None:
    begin_update(live, "c-2", DeploymentConfig=guarded())
    with pytest.raises(
        ClientError, match=f'Cannot update in-progress endpoint "{ARN}:endpoint/e-1"'
    ):
        begin_update(live, "c-1")
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        _resize(live, 3)
    assert settled(live)["EndpointConfigName"] == "c-2"
    _resize(live, 3)
    assert described(live)["ProductionVariants"][0]["CurrentInstanceCount"] == 3


def _resize(cloud: Cloud, count: int) -> None:
    cloud.clients.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="e-1",
        DesiredWeightsAndCapacities=[
            {"VariantName": "AllTraffic", "DesiredWeight": 1.0, "DesiredInstanceCount": count}
        ],
    )


def test_the_configuration_that_serves_is_refused_and_must_not_be_deleted(live: Cloud) -> None:
    with pytest.raises(ClientError, match=r"already\. Create a new one"):
        begin_update(live, "c-1")
    live.clients.client("sagemaker").delete_endpoint_config(EndpointConfigName="c-1")
    with pytest.raises(ClientError, match=r"Could not find endpoint configuration .*c-1"):
        begin_update(live, "c-2")


def test_instances_are_never_made_serverless_but_the_other_way_round_they_are(live: Cloud) -> None:
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    configure(live, "c-3", "first", ServerlessConfig=serverless)
    with pytest.raises(ClientError, match="to a serverless endpoint is not supported"):
        begin_update(live, "c-3")
    create(live, "c-3", "e-2")
    told = update(live, "c-2", "e-2", RetainAllVariantProperties=True)
    assert told["ProductionVariants"][0]["CurrentInstanceCount"] == 2


def test_alarms_that_do_not_exist_are_refused(live: Cloud) -> None:
    live.clients.client("cloudwatch").delete_alarms(AlarmNames=["acme-errors"])
    with pytest.raises(ClientError, match=r"Could not find alarm\(s\): acme-errors"):
        begin_update(live, "c-2", DeploymentConfig=guarded())


def test_the_instance_type_of_a_variant_that_scales_is_refused(live: Cloud) -> None:
    live.clients.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId="endpoint/e-1/variant/AllTraffic",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=4,
    )
    variant = {"VariantName": "AllTraffic", "ModelName": "first", "InitialInstanceCount": 2}
    live.clients.client("sagemaker").create_endpoint_config(
        EndpointConfigName="c-3", ProductionVariants=[variant | {"InstanceType": "ml.m5.xlarge"}]
    )
    with pytest.raises(ClientError, match="must be deregistered as scalable targets"):
        begin_update(live, "c-3")
    assert update(live, "c-2")["EndpointConfigName"] == "c-2"


def test_a_count_is_kept_where_that_is_asked_for(live: Cloud) -> None:
    configure(live, "c-5", "first", InitialInstanceCount=5)
    told = update(live, "c-5", RetainAllVariantProperties=True)
    assert told["ProductionVariants"][0]["CurrentInstanceCount"] == 2
    configure(live, "c-6", "first", InitialInstanceCount=5)
    told = update(
        live,
        "c-6",
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredInstanceCount"}],
    )
    assert told["ProductionVariants"][0]["CurrentInstanceCount"] == 5


def test_a_deployment_is_given_or_retained_and_not_both(live: Cloud) -> None:
    with pytest.raises(ClientError, match="RetainDeploymentConfig cannot be true"):
        begin_update(live, "c-2", DeploymentConfig=guarded(), RetainDeploymentConfig=True)


def _canary(kind: str, value: int) -> dict[str, Any]:
    return guarded(CanarySize={"Type": kind, "Value": value})


@pytest.mark.parametrize(
    ("deployment", "instances", "words"),
    [
        (_canary("CAPACITY_PERCENT", 60), 4, "less than or equal to 50%"),
        (_canary("INSTANCE_COUNT", 3), 4, "less than or equal to 50%"),
        (_canary("CAPACITY_PERCENT", 10), 1, "total instance count, which is 1"),
        (guarded("LINEAR", LinearStepSize={"Type": "CAPACITY_PERCENT", "Value": 5}), 4, "10-50%"),
        (guarded("ALL_AT_ONCE"), None, "serverless"),
        ({"RollingUpdatePolicy": {}}, 4, "BlueGreenUpdatePolicy"),
    ],
)
def test_a_deployment_that_cannot_be_is_refused(
    deployment: dict[str, Any], instances: int | None, words: str
) -> None:
    with pytest.raises(RefusedUpdateError, match=words):
        policy_of(deployment, instances)


def test_the_steps_of_a_deployment_are_its_shares_and_waits() -> None:
    assert policy_of(guarded(), 2).steps == ((0.5, 300.0), (1.0, 300.0))
    assert policy_of(_canary("INSTANCE_COUNT", 1), 4).steps[0] == (0.25, 300.0)
    assert policy_of(guarded("ALL_AT_ONCE"), 1).steps == ((1.0, 300.0),)
    third = guarded("LINEAR", LinearStepSize={"Type": "CAPACITY_PERCENT", "Value": 30})
    assert [share for share, _ in policy_of(third, 10).steps] == pytest.approx([0.3, 0.6, 0.9, 1.0])
    half = guarded("LINEAR", LinearStepSize={"Type": "CAPACITY_PERCENT", "Value": 50})
    assert [share for share, _ in policy_of(half, 10).steps] == [0.5, 1.0]
    assert policy_of({}, None).steps == ((1.0, 0.0),)
