"""A key of the customer's own: everything that holds data is under it, and roles may use it alone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from shipped_stacks import ALL_ON, MOST, characters, deployment_values, resolved, resources

from unchurn.aws import job_settings, machines
from unchurn.aws.bundles import pack
from unchurn.aws.deployment import make_deployment
from unchurn.aws.permissions import read_permissions
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.places import Aws

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEYED = {**ALL_ON, "KmsKey": KEY}
HOLDING = {
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::Athena::WorkGroup": "WorkGroupConfiguration",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::SageMaker::EndpointConfig": "KmsKeyId",
}
"""Types that hold what customers are or do, and where each says its key."""


def test_everything_that_holds_data_is_under_the_key() -> None:
    found = defaultdict(list)
    for _, _, kind, properties in resources(**KEYED):
        if kind in HOLDING:
            found[kind].append(KEY in json.dumps(properties.get(HOLDING[kind], "")))
    assert set(found) == set(HOLDING)
    assert all(all(each) for each in found.values()), found
    (config,) = (p for _, _, kind, p in resources(**KEYED) if kind.endswith("EndpointConfig"))
    assert config["DataCaptureConfig"]["KmsKeyId"] == KEY
    (serverless,) = (
        p for _, _, kind, p in resources(**KEYED, Serverless="true") if kind.endswith("Config")
    )
    assert "KmsKeyId" not in serverless


def test_without_one_nothing_names_a_key() -> None:
    assert KEY not in json.dumps([p for *_, p in resources(**ALL_ON)])
    assert "kms:" not in json.dumps([p for *_, p in resources(**ALL_ON)])
    assert "AES256" in json.dumps([p for *_, p in resources(**ALL_ON)])


def test_roles_use_that_key_and_none_changes_it() -> None:
    for stack in ("roles", "delivery"):
        keys = [
            p for p in read_permissions(resolved(**KEYED)[stack]) if p.action.startswith("kms:")
        ]
        assert {on for each in keys for on in each.resources} == {KEY}
        assert {each.action.partition(":")[2] for each in keys} <= {
            *("Decrypt", "GenerateDataKey", "DescribeKey", "CreateGrant")
        }
        idle = {"SchedulerRole", "DeliveryStartRole"}
        made = {n for n, b in resolved(**KEYED)[stack].made().items() if b["Type"].endswith("Role")}
        assert {each.role for each in keys} == made - idle


def test_roles_with_a_key_are_no_larger_than_iam_takes() -> None:
    long = {**KEYED, "KmsKey": KEY.replace("arn:aws:", "arn:aws-us-gov:")}
    for stack, name, kind, _ in resources(**long):
        if kind in MOST:
            assert characters(stack, name, **long) < MOST[kind], name


@pytest.mark.parametrize("name", machines.NAMES)
def test_every_job_encrypts_its_volume_and_what_it_writes(name: machines.Name) -> None:
    text = job_settings.encrypted(machines.path(name).read_text("utf-8"), KEY)
    plain = json.loads(machines._PLACEHOLDER.sub("0", text))
    jobs = [
        state["Parameters"]
        for state in plain["States"].values()
        if ":sagemaker:create" in str(state.get("Resource")) and "Job" in state["Resource"]
    ]
    assert jobs
    for job in jobs:
        told = _keys(job)
        assert told["VolumeKmsKeyId"] == told["KmsKeyId"] == [KEY], job
    packed = pack(settings=Aws(kms_key=KEY)).files[f"{name}.asl.json"].decode()
    assert packed == text
    assert KEY not in pack().files[f"{name}.asl.json"].decode()


def _keys(node: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("VolumeKmsKeyId", "KmsKeyId"):
                found[key].append(value)
            for name, below in _keys(value).items():
                found[name] += below
    return found


@pytest.mark.parametrize("key", ["alias/mine", "1234abcd", KEY.replace("key/", "alias/"), "arn:aws:s3:::x"])  # fmt: skip
def test_what_is_no_arn_of_a_key_is_refused(tmp_path: Path, key: str) -> None:
    """Policies name a key by its ARN; an alias may be moved to another one."""
    assert deployment_values()["KmsKey"] == ""
    project = Project.from_plain({"aws": {"kms_key": key}}, tmp_path)
    with pytest.raises(ConfigError, match="kms_key"):
        make_deployment(project)
