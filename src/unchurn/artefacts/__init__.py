"""Artefacts: what steps make, as folders of known files with a manifest of their hashes."""

from unchurn.artefacts.campaign import Campaign
from unchurn.artefacts.folder import (
    Artefact,
    Workspace,
    dump_json,
    published_sha256,
    sha256_of,
    verify,
)
from unchurn.artefacts.inference import ROW, Batch, Scores
from unchurn.artefacts.lineage import (
    Excluded,
    IdList,
    RanCampaign,
    RanCampaigns,
    RunLineage,
    ScoringRun,
    TableDay,
    Watched,
    Watching,
)
from unchurn.artefacts.outcomes import Outcomes
from unchurn.artefacts.schema import Column, Difference, Finding, Kind, Role, Schema
from unchurn.artefacts.summary import ColumnSummary
from unchurn.artefacts.training import (
    EARLY,
    FOLD,
    GROUP,
    LABEL,
    LATE,
    PHASE,
    WEIGHT,
    Champion,
    Clean,
    Evaluation,
    Model,
    Params,
    Prepared,
    Snapshots,
    Verdict,
    Version,
)
from unchurn.artefacts.uplift import Uplift
from unchurn.artefacts.watch import Watch

__all__ = [
    "EARLY",
    "FOLD",
    "GROUP",
    "LABEL",
    "LATE",
    "PHASE",
    "ROW",
    "WEIGHT",
    "Artefact",
    "Batch",
    "Campaign",
    "Champion",
    "Clean",
    "Column",
    "ColumnSummary",
    "Difference",
    "Evaluation",
    "Excluded",
    "Finding",
    "IdList",
    "Kind",
    "Model",
    "Outcomes",
    "Params",
    "Prepared",
    "RanCampaign",
    "RanCampaigns",
    "Role",
    "RunLineage",
    "Schema",
    "Scores",
    "ScoringRun",
    "Snapshots",
    "TableDay",
    "Uplift",
    "Verdict",
    "Version",
    "Watch",
    "Watched",
    "Watching",
    "Workspace",
    "dump_json",
    "published_sha256",
    "sha256_of",
    "verify",
]
