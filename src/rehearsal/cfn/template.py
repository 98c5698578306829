"""A template: YAML or JSON, with the short forms of the functions, checked part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.cfn.problems import RefusedError
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
"""The one transform that is known; with it a template may have Globals."""
ATTRIBUTES = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
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


def read_template(text: str) -> Template:
    """Read a template. Raises `RefusedError` naming a section or attribute that is not rehearsed."""
    import yaml

    try:
        content = yaml.load(text, Loader=_loader())  # noqa: S506 - a SafeLoader of our own
    except yaml.YAMLError as error:
        raise RefusedError(f"Template format error: YAML not well-formed. {error}") from error
    if not isinstance(content, dict) or not content.get("Resources"):
        raise RefusedError("Template format error: At least one Resources member must be defined.")
    named = content.get("Transform") or []
    transforms = [named] if isinstance(named, str) else list(named)
    strangers = [each for each in transforms if each != SERVERLESS]
    if strangers:
        raise RefusedError(f"The rehearsal does not know the Transform {listing(strangers)}.")
    known = SECTIONS | ({"Globals"} if transforms else set())
    _only(set(content), known, "Invalid template property or properties")
    for name, resource in content["Resources"].items():
        if not isinstance(resource, dict) or "Type" not in resource:
            raise RefusedError(f"Template format error: [/Resources/{name}] needs a Type.")
        kind, known = str(resource["Type"]), ATTRIBUTES
        if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource":
            known = ATTRIBUTES | {"Version"}
        # Of its own resources the transform takes more, and leaves it out.
        if not (transforms and kind.startswith("AWS::Serverless::")):
            _only(set(resource), known, f"Invalid attribute of resource {name}")
    sections: dict[str, Any] = {
        section.lower(): content.get(section) or {}
        for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals")
    }
    return Template(text, content.get("Description", ""), transforms=tuple(transforms), **sections)


def _only(given: set[str], known: set[str], what: str) -> None:
    if given - known:
        raise RefusedError(f"Template format error: {what}: {listing(sorted(given - known))}.")


def _loader() -> type:
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """Safe YAML, with ``!Sub`` and its kin, and dates left as the text they are."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
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
