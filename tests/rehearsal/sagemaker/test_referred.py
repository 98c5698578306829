"""A request that names what is not there is refused; a group in use is not deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from job_requests import training, transform, tuning
from small_endpoints import configure, save_model

from rehearsal.cloud import Cloud

GONE = r'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/none"\.'


def test_a_transform_of_a_model_that_does_not_exist_is_refused(acme: Cloud) -> None:
    sagemaker = acme.clients.client("sagemaker")
    with pytest.raises(ClientError, match=GONE):
        sagemaker.create_transform_job(**transform("t-1", "none"))
    assert sagemaker.list_transform_jobs()["TransformJobSummaries"] == []


def test_a_configuration_of_a_model_that_does_not_exist_is_refused(acme: Cloud) -> None:
    with pytest.raises(ClientError, match=GONE):
        configure(acme, "c-1", "none")
    assert acme.clients.client("sagemaker").list_endpoint_configs()["EndpointConfigs"] == []
    assert configure(acme, "c-1", save_model(acme, "there")) == "c-1"


def test_a_tuning_that_starts_from_none_is_refused(acme: Cloud) -> None:
    parents = [{"HyperParameterTuningJobName": "none"}]
    warm = {"ParentHyperParameterTuningJobs": parents, "WarmStartType": "TransferLearning"}
    ranges = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]}
    request = tuning("t-1", ranges) | {"WarmStartConfig": warm}
    with pytest.raises(ClientError, match="Could not find hyper parameter tuning job"):
        acme.clients.client("sagemaker").create_hyper_parameter_tuning_job(**request)


def test_a_group_is_deleted_once_nothing_lies_in_it(acme: Cloud) -> None:
    sagemaker = acme.clients.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="acme")
    package = sagemaker.create_model_package(ModelPackageGroupName="acme")["ModelPackageArn"]
    with pytest.raises(sagemaker.exceptions.ConflictException, match="still has model packages"):
        sagemaker.delete_model_package_group(ModelPackageGroupName="acme")
    assert package.endswith("model-package/acme/1")
    sagemaker.create_model_package_group(ModelPackageGroupName="empty")
    sagemaker.delete_model_package_group(ModelPackageGroupName="empty")
    left = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert [each["ModelPackageGroupName"] for each in left] == ["acme"]
    with pytest.raises(ClientError, match="does not exist"):
        sagemaker.delete_model_package_group(ModelPackageGroupName="empty")


def test_what_needs_no_model_is_made_as_before(acme: Cloud) -> None:
    assert acme.clients.client("sagemaker").create_training_job(**training("j-1"))
