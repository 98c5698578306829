"""Table → Proposal: everything inferred, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.columns.any_value import Days, any_finding, no_day
from unchurn.modelling.columns.customer import find_identities
from unchurn.modelling.columns.identity import Identity
from unchurn.modelling.columns.label_meanings import ANY
from unchurn.modelling.columns.labels import LabelRule, read_labels
from unchurn.modelling.columns.leak_verdicts import best_ordinary, judged
from unchurn.modelling.columns.leakage import strength
from unchurn.modelling.columns.left_out import misread_as, mixed_findings, useless
from unchurn.progress import Progress
from unchurn.project import Columns, Data
from unchurn.proposal.sample import Sample, take_sample
from unchurn.proposal.target import check_target, find_target, only_of_leavers
from unchurn.proposal.wanted import Wanted
from unchurn.tables import Table
from unchurn.tables.date_columns import days_of
from unchurn.tables.matching import find_columns, fold, match_columns
from unchurn.tables.stated import Stated
from unchurn.tables.summary import Survey, survey

_TOLD = (
    "date-order",
    "date-order-mixed",
    "decimal-mark",
    "two-digit-years",
    "missing-spelling",
    "unit",
    "credit-debit",
    "about-numbers",
    "mixed-currencies",
    "mixed-percent",
    "lone-code",
    "missing-codes",
    "far-numbers",
    "mixed-scales",
    "dated-numbers",
    "numbers-joined",
    "dressed-numbers",
    "mixed-zones",
    "counted-days",
    "mixed-kinds",
    "nested-cells",
    "headers-alike",
    "undated",
    "lost-zeros",
    "exponent-codes",
    "version-numbers",
    "other-calendar",
    "exchanged-days",
    "grouped-rows",
    "workbook-days",
)
_OF_ANY = ("nested-cells", "grouped-rows")
"""Codes of what is told of columns that are left out, too."""

_NO_ID = "no column names the customer; scores will carry row_number"


@dataclass(frozen=True)
class Proposal:
    """What a table seems to mean. Reasons are phrases that follow a column's name.

    `drop` holds columns to leave out, `keep` those used all the same, with the kind to force or
    ""; `types` are all forced kinds, churn.toml's among them. `dates`, `suspects` and `empty` are
    remarks only. `id` is empty where no column names the customer.
    """

    summaries: tuple[ColumnSummary, ...]
    target: str
    target_reason: str
    labels: LabelRule
    said: Wanted
    id: str
    id_reason: str
    drop: dict[str, str] = field(default_factory=dict)
    keep: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    suspects: dict[str, str] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def propose(
    table: Table, data: Data, columns: Columns, wanted: Wanted, progress: Progress
) -> Proposal:
    """Look at a table twice: at its columns, then at its labels and a sample of rows.

    Raises `ConfigError` naming the flag to add where something cannot be inferred, and
    `DataError` where the labels cannot be used.
    """
    given = _matched(table, wanted)
    seen = _looked_at(table, data, columns, given.id, progress)
    summaries = seen.columns
    target, why = given.target, given.reason("target")
    if not target:
        target, why = find_target(summaries, given.labels)
    of_target = next(s for s in summaries if s.column.name == target)
    of_leavers = not given.positive and only_of_leavers(of_target)
    given = replace(given, positive=ANY) if of_leavers else given
    check_target(of_target, given.labels)
    if given.id == target or target in given.drop:
        raise ConfigError(f"{target!r} is the target; it cannot be the id or dropped as well.")
    others = [s for s in summaries if s.column.name != target]
    who = find_identities(others, given.id, (*given.drop, *given.keep))
    chosen = who.id
    id_why = given.reason("id") if given.id else who.why or _NO_ID
    drop = _to_drop(given, chosen, who.found, others)
    keep = {s.column.name: misread_as(s) for s in others if s.column.name in given.keep}
    features = [s for s in others if s.column.name != chosen and s.column.name not in drop]
    total = max((s.rows for s in summaries), default=0)
    looked = [s.column for s in features]
    said = given.labels
    days = days_of(of_target) if said.takes_any else None
    sample = take_sample(table, target, looked, data.missing, total, progress, said, days)
    labels = _labels(sample, given, data, target, days)
    labels = replace(labels, reason="it is blank for most") if of_leavers else labels
    return Proposal(
        summaries=summaries,
        target=target,
        target_reason=why,
        labels=labels,
        said=given,
        id=chosen,
        id_reason=id_why,
        drop=drop,
        keep=keep,
        types={**columns.types, **{name: kind for name, kind in keep.items() if kind}},
        dates={s.column.name: _span(s) for s in features if s.column.kind == "date"},
        suspects=_suspects(looked, sample, labels),
        empty=_empty(features),
        findings=(
            *table.notes,
            *(each for each in seen.findings if not each.column),
            *labels.findings,
            *([any_finding(of_target, labels)] if ANY in said.positive else []),
            *_questions(seen, {s.column.name for s in features}, target),
            *who.findings,
            *mixed_findings(s for s in features if not keep.get(s.column.name)),
        ),
    )


def _labels(sample: Sample, given: Wanted, data: Data, target: str, days: Days | None) -> LabelRule:
    missing = (*data.missing, *no_day(sample.labels, given.labels, days))
    return read_labels(
        sample.labels,
        given.positive,
        missing,
        given.negative,
        given.ignore,
        target,
        days is not None,
    )


def _looked_at(table: Table, data: Data, columns: Columns, id: str, progress: Progress) -> Survey:
    """Look at every column, by what churn.toml and flags say of them."""
    said = [columns.types, columns.decimal, columns.date_order, columns.missing, columns.epoch]
    named = {name for each in said if isinstance(each, dict) for name in each}
    found = find_columns(sorted(named), table.columns)
    stated = Stated.of(columns, found)
    return survey(table, data, stated, progress, ids=(id,) if id else ())


def _questions(seen: Survey, features: set[str], target: str) -> list[Finding]:
    """Choose what a person should settle or know about how cells were read."""
    of_target = [e for e in seen.findings if e.column == target and e.code == "lone-code"]
    told = (e for e in seen.findings if e.column in features or e.code in _OF_ANY)
    return of_target + [e for e in told if e.code in _TOLD]


def _matched(table: Table, wanted: Wanted) -> Wanted:
    """Find the columns that flags name, however they are spelled. Raises `ConfigError`."""

    def one(flag: str, name: str) -> str:
        try:
            return match_columns([name], table.columns)[name] if name else ""
        except DataError as error:
            raise ConfigError(f"--{flag}: {error.message}", error.hint) from error

    drop = tuple(dict.fromkeys(one("drop", name) for name in wanted.drop))
    keep = tuple(dict.fromkeys(one("keep", name) for name in wanted.keep))
    target, id = one("target", wanted.target), one("id", wanted.id)
    if both := set(keep) & {*drop, target, id} - {""}:
        raise ConfigError(
            f"--keep: {sorted(both)[0]!r} is named by another flag too.",
            "A kept column is a feature: take it out of --keep, or out of the other flag.",
        )
    return replace(wanted, target=target, id=id, drop=drop, keep=keep)


def _to_drop(
    given: Wanted,
    chosen: str,
    identities: dict[str, Identity],
    others: Sequence[ColumnSummary],
) -> dict[str, str]:
    drop = dict.fromkeys((name for name in given.drop if name != chosen), "left out by hand")
    for summary in others:
        name = summary.column.name
        by_hand = name in drop and fold(name) not in given.before
        if name == chosen or by_hand or name in given.keep:
            continue
        found = useless(summary, identities.get(name))
        if found and found.remedy:
            drop[name] = found.told
        elif name in drop:
            drop[name] = "named in the churn.toml that was here"
    return drop


def _span(summary: ColumnSummary) -> str:
    return f"{summary.minimum} to {summary.maximum}"


def _empty(features: Iterable[ColumnSummary]) -> dict[str, str]:
    """Say why training will leave out columns that nothing makes useful."""
    found = ((each.column.name, useless(each, None)) for each in features)
    return {name: why.words for name, why in found if why and not why.remedy}


def _suspects(columns: Sequence[Column], sample: Sample, labels: LabelRule) -> dict[str, str]:
    """Find leak suspects by strength on the sample, and by name."""
    codes = np.array([labels.codes[each] for each in sample.spelled], dtype=np.int8)
    known = np.flatnonzero(codes >= 0)
    mixed = np.random.Generator(np.random.PCG64(0)).permutation(known)
    rows, folds = sample.rows.take(mixed), np.arange(len(mixed)) % 5
    strengths = {
        column.name: strength(rows[column.name], codes[mixed], folds) for column in columns
    }
    best = best_ordinary(strengths)
    found = {}
    for name, strong in strengths.items():
        if verdict := judged(name, strong, best):
            what = "training will block it unless [columns] allow names it"
            kept = "drop it if it is only known after the churn"
            found[name] = (
                f"{verdict.why}, on {len(mixed):,} rows; {what if verdict.blocked else kept}"
            )
    return found
