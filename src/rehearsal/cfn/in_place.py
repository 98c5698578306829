"""Which changes replace a resource, and which of those in place the rehearsal leaves undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.cfn.form import POLICIES
from rehearsal.cfn.resource_type import WHATEVER, Live, Properties, ResourceType
from rehearsal.cfn.schemas import create_only

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
    "AWS::IAM::Group": {"Path"},
    "AWS::IAM::Role": {"PermissionsBoundary", "Tags"},
    "AWS::IAM::User": {"Path", "Tags"},
    "AWS::KMS::Key": {"Description", "Tags"},
    "AWS::Lambda::Function": {"Architectures", "Tags"},
    "AWS::Logs::LogGroup": {"KmsKeyId", "Tags"},
    "AWS::SNS::Topic": {"Tags"},
    "AWS::SQS::Queue": {"Tags"},
    "AWS::SSM::Parameter": {"Tags"},
    "AWS::SageMaker::Endpoint": {"Tags"},
    "AWS::Scheduler::ScheduleGroup": {"Tags"},
    "AWS::SecretsManager::Secret": {"Description", "KmsKeyId", "Tags"},
    "AWS::StepFunctions::StateMachine": {"Tags"},
}
"""By type, what AWS changes in place and the rehearsal leaves as it was made."""
KEEPING = {
    *("AWS::Athena::WorkGroup", "AWS::CodeBuild::Project", "AWS::DynamoDB::Table"),
    *("AWS::ECR::Repository", "AWS::Events::Rule", "AWS::Glue::Crawler", "AWS::IAM::Role"),
    *("AWS::Lambda::Function", "AWS::Lambda::Url", "AWS::SQS::Queue"),
    "AWS::StepFunctions::StateMachine",
}
"""Types of which a property that is no longer given stays as it was."""

REMADE = {
    *("AWS::Athena::PreparedStatement", "AWS::CodeCommit::Repository"),
    *("AWS::CodeConnections::Connection", "AWS::CodeStarConnections::Connection"),
    *("AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::EC2::EIP"),
    *("AWS::EC2::FlowLog", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"),
    *("AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup"),
    *("AWS::EC2::SecurityGroupIngress", "AWS::EC2::Subnet", "AWS::EC2::VPC"),
    *("AWS::EC2::VPCEndpoint", "AWS::EC2::VPCGatewayAttachment", "AWS::Events::EventBus"),
    *("AWS::Glue::DevEndpoint", "AWS::Glue::SecurityConfiguration", "AWS::Glue::Trigger"),
    *("AWS::Glue::Workflow", "AWS::IAM::InstanceProfile", "AWS::Kinesis::Stream"),
    "AWS::KinesisFirehose::DeliveryStream",
    *("AWS::SageMaker::ModelPackage", "AWS::SageMaker::NotebookInstance"),
    *("AWS::SSM::Document", "AWS::SageMaker::Pipeline", "AWS::StepFunctions::Activity"),
}
"""Types that AWS changes in place, and of which here every change makes another."""


def replacing(kind: ResourceType) -> set[str]:
    """Return the properties, or paths to parts of them, of which a change makes another resource.

    They are those that AWS's schema says, and those of which it is silent.
    """
    told = frozenset() if kind.attributes is WHATEVER else create_only(kind.name)
    return {kind.named_by, *kind.replaced_by, *told} - {""}


def is_replaced(kind: ResourceType, old: Properties, new: Properties) -> bool:
    """Tell whether a change makes another resource of the type, or changes the one that is there."""
    return any(_at(old, path) != _at(new, path) for path in replacing(kind))


def is_remade(kind: ResourceType, old: Properties, new: Properties) -> bool:
    """Tell whether a change makes another resource here, and on AWS does not."""
    return kind.name in REMADE and not is_replaced(kind, old, new)


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
