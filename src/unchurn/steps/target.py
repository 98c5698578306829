"""target: scored customers → a Campaign: whom to contact with what, and whom to leave alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.modelling.scoring.decisions import customer_value
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.profit import is_given
from unchurn.modelling.scoring.score_rows import REASON_NAMES
from unchurn.modelling.scoring.sentences import explained
from unchurn.modelling.targeting.candidates import DISTURBED, Candidates, left_out
from unchurn.modelling.targeting.control_group import customer_keys
from unchurn.modelling.targeting.limits import F64, I64
from unchurn.modelling.targeting.offers import Kept, offers_of
from unchurn.modelling.targeting.plan import BOOL, Planned, plan
from unchurn.modelling.targeting.summary import Terms, summarised
from unchurn.modelling.uplift.live import LiveUplift, lacking_words
from unchurn.progress import Progress
from unchurn.report.campaign import campaign_words
from unchurn.tables import Table
from unchurn.tables.chosen_rows import all_rows, batches_of, cells_at, rows_at
from unchurn.tables.contact_list import contact_list, kept_names, member_list
from unchurn.tables.id_lists import find_excluded
from unchurn.tables.parquet import write_parquet
from unchurn.tables.spelling import spelled

_OF_UPLIFT = ("learner", "qini", "effect", "learned_from", "judged_on", "campaigns")
"""What campaign.json says of the model that ranked its customers."""


def target(
    table: Table,
    model: Model,
    batch: Batch,
    scores: Scores,
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

    Memory is about a hundred bytes a customer. Where `uplift` was accepted, customers are worth what
    contact was learned to keep of them, and whom it makes leave are left out. Raises `ConfigError` where [decision] gives no
    costs, the model knows no ids, or an offer cannot be used; `DataError` where nobody is left to
    contact, or the table has no such column.
    """
    key = _key(Schema.from_plain(model.schema), decision)
    kept = kept_names(campaign.keep, key, REASON_NAMES)
    with progress.task("Choosing"):
        choice = choose(
            table, model, batch, scores, decision, campaign, excluded, uplift, train.threads
        )
    found, chosen, terms = choice.found, choice.chosen, choice.terms
    left = left_out(found, chosen.planned)
    _require_somebody(chosen.planned, left)
    summary = summarised(
        terms, chosen.risk, choice.customer_value, chosen.values, chosen.planned, choice.kept
    )
    summary |= {
        "key": key,
        "customers": len(found.ids),
        "left_out": left,
        "rejected": scores.counts["rejected"],
        "notes": [*_grave(scores.counts["notes"]), *(each.to_plain() for each in choice.notes)],
        "uplift": uplift and choice.kept and {name: uplift.uplift[name] for name in _OF_UPLIFT},
        **asdict(run),
    }
    summary["words"] = campaign_words(summary)
    listed = chosen.ranked()
    places = np.sort(chosen.places[listed])
    reasons = _reasons((model, batch, scores), columns, train, places, progress)
    cells = cells_at(table, kept, found.rows[places])
    back = pa.array(np.searchsorted(places, chosen.places[listed]))
    beside = ({name: each.take(back) for name, each in these.items()} for these in (cells, reasons))
    customers, offers, risk, worth = chosen.of_rows(listed)
    contact = contact_list(key, customers, next(beside), offers, risk, worth, next(beside))
    members = chosen.members()
    made = Campaign(workspace / "contact.parquet", workspace / "members.parquet", summary)
    write_parquet(contact.to_batches(), made.contact, contact.schema)
    write_parquet(members.to_batches(), made.members, members.schema)
    return made


@dataclass(frozen=True)
class Choice:
    """Everybody scored with what speaks against them, the contenders with their plan, and on what terms.

    `customer_value` and `kept` are those of the contenders: a number, or (contenders,); `kept` is None
    where customers are ranked by risk.
    """

    found: Candidates
    chosen: Chosen
    terms: Terms
    customer_value: F64 | float
    notes: list[Finding]
    kept: Kept | None = None


def choose(
    table: Table,
    model: Model,
    batch: Batch,
    scores: Scores,
    decision: config.Decision,
    campaign: config.Campaign,
    excluded: Excluded,
    uplift: Uplift | None = None,
    threads: int = 1,
) -> Choice:
    """Choose whom a campaign would contact and leave alone, maybe nobody. Raises what `target` does."""
    key = _key(Schema.from_plain(model.schema), decision)
    terms = Terms(excluded.campaign, campaign, offers_of(campaign.offers, decision), decision)
    moved, more = _moved(uplift, batch, scores, threads)
    found, clv = _candidates(table, batch, scores, key, terms, moved)
    lists, notes = find_excluded(found.ids, excluded)
    sources = [f"on {e.source}" if e.given else e.source for e in excluded.lists]
    found = found.excluded(lists, sources).worth_it()
    own = clv if isinstance(clv, float) else clv[found.contenders]
    kept = moved and moved[0].of_rows(found.contenders)
    return Choice(found, Chosen.of(found, terms), terms, own, [*more, *notes], kept)


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


@dataclass(frozen=True)
class Chosen:
    """The contenders of a campaign and its plan; arrays are (contenders,), in the table's order."""

    customers: list[str]
    places: I64
    risk: F64
    values: F64
    planned: Planned
    offers: list[str]

    @classmethod
    def of(cls, found: Candidates, terms: Terms) -> Chosen:
        """Plan a campaign among the contenders. Raises `ConfigError` where all would be left alone."""
        some, campaign = found.contenders, terms.campaign
        customers = found.ids.take(pa.array(some)).to_pylist()
        risk, values = found.probability[some], found.values[some]
        share, fewest = campaign.holdout, campaign.holdout_from
        planned = plan(customers, risk, values, terms.limits, terms.name, share, fewest)
        return cls(customers, some, risk, values, planned, [each.name for each in terms.offers])

    def ranked(self) -> I64:
        """Order who is contacted: the most worth first, ties by md5 of the id."""
        rows = np.flatnonzero(self.planned.contacted)
        customers, _, _, worth = self.of_rows(rows)
        return rows[np.lexsort((customer_keys(customers), -worth))]

    def of_rows(self, rows: I64) -> tuple[list[str], list[str], F64, F64]:
        """Return ids, offers, risks and worth of those at `rows`, who all have an offer."""
        kinds = self.planned.offers[rows]
        offers = [self.offers[kind] for kind in kinds]
        return (
            [self.customers[row] for row in rows],
            offers,
            self.risk[rows],
            self.values[rows, kinds],
        )

    def members(self) -> pa.Table:
        """Return everybody contacted or left alone, as `Campaign` describes it."""
        rows = np.flatnonzero(self.planned.offers >= 0)
        customers, offers, risk, worth = self.of_rows(rows)
        control, stratum = self.planned.control[rows], self.planned.stratum[rows]
        return member_list(customers, risk, worth, offers, control, stratum)


def _candidates(
    table: Table,
    batch: Batch,
    scores: Scores,
    key: str,
    terms: Terms,
    moved: tuple[Kept, BOOL] | None,
) -> tuple[Candidates, F64 | float]:
    """Read scored customers and what they are worth, and take from them what is not open to them."""
    scored = all_rows(scores.scores, [key, "probability"])
    own = [terms.decision.clv] if isinstance(terms.decision.clv, str) else []
    customers = all_rows(batch.customers, [ROW, *own])
    clv = customer_value(customers, terms.decision)
    risk, rows = scored.column("probability").to_numpy(), customers.column(ROW).to_numpy()
    ids = scored.column(key).combine_chunks()
    kept, disturbed = moved or (None, np.zeros(len(rows), np.bool_))
    found = Candidates.of(ids, rows, risk, clv, terms.offers, terms.decision, kept)
    found = found.out(disturbed, DISTURBED)
    wanted = dict.fromkeys(name for offer in terms.offers for name in offer.eligible)
    return found.eligible(terms.offers, cells_at(table, list(wanted), rows)), clv


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
    rows = rows_at(batch.customers, live.encoder.features, places[lacking])
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
    raise DataError(
        f"Nobody is left to contact ({why or 'there are no customers'}).",
        "Look at the lists given with --exclude, at the limits, and at the costs in [decision].",
    )
