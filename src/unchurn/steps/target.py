"""target: scored customers → a Campaign: whom to contact with what, and whom to leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn import project as config
from unchurn.artefacts import (
    ROW,
    Batch,
    Campaign,
    Excluded,
    Finding,
    Model,
    Schema,
    Scores,
    ScoringRun,
    Uplift,
    Workspace,
)
from unchurn.errors import ConfigError, NobodyLeftError
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.modelling.scoring.decisions import customer_value
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.profit import is_given
from unchurn.modelling.scoring.score_rows import REASON_NAMES
from unchurn.modelling.scoring.sentences import explained
from unchurn.modelling.targeting.candidates import DISTURBED, Candidates, Scored
from unchurn.modelling.targeting.chosen import Chosen
from unchurn.modelling.targeting.contenders import Contenders
from unchurn.modelling.targeting.limits import BOOL, I64
from unchurn.modelling.targeting.offers import Kept, offers_of
from unchurn.modelling.targeting.plan import Planned
from unchurn.modelling.targeting.summary import Terms, summarised
from unchurn.modelling.uplift.live import LiveUplift, lacking_words
from unchurn.progress import Progress
from unchurn.report.campaign import campaign_words
from unchurn.tables import Table
from unchurn.tables.alike_ids import Several
from unchurn.tables.chosen_rows import CellReader, all_rows, batches_of, rows_at, side_by_side
from unchurn.tables.contact_list import contact_list, kept_names, member_list
from unchurn.tables.eligible_cells import EligibleCells
from unchurn.tables.headerless import line_up
from unchurn.tables.id_lists import Exclusions
from unchurn.tables.parquet import write_parquet
from unchurn.tables.prefetch import ahead
from unchurn.tables.spelling import spelled, worth_spelled

_OF_UPLIFT = ("learner", "qini", "effect", "learned_from", "judged_on", "campaigns")
"""What campaign.json says of the model that ranked its customers."""


def target(
    table: Table,
    model: Model,
    batch: Batch,
    scores: Scores,
    data: config.Data,
    columns: config.Columns,
    train: config.Train,
    decision: config.Decision,
    campaign: config.Campaign,
    excluded: Excluded,
    run: ScoringRun,
    workspace: Workspace,
    progress: Progress,
    uplift: Uplift | None = None,
) -> Campaign:
    """Choose whom to contact; see `Campaign` for what is made.

    Memory grows by some ten bytes a customer, and by who can be chosen. Where `uplift` was accepted,
    customers are worth what contact was learned to keep of them, and whom it makes leave are left
    out. Raises `ConfigError` where [decision] gives no costs, the model knows no ids, or an offer
    cannot be used; `NobodyLeftError` where nobody is left to contact, `DataError` where the table has
    no such column.
    """
    schema = Schema.from_plain(model.schema)
    key = _key(schema, decision)
    kept = kept_names(campaign.keep, key, REASON_NAMES)
    with progress.task("Choosing"):
        choice = choose(
            table, model, batch, scores, data, decision, campaign, excluded, uplift, train.threads
        )
    found, chosen = choice.found, choice.chosen
    scored, left = chosen.contenders.scored, found.left_out(chosen.planned)
    _require_somebody(chosen.planned, left)
    summary = summarised(choice.terms, scored, chosen.contenders.values, chosen.planned)
    ranked_by = uplift.uplift if uplift and scored.kept else None
    summary |= {
        "key": key,
        "customers": found.customers,
        "left_out": left,
        "rejected": scores.counts["rejected"],
        "notes": [*_grave(scores.counts["notes"]), *(each.to_plain() for each in choice.notes)],
        "uplift": ranked_by and {name: ranked_by[name] for name in _OF_UPLIFT},
        **run.named(),
    }
    summary["words"] = campaign_words(summary)
    listed = chosen.ranked()
    order = np.sort(listed)
    reasons = _reasons((model, batch, scores), columns, train, scored.places[order], progress)
    own = line_up(table.columns, schema, data.header).own
    cells = CellReader(table, kept, own).at(scored.rows[order])
    back = pa.array(np.searchsorted(order, listed))
    beside = ({name: each.take(back) for name, each in these.items()} for these in (cells, reasons))
    customers, offers, risk, worth = chosen.of_rows(listed)
    contact = contact_list(key, customers, next(beside), offers, risk, worth, next(beside))
    members = _members(chosen)
    made = Campaign(workspace / "contact.parquet", workspace / "members.parquet", summary)
    write_parquet(contact.to_batches(), made.contact, contact.schema)
    write_parquet(members.to_batches(), made.members, members.schema)
    return made


@dataclass(frozen=True)
class Choice:
    """Who was looked at, with what speaks against them, the contenders with their plan, and on what terms."""

    found: Contenders
    chosen: Chosen
    terms: Terms
    notes: list[Finding]


def choose(
    table: Table,
    model: Model,
    batch: Batch,
    scores: Scores,
    data: config.Data,
    decision: config.Decision,
    campaign: config.Campaign,
    excluded: Excluded,
    uplift: Uplift | None = None,
    threads: int = 1,
) -> Choice:
    """Choose whom a campaign would contact and leave alone, maybe nobody. Raises what `target` does."""
    schema = Schema.from_plain(model.schema)
    decision = worth_spelled(decision, schema.names)
    key = _key(schema, decision)
    terms = Terms(excluded.campaign, campaign, offers_of(campaign.offers, decision), decision)
    moved, more = _moved(uplift, batch, scores, threads)
    lists, several = Exclusions(excluded), Several()
    for part in ahead(batches_of(scores.scores, [key])):
        ids = pc.utf8_trim_whitespace(part.column(key))
        lists.look(ids)
        several.look(ids)
    sources = [f"on {e.source}" if e.given else e.source for e in excluded.lists]
    found = Contenders(terms.limits)
    open_to = EligibleCells.of(table, line_up(table.columns, schema, data.header), terms.offers)
    for each in ahead(_candidates(open_to, batch, scores, key, terms, moved)):
        ids = each.scored.ids
        found.add(
            each.excluded(lists.find(ids, found.customers), sources).worth_it(), several.holds(ids)
        )
    chosen = Chosen.of(found.settled(), terms)
    return Choice(found, chosen, terms, [*more, *lists.findings()])


def _moved(
    uplift: Uplift | None, batch: Batch, scores: Scores, threads: int
) -> tuple[tuple[Kept, BOOL] | None, list[Finding]]:
    """Return what contact keeps of each customer and who is not to be disturbed, where that was learned."""
    if uplift is None or not uplift.uplift["accepted"]:
        return None, []
    live = LiveUplift.load(uplift.boosters, uplift.uplift, uplift.encoder, threads)
    if words := lacking_words(live, pq.read_schema(batch.customers).names):
        return None, [Finding("uplift-columns", "warning", words)]
    risk = all_rows(scores.scores, ["probability"]).column(0).to_numpy()
    share, disturbed = live.effects(batches_of(batch.customers, live.encoder.features), risk)
    return (Kept(share, uplift.uplift["accept_rate"]), disturbed), []


def _candidates(
    open_to: EligibleCells,
    batch: Batch,
    scores: Scores,
    key: str,
    terms: Terms,
    moved: tuple[Kept, BOOL] | None,
) -> Iterator[Candidates]:
    """Yield scored customers and what they are worth, without what is not open to them, part by part."""
    offers, clv = terms.offers, terms.decision.clv
    streams = (
        batches_of(scores.scores, [key, "probability"]),
        batches_of(batch.customers, [ROW, *([clv] if isinstance(clv, str) else [])]),
    )
    start = 0
    for scored, customers in side_by_side(*streams):
        places = np.arange(start, start + scored.num_rows)
        start += scored.num_rows
        worth = customer_value(customers, terms.decision)
        who = Scored(
            scored.column(key),
            places,
            customers.column(ROW).to_numpy(),
            scored.column("probability").to_numpy(),
            np.broadcast_to(worth, len(places)),
            moved and moved[0].of_rows(places),
        )
        found = Candidates.of(who, offers, terms.decision)
        found = found.out(moved[1][places] if moved else np.zeros(len(places), np.bool_), DISTURBED)
        yield found.eligible(open_to.offers, open_to.at(who.rows))


def _members(chosen: Chosen) -> pa.Table:
    """Return everybody contacted or left alone, as `Campaign` describes it."""
    planned = chosen.planned
    rows = np.flatnonzero(planned.offers >= 0)
    customers, offers, risk, worth = chosen.of_rows(rows)
    control, stratum = planned.control[rows], planned.stratum[rows]
    return member_list(customers, risk, worth, offers, control, stratum)


def _reasons(
    made: tuple[Model, Batch, Scores],
    columns: config.Columns,
    train: config.Train,
    places: I64,
    progress: Progress,
) -> dict[str, Any]:
    """Return reasons for the customers at `places`: those that scoring gave, the others now."""
    model, batch, scores = made
    there = rows_at(scores.scores, REASON_NAMES, places)
    lacking = np.flatnonzero(np.asarray(there.column(0).is_null()))
    found = {name: there.column(name).combine_chunks() for name in REASON_NAMES}
    if not len(lacking):
        return found
    live = LiveModel.load(model.boosters, model.model, model.encoder, train.threads)
    words = Phrasing.of(spelled(columns, live.encoder.features))
    features, categories = live.encoder.features, live.encoder.category_features
    rows = rows_at(batch.customers, features, places[lacking], categories)
    with progress.task("Explaining whom to contact", len(lacking)) as task:
        said = explained(rows, live, model.profile.get("related", ()), words, task.advance)
    fill = np.full(len(places), -1)
    fill[lacking] = np.arange(len(lacking))
    index = pa.array(fill, mask=fill < 0)
    return {
        name: pc.coalesce(found[name], more.take(index))
        for name, more in zip(REASON_NAMES, said, strict=True)
    }


def _key(schema: Schema, decision: config.Decision) -> str:
    """Return the name of the id column. Raises `ConfigError` without one, or without costs."""
    if not is_given(decision):
        raise ConfigError(
            "Whom it pays to contact cannot be said, for [decision] clv is not given.",
            "Set clv, contact_cost, incentive_cost and accept_rate in [decision] of churn.toml.",
        )
    if not schema.id:
        raise ConfigError(
            "The model knows no column that names customers, and a campaign is a list of names.",
            "Set [churn] id in churn.toml, and train again.",
        )
    return schema.id


def _grave(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what says that the scores should not be trusted, where anything does."""
    return notes[:1] if is_untrusted(notes) else []


def _require_somebody(planned: Planned, left: list[dict[str, Any]]) -> None:
    if planned.contacted.any():
        return
    why = "; ".join(f"{each['customers']:,}: {each['reason']}" for each in left)
    raise NobodyLeftError(
        f"Nobody is left to contact ({why or 'there are no customers'}).",
        "Look at the lists given with --exclude, at the limits, and at the costs in [decision].",
    )
