"""Wait conditions: a stack goes on when whoever has the URL of a handle has put its signals there.

A signal is a small document of JSON. What would signal from an instance does not run here: such a condition
is not waited for, and that is said while the stack is planned.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rehearsal.cfn.checking import needs
from rehearsal.cfn.custom_answers import PATIENCE_SECONDS, POLL_SECONDS, Letterbox
from rehearsal.cfn.inert_types import inert_types
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.references import asked_of
from rehearsal.cfn.resource_type import Made, Properties, ResourceType
from rehearsal.cfn.servers import RECORDS
from rehearsal.cfn.template import Template
from rehearsal.cfn.template_text import place_of
from rehearsal.cloud import Cloud

CONDITION = "AWS::CloudFormation::WaitCondition"
_BUCKET = "cloudformation-waitcondition"


def unwaited(cloud: Cloud, template: Template) -> Template:
    """Return a template whose conditions ask for no signal where nothing that runs here knows of them.

    One whose signals are read stays as it is: `check_signals` refuses it.
    """
    read = set(asked_of([template.resources, template.outputs]))
    unheard = _unheard(template.resources)
    found = {name: body for name, body in unheard if (name, "Data") not in read}
    for name in found:
        cloud.journal.remark(
            f"{CONDITION}: {name} is not waited for; nothing that runs here could signal it"
        )
    return replace(template, resources={**template.resources, **found}) if found else template


def check_signals(template: Template) -> None:
    """Raise `RefusedError` naming the conditions that would wait in vain."""
    vain = [name for name, _ in _unheard(template.resources)]
    if vain:
        raise RefusedError(
            f"Template error: nothing here would signal {', '.join(vain)}, and its Data is asked "
            "for: what would know of its handle is a record, or nobody."
        )


def _unheard(resources: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the conditions that nothing would signal, as they are when they ask for no signal."""
    still = inert_types().keys() | RECORDS | {CONDITION}
    for name, body in resources.items():
        given = body.get("Properties") or {}
        if body["Type"] != CONDITION or str(given.get("Count", 1)) == "0":
            continue
        handles = needs({"Properties": given.get("Handle")}) & set(resources)
        if "Handle" in given and not handles:
            continue  # of another stack, or of nobody here: who knows of it is not known
        knowing = {
            each["Type"] for each in resources.values() if handles & needs(_properties(each))
        }
        if knowing <= still:
            kept = {key: each for key, each in body.items() if key != "CreationPolicy"}
            yield name, kept | {"Properties": given | {"Count": 0}}


def _properties(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"Properties": body.get("Properties")}


def _create_handle(cloud: Cloud, name: str, _: Properties) -> Made:
    return Made(Letterbox(cloud, name, _BUCKET).address(), {"Id": name})


def _create(cloud: Cloud, name: str, properties: Properties) -> Made:
    count = int(properties.get("Count", 1))
    signals: dict[str, Any] = {}
    if count:
        _, key = place_of(cloud, str(properties["Handle"]))
        signals = _waited(Letterbox(cloud, key, _BUCKET), count, properties)
    return Made(name, {"Data": json.dumps(signals), "Id": name})


def _waited(box: Letterbox, count: int, properties: Properties) -> dict[str, Any]:
    """Wait for the signals; return what each says, by its id. Raises `RefusedError` without them."""
    limit = min(float(properties.get("Timeout", PATIENCE_SECONDS)), PATIENCE_SECONDS)
    until = time.monotonic() + limit
    while len(signals := _signals(box)) < count:
        if time.monotonic() > until:
            box.cloud.journal.remark(
                f"wait conditions are given up after {PATIENCE_SECONDS:.0f} s at most"
            )
            raise RefusedError(
                f"WaitCondition timed out. Received {len(signals)} conditions when expecting {count}"
            )
        time.sleep(POLL_SECONDS)
    return signals


def _signals(box: Letterbox) -> dict[str, Any]:
    """Return what the signals say so far. Raises `RefusedError` for one of a failure."""
    found = {}
    for letter in box.letters():
        try:
            told = json.loads(letter)
            identity, status = str(told["UniqueId"]), told["Status"]
        except (ValueError, KeyError, TypeError):
            continue  # no signal: CloudFormation passes it over too
        if status != "SUCCESS":
            raise RefusedError(
                f"WaitCondition received failed message: '{told.get('Reason', '')}' for uniqueId: "
                f"{identity}"
            )
        found[identity] = told.get("Data", "")
    return found


TYPES = [
    ResourceType(
        "AWS::CloudFormation::WaitConditionHandle",
        _create_handle,
        lambda *_: None,
        attributes=frozenset({"Id"}),
        properties=frozenset(),
    ),
    ResourceType(
        CONDITION,
        _create,
        lambda *_: None,
        attributes=frozenset({"Data", "Id"}),
        properties=frozenset({"Count", "Handle", "Timeout"}),
    ),
]
