"""The champion as a live model, for people who work in Python."""

from __future__ import annotations

from unchurn.artefacts import Model
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.pipeline.scoring import choose_model
from unchurn.project import Project


def load_champion(project: Project) -> LiveModel:
    """Load the champion's shipped model, every hash checked first.

    Raises `ConfigError` when there is no champion, `ArtefactError` when it is damaged.
    """
    bundle = Model.load(choose_model(project, None, None).bundle)
    return LiveModel.load(bundle.boosters, bundle.model, bundle.encoder, project.train.threads)
