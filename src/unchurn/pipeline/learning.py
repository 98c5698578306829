"""From campaigns that are over to a model of whom contact moves, on one machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from unchurn.artefacts import (
    Batch,
    Model,
    RanCampaign,
    RanCampaigns,
    Schema,
    TableDay,
    Uplift,
    Workspace,
    verify,
)
from unchurn.campaigns import Entry, Ledger, Member, local_ledger
from unchurn.errors import ArtefactError, DataError, listing
from unchurn.modelling.effect.measure import UNEVEN
from unchurn.modelling.effect.proportions import missing_unevenly
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.pipeline.chosen_model import choose_model
from unchurn.pipeline.day import require_day
from unchurn.pipeline.identity import code_sha256, place_of
from unchurn.pipeline.lock import held
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.targeting import LEARNED
from unchurn.progress import Progress, Silent
from unchurn.project import Project, Quality
from unchurn.registry import ModelStore
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.intake import intake
from unchurn.steps.uplift import uplift as learn
from unchurn.tables.in_memory import Given, open_given

LEARNING: tuple[Step, ...] = (learn,)
"""What campaigns that are over are good for besides."""


@dataclass(frozen=True)
class _Told:
    """A campaign of the ledger: what can be learned of it, or why nothing can."""

    entry: Entry
    drawn: int
    known: int
    ran: RanCampaign | None = None
    why: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Turn into a line of the document."""
        counts = {"drawn": self.drawn, "known": self.known}
        return {"name": self.entry.name, **counts, "left_out": self.why or None}


def uplift(
    project: Project,
    data: Given | None = None,
    as_of: str = "",
    *,
    version: int | None = None,
    training_run: str | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    store: ModelStore | None = None,
    ledger: Ledger | None = None,
) -> dict[str, Any]:
    """Learn whom contact moves of every campaign that is over, and return the document of the verb.

    Customers' columns are those that a campaign was chosen by, where its scoring is kept, else of
    `data`, a table as it was then. `as_of` is the day of asking, today by default. Raises
    `DataError` where there is nothing to learn from, naming each campaign's reason.
    """
    require_day(as_of, "--as-of")
    progress = progress or Silent()
    chosen = choose_model(project, version, training_run, store)
    ledger = ledger or local_ledger(project)
    model = Model.load(chosen.bundle)
    folder = project.root / LEARNED
    with ExitStack() as open_:
        table, sha256 = open_.enter_context(_columns(project, model, data, progress))
        today = as_of or str(ledger.today())
        told = [_told(project, ledger, each, today, table, model) for each in ledger.entries()]
        known = [each.ran for each in told if each.ran is not None]
        _require_some(told, known)
        tables = tuple(
            sha256 if each.table == table else verify(each.table.parent) for each in known
        )
        given: dict[type, Any] = {RanCampaigns: RanCampaigns(tuple(known), tables)}
        open_.enter_context(kept_for_readers(project))
        open_.enter_context(held(folder, progress))
        where = Run(folder, project, code_sha256(), given, {Model: chosen.bundle}, progress)
        run_steps(LEARNING, where, fresh)
        place = where.place(Uplift)
        made, sha256 = Uplift.load(place), verify(place)
    lines = [each.to_plain() for each in told]
    found = {key: value for key, value in made.uplift.items() if key not in ("usual", "campaigns")}
    told_of = {"campaigns": lines, "uplift": str(place), "sha256": sha256}
    return {"schema_version": 1, **found, **told_of}


@contextmanager
def _columns(
    project: Project, model: Model, data: Given | None, progress: Progress
) -> Iterator[tuple[Path | None, str]]:
    """Type a table of customers as `model` does, and keep it for as long as the context lasts."""
    if data is None:
        yield None, ""
        return
    with (
        open_given(data, project.data, Path.cwd()) as opened,
        tempfile.TemporaryDirectory(prefix="unchurn-uplift-") as kept,
    ):
        # a customer's worth is no feature: a table of the past need not have it
        plain = replace(project.decision, clv=0.0)
        asked = (project.data, plain, Quality(), TableDay())
        batch = intake(opened, model, *asked, Workspace(Path(kept)), progress)
        yield batch.customers, opened.fingerprint()


def _told(
    project: Project,
    ledger: Ledger,
    entry: Entry,
    today: str,
    table: Path | None,
    model: Model,
) -> _Told:
    """Find out what a campaign tells."""
    members = [each for each in ledger.members(entry) if each.stratum > 0]
    churned = {
        name: value for (name, fact), value in ledger.told(entry).facts.items() if fact == "churned"
    }
    rows = [each for each in members if each.customer in churned]
    found = _Told(entry, len(members), len(rows))
    if why := _why_not(entry, members, rows, today):
        return replace(found, why=why)
    key = str(entry.summary["key"])
    own = _kept(project, entry)
    if own is None and table is not None:
        own, key = table, Schema.from_plain(model.schema).id or ""
    if own is None:
        return replace(
            found, why="its customers' columns are no longer kept: give them with --data"
        )
    lacking = {key, *Encoder.from_plain(model.encoder).features} - set(pq.read_schema(own).names)
    if lacking:
        return replace(found, why=f"its customers lack columns of the model: {listing(lacking, 5)}")
    return replace(found, ran=_ran(entry, own, key, rows, churned))


def _why_not(entry: Entry, members: list[Member], rows: list[Member], today: str) -> str:
    """Say why a campaign tells nothing yet, or ever; nothing where it does."""
    if entry.cancelled is not None:
        return "it was cancelled"
    if not members:
        return "nobody was left alone"
    if today < str(entry.ends):
        return f"it is not over until {entry.ends}"
    drawn, known = (
        tuple(sum((each.arm == "control") is side for each in some) for side in (False, True))
        for some in (members, rows)
    )
    if not min(known):
        return "no outcomes are known of one of its groups"
    if missing_unevenly((known[0], known[1]), (drawn[0], drawn[1])) < UNEVEN:
        return "outcomes are missing more in one group than in the other"
    return ""


def _kept(project: Project, entry: Entry) -> Path | None:
    """Return the customers that a campaign was chosen of, where its scoring is still there."""
    folder = place_of(project, str(entry.summary.get("run_id")), Batch)
    try:
        return Batch.load(folder).customers
    except ArtefactError:
        return None


def _ran(
    entry: Entry, table: Path, key: str, rows: list[Member], churned: dict[str, bool]
) -> RanCampaign:
    rates = {each["name"]: float(each["accept_rate"]) for each in entry.summary["offers"]}
    for each in entry.summary.get("accept_rates", ()):
        rates[each["offer"]] = float(each["assumed"])  # whichever of the two the choice went by
    return RanCampaign(
        entry.name,
        table,
        key,
        tuple(each.customer for each in rows),
        tuple(each.arm == "contact" for each in rows),
        tuple(not churned[each.customer] for each in rows),
        tuple(each.probability for each in rows),
        float(np.mean([rates[each.offer] for each in rows])),
    )


def _require_some(told: list[_Told], known: list[RanCampaign]) -> None:
    if known:
        return
    why = "; ".join(f"{each.entry.name}: {each.why}" for each in told)
    raise DataError(
        f"There is no campaign to learn from ({why or 'the ledger has none'}).",
        "Run campaigns with a control group, and give their outcomes: unchurn campaign outcomes NAME "
        "--data FILE.",
    )
