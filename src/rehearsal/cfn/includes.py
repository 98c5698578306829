"""``Fn::Transform``: a part of a template that is an object of its own, or that a macro makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rehearsal.cfn.language_extensions import Resolve, resolver
from rehearsal.cfn.macros import Macros
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import Template, content_of
from rehearsal.cfn.template_text import stored_text
from rehearsal.cloud import Cloud

INCLUDE = "AWS::Include"
_TRANSFORM = "Fn::Transform"
_SECTIONS = ("mappings", "conditions", "resources", "outputs", "globals")


def included(
    cloud: Cloud, template: Template, given: Mapping[str, str], macros: Macros | None = None
) -> Template:
    """Return a template with what it includes; `given` are its parameters, as text.

    Raises `RefusedError` for an object that is not there, or a transform that is not known.
    """
    sections = {name: getattr(template, name) for name in _SECTIONS}
    if not any(_TRANSFORM in str(each) for each in sections.values()):
        return template
    content = {"Parameters": template.parameters, "Mappings": template.mappings}
    filling = _Filling(cloud, template.parameters, resolver(content, given), macros)
    return replace(template, **filling.filled(sections))


def transforms_within(value: Any) -> Iterator[str]:
    """Yield the names of the transforms that parts of a template ask for."""
    if isinstance(value, list):
        for each in value:
            yield from transforms_within(each)
    if isinstance(value, dict):
        if _TRANSFORM in value:
            yield _asked(value)[0]
        yield from transforms_within(list(value.values()))


def _asked(part: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the transform that a part asks for, and its parameters as written."""
    asked = part[_TRANSFORM]
    if not isinstance(asked, dict):
        return str(asked), {}
    return str(asked.get("Name")), asked.get("Parameters") or {}


@dataclass(frozen=True)
class _Filling:
    """What fills one template: the innermost part first."""

    cloud: Cloud
    parameters: Mapping[str, Any]
    resolve: Resolve
    macros: Macros | None

    def filled(self, value: Any) -> Any:
        """Return `value` with everything below it filled in."""
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: self.filled(each) for key, each in value.items() if key != _TRANSFORM}
        if _TRANSFORM not in value:
            return found
        name, given = _asked(value)
        if name != INCLUDE and self.macros is not None:
            return self.macros.applied(name, found, self.resolve(given), self.parameters)
        if name != INCLUDE:
            raise RefusedError(f"The rehearsal does not know the Transform {name!r}.")
        part = content_of(stored_text(self.cloud, str(self.resolve(given.get("Location", "")))))
        if found and not isinstance(part, dict):
            raise RefusedError(f"Transform {INCLUDE} failed with: what it includes is no object.")
        return found | part if isinstance(part, dict) else part
