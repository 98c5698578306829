"""Which changes replace a resource, and which of those in place the rehearsal leaves undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cfn.form import POLICIES
from rehearsal.cfn.resource_type import Live, Properties, ResourceType

UNDONE = {
    "AWS::ApplicationAutoScaling::ScalableTarget": {"Tags"},
    "AWS::Athena::WorkGroup": {"Tags"},
    "AWS::CloudWatch::Alarm": {"Tags"},
    "AWS::CodePipeline::Pipeline": {"Tags"},
    "AWS::DynamoDB::Table": {
        *("AttributeDefinitions", "GlobalSecondaryIndexes", "SSESpecification"),
        *("StreamSpecification", "TableClass", "Tags"),
    },
    "AWS::ECR::Repository": {"ImageScanningConfiguration", "Tags"},
    "AWS::Events::Rule": {"Tags"},
    "AWS::Glue::Crawler": {"Tags"},
    "AWS::Glue::Database": {"CatalogId"},
    "AWS::Glue::Job": {"Tags"},
    "AWS::IAM::Role": {"PermissionsBoundary", "Tags"},
    "AWS::Lambda::Function": {"Architectures", "Tags"},
    "AWS::Logs::LogGroup": {"KmsKeyId", "Tags"},
    "AWS::SNS::Topic": {"Tags"},
    "AWS::SQS::Queue": {"Tags"},
    "AWS::SageMaker::Endpoint": {"Tags"},
    "AWS::Scheduler::ScheduleGroup": {"Tags"},
    "AWS::StepFunctions::StateMachine": {"Tags"},
}
"""By type, what AWS changes in place and the rehearsal leaves as it was made."""
KEEPING = {
    *("AWS::Athena::WorkGroup", "AWS::CodeBuild::Project", "AWS::DynamoDB::Table"),
    *("AWS::ECR::Repository", "AWS::Events::Rule", "AWS::Glue::Crawler", "AWS::IAM::Role"),
    *("AWS::Lambda::Function", "AWS::S3::Bucket", "AWS::SQS::Queue"),
    "AWS::StepFunctions::StateMachine",
}
"""Types of which a property that is no longer given stays as it was."""

ANEW = {"AWS::CloudFormation::WaitConditionHandle", "AWS::Lambda::Permission"}
"""Types of which every change makes another, on AWS too."""


def is_replaced(kind: ResourceType, old: Properties, new: Properties) -> bool:
    """Tell whether a change makes another resource of the type, or changes the one that is there."""
    return any(
        _at(old, path) != _at(new, path) for path in {kind.named_by, *kind.replaced_by} - {""}
    )


def moved_policies(body: Mapping[str, Any], there: Live) -> tuple[str, ...]:
    """Return which of the policies of a resource are others in its template than they were."""
    given = {name: body[name] for name in POLICIES if name in body}
    return tuple(name for name in POLICIES if given.get(name) != there.policies.get(name))


def _at(properties: Any, path: str) -> Any:
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


def left_undone(kind: str, old: Properties, new: Properties) -> Iterator[str]:
    """Yield what to tell of a change in place: which parts of it are not carried out."""
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    for name in sorted(changed & UNDONE.get(kind, set())):
        yield f"{kind}: a change of {name} in place is not carried out"
    if kind in KEEPING:
        for name in sorted(set(old) - set(new) - UNDONE.get(kind, set())):
            yield f"{kind}: {name}, no longer given, stays as it was"
