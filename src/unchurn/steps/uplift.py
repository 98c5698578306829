"""uplift: campaigns that are over → an Uplift: a model of whom contact moves, or its refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import Model, RanCampaign, RanCampaigns, Uplift, Workspace
from unchurn.errors import DataError
from unchurn.modelling.encoding.encoder import Encoder, Matrix
from unchurn.modelling.fitting.booster import Settings, write, xgboost
from unchurn.modelling.uplift.experiment import Experiment, sides
from unchurn.modelling.uplift.learner_choice import learn
from unchurn.modelling.uplift.learners import FITS
from unchurn.modelling.uplift.live import RISK, with_risk
from unchurn.modelling.uplift.trial import BOOL, F64, I64
from unchurn.progress import Progress
from unchurn.report.uplift import uplift_words

FEWEST, FEWEST_EACH = 200, 20
"""Customers of either arm, and of those who left or stayed in it, below which nothing is learned."""


def uplift(
    ran: RanCampaigns,
    model: Model,
    train: config.Train,
    workspace: Workspace,
    progress: Progress,
) -> Uplift:
    """Learn whom contact moves of campaigns that are over, and judge it; see `Uplift`.

    Columns are encoded as `model` encodes them, none derived. Raises `DataError` where outcomes are too few to
    learn from, or a campaign's table lacks columns.
    """
    encoder = Encoder.from_plain(model.encoder).plain
    experiment = _experiment(encoder, ran.campaigns)
    _require_enough(experiment)
    kinds = (*encoder.feature_types, RISK)
    settings = Settings.of(kinds, experiment.stayed.astype(np.int8), train)
    with progress.task("Learning whom contact moves", FITS) as task:
        learned = learn(experiment, kinds, settings, advance=task.advance)
    folder = workspace / "boosters"
    folder.mkdir(parents=True, exist_ok=True)
    for name, booster in learned.boosters.items():
        write(booster, folder / f"{name}.ubj")
    customers = [len(each.customers) for each in ran.campaigns]
    found = {
        **_plain(learned.found),
        "boosters": sorted(learned.boosters),
        "usual": learned.usual.to_plain(),
        "campaigns": [each.name for each in ran.campaigns],
        "outcomes": len(experiment.stayed),
        "accept_rate": float(np.average([e.accept_rate for e in ran.campaigns], weights=customers)),
        "outcome": "stayed is coded 1: an effect above 0 is customers kept",
        "versions": {"xgboost": xgboost().__version__},
    }
    return Uplift(folder, encoder.to_plain(), {**found, "words": uplift_words(found)})


def _plain(value: Any) -> Any:
    """Turn what is not defined (NaN) into null."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _experiment(encoder: Encoder, campaigns: tuple[RanCampaign, ...]) -> Experiment:
    """Gather the rows of every campaign; whoever is not in its table is left out."""
    parts = [part for each in campaigns if len(set((part := _rows_of(encoder, each))[2])) == 2]
    if not parts:
        raise DataError(
            "No campaign has customers of both groups in its table.",
            "Give --data a table of them as they were when the campaign began.",
        )
    ids, matrices, arms, stayed, chances = zip(*parts, strict=True)
    names = [each for part in ids for each in part]
    return Experiment(
        np.concatenate(matrices),
        np.concatenate(arms),
        np.concatenate(stayed),
        np.concatenate(chances),
        np.unique(names, return_inverse=True)[1].astype(np.int64),
        sides(names),
    )


def _rows_of(encoder: Encoder, ran: RanCampaign) -> tuple[list[str], Matrix, BOOL, BOOL, F64]:
    """Return ids, encoded rows, arms, outcomes and chances of a campaign, sorted by id."""
    width = len(encoder.columns) + 1
    places, matrices = [np.zeros(0, np.int64)], [np.zeros((0, width), np.float32)]
    risk = np.array(ran.risk)
    for batch, at in _members_in(encoder, ran):
        places.append(at)
        matrices.append(with_risk(encoder, batch, risk[at]))
    place = np.concatenate(places)
    kept, first = np.unique(place, return_index=True)
    order = np.argsort(np.array(ran.customers)[kept], kind="stable")
    kept, first = kept[order], first[order]
    arms, stayed = np.array(ran.contacted)[kept], np.array(ran.stayed)[kept]
    chance = np.full(len(kept), arms.mean() if len(kept) else 0.5)
    return [ran.customers[at] for at in kept], np.concatenate(matrices)[first], arms, stayed, chance


def _members_in(encoder: Encoder, ran: RanCampaign) -> Iterator[tuple[pa.RecordBatch, I64]]:
    """Yield batches of the members' rows in the table, and each one's place in `ran`."""
    members = pa.array(ran.customers, pa.string())
    with pq.ParquetFile(ran.table, pre_buffer=False) as source:
        for batch in source.iter_batches(columns=[ran.key, *encoder.features]):
            at = pc.index_in(pc.utf8_trim_whitespace(batch.column(ran.key)), value_set=members)
            there = at.is_valid()
            yield batch.filter(there), np.asarray(at.drop_null(), dtype=np.int64)


def _require_enough(experiment: Experiment) -> None:
    arms = experiment.contacted
    counts = [
        (int((arms == arm).sum()), int((experiment.stayed & (arms == arm)).sum()))
        for arm in (True, False)
    ]
    enough = all(
        rows >= FEWEST and FEWEST_EACH <= stayed <= rows - FEWEST_EACH for rows, stayed in counts
    )
    if not enough:
        (contacted, stayed), (alone, alone_stayed) = counts
        raise DataError(
            f"Outcomes are too few to learn whom contact moves: of {contacted:,} contacted "
            f"customers {contacted - stayed:,} left, of {alone:,} left alone {alone - alone_stayed:,}.",
            f"At least {FEWEST} of each group are needed, {FEWEST_EACH} of whom left and "
            f"{FEWEST_EACH} stayed; thousands, before anything can be told.",
        )
