"""A rehearsed pipeline goes from stage to stage as CodePipeline does, and tells the rules of it."""

from __future__ import annotations

import io
import json
import zipfile
from copy import deepcopy
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_delivery import MADE, PIPELINE, SOURCE, TEMPLATE, SmallDelivery, waited

ANSWERING = """
import boto3, json

def handler(event, context):
    job = event["CodePipeline.job"]
    word = job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    pipelines = boto3.client("codepipeline")
    if word == "silent":
        return
    if word == "bad":
        details = {"type": "JobFailed", "message": "the word is bad"}
        return pipelines.put_job_failure_result(jobId=job["id"], failureDetails=details)
    pipelines.put_job_success_result(jobId=job["id"], outputVariables={"Heard": word})
"""
SAYING = """
version: 0.2
env: {exported-variables: [WORD]}
phases: {build: {commands: [WORD="$(cat word.txt)", 'echo "{}" > parameters.json']}}
artifacts: {files: [parameters.json]}
"""
PLAIN = 'Resources: {Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: acme-plain}}}'


def stack(delivery: SmallDelivery) -> dict[str, Any]:
    formation = delivery.cloud.clients.client("cloudformation")
    return dict(formation.describe_stacks(StackName="acme-made")["Stacks"][0])


def error_of(action: dict[str, Any]) -> str:
    return str(action["output"]["executionResult"]["errorDetails"]["message"])


def test_making_a_pipeline_starts_it_and_without_a_bundle_it_fails(
    delivery: SmallDelivery,
) -> None:
    first = delivery.executions()[-1]
    assert (first["status"], first["trigger"]["triggerType"]) == ("Failed", "CreatePipeline")
    told = delivery.actions(first["pipelineExecutionId"])["Bundle"]
    assert f"'{SOURCE}' could not be read" in error_of(told)


def test_a_bundle_goes_through_every_stage_to_a_stack(delivery: SmallDelivery) -> None:
    execution = delivery.push()
    assert delivery.ended(execution) == "Succeeded", delivery.actions(execution)
    assert [each["OutputValue"] for each in stack(delivery)["Outputs"]] == ["acme-one"]
    assert delivery.stage("Deploy")["status"] == "Succeeded"
    told = delivery.executions()[0]["sourceRevisions"][0]
    assert told["actionName"] == "Bundle"
    assert told["revisionSummary"].startswith("Amazon S3 version id")


def test_a_second_bundle_updates_the_stack_and_the_same_one_changes_nothing(
    delivery: SmallDelivery,
) -> None:
    delivery.pushed(**{"name.txt": "two"})
    assert stack(delivery)["StackStatus"] == "UPDATE_COMPLETE"
    updated = stack(delivery).get("LastUpdatedTime")
    status, actions = delivery.pushed(**{"name.txt": "two"})
    assert status == "Succeeded"
    result = actions["Stack"]["output"]["executionResult"]
    assert result["externalExecutionSummary"] == "There was nothing to change."
    assert stack(delivery).get("LastUpdatedTime") == updated


def test_a_stack_that_refuses_its_parameters_fails_the_stage_and_stays(
    delivery: SmallDelivery,
) -> None:
    delivery.pushed(**{"name.txt": "three"})
    status, actions = delivery.pushed(**{"name.txt": "NOT ALLOWED"})
    assert (status, delivery.stage("Deploy")["status"]) == ("Failed", "Failed")
    assert "must match pattern" in error_of(actions["Stack"])
    assert [each["OutputValue"] for each in stack(delivery)["Outputs"]] == ["acme-three"]


def test_a_file_that_an_artefact_does_not_hold_is_named(delivery: SmallDelivery) -> None:
    text = "version: 0.2\nphases: {build: {commands: [touch a]}}\nartifacts: {files: [a]}\n"
    _, actions = delivery.pushed(text)
    assert "has no file 'parameters.json'" in error_of(actions["Stack"])


def test_rules_hear_of_each_action_that_fails(delivery: SmallDelivery) -> None:
    heard = len(delivery.messages())
    delivery.pushed("version: 0.2\nphases: {build: {commands: ['false']}}")
    waited(lambda: "Failed: Build/Make" in delivery.messages()[heard:], "nobody was told")


def test_a_person_is_asked_and_answers(delivery: SmallDelivery) -> None:
    assert delivery.deploy(kind="UPDATE", Approves="yes") == "UPDATE_COMPLETE"
    try:
        for answer, status in (("Rejected", "Failed"), ("Approved", "Succeeded")):
            execution = delivery.push()
            token = waited(lambda: delivery.stage("Approve").get("token"), "nobody is asked")
            waited(
                lambda: any("of the project" in each for each in delivery.messages()),
                "nobody was told",
            )
            put_answer(delivery, token, answer)
            assert delivery.ended(execution) == status
            with pytest.raises(ClientError, match="No approval waits"):
                put_answer(delivery, token, answer)
    finally:
        delivery.deploy(kind="UPDATE")


def put_answer(delivery: SmallDelivery, token: str, answer: str) -> None:
    delivery.client.put_approval_result(
        pipelineName=PIPELINE,
        stageName="Approve",
        actionName="Ask",
        token=token,
        result={"summary": "looked at it", "status": answer},
    )


def test_a_newer_execution_takes_the_place_of_one_that_waits(delivery: SmallDelivery) -> None:
    slow = "version: 0.2\nphases: {build: {commands: [sleep 1, 'false']}}"
    first = delivery.push(slow)
    waited(lambda: delivery.stage("Build").get("status") == "InProgress", "nothing is built")
    second = delivery.push(slow)
    third = delivery.push(slow)
    assert delivery.ended(second) == "Superseded"
    assert (delivery.ended(first), delivery.ended(third)) == ("Failed", "Failed")


@pytest.mark.parametrize(
    ("word", "status", "words"),
    [
        ("good", "Succeeded", ""),
        ("bad", "Failed", "the word is bad"),
        ("silent", "Failed", "ended without PutJobSuccessResult"),
    ],
)
def test_a_function_answers_for_its_job(
    delivery: SmallDelivery, word: str, status: str, words: str
) -> None:
    make_function(delivery)
    delivery.deploy(kind="UPDATE", Invokes="acme-answers")
    try:
        ended, actions = delivery.pushed(SAYING, **{"word.txt": word, "made.yaml": PLAIN})
    finally:
        delivery.deploy(kind="UPDATE")
    assert ended == status, actions
    if words:
        assert words in error_of(actions["Call"])
    else:
        assert actions["Call"]["output"]["outputVariables"] == {"Heard": "good"}


def make_function(delivery: SmallDelivery) -> None:
    functions = delivery.cloud.clients.client("lambda")
    if any(
        each["FunctionName"] == "acme-answers" for each in functions.list_functions()["Functions"]
    ):
        return
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("answering.py", ANSWERING)
    role = delivery.cloud.clients.client("iam").list_roles()["Roles"][0]["Arn"]
    functions.create_function(
        FunctionName="acme-answers",
        Runtime="python3.12",
        Role=role,
        Handler="answering.handler",
        Code={"ZipFile": stream.getvalue()},
    )


@pytest.mark.parametrize(("end", "status"), [("Succeed", "Succeeded"), ("Fail", "Failed")])
def test_a_machine_is_run_to_its_end(delivery: SmallDelivery, end: str, status: str) -> None:
    machines = delivery.cloud.clients.client("stepfunctions")
    role = delivery.cloud.clients.client("iam").list_roles()["Roles"][0]["Arn"]
    definition = {"StartAt": "End", "States": {"End": {"Type": end}}}
    machine = machines.create_state_machine(
        name=f"acme-{end}", roleArn=role, definition=json.dumps(definition)
    )["stateMachineArn"]
    runs = TEMPLATE.replace("Provider: Lambda", "Provider: StepFunctions").replace(
        "FunctionName: !Ref Invokes, UserParameters:", "StateMachineArn: !Ref Invokes, Input:"
    )
    delivery.deploy(runs, kind="UPDATE", Invokes=machine)
    try:
        said = {"word.txt": '{"asked":1}', "made.yaml": PLAIN}
        ended, actions = delivery.pushed(SAYING, **said)
    finally:
        delivery.deploy(kind="UPDATE")
    assert ended == status, actions
    execution = actions["Call"]["output"]["executionResult"]["externalExecutionId"]
    assert machines.describe_execution(executionArn=execution)["input"] == '{"asked":1}'


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        ("CodeStarSourceConnection", "ConnectionArn: arn, FullRepositoryId: acme/churn"),
        ("CodeCommit", "RepositoryName: churn"),
    ],
)
def test_the_bundle_stands_for_the_commit_of_a_repository(
    delivery: SmallDelivery, provider: str, settings: str
) -> None:
    asked = "S3Bucket: acme-bucket, S3ObjectKey: delivery/source.zip, PollForSourceChanges: false"
    template = TEMPLATE.replace("Provider: S3", f"Provider: {provider}")
    delivery.deploy(template.replace(asked, f"{settings}, BranchName: main"), kind="UPDATE")
    try:
        status, actions = delivery.pushed()
    finally:
        delivery.deploy(kind="UPDATE")
    assert status == "Succeeded"
    told = actions["Bundle"]["output"]["outputVariables"]
    assert (told["RepositoryName"], told["BranchName"]) == ("churn", "main")
    assert len(told["CommitId"]) == 40
    assert any("stands for a commit" in each for each in delivery.cloud.journal.unproven)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Provider: S3", "Provider: Nobody", "does not know the action AWS/Source/Nobody"),
        ("PipelineType: V2", "ExecutionMode: PARALLEL", "ExecutionMode PARALLEL"),
        ("ActionMode: CREATE_UPDATE", "Colour: x", "does not know 'Colour'"),
        ("InputArtifacts: [{Name: Source}]", "InputArtifacts: [{Name: Else}]", "reads 'Else'"),
    ],
)
def test_a_pipeline_that_could_not_be_executed_is_refused_while_it_is_planned(
    delivery: SmallDelivery, old: str, new: str, words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        delivery.deploy(TEMPLATE.replace(old, new), kind="UPDATE")


AGAIN = """- Name: Again
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              InputArtifacts: [{Name: Source}]
              OutputArtifacts: [{Name: Remade}]
            - Name: Stack
              RunOrder: 2"""
WITHIN = (
    TEMPLATE.replace("- Name: Stack", AGAIN)
    .replace("Build::parameters.json", "Remade::parameters.json")
    .replace("[{Name: Source}, {Name: Build}]", "[{Name: Source}, {Name: Remade}]")
)


def test_an_artefact_is_handed_on_within_its_stage(delivery: SmallDelivery) -> None:
    delivery.deploy(WITHIN, kind="UPDATE")
    try:
        status, actions = delivery.pushed(**{"name.txt": "within"})
    finally:
        delivery.deploy(kind="UPDATE")
    assert status == "Succeeded", actions
    assert [each["OutputValue"] for each in stack(delivery)["Outputs"]] == ["acme-within"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("RunOrder: 2", "RunOrder: 1", "reads 'Remade', made by no earlier action"),
        ("[{Name: Remade}]\n", "[{Name: Build}]\n", "makes 'Build', which another action makes"),
    ],
)
def test_an_artefact_of_nobody_earlier_or_of_two_is_refused(
    delivery: SmallDelivery, old: str, new: str, words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        delivery.deploy(WITHIN.replace(old, new), kind="UPDATE")


def test_a_project_that_is_updated_keeps_its_builds(delivery: SmallDelivery) -> None:
    builds = delivery.cloud.clients.client("codebuild")
    delivery.pushed()
    numbers = builds.list_builds_for_project(projectName=PIPELINE)["ids"]
    born = builds.batch_get_projects(names=[PIPELINE])["projects"][0]["created"]
    delivery.deploy(kind="UPDATE", Timeout="7")
    try:
        project = builds.batch_get_projects(names=[PIPELINE])["projects"][0]
        assert (project["timeoutInMinutes"], project["created"]) == (7, born)
        assert builds.list_builds_for_project(projectName=PIPELINE)["ids"] == numbers != []
        with pytest.raises(builds.exceptions.ResourceNotFoundException):
            builds.update_project(name="acme-none")
    finally:
        delivery.deploy(kind="UPDATE")


def test_what_is_not_there_is_answered_in_the_service_s_words(delivery: SmallDelivery) -> None:
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        delivery.client.start_pipeline_execution(name="none")
    with pytest.raises(ClientError, match="PipelineExecutionNotFoundException"):
        delivery.client.get_pipeline_execution(
            pipelineName=PIPELINE, pipelineExecutionId="00000000-0000-0000-0000-000000000000"
        )


def test_made_by_hand_it_runs_with_the_template_of_the_bundle(delivery: SmallDelivery) -> None:
    """The template is that of the commit: another one is deployed with the next."""
    named = MADE.replace("acme-${Name}", "acme-other-${Name}")
    delivery.pushed(**{"made.yaml": named, "name.txt": "four"})
    assert [each["OutputValue"] for each in stack(delivery)["Outputs"]] == ["acme-other-four"]
    started = delivery.client.start_pipeline_execution(name=PIPELINE)["pipelineExecutionId"]
    assert delivery.ended(started) == "Succeeded"


def test_one_action_draws_up_a_change_set_and_another_executes_it(delivery: SmallDelivery) -> None:
    pipelines = delivery.cloud.clients.client("codepipeline")
    before = pipelines.get_pipeline(name=PIPELINE)["pipeline"]
    pipeline = deepcopy(before)
    stage = next(each for each in pipeline["stages"] if each["name"] == "Deploy")
    (drawn,) = stage["actions"]
    executed = deepcopy(drawn) | {"name": "Execute", "runOrder": 2, "inputArtifacts": []}
    drawn["configuration"] |= {"ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": "changes"}
    executed["configuration"] = {
        "ActionMode": "CHANGE_SET_EXECUTE",
        "ChangeSetName": "changes",
        "StackName": drawn["configuration"]["StackName"],
    }
    stage["actions"].append(executed)
    try:
        pipelines.update_pipeline(pipeline=pipeline)
        assert delivery.pushed(**{"name.txt": "four"})[0] == "Succeeded"
        assert [each["OutputValue"] for each in stack(delivery)["Outputs"]] == ["acme-four"]
        status, actions = delivery.pushed(**{"name.txt": "four"})
        assert status == "Succeeded"
        result = actions["Execute"]["output"]["executionResult"]
        assert result["externalExecutionSummary"] == "There was nothing to change."
    finally:
        pipelines.update_pipeline(pipeline=before)
