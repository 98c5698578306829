"""Models: refused, as SageMaker does, when the name is taken or the archive is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from rehearsal import objects
from rehearsal.errors import InputError
from rehearsal.patches import Patch, around
from rehearsal.sagemaker.model_containers import definitions
from rehearsal.sagemaker.requests import check

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes CreateModel strict."""
    from moto.sagemaker.exceptions import AWSValidationException
    from moto.sagemaker.responses import SageMakerResponse

    def create(original: Any, response: Any) -> Any:
        request = json.loads(response.body)
        check(cloud, "CreateModel", request)
        problem = _problem(cloud, request, {m.model_name for m in _existing(response)})
        if problem:
            raise AWSValidationException(problem)
        answer = original(response)
        record = response.sagemaker_backend.describe_model(request["ModelName"])
        record.enable_network_isolation = request.get("EnableNetworkIsolation", False)
        return answer

    return [around(SageMakerResponse, "create_model", create)]


def _existing(response: Any) -> list[Any]:
    return list(response.sagemaker_backend.list_models())


def _problem(cloud: Cloud, request: dict[str, Any], taken: set[str]) -> str:
    name = request["ModelName"]
    if name in taken:
        return f'Cannot create already existing model "{name}".'
    if ("PrimaryContainer" in request) == bool(request.get("Containers")):
        return "A model has either a PrimaryContainer or Containers."
    strange = next(unknown_parts(request), "")
    if strange:
        return strange
    try:
        containers = definitions(cloud, request)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return next(filter(None, (_lacking(cloud, each) for each in containers)), "")


def unknown_parts(request: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a model has that the rehearsal does not know, in sentences."""
    if request.get("InferenceExecutionConfig", {}).get("Mode") == "Direct":
        yield "The rehearsal calls a model's containers one after the other, never Direct."
    primary = request.get("PrimaryContainer")
    for container in [primary] if primary else request.get("Containers", []):
        for key in ("ModelDataSource", "AdditionalModelDataSources", "MultiModelConfig"):
            if key in container:
                yield f"The rehearsal knows containers without {key}."
        if container.get("Mode", "SingleModel") != "SingleModel":
            yield "The rehearsal knows containers of one model each, whose Mode is SingleModel."


def _lacking(cloud: Cloud, container: Mapping[str, Any]) -> str:
    uri = container.get("ModelDataUrl")
    if uri and not _exists(cloud, uri):
        return f"Could not find model data at {uri}."
    return ""


def _exists(cloud: Cloud, uri: str) -> bool:
    try:
        return any(uri.endswith(f"/{stored.key}") for stored in objects.found(cloud, uri))
    except InputError:
        return False
