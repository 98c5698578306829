"""``Fn::Transform`` of AWS::Include: a part of a template that is an object of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rehearsal.cfn.language_extensions import resolver
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import Template, content_of
from rehearsal.cfn.template_text import stored_text
from rehearsal.cloud import Cloud

INCLUDE = "AWS::Include"
_TRANSFORM = "Fn::Transform"
_SECTIONS = ("mappings", "conditions", "resources", "outputs", "globals")


def included(cloud: Cloud, template: Template, given: Mapping[str, str]) -> Template:
    """Return a template with what it includes; `given` are its parameters, as text.

    Raises `RefusedError` for an object that is not there, or another transform.
    """
    sections = {name: getattr(template, name) for name in _SECTIONS}
    if not any(_TRANSFORM in str(each) for each in sections.values()):
        return template
    content = {"Parameters": template.parameters, "Mappings": template.mappings}
    filled = _filled(cloud, sections, resolver(content, given))
    return replace(template, **filled)


def _filled(cloud: Cloud, value: Any, resolve: Any) -> Any:
    if isinstance(value, list):
        return [_filled(cloud, each, resolve) for each in value]
    if not isinstance(value, dict):
        return value
    found = {k: _filled(cloud, each, resolve) for k, each in value.items() if k != _TRANSFORM}
    if _TRANSFORM not in value:
        return found
    part = _part(cloud, value[_TRANSFORM], resolve)
    if found and not isinstance(part, dict):
        raise RefusedError(f"Transform {INCLUDE} failed with: what it includes is no object.")
    return found | part if isinstance(part, dict) else part


def _part(cloud: Cloud, asked: Any, resolve: Any) -> Any:
    name = asked.get("Name") if isinstance(asked, dict) else asked
    if name != INCLUDE:
        raise RefusedError(f"The rehearsal does not know the Transform {name!r}.")
    place = resolve((asked.get("Parameters") or {}).get("Location", ""))
    return content_of(stored_text(cloud, str(place)))
