"""What every registry refuses, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

from unchurn.errors import ConfigError, RegistryError, UnchurnError, listing
from unchurn.registry.protocol import Action, Check, Entry, Record

NEVER_CHANGES = (
    "A version never changes. Restore its files, or change churn.toml (for example "
    "[train] seed) to train a new run."
)


def require_passed(entry: Entry) -> None:
    """Raise `RegistryError` unless the verdict is "passed"."""
    if entry.verdict.get("verdict") != "passed":
        raise RegistryError(
            f"Run {entry.run_id!r} was not registered: its verdict is "
            f"{entry.verdict.get('verdict')!r}, and only models that passed their gate are.",
        )


def require_loads(record: Record, action: Action, check: Check) -> None:
    """Run `check`. Raises `RegistryError` with its words when it fails."""
    try:
        check(record)
    except UnchurnError as error:
        done = "promoted" if action == "promote" else "put back"
        raise RegistryError(
            f"Version {record.version} was not {done}: it does not load and score. {error.message}",
            error.hint or "Choose another version with: unchurn registry promote VERSION",
        ) from error


def require_earlier(stack: Sequence[int]) -> None:
    """Raise `RegistryError` unless there is a champion to go back to; `stack` as in history."""
    if len(stack) < 2:
        now = f"version {stack[-1]} is the first one" if stack else "there is no champion"
        raise RegistryError(
            f"There is no earlier champion to go back to: {now}.",
            "Name the version you want with: unchurn registry promote VERSION",
        )


def unknown_version(version: int, known: Sequence[int]) -> ConfigError:
    """Say that there is no such version, and which there are."""
    if not known:
        return ConfigError(
            f"There is no version {version}: nothing is registered yet.",
            "Train a model first with: unchurn train",
        )
    return ConfigError(
        f"There is no version {version}.",
        f"Registered versions: {listing(sorted(known, reverse=True))}.",
    )


def another_bundle(version: int, was: str, entry: Entry) -> RegistryError:
    """Say that the run of `entry` has a version, made of other files (`was`: their sha256)."""
    return RegistryError(
        f"Run {entry.run_id!r} is registered already as version {version}, with another "
        f"bundle (sha256 {was[:12]}…, now {entry.bundle_sha256[:12]}…).",
        NEVER_CHANGES,
    )


def overtaken(version: int, seen: int | None, now: int | None) -> RegistryError:
    """Say that the champion changed while `version` was being checked."""
    return RegistryError(
        f"Version {version} was not made champion: while it was being checked, "
        f"somebody else changed the champion from {seen} to {now}.",
        "Look with: unchurn registry list — and try again if you still want it.",
    )
