"""Adding a version to the registry's table, by the rule that every registry follows.

Standard library only, and no import of its neighbours: this file is zipped with the Lambdas, and
imported by ``unchurn.aws.registry`` too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

ANY = "any"
SAME = ("bundle_sha256", "data_sha256")
"""Hashes by which a version is known again, beside those of settings, code and image: what an
endpoint runs carries all three, so that other costs or another server must be another version."""


class RegistryRefused(Exception):  # noqa: N818 (Step Functions shows the name)
    """The registry does not take this, now or later."""


class AnotherBundle(RegistryRefused):
    """The run is registered already, with other files."""


def register(
    table: Any, entry: Mapping[str, Any], promote: bool, against: int | str | None, at: str,
    by: str, **place: str,
) -> dict[str, Any]:  # fmt: skip
    """Add a version once, as one attempt: {"version", "promoted", "words", "unchanged"}.

    `table`: a ``registry_items.Table``. `entry`: a registry's Entry as plain data. `place`: where
    the model is (model_name, model_data_url, image). A run that is registered gets its version
    back; so does another one with the settings, code and image of a version, and its data or its
    bundle (tuning here may not repeat to the bit), and then `unchanged` is true. Raises `RegistryRefused` for a verdict that is not "passed", a reserved run id or
    another bundle, and what ``Table.change`` does.
    """
    run = entry["run_id"]
    if entry["verdict"].get("verdict") != "passed":
        raise RegistryRefused(f"Run {run!r} did not pass its gate.")
    if not run or run.startswith("#"):
        raise RegistryRefused(f"The run id {run!r} is reserved: it is empty or begins with '#'.")
    state, known = table.state(), table.get(run)
    if known:
        return _known(known, entry)
    made_of = [same_key(entry, name, place.get("image", "")) for name in SAME]
    for pointer in filter(None, map(table.get, made_of)):
        return _unchanged(state.champion(), table.get(pointer["run"]), pointer["run"])
    alias, reason = placed(state.champion(), promote, against)
    version = state.versions + 1
    item = {"run_id": run, "registered_as": alias, "created_by": by, "entry": canonical(entry)}
    move = {"alias": alias, "action": "register", "version": version, "by": by, "reason": reason}
    table.change(state, at, [move], {**item, **place}, made_of)
    words = f"Version {version} is {alias}: {reason}."
    promoted = alias == "champion"
    return {"version": version, "promoted": promoted, "words": words, "unchanged": False}


def placed(champion: int | None, promote: bool, against: int | str | None) -> tuple[str, str]:
    """Say which alias a new version gets, and why."""
    if champion is None:
        return "champion", "the first model that passed its gate"
    if not promote:
        return "challenger", "passed its gate; the gate's rule left the champion in charge"
    if against not in (ANY, champion):
        was = "none" if against is None else f"version {against}"
        why = f"passed its gate against champion {was}, but it is version {champion} by now"
        return "challenger", why
    return "champion", "passed its gate and the gate's rule for promotion"


def canonical(plain: Any) -> str:
    """Render plain data as one line of JSON; `ValueError` for a number that is not finite."""
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _known(item: dict[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    if item.get("kind") != "version":
        raise RegistryRefused(f"The table holds an item {item['run_id']!r} that is no version.")
    bundle = json.loads(item["entry"])["bundle_sha256"]
    if bundle != entry["bundle_sha256"]:
        raise AnotherBundle(
            f"Run {item['run_id']!r} is registered already as version {item['version']}, with "
            f"another bundle (sha256 {bundle[:12]}…, now {entry['bundle_sha256'][:12]}…)."
        )
    alias = item["registered_as"]
    words = f"Version {item['version']} was registered before, as {alias}."
    promoted = alias == "champion"
    return {"version": item["version"], "promoted": promoted, "words": words, "unchanged": False}


def same_key(entry: Mapping[str, Any], name: str, image: str) -> str:
    """Key of the item that names the run of a version served alike: by `name` and the image."""
    hashes = {each: entry[each] for each in (name, "config_sha256", "code_sha256")}
    told = canonical({**hashes, "image": image})
    return f"#same#{hashlib.sha256(told.encode()).hexdigest()}"


def _unchanged(champion: int | None, item: dict[str, Any] | None, run: str) -> dict[str, Any]:
    if not item:
        raise RegistryRefused(f"The table lost the item {run!r}, of a version with the same model.")
    role = "the champion" if champion == item["version"] else "not the champion"
    words = f"Nothing has changed: data, settings and model are those of version {item['version']}, {role}."
    return {"version": item["version"], "promoted": False, "words": words, "unchanged": True}
