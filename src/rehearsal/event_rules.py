"""Rules of EventBridge: what their patterns match, and which of AWS's own events are told here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around

TOLD: Mapping[str, frozenset[str]] = {
    "aws.cloudwatch": frozenset({"CloudWatch Alarm State Change"}),
    "aws.codebuild": frozenset({"CodeBuild Build State Change"}),
    "aws.codepipeline": frozenset(
        f"CodePipeline {part} Execution State Change" for part in ("Pipeline", "Stage", "Action")
    ),
    "aws.glue": frozenset({"Glue Crawler State Change", "Glue Job State Change"}),
    "aws.sagemaker": frozenset(
        f"SageMaker {thing} State Change"
        for thing in (
            *("Endpoint", "Model Package", "Processing Job", "Training Job", "Transform Job"),
            "HyperParameter Tuning Job",
        )
    ),
    "aws.states": frozenset({"Step Functions Execution Status Change"}),
}
"""The events of AWS's services that are told here, by their source; those of buckets are told by moto."""
_BUCKETS = "aws.s3"


def patches(cloud: Cloud) -> list[Patch]:
    """Return what has patterns match as EventBridge's do, and says which rules never fire."""
    from moto.events.models import EventPattern, EventsBackend

    def put_rule(original: Any, self: Any, *given: Any, **named: Any) -> Any:
        rule = original(self, *given, **named)
        for sentence in untold(rule.event_pattern.get_pattern() or {}):
            cloud.journal.remark(sentence)
        return rule

    def matches_event(_: Any, self: Any, event: dict[str, Any]) -> bool:
        pattern = self.get_pattern()
        return not pattern or _matches(self, json.loads(json.dumps(event)), pattern)

    return [
        around(EventsBackend, "put_rule", put_rule),
        around(EventPattern, "matches_event", matches_event),
    ]


def untold(pattern: Mapping[str, Any]) -> list[str]:
    """Say which events of AWS's services a pattern waits for in vain."""
    sources = [each for each in pattern.get("source", ()) if str(each).startswith("aws.")]
    kinds = [each for each in pattern.get("detail-type", ()) if isinstance(each, str)]
    found = []
    for source in sources:
        if source not in TOLD and source != _BUCKETS:
            found.append(f"rules: no event of {source} is told here; a rule on it does not fire")
    told = {kind for source in sources for kind in TOLD.get(source, ())}
    if told and _BUCKETS not in sources:
        found += [
            f"rules: no {kind!r} is told here; a rule on it does not fire"
            for kind in kinds
            if kind not in told
        ]
    return found


def _matches(filters: Any, node: Any, pattern: Mapping[str, Any]) -> bool:
    """Tell whether a part of an event is as a part of a pattern says; of a list, one of its members.

    See "Arrays in event patterns" of the user guide: all that a pattern says of the objects of a list has
    to hold of one of them. `filters` is moto's pattern, which knows what single values are held against.
    """
    from moto.events.models import UNDEFINED

    if isinstance(node, list) and node:
        return any(_matches(filters, each, pattern) for each in node)
    members = node if isinstance(node, dict) else {}
    for name, wanted in pattern.items():
        found = members.get(name, UNDEFINED)
        if name == "$or":
            good = any(_matches(filters, node, each) for each in wanted)
        elif isinstance(wanted, dict):
            good = _matches(filters, found, wanted)
        else:
            leaf = UNDEFINED if isinstance(found, dict) and found else found
            good = isinstance(wanted, list) and filters._does_item_match_filters(leaf, wanted)
        if not good:
            return False
    return True
