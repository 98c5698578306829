"""A stack with an endpoint: made, updated in place over a new configuration, rolled back whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from small_endpoints import ask, save_model

from rehearsal.cloud import Cloud

STACK = "acme-deploy-model"
TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  ModelName: {Type: String}
  Guarded: {Type: String, Default: "true"}
  Most: {Type: Number, Default: 0}
  Period: {Type: Number, Default: 60}
Conditions:
  IsGuarded: !Equals [!Ref Guarded, "true"]
  Scales: !Not [!Equals [!Ref Most, 0]]
Resources:
  EndpointConfig:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants:
        - {VariantName: AllTraffic, ModelName: !Ref ModelName, InitialInstanceCount: 2, InstanceType: ml.m5.large}
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties:
      EndpointConfigName: !GetAtt EndpointConfig.EndpointConfigName
      RetainAllVariantProperties: true
      DeploymentConfig: !If
        - IsGuarded
        - BlueGreenUpdatePolicy:
            TrafficRoutingConfiguration:
              Type: CANARY
              CanarySize: {Type: CAPACITY_PERCENT, Value: "25"}
              WaitIntervalInSeconds: 300
            TerminationWaitInSeconds: 300
          AutoRollbackConfiguration: {Alarms: [{AlarmName: acme-errors}]}
        - !Ref AWS::NoValue
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: acme-errors
      Namespace: AWS/SageMaker
      MetricName: Invocation5XXErrors
      Dimensions:
        - {Name: EndpointName, Value: !GetAtt Endpoint.EndpointName}
        - {Name: VariantName, Value: AllTraffic}
      Statistic: Sum
      Period: !Ref Period
      EvaluationPeriods: 1
      ComparisonOperator: GreaterThanThreshold
      Threshold: 0
      TreatMissingData: notBreaching
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Condition: Scales
    Properties:
      ServiceNamespace: sagemaker
      ScalableDimension: sagemaker:variant:DesiredInstanceCount
      ResourceId: !Sub "endpoint/${Endpoint.EndpointName}/variant/AllTraffic"
      MinCapacity: 2
      MaxCapacity: !Ref Most
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Condition: Scales
    Properties:
      PolicyName: acme-endpoint
      PolicyType: TargetTrackingScaling
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration:
        PredefinedMetricSpecification: {PredefinedMetricType: SageMakerVariantInvocationsPerInstance}
        TargetValue: 600
Outputs:
  Endpoint: {Value: !GetAtt Endpoint.EndpointName}
  Config: {Value: !GetAtt EndpointConfig.EndpointConfigName}
"""


@pytest.fixture
def stacked(acme: Cloud) -> Iterator[Cloud]:
    """A cloud with the stack, over the model "old", that was asked once."""
    acme.bake_seconds = 0.5
    save_model(acme, "old")
    assert _deploy(acme, "CREATE", ModelName="old", Guarded="false") == "CREATE_COMPLETE"
    ask(acme, name=_outputs(acme)["Endpoint"])
    yield acme


def _deploy(cloud: Cloud, kind: str, **given: str) -> str:
    formation = cloud.clients.client("cloudformation")
    made = formation.create_change_set(
        StackName=STACK,
        ChangeSetName=f"c{uuid.uuid4().hex[:8]}",
        ChangeSetType=kind,
        TemplateBody=TEMPLATE,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    formation.execute_change_set(ChangeSetName=made["Id"])
    return str(_stack(cloud)["StackStatus"])


def _stack(cloud: Cloud) -> dict[str, str]:
    formation = cloud.clients.client("cloudformation")
    found: dict[str, str] = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    return found


def _outputs(cloud: Cloud) -> dict[str, str]:
    stack: dict[str, list[dict[str, str]]] = _stack(cloud)  # type: ignore[assignment]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def _live(cloud: Cloud) -> str:
    sagemaker = cloud.clients.client("sagemaker")
    told = sagemaker.describe_endpoint(EndpointName=_outputs(cloud)["Endpoint"])
    return str(told["EndpointConfigName"])


def _configs(cloud: Cloud) -> set[str]:
    sagemaker = cloud.clients.client("sagemaker")
    found = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    return {each["EndpointConfigName"] for each in found}


def test_the_stack_stands_once_the_endpoint_is_in_service_under_names_of_its_own(
    stacked: Cloud,
) -> None:
    outputs = _outputs(stacked)
    assert outputs["Endpoint"].startswith("Endpoint-")
    assert outputs["Config"].startswith("EndpointConfig-")
    assert _live(stacked) == outputs["Config"]


def test_an_update_replaces_the_configuration_and_keeps_the_endpoint(stacked: Cloud) -> None:
    before = _outputs(stacked)
    status = _deploy(stacked, "UPDATE", ModelName=save_model(stacked, "new"), Most="4")
    after = _outputs(stacked)
    assert status == "UPDATE_COMPLETE"
    assert after["Endpoint"] == before["Endpoint"]
    assert after["Config"] != before["Config"]
    assert _live(stacked) == after["Config"]
    assert _configs(stacked) == {after["Config"]}
    assert ask(stacked, name=after["Endpoint"]) == "new"


def test_a_canary_that_goes_back_takes_the_stack_with_it(stacked: Cloud) -> None:
    before = _outputs(stacked)
    broken = save_model(stacked, "broken", serves="errors")
    assert _deploy(stacked, "UPDATE", ModelName=broken) == "UPDATE_ROLLBACK_COMPLETE"
    assert _outputs(stacked) == before
    assert _live(stacked) == before["Config"]
    assert _configs(stacked) == {before["Config"]}
    assert ask(stacked, name=before["Endpoint"]) == "old"
    events = stacked.clients.client("cloudformation").describe_stack_events(StackName=STACK)
    reasons = [each.get("ResourceStatusReason", "") for each in events["StackEvents"]]
    assert any("did not stabilize" in each and "acme-errors" in each for each in reasons)
    better = _deploy(stacked, "UPDATE", ModelName=save_model(stacked, "better"))
    assert better == "UPDATE_COMPLETE"


def test_what_fails_after_the_endpoint_puts_the_endpoint_back(stacked: Cloud) -> None:
    before = _outputs(stacked)
    status = _deploy(stacked, "UPDATE", ModelName=save_model(stacked, "new"), Period="0")
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert _live(stacked) == before["Config"]
    assert _configs(stacked) == {before["Config"]}


def test_an_endpoint_that_never_gets_into_service_is_no_stack(acme: Cloud) -> None:
    save_model(acme, "old")
    acme.clients.client("s3").put_object(
        Bucket="acme-bucket", Key="models/old/model.tar.gz", Body=b"no archive"
    )
    assert _deploy(acme, "CREATE", ModelName="old", Guarded="false") == "ROLLBACK_COMPLETE"
    assert acme.clients.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert _configs(acme) == set()


def test_a_stack_is_deleted_with_everything_in_it(stacked: Cloud) -> None:
    _deploy(stacked, "UPDATE", ModelName="old", Most="4", Guarded="false")
    stacked.clients.client("cloudformation").delete_stack(StackName=STACK)
    assert stacked.clients.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert _configs(stacked) == set()
    scaling = stacked.clients.client("application-autoscaling")
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []
    with pytest.raises(ClientError, match="does not exist"):
        _stack(stacked)
