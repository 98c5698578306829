"""CodePipeline: pipelines, refused while changes are planned where they could not be executed."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Made, Properties, ResourceType, lowered, tags
from rehearsal.cloud import Cloud

_KEPT = frozenset({"Configuration"})
"""What is below it bears the names that the template gives."""
_PLAIN = ("ArtifactStore", "ExecutionMode", "PipelineType", "RoleArn", "Stages", "Variables")


def _pipeline(region: str, name: str, properties: Properties) -> dict[str, Any]:
    given = {key: properties[key] for key in _PLAIN if key in properties}
    for each in properties.get("ArtifactStores", []):
        if each["Region"] == region:
            given["ArtifactStore"] = each["ArtifactStore"]
    pipeline: dict[str, Any] = lowered(given, _KEPT) | {"name": name}
    return pipeline


def _check(cloud: Cloud, properties: Properties) -> None:
    from rehearsal.delivery.providers import PipelineError, absences, check_pipeline

    if "Triggers" in properties:
        cloud.journal.remark("pipelines: their Triggers start none; their sources do")
    pipeline = _pipeline(cloud.region, "", properties)
    try:
        check_pipeline(pipeline, cloud.region)
    except PipelineError as error:
        refused = RefusedError(str(error))
        refused.reasons = error.reasons
        raise refused from error
    for sentence in absences(pipeline):
        cloud.journal.remark(sentence)


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    pairs = [{"key": key, "value": value} for key, value in tags(properties).items()]
    made = cloud.clients.client("codepipeline").create_pipeline(
        pipeline=_pipeline(cloud.region, name, properties), tags=pairs
    )
    return Made(name, {"Version": str(made["pipeline"]["version"])})


def _update(cloud: Cloud, name: str, _: Properties, new: Properties) -> dict[str, Any]:
    pipelines = cloud.clients.client("codepipeline")
    made = pipelines.update_pipeline(pipeline=_pipeline(cloud.region, name, new))
    if str(new.get("RestartExecutionOnUpdate", False)).lower() == "true":
        pipelines.start_pipeline_execution(name=name)
    return {"Version": str(made["pipeline"]["version"])}


def _delete(cloud: Cloud, name: str, _: Properties) -> None:
    cloud.clients.client("codepipeline").delete_pipeline(name=name)


TYPES = [
    ResourceType(
        "AWS::CodePipeline::Pipeline",
        _create,
        _delete,
        _update,
        named_by="Name",
        attributes=frozenset({"Version"}),
        properties=frozenset(
            {
                *("ArtifactStores", "Name", "RestartExecutionOnUpdate", "Tags", "Triggers"),
                *_PLAIN,
            }
        ),
        check=_check,
    )
]
