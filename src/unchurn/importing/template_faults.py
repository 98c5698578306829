"""Faults of CloudFormation templates: rights, buckets, runtimes, names, services that are gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from unchurn.importing.documents import Items, Table, UnreadableError, line_in, read_document
from unchurn.importing.places import Fault, Place
from unchurn.importing.retired import (
    BUILD_IMAGE,
    RETIRED_POLICIES,
    RETIRED_TYPES,
    glue_is_retired,
    runtime_is_retired,
)
from unchurn.importing.templates import Resource, Template, first_line_of, items_of, text_of

_NAMES = (
    "RoleName",
    "FunctionName",
    "StateMachineName",
    "ManagedPolicyName",
    "BucketName",
    "TableName",
)
_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def template_faults(template: Template) -> Iterator[Fault]:
    """Everything that is looked for in one template."""
    for resource in template.resources():
        yield from _gone(resource)
        yield from _rights(resource)
        yield from _names(resource, template)
        if resource.type == "AWS::S3::Bucket":
            yield from _bucket(resource)
        yield from _runtimes(resource, template)


def _gone(resource: Resource) -> Iterator[Fault]:
    if why := RETIRED_TYPES.get(resource.type):
        yield Fault("retired", resource.place, f"{resource.id} is an {resource.type}: {why}.")


def _rights(resource: Resource) -> Iterator[Fault]:
    for arn in items_of(resource.properties.get("ManagedPolicyArns")):
        name = arn.rsplit("/", 1)[-1] if isinstance(arn, str) else ""
        if name.endswith("FullAccess") or name in ("AdministratorAccess", "PowerUserAccess"):
            yield Fault("full-access", resource.at(arn), f"{resource.id} is given {name}.")
        if why := RETIRED_POLICIES.get(name):
            yield Fault("retired", resource.at(arn), f"{resource.id} is given {name}: {why}.")
    documents = [resource.properties.get("PolicyDocument")]
    for each in items_of(resource.properties.get("Policies")):
        documents.append(each.get("PolicyDocument") if isinstance(each, Table) else None)
    for document in documents:
        for statement in _statements(document):
            yield from _wide(resource, statement)
    for statement in _statements(resource.properties.get("AssumeRolePolicyDocument")):
        principal = statement.get("Principal")
        everyone = principal.get("AWS") if isinstance(principal, Table) else principal
        if "*" in items_of(everyone) and "Condition" not in statement:
            where = resource.at(statement)
            yield Fault("open-trust", where, f"Anybody may assume {resource.id}.")


def _statements(document: Any) -> Iterator[Table]:
    """Statements of a policy, an object or its text, that allow something."""
    text = text_of(document)
    if text is not None:
        try:
            document = read_document(text, first_line_of(text))
        except UnreadableError:
            return
    for each in items_of(document.get("Statement") if isinstance(document, Table) else None):
        if isinstance(each, Table) and each.get("Effect") == "Allow":
            yield each


def _wide(resource: Resource, statement: Table) -> Iterator[Fault]:
    actions = [str(each) for each in items_of(statement.get("Action")) if isinstance(each, str)]
    resources = [str(each) for each in items_of(statement.get("Resource")) if isinstance(each, str)]
    everything = "*" in resources or any(
        re.fullmatch(r"arn:aws[a-z-]*:s3:::\*", e) for e in resources
    )
    whole = [each for each in actions if each == "*" or each.endswith(":*")]
    writing = [each for each in actions if not re.match(r"[a-z0-9-]+:(Get|List|Describe)", each)]
    open_to_all = resource.type.endswith("BucketPolicy") and _anybody(statement)
    if open_to_all and "Condition" not in statement:
        where = resource.at(statement)
        yield Fault("public-bucket", where, f"{resource.id} lets anybody {_few(actions)}.")
    elif whole or (everything and writing):
        on = "everything" if everything else _few(resources)
        told = _few(whole or writing)
        yield Fault("wide-policy", resource.at(statement), f"{resource.id} may {told} on {on}.")


def _anybody(statement: Table) -> bool:
    principal = statement.get("Principal")
    return "*" in items_of(principal.get("AWS") if isinstance(principal, Table) else principal)


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


def _names(resource: Resource, template: Template) -> Iterator[Fault]:
    for key in _NAMES:
        name = resource.properties.get(key)
        if isinstance(name, str):
            yield Fault("fixed-name", resource.of(key), f"{resource.id} is always named {name!r}.")
    if resource.id == _first_of(template):
        outputs = template.body.get("Outputs")
        for each in outputs.values() if isinstance(outputs, Table) else ():
            export = each.get("Export") if isinstance(each, Table) else None
            name = export.get("Name") if isinstance(export, Table) else None
            if isinstance(name, str):
                where = Place(template.file, line_in(name))
                yield Fault("fixed-name", where, f"The export is always named {name!r}.")


def _first_of(template: Template) -> str:
    return next((each.id for each in template.resources()), "")


def _bucket(resource: Resource) -> Iterator[Fault]:
    given = resource.properties
    if str(given.get("AccessControl", "")).startswith("PublicRead"):
        where, acl = resource.of("AccessControl"), given["AccessControl"]
        yield Fault("public-bucket", where, f"{resource.id} has the access list {acl}.")
    block = given.get("PublicAccessBlockConfiguration")
    if isinstance(block, Table):
        off = [each for each in _BLOCKS if str(block.get(each, "false")).lower() != "true"]
        if off:
            yield Fault(
                "public-bucket", resource.at(block), f"{resource.id} leaves off {_few(off)}."
            )
    if "BucketEncryption" not in given:
        yield Fault("unencrypted-bucket", resource.place, f"{resource.id} states no encryption.")


def _runtimes(resource: Resource, template: Template) -> Iterator[Fault]:
    runtime = resource.properties.get("Runtime")
    if isinstance(runtime, str) and runtime_is_retired(runtime):
        yield Fault("runtime", resource.of("Runtime"), f"{resource.id} runs on {runtime}.")
    if resource.type == "AWS::Glue::Job":
        version = template.resolved(resource.properties.get("GlueVersion"))
        if glue_is_retired(version):
            told = f"Glue {version}" if version else "no stated version of Glue (0.9)"
            yield Fault(
                "glue-version", resource.of("GlueVersion"), f"{resource.id} runs on {told}."
            )
    if resource.type == "AWS::CodeBuild::Project":
        environment = resource.properties.get("Environment")
        yield from _build(
            resource, template, environment if isinstance(environment, Table) else Table(0)
        )
    if resource.type == "AWS::StepFunctions::StateMachine":
        logging = resource.properties.get("LoggingConfiguration")
        level = logging.get("Level", "OFF") if isinstance(logging, Table) else "OFF"
        if level == "OFF":
            yield Fault(
                "no-logs", resource.of("LoggingConfiguration"), f"{resource.id} logs nothing."
            )


def _build(resource: Resource, template: Template, environment: Table) -> Iterator[Fault]:
    image = template.resolved(environment.get("Image"))
    if BUILD_IMAGE.fullmatch(image):
        where = resource.at(environment.get("Image"))
        yield Fault("build-image", where, f"{resource.id} is built in {image}.")
    if str(environment.get("PrivilegedMode", "")).lower() == "true":
        where = Place(resource.place.file, environment.line_of("PrivilegedMode"))
        yield Fault("privileged", where, f"{resource.id} builds in privileged mode.")


def document_text(value: Any) -> str:
    """Return a value as one text, to search in."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def embedded_code(template: Template) -> Iterator[tuple[Place, str, int]]:
    """Python written into functions: the place, the text, and the line that it begins in."""
    for resource in template.resources():
        code = resource.properties.get("Code")
        text = text_of(code.get("ZipFile")) if isinstance(code, Table) else None
        if text is not None and isinstance(code, (Table, Items)):
            yield resource.at(text), str(text), first_line_of(text)
