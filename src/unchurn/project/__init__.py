"""churn.toml: what it may say, and reading it."""

from unchurn.project.judgement import Decision, Evaluate, Gate, Score
from unchurn.project.load import FILE, Project
from unchurn.project.places import Artefacts
from unchurn.project.sections import (
    SECTIONS,
    TABLES,
    Churn,
    Columns,
    Data,
    Engine,
    Features,
    Split,
    Train,
    Tune,
)

__all__ = [
    "FILE",
    "SECTIONS",
    "TABLES",
    "Artefacts",
    "Churn",
    "Columns",
    "Data",
    "Decision",
    "Engine",
    "Evaluate",
    "Features",
    "Gate",
    "Project",
    "Score",
    "Split",
    "Train",
    "Tune",
]
