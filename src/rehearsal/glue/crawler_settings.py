"""What of a crawler's settings is heeded here: targets in S3 without what they exclude; the rest is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_DONE: Mapping[str, Mapping[str, Any]] = {
    "SchemaChangePolicy": {"UpdateBehavior": ("LOG", "UPDATE_IN_DATABASE"), "DeleteBehavior": ("LOG",)},
    "RecrawlPolicy": {"RecrawlBehavior": ("CRAWL_EVERYTHING",)},
    "Configuration": {
        "Version": (1.0,),
        "Grouping": ({"TableGroupingPolicy": "CombineCompatibleSchemas"},),
    },
}  # fmt: skip
"""Of a crawler's policies, the values that are heeded."""
_OF_TARGETS = ("ConnectionName", "DlqEventQueueArn", "EventQueueArn", "SampleSize")
_TOKEN = re.compile(r"\\(.)|(\*\*)|(\*)|(\?)|(\[[^\]]+\])|(\{)|(\})|(,)|(.)", re.DOTALL)


def objection(targets: Mapping[str, Any]) -> str:
    """Return why a crawler of such `targets` is refused; nothing where all are folders of S3."""
    others = sorted(kind for kind, several in targets.items() if several and kind != "S3Targets")
    if not others:
        return ""
    return f"A crawler's {', '.join(others)} are not rehearsed; S3Targets are."


def unheeded(crawler: Any) -> Iterator[str]:
    """Yield what of a crawler, as moto keeps it, is not done here as Glue would."""
    configuration = json.loads(crawler.configuration or "{}")
    policies = {
        "SchemaChangePolicy": crawler.schema_change_policy or {},
        "RecrawlPolicy": crawler.recrawl_policy or {},
        "Configuration": configuration,
    }
    for policy, given in policies.items():
        for name, value in given.items():
            if value not in _DONE[policy].get(name, ()):
                yield f"A crawler's {policy} {name} {json.dumps(value)} is not heeded."
    if crawler.classifiers:
        yield "A crawler's Classifiers are not heeded: what lies there is known by its content."
    for target in crawler.targets.get("S3Targets", []):
        for name in _OF_TARGETS:
            if target.get(name):
                yield f"The {name} of a crawler's target is not heeded."


def is_excluded(name: str, patterns: list[str]) -> bool:
    """Tell whether an object, `name` below the target's path, is left out by a pattern.

    The patterns of "Include and exclude patterns" in Glue's guide: `*` and `?` stay within a folder,
    `**` does not; `[a-z]`, `[!a]` and `{a,b}` as in a shell; a backslash takes a letter as it is.
    """
    return any(re.fullmatch(_expression(pattern), name, re.DOTALL) for pattern in patterns)


def _expression(pattern: str) -> str:
    parts, open_braces = [], 0
    for letter, many, some, one, kinds, begins, ends, comma, plain in _TOKEN.findall(pattern):
        open_braces += bool(begins) - bool(ends and open_braces)
        if many or some or one:
            parts.append(".*" if many else "[^/]*" if some else "[^/]")
        elif kinds:
            parts.append(f"[^/{kinds[2:]}" if kinds[1] == "!" else kinds)
        elif begins:
            parts.append("(?:")
        elif ends:
            parts.append(")")
        elif comma:
            parts.append("|" if open_braces else ",")
        else:
            parts.append(re.escape(letter or plain))
    return "".join(parts)
