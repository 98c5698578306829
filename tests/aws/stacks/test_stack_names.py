"""Names, tags, retention, and what a deployment leaves alone."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from shipped_stacks import ALL_ON, EVERY, FILES, STACK, resolved, resources, templates

from unchurn.aws.layout import CAMPAIGNS, TOLD, RunLayout
from unchurn.aws.machines import NAMES

NAMED_BY = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "PolicyName",
    "AWS::Athena::WorkGroup": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::Events::Rule": "Name",
    "AWS::Glue::Crawler": "Name",
    "AWS::Glue::Job": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
UNTAGGED = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::Glue::Database",
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::Schedule",
    "AWS::StepFunctions::StateMachineVersion",
}
"""Types that take no tags."""
FUNCTIONS = (
    "invokeTrainingStepFunction",
    "invokeInferStepFunction",
    "bestHyperparameters",
    "champion",
    "modelUrl",
    "readVerdict",
    "updateModelRegistry",
    "updateModelRegistryLedger",
)
KEPT = {"DataBucket", "OnlyEncryptedConnections", "Registry"}


def names(kind: str, **values: str) -> set[str]:
    """Return the names of all resources of a type."""
    return {p[NAMED_BY[kind]] for _, _, found, p in resources(**values) if found == kind}


def kinds(**values: str) -> set[str]:
    """Return the types of everything that is made."""
    return {kind for _, _, kind, _ in resources(**values)}


def test_every_name_derives_from_the_stacks() -> None:
    for _, logical, kind, properties in resources(**ALL_ON):
        if kind in NAMED_BY:
            assert re.search(rf"(^|/){STACK}($|-)", properties[NAMED_BY[kind]]), logical


def test_the_names_that_roles_and_users_rely_on() -> None:
    machines = {f"{STACK}-{name}" for name in NAMES}
    assert names("AWS::StepFunctions::StateMachine") == machines
    assert names("AWS::Lambda::Function") == {f"{STACK}-{name}" for name in FUNCTIONS}
    assert names("AWS::Glue::Job") == {f"{STACK}-etl"}
    assert names("AWS::Glue::Crawler") == {f"{STACK}-crawler"}
    assert names("AWS::DynamoDB::Table") == {f"{STACK}-registry"}
    assert names("AWS::SNS::Topic") == {f"{STACK}-alerts"}
    assert names("AWS::ECR::Repository") == names("AWS::Athena::WorkGroup") == {STACK}
    assert names("AWS::CodeBuild::Project") == {f"{STACK}-image"}
    assert names("AWS::S3::Bucket") == {f"{STACK}-<AccountId>-eu-west-1"}
    databases = [p for _, _, kind, p in resources() if kind == "AWS::Glue::Database"]
    assert [p["DatabaseInput"]["Name"] for p in databases] == [f"{STACK}-db"]


def test_alarms_watch_every_machine_and_every_function() -> None:
    watched = {
        (measured["MetricName"], dimension["Value"].rpartition(":")[2])
        for stack, _, kind, properties in resources()
        if kind == "AWS::CloudWatch::Alarm" and stack == "alarms"
        for metric in properties.get("Metrics", [])
        if (measured := metric.get("MetricStat", {}).get("Metric"))
        for dimension in measured["Dimensions"]
    }
    ends = ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled")
    machines = names("AWS::StepFunctions::StateMachine")
    functions = names("AWS::Lambda::Function")
    assert watched == {(end, name) for end in ends for name in machines} | {
        ("Errors", name) for name in functions
    }


def test_everything_that_takes_tags_bears_the_stacks() -> None:
    for _, logical, kind, properties in resources(**ALL_ON):
        tags = properties.get("Tags")
        if kind in UNTAGGED:
            assert tags is None, logical
        else:
            as_list = [{"Key": "StackName", "Value": STACK}]
            assert tags in (as_list, {"StackName": STACK}), logical


@pytest.mark.parametrize("file", FILES)
def test_a_template_knows_no_partition_region_or_account(file: str) -> None:
    text = Path(file).read_text("utf-8")
    assert "arn:aws:" not in text
    assert not re.search(r"\b(us|eu|ap|cn)-[a-z]+-\d\b|\b\d{12}\b", text)
    assert ".amazonaws.com" not in re.sub(r"(?<=[ :])[a-z]+\.amazonaws\.com", "", text)


@pytest.mark.parametrize("stack", EVERY)
def test_every_template_refuses_the_same_names(stack: str) -> None:
    rules = templates()[stack].parameters["StackName"]
    assert rules == {"Type": "String", "AllowedPattern": "[a-z](-?[a-z0-9])+", "MaxLength": 20}


def test_only_what_cannot_be_made_again_is_kept() -> None:
    for template in templates().values():
        for logical, body in template.resources.items():
            policies = {body.get("DeletionPolicy"), body.get("UpdateReplacePolicy")}
            if body["Type"].endswith("StateMachineVersion"):
                assert policies == {"Delete", "Retain"}, "a schedule may start it for a while"
                continue
            assert policies == ({"Retain"} if logical in KEPT else {None}), logical


def test_logs_are_not_kept_for_ever() -> None:
    groups = [p for _, _, kind, p in resources(**ALL_ON) if kind == "AWS::Logs::LogGroup"]
    assert groups
    assert all(group["RetentionInDays"] == 90 for group in groups)


def test_every_function_logs_to_the_group_of_its_name() -> None:
    groups = names("AWS::Logs::LogGroup", **ALL_ON)
    functions = names("AWS::Lambda::Function", **ALL_ON)
    assert {f"/aws/lambda/{name}" for name in functions} <= groups


def test_a_bucket_of_the_users_is_let_be() -> None:
    made = list(resources(ExistingBucket="theirs"))
    assert {kind for stack, _, kind, _ in made if stack == "storage"} == {
        "AWS::Glue::Database",
        "AWS::Athena::WorkGroup",
        "AWS::ECR::Repository",
    }
    assert not [kind for _, _, kind, _ in made if kind.startswith("AWS::S3::")]
    assert {p["Code"]["S3Bucket"] for _, _, kind, p in made if kind == "AWS::Lambda::Function"} == {
        "theirs"
    }


def test_a_table_of_the_users_is_let_be() -> None:
    made = list(resources(ExistingTable="theirs"))
    assert "AWS::DynamoDB::Table" not in {kind for _, _, kind, _ in made}
    told = [
        p["Environment"]["Variables"]["REGISTRY_TABLE"]
        for _, _, kind, p in made
        if kind == "AWS::Lambda::Function" and "REGISTRY_TABLE" in str(p)
    ]
    assert told == ["theirs", "theirs", "theirs"]


def test_nothing_starts_by_itself_unless_asked() -> None:
    assert "AWS::SNS::Subscription" not in kinds()
    never = {"RetrainOnAlarm": "false"}
    assert not kinds(**never) & {"AWS::Scheduler::Schedule", "AWS::Events::Rule"}
    assert names("AWS::Events::Rule") == {f"{STACK}-changed"}, 'retrain = "alarm", as everywhere'
    assert names("AWS::Scheduler::Schedule", **ALL_ON) == {
        f"{STACK}-training",
        f"{STACK}-inference",
        f"{STACK}-captured",
    }
    assert names("AWS::Events::Rule", **ALL_ON) == {
        f"{STACK}-landing",
        f"{STACK}-effect",
        f"{STACK}-changed",
        f"{STACK}-delivery",
        f"{STACK}-not-deployed",
    }


def test_the_machines_stacks_say_that_they_ask_athena_where_a_query_is_named() -> None:
    """By what a run knows that the machine is one which asks."""
    for queries, said in (("score", {"TrainingQueries", "InferenceQueries"}), ("", set())):
        found = resolved(Queries=queries)
        told = {**found["training"].outputs(), **found["inference"].outputs()}
        assert {name for name in told if name.endswith("Queries")} == said


def test_what_scoring_writes_never_starts_a_scoring() -> None:
    rule = next(p for _, logical, _, p in resources(**ALL_ON) if logical == "Landing")
    (prefix,) = rule["EventPattern"]["detail"]["object"]["key"]
    assert not "data/inference_result/".startswith(prefix["prefix"])
    assert not "data/intermediate/".startswith(prefix["prefix"])


def test_what_landed_is_scored_whatever_athena_is_asked() -> None:
    """[data] score may come to name an address later, without a deploy."""
    rule = next(p for _, logical, _, p in resources(**ALL_ON) if logical == "Landing")
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"Data": "bucket"}


def test_of_a_delivery_that_ends_in_a_marker_the_marker_alone_starts_a_scoring() -> None:
    marked = {**ALL_ON, "LandingMarker": "_SUCCESS"}
    rule = next(p for _, logical, _, p in resources(**marked) if logical == "Landing")
    pattern = rule["EventPattern"]["detail"]["object"]["key"]
    assert pattern == ["data/infer/_SUCCESS", {"wildcard": "data/infer/*/_SUCCESS"}]


def test_what_measuring_writes_never_starts_a_measurement() -> None:
    """What is published lies beside the outcomes, and empty marks are no file of them."""
    rule = next(p for _, logical, _, p in resources(**ALL_ON) if logical == "OutcomesLanding")
    (key,) = rule["EventPattern"]["detail"]["object"]["key"]
    assert key == {"wildcard": f"{CAMPAIGNS}*/{TOLD}*"}
    assert rule["EventPattern"]["detail"]["object"]["size"] == [{"numeric": [">", 0]}]
    assert not fnmatchcase(f"{RunLayout('r').campaign}effect.json", key["wildcard"])


def test_no_stack_is_ever_empty() -> None:
    roles = {
        name: "arn:aws:iam::123456789012:role/theirs"
        for name in templates()["roles"].parameters
        if name.endswith("Role")
    }
    made = list(resources(ExistingBucket="theirs", ExistingTable="theirs", **roles))
    assert {stack for stack, _, _, _ in made} == set(EVERY)
    assert "AWS::IAM::Role" not in {kind for stack, _, kind, _ in made if stack != "delivery"}
