"""How CloudFormation's rules of a bucket's life, and of who may call it, are S3's own."""

from __future__ import annotations

from typing import Any

from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.resource_type import Properties
from rehearsal.errors import listing

_SAME = ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
_FILTERS = ("ObjectSizeGreaterThan", "ObjectSizeLessThan", "Prefix", "TagFilters")
_RULE = {
    *_SAME,
    *_FILTERS,
    "ExpirationDate",
    "ExpirationInDays",
    "ExpiredObjectDeleteMarker",
    "Id",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions",
    "Status",
    "Transition",
    "Transitions",
}


def lifecycle_rule(given: Properties) -> Properties:
    """Return a rule as S3 takes it. Raises `RefusedError` for parts that are not known."""
    if set(given) - _RULE:
        strangers = listing(sorted(set(given) - _RULE))
        raise RefusedError(f"The rehearsal does not know {strangers} of a lifecycle rule.")
    rule: Properties = {"Status": given["Status"], "Filter": _filter(given)}
    if "Id" in given:
        rule["ID"] = given["Id"]
    expires = {
        name: given[key]
        for key, name in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if key in given
    }
    if expires:
        rule["Expiration"] = expires
    if "NoncurrentVersionExpirationInDays" in given:
        days = given["NoncurrentVersionExpirationInDays"]
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    rule |= {key: given[key] for key in _SAME if key in given}
    return rule | _moves(given)


def _moves(given: Properties) -> Properties:
    """Return the changes of storage class, of objects as they are and of older versions."""
    moves: Properties = {}
    for key, days in (("Transition", "Days"), ("NoncurrentVersionTransition", "NoncurrentDays")):
        one, renamed = given.get(key), {"TransitionInDays": days, "TransitionDate": "Date"}
        found = [*([one] if one else []), *given.get(f"{key}s", [])]
        if found:
            moves[f"{key}s"] = [
                {renamed.get(name, name): value for name, value in each.items()} for each in found
            ]
    return moves


def _filter(given: Properties) -> Properties:
    """Return which objects a rule is for: S3 wants several conditions below And."""
    found: Properties = {key: given[key] for key in _FILTERS if given.get(key)}
    pairs = found.pop("TagFilters", [])
    if len(found) + len(pairs) > 1:
        return {"And": found | ({"Tags": pairs} if pairs else {})}
    return {"Tag": pairs[0]} if pairs else found or {"Prefix": ""}


def cors_rule(given: Properties) -> dict[str, Any]:
    """Return a rule of who may call a bucket from a browser, as S3 takes it."""
    renamed = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}
    return {renamed.get(key, key): value for key, value in given.items()}
