"""What a request names has to be there; what others still lie in cannot be deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rehearsal.patches import Patch, added


def patches() -> list[Patch]:
    """Return what deletes groups of model packages, which moto cannot."""
    from moto.sagemaker.responses import SageMakerResponse as Api

    return [added(Api, "delete_model_package_group", _delete_group)]


def check_referred(backend: Any, request: dict[str, Any]) -> None:
    """Refuse, in SageMaker's words, a request that names a model or a tuning job there is not."""
    from moto.sagemaker.exceptions import AWSValidationException

    for kind, name in _referred(request):
        known = backend._models if kind == "model" else backend.hyper_parameter_tuning_jobs
        if name not in known:
            where = f"arn:aws:sagemaker:{backend.region_name}:{backend.account_id}"
            words = kind.replace("-", " ")
            raise AWSValidationException(f'Could not find {words} "{where}:{kind}/{name}".')


def _referred(request: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the kind and the name of what a job or an endpoint configuration builds upon."""
    if "TransformJobName" in request:
        yield "model", request["ModelName"]
    for variant in request.get("ProductionVariants", []):
        if "ModelName" in variant:
            yield "model", variant["ModelName"]
    warm = request.get("WarmStartConfig") or {}
    for parent in warm.get("ParentHyperParameterTuningJobs", []):
        yield "hyper-parameter-tuning-job", parent["HyperParameterTuningJobName"]


def _delete_group(response: Any) -> Any:
    """Delete a group of model packages, unless packages lie in it."""
    from moto.core.responses import EmptyResult
    from moto.sagemaker.exceptions import AWSValidationException, ConflictException

    name = json.loads(response.body)["ModelPackageGroupName"].rpartition("/")[2]
    backend = response.sagemaker_backend
    if name not in backend.model_package_groups:
        raise AWSValidationException(f"ModelPackageGroup {name} does not exist.")
    packages = backend.model_packages.values()
    if any(each.model_package_group_name == name for each in packages):
        raise ConflictException(f"ModelPackageGroup {name} still has model packages in it.")
    del backend.model_package_groups[name]
    return EmptyResult()
