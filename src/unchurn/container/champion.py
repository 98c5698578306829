"""The model in charge, as the champion Lambda hands it over: a record and a model.tar.gz."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from unchurn.artefacts import Champion, verify
from unchurn.container.unpacking import unpack_model
from unchurn.errors import ArtefactError

RECORD = "champion.json"


def publish_champion(given: Path, target: Path) -> Path:
    """Make the Champion artefact of what was given, empty when there is no champion.

    Raises `ArtefactError` when the bundle is damaged or not the one that the record names; of a
    damaged anchor, the artefact's record says it.
    """
    record = champion_record(given)
    target.mkdir(parents=True)
    bundle = target / "bundle"
    if record:
        _unpacked(given, bundle, record)
    else:
        bundle.mkdir()
    anchor = _anchor(given / "anchor", target / "anchor", record)
    Champion(record, bundle, anchor).save(target)
    return target


def _anchor(given: Path, target: Path, record: dict[str, Any]) -> Path | None:
    """Unpack the last version that won outright, where it is another one than the champion."""
    last = record.get("anchor")
    if not last or "why" in last:
        return None
    try:
        return _unpacked(given, target, last)
    except ArtefactError as error:
        shutil.rmtree(target, ignore_errors=True)
        record["anchor"] = {"version": last.get("version"), "why": error.message}
        return None


def champion_bundle(given: Path, target: Path) -> Path:
    """Unpack the champion's bundle. Raises `ArtefactError`, also when there is no champion."""
    record = champion_record(given)
    if not record:
        raise ArtefactError(
            "There is no champion to score with.", "Train a model that passes the gate first."
        )
    return _unpacked(given, target, record)


def _unpacked(given: Path, target: Path, record: dict[str, Any]) -> Path:
    unpack_model(given, target)
    found = verify(target)
    if found != record.get("bundle"):
        raise ArtefactError(
            f"The bundle that was handed over is {found[:12]}…, but the registry's version "
            f"{record.get('version')} is {str(record.get('bundle'))[:12]}….",
            "Do not score with it; look at who has changed the bucket.",
        )
    return target


def champion_record(given: Path) -> dict[str, Any]:
    """Return which version is in charge, of which run; {} while there is none. Raises `ArtefactError`."""
    path = given / RECORD
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ArtefactError(
            f"{path} does not say which model is in charge: {error}.",
            "Look at the champion function of the state machine.",
        ) from error
    if not isinstance(found, dict):
        raise ArtefactError(f"{path} is not a champion's record.")
    return found
