"""Names of resources: made up where none is given, as long as the service takes; refused if not."""

from __future__ import annotations

from uuid import uuid4

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Properties

MOST = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 32,
    "AWS::ElasticLoadBalancingV2::TargetGroup": 32,
    "AWS::Events::Rule": 64,
    "AWS::IAM::ManagedPolicy": 128,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::Lambda::Permission": 100,
    "AWS::S3::Bucket": 63,
    "AWS::SNS::Topic": 256,
    "AWS::SQS::Queue": 80,
    "AWS::SageMaker::Endpoint": 63,
    "AWS::SageMaker::EndpointConfig": 63,
    "AWS::SageMaker::Model": 63,
    "AWS::SageMaker::ModelPackageGroup": 63,
    "AWS::Scheduler::Schedule": 64,
    "AWS::Scheduler::ScheduleGroup": 64,
    "AWS::StepFunctions::StateMachine": 80,
    "AWS::CodeBuild::Project": 150,
    "AWS::CodePipeline::Pipeline": 100,
}
"""Characters that a name may have, by type; of all others 255."""
LOWER = {"AWS::ECR::Repository", "AWS::S3::Bucket"}
"""Types whose names have no capitals."""


def generated_name(
    stack: str, logical_id: str, kind: str, properties: Properties | None = None
) -> str:
    """Return a name that no other resource has: where both are long, both are cut.

    Queues and topics that keep order have names that end so, and CloudFormation ends them so.
    """
    ordered = {str((properties or {}).get(each)).lower() for each in ("FifoQueue", "FifoTopic")}
    suffix = uuid4().hex[:12] + (".fifo" if "true" in ordered else "")
    room = MOST.get(kind, 255) - len(suffix) - 3
    if len(stack) + len(logical_id) > room:
        logical_id = logical_id[: max(room // 2, room - len(stack))]
        stack = stack[: room - len(logical_id)]
    return f"{stack.rstrip('-')}-{logical_id}-{suffix}"


def check_given_name(kind: str, name: str) -> None:
    """Raise `RefusedError` for a name that is too long, or has capitals where none may be."""
    if len(name) > MOST.get(kind, 255):
        raise RefusedError(
            f"1 validation error detected: Value '{name}' at the name of {kind} failed to satisfy "
            f"constraint: Member must have length less than or equal to {MOST.get(kind, 255)}"
        )
    if kind in LOWER and name != name.lower():
        raise RefusedError(f"{kind}: the name {name} should not contain uppercase characters")
