"""Instances, volumes and network of each job of the machines, as [aws] of churn.toml says.

They are written into a machine's text when it is packed, where it has defaults for them.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping

from unchurn.errors import ConfigError, listing
from unchurn.project import Endpoint
from unchurn.project.places import Aws, Job

INSTANCE: Mapping[str, str] = {
    **dict.fromkeys(("prepare", "evaluate", "intake", "collect"), "processing_instance"),
    **dict.fromkeys(("monitor", "target", "measure", "captured"), "processing_instance"),
    **dict.fromkeys(("tune", "train"), "training_instance"),
    "score": "transform_instance",
}
"""The jobs, and the key of [aws] that says each one's instance where its own section does not."""
SPREAD = ("train", "score")
ON_SPOT = ("tune", "train")
_SPOT = """"EnableManagedSpotTraining": true, "CheckpointConfig": {
  "LocalPath": "/opt/ml/checkpoints",
  "S3Uri.$": "States.Format('s3://${Bucket}/data/intermediate/{}/checkpoints/', $$.Execution.Name)"
}, "StoppingCondition": {"MaxWaitTimeInSeconds": 86400, """
"""What a job on Spot says; it has a day, waiting for instances included, and its state half an hour more."""
_UNDER_KEY = {
    "VolumeKmsKeyId": ("ClusterConfig", "ResourceConfig", "TransformResources"),
    "KmsKeyId": ("OutputDataConfig", "ProcessingOutputConfig", "TransformOutput"),
}
"""Where a job says which key: of its instances' volumes, and of what it writes."""
_SUBNET, _GROUP = re.compile(r"subnet-[0-9a-f]{8,17}"), re.compile(r"sg-[0-9a-f]{8,17}")


def instance_of(aws: Aws, job: str) -> str:
    """Return the instance type of a job."""
    return aws.jobs.get(job, Job()).instance or str(getattr(aws, INSTANCE[job]))


def check_jobs(aws: Aws, endpoint: Endpoint) -> None:
    """Raise `ConfigError` for settings of jobs, or of the network, that AWS would not take."""
    for words, hint in _faults(aws, endpoint):
        raise ConfigError(words, hint)


def arranged(text: str, aws: Aws) -> str:
    """Return the text of a machine with what `aws` says of its jobs. It is no JSON yet."""
    for name, job in aws.jobs.items():
        text = _sized(text, name, job)
    if aws.vpc_subnets:
        network = {"SecurityGroupIds": aws.vpc_security_groups, "Subnets": aws.vpc_subnets}
        inside = f'"VpcConfig": {json.dumps(network)}, "EnableNetworkIsolation": '
        text = text.replace('"EnableNetworkIsolation": ', inside)
    return encrypted(text, aws.kms_key) if aws.kms_key else text


def encrypted(text: str, key: str) -> str:
    """Have every job of a machine encrypt its volume, and what it writes, under a key of KMS.

    The text is no JSON yet: placeholders stand where numbers do.
    """
    for field, places in _UNDER_KEY.items():
        for place in places:
            text = text.replace(f'"{place}": {{', f'"{place}": {{"{field}": "{key}", ')
    return text


def _sized(text: str, name: str, job: Job) -> str:
    start = text.find(f'\n    "{name.capitalize()}": {{')
    if start < 0:
        return text
    end = text.index("\n    }", start)
    block = text[start:end]
    if job.instance:
        block = re.sub(r'"InstanceType": "[^"]*"', f'"InstanceType": "{job.instance}"', block)
    if job.volume_gb:
        block = re.sub(r'"VolumeSizeInGB": \d+', f'"VolumeSizeInGB": {job.volume_gb}', block)
    block = block.replace('"InstanceCount": 1', f'"InstanceCount": {job.count}')
    if job.spot:
        block = block.replace('"StoppingCondition": {', _SPOT)
        block = re.sub(r'"TimeoutSeconds": \d+', '"TimeoutSeconds": 88200', block)
    return text[:start] + block + text[end:]


def _faults(aws: Aws, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    for name, job in aws.jobs.items():
        if name not in INSTANCE:
            near = difflib.get_close_matches(name, INSTANCE, 1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Jobs: {listing(INSTANCE)}."
            yield f"[aws.jobs.{name}] is of no job.", hint
        if job.instance and not job.instance.startswith("ml."):
            yield (
                f"[aws.jobs.{name}] instance is {job.instance!r}; SageMaker's begin with ml.",
                "Name one such as ml.m5.xlarge.",
            )
        if job.count > 1 and name not in SPREAD:
            yield (
                f"[aws.jobs.{name}] count is {job.count}, but that job is one process with one answer.",
                f"Name a larger instance; shared out are {listing(SPREAD)}. Tunings have [tune] parallel.",
            )
        if job.volume_gb and name == "score":
            yield "[aws.jobs.score] has volume_gb: a batch transform takes none.", "Leave it out."
        if job.spot and name not in ON_SPOT:
            yield f"[aws.jobs.{name}] has spot: it is for {listing(ON_SPOT)}.", "Leave it out."
    yield from _network_faults(aws, endpoint)


def _network_faults(aws: Aws, endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    if bool(aws.vpc_subnets) != bool(aws.vpc_security_groups):
        yield (
            "[aws] names vpc_subnets or vpc_security_groups, but not both.",
            "A job in a network of yours needs subnets and security groups.",
        )
    for key, pattern in (("vpc_subnets", _SUBNET), ("vpc_security_groups", _GROUP)):
        strange = [each for each in getattr(aws, key) if not pattern.fullmatch(each)]
        if strange:
            yield f"[aws] {key} has {listing(strange)}.", "Name them by id, as the console does."
    if aws.vpc_subnets and endpoint.serverless:
        yield (
            "[aws] vpc_subnets and [endpoint] serverless = true exclude each other: SageMaker "
            "serves no model in a network of yours without instances.",
            "Leave one of them out.",
        )
