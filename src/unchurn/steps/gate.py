"""gate: Evaluation → Verdict."""

from __future__ import annotations

from unchurn import project as config
from unchurn.artefacts import Evaluation, Verdict
from unchurn.modelling.judging.rules import judge


def gate(evaluation: Evaluation, gate: config.Gate) -> Verdict:
    """Apply the rules of [gate]; nothing else is decided here."""
    return Verdict(judge(evaluation.evaluation, gate))
