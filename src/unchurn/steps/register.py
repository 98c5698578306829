"""register: a model that passed its gate becomes a version, with its model card."""

from __future__ import annotations

from unchurn.artefacts import Evaluation, Model, RunLineage, Verdict, Version
from unchurn.registry import Candidate, Registry, model_card


def register(
    model: Model, evaluation: Evaluation, verdict: Verdict, registry: Registry, lineage: RunLineage
) -> Version:
    """Register `model` when its verdict is "passed"; otherwise touch nothing.

    The same run gets the same version back. Raises `RegistryError` when the registry refuses,
    `ArtefactError` when the model is not a published one.
    """
    candidate = Candidate.of(model, evaluation, verdict, lineage)
    if candidate.entry is None:
        refused = {"version": None, "promoted": False, "bundle": candidate.bundle}
        return Version({**refused, "verdict": candidate.verdict}, {})
    made = registry.register(candidate.entry, candidate.promote, candidate.against)
    card = model_card(made.version, candidate.bundle, model, evaluation, verdict, lineage)
    named = {"version": made.version, "promoted": made.promoted, "bundle": candidate.bundle}
    return Version({**named, "verdict": "passed"}, card)
