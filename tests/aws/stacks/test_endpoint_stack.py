"""The endpoint's template: what it makes for each choice, and how a new version takes over."""

from __future__ import annotations

from typing import Any

import pytest
from shipped_stacks import STACK, resolved

ALARMS = [f"{STACK}-endpoint-{name}" for name in ("5xx", "latency", "errors")]


def made(**values: str) -> dict[str, dict[str, Any]]:
    """Return the properties of what the template makes, by logical id."""
    resolver = resolved(**values)["deploy-model"]
    return {
        logical: resolver.resolve(body.get("Properties", {}))
        for logical, body in resolver.made().items()
    }


def test_only_a_configuration_and_an_endpoint_are_made_over_the_model_there_is() -> None:
    kinds = {body["Type"] for body in resolved()["deploy-model"].made().values()}
    assert kinds == {
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Endpoint",
        "AWS::CloudWatch::Alarm",
    }


def test_nothing_has_a_name_that_would_be_in_the_way_of_its_successor() -> None:
    assert "EndpointConfigName" not in made()["EndpointConfig"]
    assert "EndpointName" not in made()["Endpoint"]


def test_a_canary_goes_first_and_the_alarms_watch_both_waits() -> None:
    rules = made(InstanceCount="2", CanaryPercent="20", BakeSeconds="120")["Endpoint"][
        "DeploymentConfig"
    ]
    policy = rules["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"] == {
        "Type": "CANARY",
        "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": "20"},
        "WaitIntervalInSeconds": "120",
    }
    assert policy["TerminationWaitInSeconds"] == "120"
    assert policy["MaximumExecutionTimeoutInSeconds"] > 2 * 3600
    named = [each["AlarmName"] for each in rules["AutoRollbackConfiguration"]["Alarms"]]
    assert named == ALARMS


def test_one_instance_has_no_canary_but_is_watched() -> None:
    rules = made(InstanceCount="1")["Endpoint"]["DeploymentConfig"]
    routing = rules["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert routing == {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": "300"}
    assert len(rules["AutoRollbackConfiguration"]["Alarms"]) == 3


def test_the_alarms_are_made_by_the_names_that_the_endpoint_has_for_them() -> None:
    alarms = {p["AlarmName"]: p for p in made().values() if "AlarmName" in p}
    assert sorted(alarms) == sorted(ALARMS)
    for alarm in alarms.values():
        assert (alarm["Period"], alarm["TreatMissingData"]) == (60, "notBreaching")
        dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        assert dimensions == {
            "EndpointName": "<Endpoint.EndpointName>",
            "VariantName": "AllTraffic",
        }
        assert alarm["AlarmActions"]


def test_latency_is_told_in_milliseconds_and_measured_in_microseconds() -> None:
    latency = made(LatencyMs="250")["Latency"]
    assert (latency["Threshold"], latency["ExtendedStatistic"]) == ("250000", "p99")


@pytest.mark.parametrize("values", [{"Guarded": "false"}, {"Serverless": "true"}])
def test_without_alarms_to_look_at_nothing_is_said_of_a_deployment(values: dict[str, str]) -> None:
    assert "DeploymentConfig" not in made(**values)["Endpoint"]


def test_serverless_has_memory_and_no_instances_scaling_or_canary() -> None:
    found = made(Serverless="true", MaxInstanceCount="4")
    (variant,) = found["EndpointConfig"]["ProductionVariants"]
    assert variant["ServerlessConfig"] == {"MemorySizeInMB": "2048", "MaxConcurrency": "5"}
    assert not {"InstanceType", "InitialInstanceCount"} & set(variant)
    assert "ScalableTarget" not in found


def test_autoscaling_keeps_between_the_two_numbers() -> None:
    found = made(MaxInstanceCount="4", InstanceCount="2")
    target = found["ScalableTarget"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == ("2", "4")
    assert target["ResourceId"] == "endpoint/<Endpoint.EndpointName>/variant/AllTraffic"
    assert "ScalableTarget" not in made()


def test_a_scaled_endpoint_keeps_its_size_when_a_version_takes_over() -> None:
    kept = made(KeepsInstanceCount="true")["Endpoint"]
    assert kept["RetainAllVariantProperties"] is True
    assert kept["ExcludeRetainedVariantProperties"] == [
        {"VariantPropertyType": "DataCaptureConfig"}
    ]
    assert "RetainAllVariantProperties" not in made()["Endpoint"]


def test_capture_is_off_unless_asked_for() -> None:
    assert "DataCaptureConfig" not in made()["EndpointConfig"]
    capture = made(CapturePercent="25", Bucket="b")["EndpointConfig"]["DataCaptureConfig"]
    assert capture["InitialSamplingPercentage"] == "25"
    assert capture["DestinationS3Uri"] == "s3://b/capture/"


def test_the_outputs_tell_what_the_endpoint_was_made_from() -> None:
    outputs = resolved()["deploy-model"].outputs()
    assert outputs["EndpointModelName"] == f"{STACK}-model-run-1"
    assert outputs["EndpointModelDataUrl"].endswith("model.tar.gz")
    assert set(outputs) == {
        *("EndpointName", "EndpointConfigName", "EndpointModelName"),
        *("EndpointModelDataUrl", "EndpointImage", "EndpointRoleArn"),
    }
