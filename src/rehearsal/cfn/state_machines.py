"""Step Functions: state machines, their definitions read from the bucket and filled in."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from typing import Any

from rehearsal.cfn.intrinsics import unknown
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import (
    Made,
    Properties,
    ResourceType,
    arn,
    lowered,
)
from rehearsal.cfn.template import content_of
from rehearsal.cloud import Cloud
from rehearsal.errors import listing
from rehearsal.step_functions.versions import revision

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_GIVEN_BY = ("Definition", "DefinitionS3Location", "DefinitionString")


def definition(cloud: Cloud, properties: Properties) -> str:
    """Return the machine as it will run, as JSON where it is YAML in a bucket.

    Raises `RefusedError` where not exactly one of its three properties gives it.
    """
    given = [name for name in _GIVEN_BY if name in properties]
    if len(given) != 1:
        raise RefusedError(
            f"Property validation failure: a state machine is defined by one of {listing(_GIVEN_BY)}; "
            f"{len(given)} are given."
        )
    values = properties.get("DefinitionSubstitutions", {})
    if "DefinitionS3Location" in properties:
        place = properties["DefinitionS3Location"]
        found = cloud.clients.client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"])
        text = _as_json(substituted(found["Body"].read().decode(), values))
    elif "DefinitionString" in properties:
        text = substituted(properties["DefinitionString"], values)
    else:
        text = substituted(json.dumps(properties["Definition"]), values)
    if left := sorted(set(_VARIABLE.findall(text))):
        cloud.journal.remark(
            f"a state machine's {listing(left)}: DefinitionSubstitutions has no value for it, and it "
            "stays as it is written, as on AWS"
        )
    return text


def _as_json(text: str) -> str:
    """Return a definition out of a bucket, where it may be YAML, as JSON; any other text as it is."""
    with contextlib.suppress(ValueError):
        json.loads(text)
        return text
    with contextlib.suppress(RefusedError):
        found = content_of(text)
        return json.dumps(found) if isinstance(found, dict) else text
    return text


def substituted(text: str, values: Mapping[str, Any]) -> str:
    """Fill in ``${Name}``; one without a value stays, as AWS leaves it."""

    def value(found: re.Match[str]) -> str:
        given = values.get(found[1], found[0])
        return given if isinstance(given, str) else json.dumps(given)

    return _VARIABLE.sub(value, text)


def _check(cloud: Cloud, properties: Properties) -> None:
    """Refuse, before anything is made, a machine that could not be run."""
    from rehearsal.step_functions import check_machine

    if unknown(properties.get("DefinitionS3Location")):
        return
    check_machine(definition(cloud, properties), properties.get("StateMachineType", "STANDARD"))


def _settings(cloud: Cloud, properties: Properties) -> Properties:
    settings = {"definition": definition(cloud, properties), "roleArn": properties["RoleArn"]}
    for key in ("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration"):
        if key in properties:
            settings[key[:1].lower() + key[1:]] = lowered(properties[key])
    return settings


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    machines = cloud.clients.client("stepfunctions")
    pairs = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]
    machine = arn(cloud, "states", f"stateMachine:{name[:80]}")
    # moto would answer with the machine of that name that is there already.
    if any(
        each["stateMachineArn"] == machine
        for each in machines.list_state_machines()["stateMachines"]
    ):
        raise RefusedError(f"State Machine Already Exists: '{machine}'")
    machines.create_state_machine(
        name=name[:80],
        type=properties.get("StateMachineType", "STANDARD"),
        tags=pairs,
        **_settings(cloud, properties),
    )
    return Made(machine, {"Arn": machine, "Name": name[:80], **_revision(cloud, machine)})


def _update(cloud: Cloud, machine: str, _: Properties, new: Properties) -> Mapping[str, Any]:
    cloud.clients.client("stepfunctions").update_state_machine(
        stateMachineArn=machine, **_settings(cloud, new)
    )
    return _revision(cloud, machine)


def _revision(cloud: Cloud, machine: str) -> dict[str, str]:
    told = cloud.clients.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    return {"StateMachineRevisionId": revision(told["definition"], told["roleArn"])}


def _publish(cloud: Cloud, _: str, properties: Properties) -> Made:
    given = {
        key[:1].lower() + key[1:]: value
        for key, value in properties.items()
        if key != "StateMachineRevisionId"
    }
    if properties.get("StateMachineRevisionId"):
        given["revisionId"] = properties["StateMachineRevisionId"]
    made = cloud.clients.client("stepfunctions").publish_state_machine_version(**given)
    version = str(made["stateMachineVersionArn"])
    return Made(version, {"Arn": version})


def _unpublish(cloud: Cloud, version: str, _: Properties) -> None:
    cloud.clients.client("stepfunctions").delete_state_machine_version(
        stateMachineVersionArn=version
    )


def _delete(cloud: Cloud, machine: str, _: Properties) -> None:
    cloud.clients.client("stepfunctions").delete_state_machine(stateMachineArn=machine)


TYPES = [
    ResourceType(
        "AWS::StepFunctions::StateMachine",
        _create,
        _delete,
        _update,
        named_by="StateMachineName",
        attributes=frozenset({"Arn", "Name", "StateMachineRevisionId"}),
        properties=frozenset(
            {
                "Definition",
                "DefinitionS3Location",
                "DefinitionString",
                "DefinitionSubstitutions",
                "EncryptionConfiguration",
                "LoggingConfiguration",
                "RoleArn",
                "StateMachineName",
                "StateMachineType",
                "Tags",
                "TracingConfiguration",
            }
        ),
        replaced_by=frozenset({"StateMachineType"}),
        renewed=frozenset({"StateMachineRevisionId"}),
        check=_check,
    ),
    ResourceType(
        "AWS::StepFunctions::StateMachineVersion",
        _publish,
        _unpublish,
        attributes=frozenset({"Arn"}),
        properties=frozenset({"Description", "StateMachineArn", "StateMachineRevisionId"}),
    ),
]
