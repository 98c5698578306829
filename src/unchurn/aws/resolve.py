"""A template's intrinsic functions, worked out as far as they can be without an account.

What only AWS knows is written ``<Name>``: ``arn:<Partition>:s3:::churn-<AccountId>-eu-west-1``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.aws.templates import Template

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_LITERAL = re.compile(r"\$\{!([^}]*)\}")
NOTHING: Any = None
"""What ``AWS::NoValue`` stands for."""


_NAMES = (
    *("Name", "BucketName", "TableName", "FunctionName", "StateMachineName", "RoleName"),
    *("TopicName", "RepositoryName", "AlarmName", "LogGroupName", "AliasName"),
)


def name_of(properties: Mapping[str, Any]) -> str:
    """Return the name that a resource is given by its properties, or an empty text."""
    inside = properties.get("DatabaseInput", properties)
    found = (inside[key] for key in _NAMES if isinstance(inside.get(key), str))
    return str(next(found, ""))


@dataclass(frozen=True)
class Resolver:
    """Works out one template with the values of its parameters."""

    template: Template
    values: Mapping[str, str]
    region: str = ""

    def resolve(self, node: Any) -> Any:
        """Return `node` as plain data; an entry that is ``AWS::NoValue`` is left out."""
        if isinstance(node, Mapping):
            if len(node) == 1:
                name, inside = next(iter(node.items()))
                if name in ("Ref", "Condition") or name.startswith("Fn::"):
                    return self._function(name, inside)
            found = {name: self.resolve(inside) for name, inside in node.items()}
            return {name: value for name, value in found.items() if value is not NOTHING}
        if isinstance(node, (list, tuple)):
            items = [self.resolve(item) for item in node]
            return [item for item in items if item is not NOTHING]
        return node

    def holds(self, condition: str) -> bool:
        """Tell whether a condition of the template is true."""
        return bool(self._condition(self.template.body["Conditions"][condition]))

    def made(self) -> dict[str, Mapping[str, Any]]:
        """Return the resources whose condition holds, by logical id."""
        return {
            name: body
            for name, body in self.template.resources.items()
            if "Condition" not in body or self.holds(body["Condition"])
        }

    def outputs(self) -> dict[str, str]:
        """Return the outputs whose condition holds, by name."""
        return {
            name: str(self.resolve(body["Value"]))
            for name, body in self.template.outputs.items()
            if "Condition" not in body or self.holds(body["Condition"])
        }

    def _function(self, name: str, inside: Any) -> Any:
        known: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::Sub": self._sub,
            "Fn::GetAtt": lambda path: f"<{'.'.join(path)}>",
            "Fn::If": lambda each: self.resolve(each[1] if self.holds(each[0]) else each[2]),
            "Fn::Join": lambda each: str(each[0]).join(map(str, self.resolve(each[1]))),
            "Fn::Select": lambda each: self.resolve(each[1])[int(each[0])],
            "Fn::Split": lambda each: str(self.resolve(each[1])).split(each[0]),
        }
        return known[name](inside) if name in known else f"<{name.removeprefix('Fn::')}>"

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name == "AWS::Region" and self.region:
            return self.region
        if name in self.values:
            return self.values[name]
        if name in self.template.resources:
            return name_of(self.resolve(self._properties(name))) or f"<{name}>"
        default = self.template.parameters.get(name, {}).get("Default")
        return f"<{name.removeprefix('AWS::')}>" if default is None else str(default)

    def _properties(self, resource: str) -> Any:
        return self.template.resources[resource].get("Properties", {})

    def _sub(self, inside: Any) -> str:
        text, local = (inside, {}) if isinstance(inside, str) else (inside[0], inside[1])

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in local:
                return str(self.resolve(local[name]))
            return f"<{name}>" if "." in name else str(self._ref(name))

        return _LITERAL.sub(r"${\1}", _VARIABLE.sub(value, text))

    def _condition(self, node: Any) -> bool:
        name, inside = next(iter(node.items()))
        if name == "Fn::Equals":
            left, right = (self.resolve(each) for each in inside)
            return str(left) == str(right)
        if name == "Fn::Not":
            return not self._condition(inside[0])
        if name == "Fn::And":
            return all(self._condition(each) for each in inside)
        if name == "Fn::Or":
            return any(self._condition(each) for each in inside)
        return self.holds(inside)
