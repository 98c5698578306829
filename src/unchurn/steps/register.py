"""register: a model that passed its gate becomes a version, with its model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from unchurn.artefacts import Evaluation, Model, RunLineage, Verdict, Version, sha256_of
from unchurn.artefacts.folder import MANIFEST
from unchurn.errors import ArtefactError
from unchurn.registry import ANY, Entry, Registry, model_card


def register(
    model: Model, evaluation: Evaluation, verdict: Verdict, registry: Registry, lineage: RunLineage
) -> Version:
    """Register `model` when its verdict is "passed"; otherwise touch nothing.

    The same run gets the same version back. Raises `RegistryError` when the registry refuses,
    `ArtefactError` when the model is not a published one.
    """
    bundle = _manifest_sha256(model.boosters.parent)
    decided = verdict.verdict
    if decided["verdict"] != "passed":
        refused = {"version": None, "promoted": False, "bundle": bundle}
        return Version({**refused, "verdict": decided["verdict"]}, {})
    entry = _entry(bundle, model, evaluation, decided, lineage)
    champion = evaluation.evaluation["unchurn"]["baselines"].get("champion", ANY)
    against = champion["version"] if isinstance(champion, dict) else champion
    made = registry.register(entry, bool(decided["promote"]), against)
    card = model_card(made.version, bundle, model, evaluation, verdict, lineage)
    named = {"version": made.version, "promoted": made.promoted, "bundle": bundle}
    return Version({**named, "verdict": "passed"}, card)


def _entry(
    bundle: str, model: Model, evaluation: Evaluation, verdict: dict[str, Any], lineage: RunLineage
) -> Entry:
    ours = evaluation.evaluation["unchurn"]
    return Entry(
        run_id=lineage.run_id,
        bundle=f"runs/{lineage.run_id}/model",
        bundle_sha256=bundle,
        data_sha256=lineage.data_sha256,
        config_sha256=lineage.config_sha256,
        code_sha256=lineage.code_sha256,
        environment=dict(lineage.environment),
        metrics=ours["metrics"],
        verdict=verdict,
        lineage={
            "evaluation_sha256": _manifest_sha256(evaluation.report.parent),
            "rows": ours["rows"],
            "champion": ours["baselines"].get("champion"),
            "versions": model.model.get("versions", {}),
        },
    )


def _manifest_sha256(folder: Path) -> str:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ArtefactError(
            f"{folder} is not a published artefact: it has no {MANIFEST}.",
            "Run the training again with --fresh.",
        )
    return sha256_of(manifest)
