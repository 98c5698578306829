"""How stacks, change sets, events and resources are told to those who ask."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.dynamic_references import STORED
from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.resource_type import Live
from rehearsal.cfn.stack import Change, ChangeSet, Event, Stack


def stack(each: Stack) -> dict[str, Any]:
    """Return what DescribeStacks and ListStacks say of a stack."""
    return _given(
        StackId=each.id,
        StackName=each.name,
        Description=each.template.description,
        Parameters=_parameters(each),
        CreationTime=each.created,
        LastUpdatedTime=each.updated,
        StackStatus=each.status,
        StackStatusReason=each.reason,
        Outputs=[
            {
                "OutputKey": name,
                "OutputValue": output["value"],  # an empty one, too
                **_given(Description=output["description"], ExportName=output["export"]),
            }
            for name, output in each.outputs.items()
        ],
        Tags=[{"Key": key, "Value": value} for key, value in each.tags.items()],
        EnableTerminationProtection=each.protected,
    )


def change_set(of: Stack, each: ChangeSet) -> dict[str, Any]:
    """Return what DescribeChangeSet says."""
    return _given(
        ChangeSetName=each.name,
        ChangeSetId=each.id,
        StackId=of.id,
        StackName=of.name,
        Parameters=_parameters(each),
        CreationTime=each.created,
        ExecutionStatus=each.execution,
        Status=each.status,
        StatusReason=each.reason,
        Tags=[{"Key": key, "Value": value} for key, value in each.tags.items()],
        Changes=[{"Type": "Resource", "ResourceChange": _change(item)} for item in each.changes],
    )


def event(of: Stack, each: Event) -> dict[str, Any]:
    """Return one line of DescribeStackEvents."""
    return _given(
        StackId=of.id,
        EventId=each.id,
        StackName=of.name,
        LogicalResourceId=each.logical_id,
        PhysicalResourceId=each.physical_id,
        ResourceType=each.type,
        Timestamp=each.time,
        ResourceStatus=each.status,
        ResourceStatusReason=each.reason,
    )


def resource(of: Stack, each: Live) -> dict[str, Any]:
    """Return what DescribeStackResources says of one."""
    return {
        "StackName": of.name,
        "StackId": of.id,
        "LogicalResourceId": each.logical_id,
        "PhysicalResourceId": each.physical_id,
        "ResourceType": each.type,
        "Timestamp": of.updated or of.created,
        "ResourceStatus": each.status,
    }


def _change(each: Change) -> dict[str, Any]:
    found = _given(
        Action=each.action,
        LogicalResourceId=each.logical_id,
        PhysicalResourceId=each.physical_id,
        ResourceType=each.type,
    )
    if each.action != "Modify":
        return found
    again = "Always" if each.replacement else "Never"
    return found | {
        "Replacement": "True" if each.replacement else "False",
        "Scope": list(each.scope),
        "Details": [
            {
                "Target": {"Attribute": "Properties", "Name": name, "RequiresRecreation": again},
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
            for name in each.changed
        ],
    }


def _parameters(of: Stack | ChangeSet) -> list[dict[str, str]]:
    declared, told = of.template.parameters, []
    for name, rules in declared.items():
        if name in of.parameters:
            value = _text(of.parameters[name], rules)
            if rules["Type"].startswith(STORED):
                named = str(of.given.get(name, rules.get("Default")))
                told.append({"ParameterKey": name, "ParameterValue": named, "ResolvedValue": value})
            else:
                told.append({"ParameterKey": name, "ParameterValue": value})
    return told


def _text(value: Any, rules: dict[str, Any]) -> str:
    if str(rules.get("NoEcho", "false")).lower() == "true":
        return "****"
    return ",".join(value) if isinstance(value, list) else plain_text(value)


def _given(**members: Any) -> dict[str, Any]:
    """Leave out what there is nothing to say of."""
    return {name: value for name, value in members.items() if value not in (None, "")}
