"""A version of a machine runs what it was published as, whatever becomes of the machine."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from deployed import deleted
from deployed import made as deployed
from small_machines import ROLE, ended, made

from rehearsal.cloud import Cloud

TEMPLATE = """
Parameters: {Word: {Type: String, Default: one}}
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: acme-works
      RoleArn: arn:aws:iam::123456789012:role/acme
      DefinitionSubstitutions: {Word: !Ref Word}
      DefinitionString: >-
        {"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": "${Word}", "End": true}}}
  Version:
    Type: AWS::StepFunctions::StateMachineVersion
    Properties:
      StateMachineArn: !Ref Machine
      StateMachineRevisionId: !GetAtt Machine.StateMachineRevisionId
Outputs:
  Version: {Value: !Ref Version}
"""


def said(word: str) -> dict[str, dict[str, object]]:
    return {"Say": {"Type": "Pass", "Result": word, "End": True}}


def test_a_version_runs_what_it_was_published_as(acme: Cloud) -> None:
    """Its executions are the machine's, and say which version they are of."""
    machines, machine = acme.clients.client("stepfunctions"), made(acme, said("first"))
    version = machines.publish_state_machine_version(stateMachineArn=machine)
    arn = version["stateMachineVersionArn"]
    assert arn == f"{machine}:1"
    again = machines.publish_state_machine_version(stateMachineArn=machine)
    assert again["stateMachineVersionArn"] == arn, "nothing new is no version"
    second = {"StartAt": "Say", "States": said("second")}
    machines.update_state_machine(
        stateMachineArn=machine, definition=json.dumps(second), roleArn=ROLE
    )
    run = machines.start_execution(stateMachineArn=arn, name="run")["executionArn"]
    assert ended(acme, run)["output"] == "first"
    told = machines.describe_execution(executionArn=run)
    assert (told["stateMachineArn"], told["stateMachineVersionArn"]) == (machine, arn)
    listed = machines.list_executions(stateMachineArn=machine)["executions"]
    assert [each["executionArn"] for each in listed] == [run]
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machines.start_execution(stateMachineArn=arn, name="run")
    new = machines.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    assert (
        ended(acme, machines.start_execution(stateMachineArn=new)["executionArn"])["output"]
        == "second"
    )
    versions = machines.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in versions] == [new, arn]


def test_what_is_not_there_is_not_started(acme: Cloud) -> None:
    machines, machine = acme.clients.client("stepfunctions"), made(acme, said("first"))
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        machines.start_execution(stateMachineArn=f"{machine}:7")
    with pytest.raises(ClientError, match="ConflictException"):
        machines.publish_state_machine_version(stateMachineArn=machine, revisionId="another")
    arn = machines.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]
    machines.delete_state_machine_version(stateMachineVersionArn=arn)
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        machines.start_execution(stateMachineArn=arn)


def test_a_stack_publishes_a_version_where_the_machine_changes(acme: Cloud) -> None:
    """Another machine is another version; the same again is the same."""
    first = deployed(acme, TEMPLATE).outputs["Version"]
    machines = acme.clients.client("stepfunctions")
    changed = deployed(acme, TEMPLATE, Word="two").outputs["Version"]
    assert [each.rpartition(":")[2] for each in (first, changed)] == ["1", "2"]
    run = machines.start_execution(stateMachineArn=changed)["executionArn"]
    assert ended(acme, run)["output"] == "two"
    assert deployed(acme, TEMPLATE, Word="two").outputs["Version"] == changed
    assert deleted(acme) == "DELETE_COMPLETE"
