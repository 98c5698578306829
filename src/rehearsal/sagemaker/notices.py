"""What SageMaker tells EventBridge: new states of jobs, endpoints and model packages, as it describes them.

The details are those of "Events that Amazon SageMaker AI sends to Amazon EventBridge", in its developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from rehearsal.events import announce
from rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud
    from rehearsal.sagemaker.endpoint import Endpoint
    from rehearsal.sagemaker.jobs import Job

_THINGS = {
    "processing": "Processing Job",
    "training": "Training Job",
    "transform": "Transform Job",
    "tuning": "HyperParameter Tuning Job",
}


def tell_job(cloud: Cloud, job: Job) -> None:
    """Tell that a job has begun, or ended."""
    told = job.describe()
    told["Tags"] = {each["Key"]: each["Value"] for each in told.get("Tags") or ()}
    _tell(cloud, _THINGS[job.kind.word], job.arn, _plain(told, _milliseconds))


def tell_endpoint(cloud: Cloud, endpoint: Endpoint) -> None:
    """Tell the state of an endpoint, in the words of events: ``IN_SERVICE``."""
    told = endpoint.describe()
    told["EndpointStatus"] = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", told["EndpointStatus"]).upper()
    _tell(cloud, "Endpoint", endpoint.record.arn, _plain(told, _milliseconds))


def patches(cloud: Cloud) -> list[Patch]:
    """Return what tells of model packages that are registered, approved or rejected."""
    from moto.sagemaker.responses import SageMakerResponse as Api

    calls = ("create_model_package", "update_model_package")
    return [around(Api, name, partial(_package, cloud)) for name in calls]


def _package(cloud: Cloud, original: Any, response: Any) -> Any:
    answer = original(response)
    arn = answer._result["ModelPackageArn"]
    found = response.sagemaker_backend.describe_model_package(model_package_name=arn)
    _tell(cloud, "Model Package", arn, _plain(found.gen_response_object(), _text))
    return answer


def _tell(cloud: Cloud, thing: str, arn: str, detail: dict[str, Any]) -> None:
    announce(cloud, "aws.sagemaker", f"SageMaker {thing} State Change", [arn], detail)


def _plain(told: Any, timed: Callable[[datetime], Any]) -> Any:
    """Return a description without what it has no value for, its times as `timed` says them."""
    if isinstance(told, dict):
        return {name: _plain(each, timed) for name, each in told.items() if each is not None}
    if isinstance(told, list):
        return [_plain(each, timed) for each in told]
    return timed(told) if isinstance(told, datetime) else told


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
