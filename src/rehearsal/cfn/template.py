"""A template: YAML or JSON, with the short forms of the functions, checked part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.cfn.form import check_form, plain_keys
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
}
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
    rules: dict[str, Any] = field(default_factory=dict)


def read_template(text: str) -> Template:
    """Read a template. Raises `RefusedError` naming a section or attribute that is not rehearsed."""
    import yaml

    try:
        content = yaml.load(text, Loader=_loader())  # noqa: S506 - a SafeLoader of our own
    except yaml.YAMLError as error:
        raise RefusedError(f"Template format error: YAML not well-formed. {error}") from error
    if not isinstance(content, dict) or not content.get("Resources"):
        raise RefusedError("Template format error: At least one Resources member must be defined.")
    content = plain_keys(content)
    _only(set(content), SECTIONS, "Invalid template property or properties")
    for name, resource in content["Resources"].items():
        if not isinstance(resource, dict) or "Type" not in resource:
            raise RefusedError(f"Template format error: [/Resources/{name}] needs a Type.")
        _only(set(resource), ATTRIBUTES, f"Invalid attribute of resource {name}")
    check_form(content)
    return Template(
        text,
        content.get("Description", ""),
        *(
            content.get(section) or {}
            for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules")
        ),
    )


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
