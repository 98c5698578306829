"""The artefact of learning whom contact moves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file


@dataclass(frozen=True)
class Uplift(Artefact):
    """A model of the effect of contact on each customer, judged on customers it never saw.

    `boosters`: folder of ``.ubj`` files: ``both`` of the DR-learner, ``alone`` and ``contacted`` of others; where it
    was accepted, fitted once more on everybody, those who judged included.
    `encoder`: as a Model's; after its columns the risk at the draw is read.
    `uplift`: {"accepted": bool, "words", "learner": "DR" | "T" | "X", "boosters": [names], "chance":
    share contacted, "out_of_fold": {learner: Qini area}, "qini" and "effect": {"value", "low", "high"}
    on `judged_on` held-out customers, in customers kept of each, "over_risk": by how much that Qini area is above
    the risk's, "metrics": {"qini_coefficient",
    "auuc", "uplift_at": […]}, "slope", "middle": what turns a prediction into an effect, "tenths" and "fifths": [{"upto", "customers", "value",
    "low", "high"}] by prediction, the lowest first, "not_to_disturb": prediction up to which
    contact makes customers leave, or null, "learned_from", "judged_on": customers, "accept_rate":
    assumed in those campaigns, "campaigns": [names], "usual": see `UsualCells`, "outcome": which is coded 1, "versions"}.
    """

    boosters: Path = file("boosters/")
    encoder: Json = file("encoder.json")
    uplift: Json = file("uplift.json")
