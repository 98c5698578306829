"""Endpoints: a serving container behind a name."""

from __future__ import annotations

import json
import time

import pytest
from job_requests import served_model

from unchurn.aws.rehearsal.cloud import Cloud


def _deployed(acme: Cloud) -> str:
    sagemaker = acme.clients.client("sagemaker")
    variant = {"VariantName": "AllTraffic", "ModelName": served_model(acme)}
    variant |= {"InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(EndpointConfigName="c-1", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e-1", EndpointConfigName="c-1")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        status = str(sagemaker.describe_endpoint(EndpointName="e-1")["EndpointStatus"])
        if status != "Creating":
            return status
        time.sleep(0.05)
    return "Creating"


def test_an_endpoint_answers_once_in_service_and_not_when_deleted(acme: Cloud) -> None:
    assert _deployed(acme) == "InService"
    runtime = acme.clients.client("sagemaker-runtime")
    asked = {"EndpointName": "e-1", "ContentType": "application/jsonlines"}
    answer = runtime.invoke_endpoint(**asked, Body=b'{"id": 7}\n')
    row = json.loads(answer["Body"].read())
    assert (row["id"], row["word"], row["batch"]) == (7, "model", None)
    assert answer["ContentType"] == "application/jsonlines"
    with pytest.raises(runtime.exceptions.ModelError, match="row 7 has no id"):
        runtime.invoke_endpoint(**asked, Body=b"bad\n")
    acme.clients.client("sagemaker").delete_endpoint(EndpointName="e-1")
    with pytest.raises(Exception, match="not found"):
        runtime.invoke_endpoint(**asked, Body=b"{}\n")
