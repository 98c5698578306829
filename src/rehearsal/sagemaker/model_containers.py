"""The containers of a model: as they were given, or as the model package that they name says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud


def definitions(cloud: Cloud, model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the containers of a model as DescribeModel tells it, in the order of the calls.

    Raises botocore's ``ClientError`` where a model package is named that does not exist.
    """
    primary = model.get("PrimaryContainer")
    given = [primary] if primary else model.get("Containers", [])
    return [each for container in given for each in _resolved(cloud, container)]


def _resolved(cloud: Cloud, container: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    package = container.get("ModelPackageName")
    if not package:
        yield dict(container)
        return
    sagemaker = cloud.clients.client("sagemaker")
    told = sagemaker.describe_model_package(ModelPackageName=package)
    for each in told.get("InferenceSpecification", {}).get("Containers", []):
        own = {**each.get("Environment", {}), **container.get("Environment", {})}
        yield {**each, "Environment": own}
