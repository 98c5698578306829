"""Keys of churn.toml about the month's routine: when to train again, and who is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from unchurn.project.keys import key

_EVERY = re.compile(r"every ([1-9][0-9]{0,2}) months?")
_MOST_MONTHS = 120
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


def months_of(retrain: str) -> int | None:
    """Return N of "every N months"; None where months do not decide."""
    found = _EVERY.fullmatch(retrain)
    return int(found[1]) if found else None


def variable_of(webhook: str) -> str:
    """Return the name of the variable that holds an address; "" where it is the address itself."""
    found = _VARIABLE.fullmatch(webhook)
    return found[1] if found else ""


def is_address(text: str) -> bool:
    """Tell whether a text is an address that can be posted to."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _no_rule(retrain: str) -> str:
    months = months_of(retrain)
    if retrain in ("alarm", "never") or (months and months <= _MOST_MONTHS):
        return ""
    return f'Write "alarm", "never", or "every 3 months" (1 to {_MOST_MONTHS}).'


@dataclass(frozen=True)
class Notice:
    """One who is told what a cycle came to: a command or a webhook, from a level on."""

    level: str = key(
        "look",
        "Least level that is told: steady (every cycle), look, or act (a table that was refused, a cycle that failed).",
        choices=("steady", "look", "act"),
    )
    command: tuple[str, ...] = key(
        (),
        'A program and its arguments, started without a shell; it is given the notice as JSON on standard input: ["python", "tell.py"].',
    )
    webhook: str = key(
        "",
        "Address that the notice is posted to as JSON, or $NAME of a variable of the environment or of .env that holds it.",
    )


@dataclass(frozen=True)
class Cycle:
    """The month's routine, `unchurn cycle`."""

    retrain: str = key(
        "alarm",
        'When to train again, through the gate: "alarm" (customers have changed so that the watch says act), "every 3 months", or "never".',
        refused=_no_rule,
    )
    target: bool = key(
        True,
        "Whether a campaign is drawn from each month's list, where [decision] says what contacts cost.",
    )
    constraints: str = key(
        "", "A constraints.json of your own that each month's watch keeps to; empty means none."
    )
    notify: tuple[Notice, ...] = field(default_factory=tuple)
