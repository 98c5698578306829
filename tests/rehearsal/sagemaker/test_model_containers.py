"""Models of several containers, or of a model package, are served; others are refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from job_requests import BUCKET, IMAGE, ROLE
from small_endpoints import LINES, configure, save_model, settled

from rehearsal.cloud import Cloud

DATA = f"s3://{BUCKET}/models/one/model.tar.gz"


def _create(cloud: Cloud, **model: Any) -> None:
    cloud.clients.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=ROLE, **model)


def _answer(cloud: Cloud) -> bytes:
    sagemaker = cloud.clients.client("sagemaker")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName=configure(cloud, "c", "m"))
    assert settled(cloud, "e")["EndpointStatus"] == "InService"
    called = cloud.clients.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="e", ContentType=LINES, Body=b'{"n": 1}\n'
    )
    return bytes(called["Body"].read())


def test_containers_are_asked_one_after_the_other(acme: Cloud) -> None:
    save_model(acme, "one")
    first, second = (
        {"Image": IMAGE, "ModelDataUrl": DATA, "Environment": {"WORD": word}} for word in "ab"
    )
    _create(acme, Containers=[first])
    alone = _answer(acme)
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.delete_endpoint(EndpointName="e")
    sagemaker.delete_endpoint_config(EndpointConfigName="c")
    sagemaker.delete_model(ModelName="m")
    _create(acme, Containers=[first, second])
    twice = _answer(acme)
    assert (b'"word": "a"' in alone, b'"word": "b"' in twice) == (True, True)
    assert len(twice.splitlines()) == len(alone.splitlines())


def test_a_model_of_a_package_is_served(acme: Cloud) -> None:
    save_model(acme, "one")
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="acme")
    package = sagemaker.create_model_package(
        ModelPackageGroupName="acme",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": DATA}],
            "SupportedContentTypes": [LINES],
            "SupportedResponseMIMETypes": [LINES],
        },
    )["ModelPackageArn"]
    _create(acme, Containers=[{"ModelPackageName": package}])
    assert _answer(acme)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ({}, "either a PrimaryContainer or Containers"),
        ({"Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/no"}]}, "model data at"),
        ({"Containers": [{"Image": IMAGE, "Mode": "MultiModel"}]}, "SingleModel"),
        ({"PrimaryContainer": {"ModelPackageName": "arn:aws:sagemaker:us-east-1:123456789012:model-package/no/1"}}, "no"),
        (
            {"Containers": [{"Image": IMAGE}], "InferenceExecutionConfig": {"Mode": "Direct"}},
            "never Direct",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_refused(acme: Cloud, model: dict[str, Any], words: str) -> None:
    with pytest.raises(ClientError, match=words):
        _create(acme, **model)
