"""Templates say ``"5"`` and ``5`` alike, APIs do not: values take the type the API asks for."""

from __future__ import annotations

import contextlib
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.clients import Clients


class FormationClients(Clients):
    """Clients whose parameters come from templates."""

    def client(self, service: str) -> Any:
        """Return the client of `service`; it converts what it is given, then checks it."""
        made = super().client(service)
        made.meta.events.register(
            "provide-client-params.*.*", _converted, unique_id="rehearsal-coercion"
        )
        return made


def _converted(params: Any, model: Any, **_: Any) -> Any:
    return coerced(params, model.input_shape) if model.input_shape else params


def coerced(value: Any, shape: Any) -> Any:
    """Return `value` with texts made numbers and truths, or the reverse, as `shape` asks.

    What does not convert is returned as it is, for the API to refuse.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = shape.members
        return {k: coerced(v, members[k]) if k in members else v for k, v in value.items()}
    if kind == "map" and isinstance(value, dict):
        return {k: coerced(v, shape.value) for k, v in value.items()}
    if kind == "list" and isinstance(value, list):
        return [coerced(item, shape.member) for item in value]
    return _plain(value, kind)


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            if kind in {"integer", "long"}:
                return int(value)
            if kind in {"float", "double"}:
                return float(value)
        if kind == "boolean" and value.lower() in {"true", "false"}:
            return value.lower() == "true"
    elif kind == "string" and isinstance(value, bool | int | float):
        return plain_text(value)
    return value
