"""A template: YAML or JSON, with the short forms of the functions, checked part by part."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rehearsal.cfn.form import check_form, plain_keys
from rehearsal.cfn.language_extensions import LANGUAGE, written_out
from rehearsal.cfn.problems import Reasons, RefusedError
from rehearsal.errors import listing

SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
    "Transform",
}
SERVERLESS = "AWS::Serverless-2016-10-31"
"""The transform with which a template may have Globals."""
MOST_DEEP = 100
"""Levels that a template may nest."""
ATTRIBUTES = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "Description",
    "UpdateReplacePolicy",
    "CreationPolicy",
    "UpdatePolicy",
    "Metadata",
    "Version",
}


@dataclass(frozen=True)
class Template:
    """The sections of a template, as written; `text` is the whole of it."""

    text: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    transforms: tuple[str, ...] = ()
    globals: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)


def read_template(text: str, given: Mapping[str, str] | None = None) -> Template:
    """Read a template; `given` are its parameters, which loops go by.

    Raises `RefusedError` naming every section and attribute not rehearsed.
    """
    content = content_of(text)
    if not isinstance(content, dict) or not content.get("Resources"):
        raise RefusedError("Template format error: At least one Resources member must be defined.")
    content = plain_keys(content)
    transforms = transforms_of(content)
    reasons = Reasons()
    with reasons.noting():
        strangers = [each for each in transforms if each not in (SERVERLESS, LANGUAGE)]
        if strangers:
            raise RefusedError(f"The rehearsal does not know the Transform {listing(strangers)}.")
    if LANGUAGE in transforms:
        content = written_out(content, given or {})
    with reasons.noting():
        known = SECTIONS | ({"Globals"} if SERVERLESS in transforms else set())
        _only(set(content), known, "Invalid template property or properties")
    for name, resource in content["Resources"].items():
        with reasons.noting():
            _check_attributes(name, resource, transforms)
    reasons.refuse()
    check_form(content)
    names = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals", "Rules")
    sections: dict[str, Any] = {name.lower(): content.get(name) or {} for name in names}
    return Template(text, content.get("Description", ""), transforms=tuple(transforms), **sections)


def transforms_of(content: Any) -> list[str]:
    """Return the transforms that the content of a template names, in their order."""
    named = (content.get("Transform") if isinstance(content, dict) else None) or []
    several = named if isinstance(named, list) else [named]
    return [str(each.get("Name")) if isinstance(each, dict) else str(each) for each in several]


def _check_attributes(name: str, resource: Any, transforms: Sequence[str]) -> None:
    if not isinstance(resource, dict) or "Type" not in resource:
        raise RefusedError(f"Template format error: [/Resources/{name}] needs a Type.")
    kind, known = str(resource["Type"]), ATTRIBUTES
    if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
        known = ATTRIBUTES | {"Version"}
    # Of its own resources the transform takes more, and leaves it out.
    if not (SERVERLESS in transforms and kind.startswith("AWS::Serverless::")):
        _only(set(resource), known, f"Invalid attribute of resource {name}")


def content_of(text: str) -> Any:
    """Return what a template's text says, short forms of functions written out; unchecked.

    Raises `RefusedError` for text that is neither YAML nor JSON.
    """
    import yaml

    if text.lstrip().startswith("{"):  # JSON, in which YAML allows no tabs
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    try:
        loader = _loader()
        _measure(yaml.parse(text, Loader=loader))
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader of our own
    except (yaml.YAMLError, TypeError) as error:
        raise RefusedError(f"Template format error: YAML not well-formed. {error}") from error


def _only(given: set[str], known: set[str], what: str) -> None:
    if given - known:
        raise RefusedError(f"Template format error: {what}: {listing(sorted(given - known))}.")


def _measure(events: Iterable[Any]) -> None:
    """Refuse what is nested too deeply before it is composed: libyaml's composer ends the process."""
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > MOST_DEEP + 2:  # within a stream and a document
            raise RefusedError(f"Template format error: nested more than {MOST_DEEP} deep.")


@cache
def _loader() -> Any:
    import yaml

    safe: Any = getattr(
        yaml, "CSafeLoader", yaml.SafeLoader
    )  # ten times as fast, where it is built

    class Loader(safe):  # type: ignore[misc]
        """Safe YAML, with ``!Sub`` and its kin, and dates left as the text they are."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in safe.yaml_implicit_resolvers.items()
    }
    Loader.add_multi_constructor("!", _function)
    return Loader


def _function(loader: Any, name: str, node: Any) -> dict[str, Any]:
    """Return the long form of ``!Name value``."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}
