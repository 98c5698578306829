"""The cause of a failed execution, as the words of whoever failed.

A machine ends with the error it caught, as JSON. The cause inside is again JSON: the description of
the job that failed, or what a function raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_WORDS = ("FailureReason", "ExitMessage", "ErrorMessage", "errorMessage")


def words(cause: str) -> str:
    """Return the error and the reason in a cause; a cause that is plain text stays as it is."""
    caught = _parsed(cause)
    if "Error" not in caught:
        return cause
    reason = _reason(str(caught.get("Cause") or ""))
    return f"{caught['Error']}: {reason}" if reason else str(caught["Error"])


def _reason(cause: str) -> str:
    told = _parsed(cause)
    told = {**told, **_last_crawl(told)}
    return next((str(told[key]) for key in _WORDS if told.get(key)), cause)


def _last_crawl(told: Mapping[str, Any]) -> Mapping[str, Any]:
    found = told.get("LastCrawl")
    return found if isinstance(found, Mapping) else {}


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}
