"""The shipped CloudFormation templates, as text to deploy and as data to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from unchurn.aws.clients import EXTRA
from unchurn.aws.stacks import FOLDER, ON_REQUEST, STACKS
from unchurn.errors import ConfigError

ORDER = STACKS
"""The templates in the order of deployment, each needing only those before it."""
EVERY = ORDER + ON_REQUEST
"""All templates; what is deployed is looked for, read and deleted by this list."""


@dataclass(frozen=True)
class Template:
    """One template: `text` is what CloudFormation gets, `body` the same as plain data."""

    name: str
    text: str
    body: Mapping[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """What the template asks for, by name."""
        return dict(self.body.get("Parameters", {}))

    @property
    def resources(self) -> dict[str, Any]:
        """What the template makes, by logical id."""
        return dict(self.body.get("Resources", {}))

    @property
    def outputs(self) -> dict[str, Any]:
        """What the template tells later ones, by name."""
        return dict(self.body.get("Outputs", {}))


def read_templates(folder: Path = FOLDER) -> tuple[Template, ...]:
    """Read every template, in the order of deployment. Raises `ConfigError` without PyYAML."""
    return tuple(read_template(name, folder) for name in ORDER)


def planned_templates(delivers: bool) -> tuple[Template, ...]:
    """Read the templates that a deploy brings about, the pipeline's last where one is wanted."""
    return read_templates() + ((read_template("delivery"),) if delivers else ())


def read_template(name: str, folder: Path = FOLDER) -> Template:
    """Read one template. Raises `ConfigError` without PyYAML."""
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    return Template(name, text, parse(text))


def parse(text: str) -> dict[str, Any]:
    """Return a template as plain data, short tags written out (``!Ref X`` → ``{"Ref": "X"}``)."""
    yaml, loader = _loader()
    return dict(yaml.load(text, Loader=loader))


@cache
def _loader() -> tuple[Any, Any]:
    try:
        import yaml
    except ImportError as error:
        raise ConfigError("The AWS commands need PyYAML, which is not installed.", EXTRA) from error

    safe: Any = getattr(
        yaml, "CSafeLoader", yaml.SafeLoader
    )  # ten times as fast, where it is built

    class Loader(safe):  # type: ignore[misc, unused-ignore]
        """YAML with CloudFormation's short tags; dates stay text."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in safe.yaml_implicit_resolvers.items()
    }
    Loader.add_multi_constructor("!", _tagged)
    return yaml, Loader


def _tagged(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    kind = type(node).__name__
    if kind == "ScalarNode":
        value: Any = loader.construct_scalar(node)
    elif kind == "SequenceNode":
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}
