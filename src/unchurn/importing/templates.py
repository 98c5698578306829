"""CloudFormation templates: their resources, and values with parameters filled in by defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from unchurn.importing.documents import Items, Table, Text, line_in
from unchurn.importing.places import Place

_NAME = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Resource:
    """A resource of a template: its logical id, type and properties, and where it is."""

    id: str
    type: str
    properties: Table
    place: Place

    def at(self, value: Any) -> Place:
        """Place of a value within it."""
        return Place(self.place.file, line_in(value, self.place.line))

    def of(self, key: str) -> Place:
        """Place of one of its properties."""
        return Place(self.place.file, self.properties.lines.get(key, self.place.line))


@dataclass(frozen=True)
class Template:
    """A template: where it is from, and what is in it."""

    file: str
    body: Table

    @property
    def parameters(self) -> Table:
        """Its parameters, as they are declared."""
        found = self.body.get("Parameters")
        return found if isinstance(found, Table) else Table(0)

    def resources(self) -> Iterator[Resource]:
        """Every resource, in order; what is none is passed over."""
        for name, each in self.body["Resources"].items():
            if not isinstance(each, Table) or not isinstance(each.get("Type"), str):
                continue
            properties = each.get("Properties")
            known = properties if isinstance(properties, Table) else Table(each.line)
            place = Place(self.file, self.body["Resources"].line_of(name))
            yield Resource(name, str(each["Type"]), known, place)

    def resolved(self, value: Any) -> str:
        """Return a value as text: parameters by their defaults, what is unknown as ``${Name}``."""
        if isinstance(value, str):
            return value
        if not isinstance(value, Table) or len(value) != 1:
            return ""
        ((function, given),) = value.items()
        if function == "Ref" and isinstance(given, str):
            return self._named(given)
        if function == "Fn::Sub":
            text, own = (given, {}) if isinstance(given, str) else _pair(given)
            return _NAME.sub(lambda name: self._named(name[1], own), text)
        if function == "Fn::Join" and isinstance(given, Items) and len(given) == 2:
            parts = given[1] if isinstance(given[1], Items) else []
            return str(given[0]).join(self.resolved(each) for each in parts)
        return ""

    def _named(self, name: str, own: Any = None) -> str:
        if isinstance(own, dict) and isinstance(own.get(name), str):
            return str(own[name])
        declared = self.parameters.get(name)
        default = declared.get("Default") if isinstance(declared, Table) else None
        return str(default) if isinstance(default, str) and default else f"${{{name}}}"


def is_template(document: Any) -> bool:
    """Tell whether a document is a CloudFormation template."""
    resources = document.get("Resources") if isinstance(document, Table) else None
    return isinstance(resources, Table) and any(
        isinstance(each, Table) and str(each.get("Type", "")).startswith(("AWS::", "Custom::"))
        for each in resources.values()
    )


def text_of(value: Any) -> Text | None:
    """Return the text within ``!Sub``, a list of it and values, or itself; None where there is none.

    Names stay as they are: the text has the lines that it has in the file.
    """
    if isinstance(value, Table) and len(value) == 1 and "Fn::Sub" in value:
        given = value["Fn::Sub"]
        value = given[0] if isinstance(given, Items) and given else given
    return value if isinstance(value, Text) else None


def first_line_of(text: Text) -> int:
    """Line of the file in which a text's own first line is."""
    return text.line + text.block


def _pair(given: Any) -> tuple[str, Any]:
    if isinstance(given, Items) and len(given) == 2 and isinstance(given[0], str):
        return given[0], given[1]
    return "", {}


def items_of(value: Any) -> list[Any]:
    """Return a list as it is, and anything else as a list of one; nothing for None."""
    return list(value) if isinstance(value, Items) else [] if value is None else [value]
