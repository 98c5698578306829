"""Endpoints: a serving container behind a name, made, asked, described and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from job_requests import served_model
from small_endpoints import LINES, ask, configure, create, described, guarded, save_model

from rehearsal.cloud import Cloud

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
SERVERLESS = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}


@pytest.fixture
def live(acme: Cloud) -> Cloud:
    """A cloud with the endpoint e-1 in service."""
    create(acme, configure(acme, "c-1", save_model(acme, "first")))
    return acme


def _invoke(cloud: Cloud, body: bytes, **more: Any) -> dict[str, Any]:
    runtime = cloud.clients.client("sagemaker-runtime")
    answer: dict[str, Any] = runtime.invoke_endpoint(EndpointName="e-1", Body=body, **more)
    return answer


def test_a_trained_model_answers_once_in_service_and_not_when_deleted(acme: Cloud) -> None:
    told = create(acme, configure(acme, "c-1", served_model(acme)))
    assert told["EndpointStatus"] == "InService"
    assert ask(acme) == "model"
    acme.clients.client("sagemaker").delete_endpoint(EndpointName="e-1")
    with pytest.raises(ClientError, match="Endpoint e-1 of account 123456789012 not found"):
        ask(acme)
    with pytest.raises(ClientError, match=f"Could not find endpoint .*{ARN}:endpoint/e-1"):
        described(acme)


def test_what_serves_is_described(live: Cloud) -> None:
    told = described(live)
    variant = told["ProductionVariants"][0]
    assert (told["EndpointArn"], told["EndpointConfigName"]) == (f"{ARN}:endpoint/e-1", "c-1")
    assert (variant["VariantName"], variant["CurrentWeight"]) == ("AllTraffic", 1.0)
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (2, 2)
    assert variant["DeployedImages"][0]["SpecifiedImage"].endswith("/acme:0123456789abcdef")
    listed = live.clients.client("sagemaker").list_endpoints()["Endpoints"]
    assert [(each["EndpointName"], each["EndpointStatus"]) for each in listed] == [
        ("e-1", "InService")
    ]


def test_bodies_are_bytes_both_ways_whatever_they_hold(live: Cloud) -> None:
    body = bytes(range(256)) * 40
    answer = _invoke(live, body, ContentType="application/octet-stream", Accept="application/x-any")
    assert answer["Body"].read() == body[::-1]
    assert answer["ContentType"] == "application/x-any"
    assert answer["InvokedProductionVariant"] == "AllTraffic"


def test_custom_attributes_go_there_and_back(live: Cloud) -> None:
    answer = _invoke(live, b'{"id": 1}', ContentType=LINES, CustomAttributes="reasons=3")
    assert answer["CustomAttributes"] == "got reasons=3"


def test_what_the_container_refuses_is_a_model_error_in_its_words(live: Cloud) -> None:
    runtime = live.clients.client("sagemaker-runtime")
    with pytest.raises(runtime.exceptions.ModelError) as caught:
        _invoke(live, b"bad", ContentType=LINES)
    told = caught.value.response
    assert told["OriginalStatusCode"] == 400
    assert told["OriginalMessage"] == "row 7 has no id"
    assert told["Error"]["Message"].startswith(
        'Received client error (400) from primary with message "row 7 has no id". See https://'
    )
    assert "log-group:/aws/sagemaker/Endpoints/e-1" in told["LogStreamArn"]


def test_another_variant_is_refused(live: Cloud) -> None:
    with pytest.raises(ClientError, match="Variant Other was not found"):
        ask(live, TargetVariant="Other")


def test_an_endpoint_that_cannot_start_fails_with_the_reason_and_can_only_be_deleted(
    acme: Cloud,
) -> None:
    save_model(acme, "first")
    acme.clients.client("s3").put_object(
        Bucket="acme-bucket", Key="models/first/model.tar.gz", Body=b"no archive"
    )
    told = create(acme, configure(acme, "c-1", "first"))
    assert told["EndpointStatus"] == "Failed"
    assert "Failed to extract model data archive" in told["FailureReason"]
    assert "ProductionVariants" not in told
    sagemaker = acme.clients.client("sagemaker")
    with pytest.raises(ClientError, match="not found"):
        ask(acme)
    with pytest.raises(ClientError, match="Cannot update failed endpoint"):
        sagemaker.update_endpoint(EndpointName="e-1", EndpointConfigName="c-1")
    sagemaker.delete_endpoint(EndpointName="e-1")
    assert sagemaker.list_endpoints()["Endpoints"] == []


def test_an_endpoint_whose_model_is_gone_fails(acme: Cloud) -> None:
    config = configure(acme, "c-1", save_model(acme, "first"))
    acme.clients.client("sagemaker").delete_model(ModelName="first")
    told = create(acme, config)
    assert told["EndpointStatus"] == "Failed"
    assert "Could not find model" in told["FailureReason"]


def test_names_that_are_taken_are_refused(live: Cloud) -> None:
    with pytest.raises(ClientError, match=r'already existing endpoint configuration ".*/c-1"'):
        configure(live, "c-1", "first")
    with pytest.raises(ClientError, match=r'already existing endpoint ".*/e-1"'):
        create(live, "c-1")
    with pytest.raises(ClientError, match=r'Could not find endpoint configuration ".*/c-9"'):
        create(live, "c-9", "e-2")


def test_an_endpoint_cannot_name_alarms_that_do_not_exist(acme: Cloud) -> None:
    config = configure(acme, "c-1", save_model(acme, "first"))
    with pytest.raises(ClientError, match=r"Could not find alarm\(s\): acme-5xx, "):
        acme.clients.client("sagemaker").create_endpoint(
            EndpointName="e-1", EndpointConfigName=config, DeploymentConfig=guarded()
        )


def test_an_instance_type_that_sagemaker_does_not_have_is_refused(acme: Cloud) -> None:
    variant: dict[str, Any] = {"VariantName": "AllTraffic", "ModelName": save_model(acme, "first")}
    variant |= {"InitialInstanceCount": 1, "InstanceType": "ml.huge"}
    with pytest.raises(ClientError, match="instanceType' failed to satisfy constraint"):
        acme.clients.client("sagemaker").create_endpoint_config(
            EndpointConfigName="c-1", ProductionVariants=[variant]
        )


def test_a_serverless_endpoint_answers_and_is_described_as_one(acme: Cloud) -> None:
    told = create(
        acme, configure(acme, "c-1", save_model(acme, "first"), ServerlessConfig=SERVERLESS)
    )
    variant = told["ProductionVariants"][0]
    assert variant["CurrentServerlessConfig"] == SERVERLESS
    assert "CurrentInstanceCount" not in variant
    assert ask(acme) == "first"
    assert any("cold starts" in sentence for sentence in acme.journal.unproven)


def test_a_serverless_endpoint_captures_nothing_and_is_not_kept_off_the_network(
    acme: Cloud,
) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://acme-bucket/capture/",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    model = save_model(acme, "first")
    with pytest.raises(ClientError, match="DataCaptureConfig is not supported for serverless"):
        configure(acme, "c-1", model, ServerlessConfig=SERVERLESS, DataCaptureConfig=capture)
    sagemaker = acme.clients.client("sagemaker")
    container = sagemaker.describe_model(ModelName=model)["PrimaryContainer"]
    sagemaker.create_model(
        ModelName="alone", PrimaryContainer=container, EnableNetworkIsolation=True,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/acme",
    )  # fmt: skip
    with pytest.raises(ClientError, match="Network isolation"):
        configure(acme, "c-1", "alone", ServerlessConfig=SERVERLESS)
