"""churn.toml: what it may say, and reading it."""

from unchurn.project.campaign import Campaign, Offer
from unchurn.project.cycle import Cycle, Notice
from unchurn.project.fitting import Train, Tune
from unchurn.project.history import Attributes, Events, History, Subscriptions
from unchurn.project.judgement import Decision, Evaluate, Gate, Score
from unchurn.project.load import FILE, Project
from unchurn.project.places import Artefacts, Endpoint
from unchurn.project.quality import Quality, QualityRule
from unchurn.project.sections import (
    SECTIONS,
    Churn,
    Columns,
    Data,
    Engine,
    Features,
    Split,
)
from unchurn.project.shaping import shaping

__all__ = [
    "FILE",
    "SECTIONS",
    "Artefacts",
    "Attributes",
    "Campaign",
    "Churn",
    "Columns",
    "Cycle",
    "Data",
    "Decision",
    "Endpoint",
    "Engine",
    "Evaluate",
    "Events",
    "Features",
    "Gate",
    "History",
    "Notice",
    "Offer",
    "Project",
    "Quality",
    "QualityRule",
    "Score",
    "Split",
    "Subscriptions",
    "Train",
    "Tune",
    "shaping",
]
