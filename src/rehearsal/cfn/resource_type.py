"""What a type of resource has to say of itself, and one that was made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cloud import Cloud

Properties = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What Ref gives, and what GetAtt gives by name."""

    physical_id: str
    attributes: dict[str, Any] = field(default_factory=dict)


class _Whatever(frozenset[str]):
    def __contains__(self, _: object) -> bool:
        return True


WHATEVER = _Whatever()
"""The attributes of a type of which only the made resource knows them: any may be asked for."""


@dataclass(frozen=True)
class ResourceType:
    """How a type is made, changed and deleted, through the APIs, which check every property.

    `create(cloud, name, properties)` makes one: `name` is the value of the property `named_by`,
    or a generated one. `update(cloud, physical_id, old, new)` changes it in place and returns the
    attributes that changed, or what it has made, whose other physical id makes the old one
    superfluous; without it, and for a change of `named_by` or of a property in
    `replaced_by`, which may be a path as ``TableInput/Name``, a new one is made and the old one
    deleted. `check(cloud, properties)` refuses, while changes are planned, what could not be
    rehearsed. `attributes` is `WHATEVER` where only the made resource knows its own, and `renewed`
    names those that an update changes. `within(stack_id, logical_id)` returns the type as it is for
    one resource, where that has to know its place.
    """

    name: str
    create: Callable[[Cloud, str, Properties], Made]
    delete: Callable[[Cloud, str, Properties], object]
    update: (
        Callable[[Cloud, str, Properties, Properties], Mapping[str, Any] | Made | None] | None
    ) = None
    named_by: str = ""
    attributes: frozenset[str] = frozenset()
    properties: frozenset[str] | None = None
    replaced_by: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    check: Callable[[Cloud, Properties], object] | None = None
    within: Callable[[str, str], ResourceType] | None = None

    def placed(self, stack_id: str, logical_id: str) -> ResourceType:
        """Return the type as it is for one resource of a stack."""
        return self.within(stack_id, logical_id) if self.within else self

    def gives(self, attribute: str) -> bool:
        """Tell whether GetAtt knows an attribute; one that ends with a dot stands for all below."""
        below = (each for each in self.attributes if each.endswith("."))
        return attribute in self.attributes or attribute.startswith(tuple(below))


@dataclass
class Live:
    """A resource of a stack that exists."""

    logical_id: str
    type: str
    physical_id: str
    properties: Properties
    attributes: dict[str, Any]
    policies: dict[str, str]
    """DeletionPolicy and UpdateReplacePolicy, where they are given."""
    status: str = "CREATE_COMPLETE"
    stack: str = ""
    """The id of the stack."""

    def answer(self, attribute: str) -> Any:
        """Return what Ref (``""``) or GetAtt gives. Raises `RefusedError` for what was not told."""
        if attribute and attribute not in self.attributes:
            raise RefusedError(
                f"CustomResource attribute error: Vendor response doesn't contain {attribute} "
                f"attribute in object {self.stack}|{self.logical_id}"
            )
        return self.attributes[attribute] if attribute else self.physical_id


def arn(cloud: Cloud, service: str, resource: str, region: bool = True) -> str:
    """Return the ARN of a resource of this account."""
    return f"arn:aws:{service}:{cloud.region if region else ''}:{cloud.account}:{resource}"


def lowered(value: Any, keep: frozenset[str] = frozenset()) -> Any:
    """Return `value` with keys in camelCase, as some APIs have them; what is below `keep` stays."""
    if isinstance(value, list):
        return [lowered(item, keep) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key[:1].lower() + key[1:]: item if key in keep else lowered(item, keep)
        for key, item in value.items()
    }


def document(value: Any) -> str:
    """Return a policy, or any other document, as the text that APIs take; it may be text already."""
    return value if isinstance(value, str) else json.dumps(value)


def tags(properties: Properties) -> dict[str, str]:
    """Return the tags as a mapping, in whichever form the type has them."""
    given = properties.get("Tags") or {}
    return dict(given) if isinstance(given, dict) else {tag["Key"]: tag["Value"] for tag in given}


def without(properties: Properties, *names: str) -> Properties:
    """Return `properties` but for `names`."""
    return {name: value for name, value in properties.items() if name not in names}


def snake(name: str) -> str:
    """Return ``EndpointConfig`` as ``endpoint_config``, as the methods of clients are spelled."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
