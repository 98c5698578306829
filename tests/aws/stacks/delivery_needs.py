"""What the roles of a delivery need: from its stages, from our code, from what the stacks make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from called_services import clients_of, imported_by, needed_actions
from role_needs import AWS, WRITING_LOGS
from shipped_stacks import ALL_ON, STACK, resources

from unchurn.aws.apply_stacks import GUARDED

STAGES = {
    "S3": "s3:GetObject s3:GetObjectVersion s3:GetObjectTagging",
    "CodeCommit": (
        "codecommit:GetBranch codecommit:GetCommit codecommit:UploadArchive "
        "codecommit:GetUploadArchiveStatus codecommit:CancelUploadArchive"
    ),
    "CodeStarSourceConnection": (
        "codestar-connections:UseConnection codeconnections:UseConnection"
    ),
    "CodeBuild": "codebuild:StartBuild codebuild:BatchGetBuilds",
    "Manual": "sns:Publish",
    "CloudFormation": (
        "cloudformation:CreateStack cloudformation:UpdateStack cloudformation:DescribeStacks "
        "cloudformation:DescribeStackEvents cloudformation:ValidateTemplate iam:PassRole"
    ),
    "StepFunctions": "states:StartExecution states:DescribeStateMachine states:DescribeExecution",
}
"""What CodePipeline does, as its role, for an action of each provider."""
ARTEFACTS = {
    "s3:GetBucketVersioning": "before it uses the bucket",
    "s3:GetBucketLocation": "before it uses the bucket",
    "s3:GetBucketAcl": "before it uses the bucket",
    "s3:GetObject": "what an earlier stage left",
    "s3:GetObjectVersion": "what an earlier stage left",
    "s3:PutObject": "what a source gave",
}
"""What CodePipeline does, as its role, for any pipeline."""
CODEBUILD = {
    "s3:GetObject": "the source artefact",
    "s3:GetObjectVersion": "the source artefact",
    "s3:PutObject": "the build's own artefact",
    "iam:PassRole": "the role that CloudFormation acts as",
}
"""What CodeBuild and CloudFormation do, as the build's role, around our own code."""
HANDLERS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": (
        "application-autoscaling: RegisterScalableTarget DescribeScalableTargets "
        "DeregisterScalableTarget ListTagsForResource TagResource; "
        "sagemaker: DescribeEndpoint DescribeEndpointConfig UpdateEndpointWeightsAndCapacities"
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": (
        "application-autoscaling: PutScalingPolicy DescribeScalingPolicies DeleteScalingPolicy"
    ),
    "AWS::CloudWatch::Alarm": (
        "cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms ListTagsForResource TagResource "
        "UntagResource"
    ),
    "AWS::CodeBuild::Project": (
        "codebuild: CreateProject BatchGetProjects UpdateProject DeleteProject; iam: PassRole"
    ),
    "AWS::Events::Rule": (
        "events: PutRule DescribeRule DeleteRule PutTargets RemoveTargets ListTargetsByRule "
        "ListTagsForResource TagResource UntagResource; iam: PassRole"
    ),
    "AWS::Glue::Crawler": (
        "glue: CreateCrawler GetCrawler UpdateCrawler DeleteCrawler GetTags TagResource "
        "UntagResource; iam: PassRole"
    ),
    "AWS::Glue::Job": (
        "glue: CreateJob GetJob UpdateJob DeleteJob GetTags TagResource UntagResource; "
        "iam: PassRole"
    ),
    "AWS::Lambda::Function": (
        "lambda: CreateFunction GetFunction GetFunctionCodeSigningConfig "
        "GetFunctionRecursionConfig GetRuntimeManagementConfig UpdateFunctionCode "
        "UpdateFunctionConfiguration DeleteFunction ListTags TagResource UntagResource; "
        "iam: PassRole; s3: GetObject"
    ),
    "AWS::Logs::LogGroup": (
        "logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy "
        "AssociateKmsKey DisassociateKmsKey DeleteLogGroup ListTagsForResource TagResource "
        "UntagResource"
    ),
    "AWS::SNS::Subscription": (
        "sns: Subscribe Unsubscribe GetSubscriptionAttributes SetSubscriptionAttributes "
        "ListSubscriptionsByTopic"
    ),
    "AWS::SNS::Topic": (
        "sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic "
        "GetDataProtectionPolicy ListSubscriptionsByTopic ListTagsForResource TagResource "
        "UntagResource"
    ),
    "AWS::SageMaker::Endpoint": (
        "sagemaker: CreateEndpoint DescribeEndpoint UpdateEndpoint DeleteEndpoint AddTags "
        "ListTags DeleteTags"
    ),
    "AWS::SageMaker::EndpointConfig": (
        "sagemaker: CreateEndpointConfig DescribeEndpointConfig DeleteEndpointConfig AddTags "
        "ListTags DeleteTags"
    ),
    "AWS::Scheduler::Schedule": (
        "scheduler: CreateSchedule GetSchedule UpdateSchedule DeleteSchedule; iam: PassRole"
    ),
    "AWS::Scheduler::ScheduleGroup": (
        "scheduler: CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup "
        "ListTagsForResource TagResource UntagResource"
    ),
    "AWS::StepFunctions::StateMachine": (
        "states: CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine "
        "ListTagsForResource TagResource UntagResource; iam: PassRole; s3: GetObject"
    ),
    "AWS::StepFunctions::StateMachineVersion": (
        "states: PublishStateMachineVersion DescribeStateMachine ListStateMachineVersions "
        "DeleteStateMachineVersion"
    ),
}
"""What CloudFormation does to make, read, change and delete a resource of each type."""
WITHHELD = {"sns:SetTopicAttributes": "it also sets the topic's policy, which gives rights"}
"""What a handler may call and a commit may not: such a change is left to an administrator."""
ADDRESSED = {
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", "alarm:", "AlarmName"),
    "AWS::CodeBuild::Project": ("codebuild:CreateProject", "project/", "Name"),
    "AWS::Events::Rule": ("events:PutRule", "rule/", "Name"),
    "AWS::Glue::Crawler": ("glue:CreateCrawler", "crawler/", "Name"),
    "AWS::Glue::Job": ("glue:CreateJob", "job/", "Name"),
    "AWS::Lambda::Function": ("lambda:CreateFunction", "function:", "FunctionName"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "log-group:", "LogGroupName"),
    "AWS::Scheduler::Schedule": ("scheduler:CreateSchedule", f"schedule/{STACK}/", "Name"),
    "AWS::Scheduler::ScheduleGroup": ("scheduler:CreateScheduleGroup", "schedule-group/", "Name"),
    "AWS::StepFunctions::StateMachine": (
        "states:CreateStateMachine",
        "stateMachine:",
        "StateMachineName",
    ),
}
"""How types with names of ours are made: by which action, on which ARN, and what names them."""
ACTS_AS = {
    "AWS::CodeBuild::Project": "codebuild.amazonaws.com",
    "AWS::Events::Rule": "events.amazonaws.com",
    "AWS::Glue::Crawler": "glue.amazonaws.com",
    "AWS::Glue::Job": "glue.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
    "AWS::StepFunctions::StateMachine": "states.amazonaws.com",
}
"""The service that is passed the role of a resource of each type."""
SERVICES = (
    *("s3", "cloudformation", "codebuild", "ecr", "lambda", "stepfunctions", "dynamodb"),
    *("sagemaker", "cloudwatch"),
)
VERBS = {
    "deploy": (
        *("deploy", "apply_stacks", "adoption", "change_sets", "stack_state", "uploads", "image"),
        "bundles",
    ),
    "train": ("run", "execution", "fetch", "uploads", "stack_state"),
    "run_parameters": (
        *("../cli/aws_endpoint", "endpoint/parameters", "endpoint/takeover", "endpoint/alarms"),
        *("run", "stack_state", "registry", "lambdas/registry_items"),
    ),
}
"""The functions behind the build's verbs, each with the modules in which it works, its own first."""


def of_the_build() -> set[str]:
    """Return the actions that the build's verbs can reach."""
    found = {*CODEBUILD, *WRITING_LOGS}
    for entry, names in VERBS.items():
        found |= needed_actions([AWS / f"{name}.py" for name in names], entry, SERVICES)
    return found


def of_the_pipeline(**values: str) -> set[str]:
    """Return the actions that the stages of the pipeline need."""
    stages = next(p for _, name, _, p in resources(**values) if name == "Pipeline")["Stages"]
    providers = [each["ActionTypeId"]["Provider"] for s in stages for each in s["Actions"]]
    return set(ARTEFACTS) | {action for name in providers for action in STAGES[name].split()}


def of_the_deployment() -> set[str]:
    """Return the actions that CloudFormation needs for the stacks that a commit may change."""
    found = set()
    for kind in {kind for _, kind, _ in changeable()}:
        for part in HANDLERS[kind].split("; "):
            service, _, actions = part.partition(": ")
            found |= {f"{service}:{action}" for action in actions.split()}
    return found - set(WITHHELD)


def of_restoring() -> set[str]:
    """Return the actions of the function that puts the champion back."""
    modules = imported_by(AWS / "lambdas/restore_champion.py")
    return WRITING_LOGS | needed_actions(modules, "handler", clients_of(modules))


def changeable() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (logical id, type, properties) of all that a commit may change."""
    for stack, logical, kind, properties in resources(**ALL_ON):
        if stack not in GUARDED:
            yield logical, kind, properties


def passed() -> set[tuple[str, str]]:
    """Return (service, role) of every role that these resources are given."""
    found = set()
    for _, kind, properties in changeable():
        targets = [properties, properties.get("Target", {}), *properties.get("Targets", [])]
        for each in targets if kind in ACTS_AS else []:
            roles = {each[key] for key in ("Role", "RoleArn", "ServiceRole") if key in each}
            found |= {(ACTS_AS[kind], role) for role in roles}
    return found
