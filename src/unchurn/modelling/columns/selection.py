"""Which columns a model may use: what is dropped, why, and what a person has overruled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from unchurn.artefacts import Column, ColumnSummary, Finding, Schema
from unchurn.modelling.columns.customer import Identities, find_identities
from unchurn.modelling.columns.id_cells import is_panel
from unchurn.modelling.columns.identity import recognise
from unchurn.modelling.columns.leak_verdicts import best_ordinary, judged, leak_finding
from unchurn.modelling.columns.leakage import Strength
from unchurn.modelling.columns.left_out import LeftOut, mixed_findings, useless

MANY_MISSING = 0.5
NEAR_CONSTANT = 0.995
BLOCKED = "it gives the label away"
"""How the reason begins for which a column is dropped once rows are split, and not before."""


@dataclass(frozen=True)
class Selection:
    """A schema with its roles settled so far, and what was found on the way."""

    schema: Schema
    findings: tuple[Finding, ...] = ()


def by_summary(
    schema: Schema, summaries: Iterable[ColumnSummary], allow: Collection[str]
) -> Selection:
    """Drop features that can tell nothing: identities, free text, constant and empty columns.

    `allow` holds exact names that stay features whatever they look like.
    """
    known = {summary.column.name: summary for summary in summaries}
    able = [
        known[c.name] for c in schema.columns if c.role in ("feature", "id") and c.name in known
    ]
    who = find_identities(able, schema.id or "", allow)
    columns, findings = [], [*who.findings, *_unset(schema, who, known)]
    for column in schema.columns:
        identity = who.found.get(column.name)
        summary = known.get(column.name) if column.role == "feature" else None
        found = useless(summary, identity) if summary else None
        if found is None:
            columns.append(column)
            findings += _dropped_by_name(column, known, schema.id or "")
        else:
            settled, finding = _settled(column, found, column.name in allow)
            columns.append(settled)
            findings.append(finding)
    used = [known[c.name] for c in columns if c.role == "feature" and c.name in known]
    findings += mixed_findings(used)
    return Selection(replace(schema, columns=tuple(columns)), tuple(findings))


def _settled(column: Column, found: LeftOut, allowed: bool) -> tuple[Column, Finding]:
    """Leave a column out, or use it as a person wishes; say which."""
    name = column.name
    if allowed and found.remedy:
        kind = "category" if column.kind == "text" else column.kind
        words = f"{name!r} is used as [columns] allow says, although {found.words}."
        used = replace(column, kind=kind, reason="[columns] allow names it")
        return used, Finding("identity-allowed", "warning", words, name)
    words = f"{name!r} is not used: {found.told}."
    return replace(column, role="dropped", reason=found.told), Finding(
        found.code, "note", words, name
    )


def _unset(schema: Schema, who: Identities, known: dict[str, ColumnSummary]) -> list[Finding]:
    """Warn where customers seem to have several rows, and churn.toml names no id."""
    if schema.id or who.id not in known or not is_panel(known[who.id]):
        return []
    words = (
        f"{who.id!r} seems to name customers with several rows, and [churn] id is empty: set it, so "
        "that the rows of one customer stay on one side of the split."
    )
    return [Finding("id-unset", "warning", words, who.id)]


def _dropped_by_name(column: Column, known: dict[str, ColumnSummary], chosen: str) -> list[Finding]:
    """Say of a column that churn.toml drops what would have left it out anyway."""
    summary = known.get(column.name)
    if column.role != "dropped" or summary is None:
        return []
    found = useless(summary, recognise(summary, known.get(chosen)))
    if found is None:
        return []
    words = f"{column.name!r} is not used, as [columns] drop says: {found.told}."
    return [Finding(found.code, "note", words, column.name)]


def by_strength(
    schema: Schema, measure: Callable[[Column], Strength], allow: Collection[str]
) -> Selection:
    """Block features that give the label away on training rows; report suspects.

    `measure` returns one column's strength on training rows. What blocks is in `leak_verdicts`.
    """
    strengths = {column.name: measure(column) for column in schema.with_role("feature")}
    best = best_ordinary(strengths)
    columns, findings = [], []
    for column in schema.columns:
        found = strengths.get(column.name)
        verdict = judged(column.name, found, best) if found else None
        allowed = column.name in allow
        blocked = bool(verdict and verdict.blocked and not allowed)
        if verdict:
            findings.append(leak_finding(column.name, verdict, allowed))
        reason = f"{BLOCKED}: {verdict.why}" if verdict else ""
        columns.append(replace(column, role="dropped", reason=reason) if blocked else column)
    return Selection(replace(schema, columns=tuple(columns)), tuple(findings))


def quality_findings(schema: Schema, summaries: Iterable[ColumnSummary]) -> list[Finding]:
    """Note features that are mostly missing or nearly constant."""
    found = []
    features = set(schema.features)
    for summary in summaries:
        name, rows = summary.column.name, summary.rows
        if name not in features or not rows:
            continue
        if summary.missing > MANY_MISSING * rows:
            words = f"{name!r} is missing in {summary.missing / rows:.0%} of rows."
            found.append(Finding("many-missing", "note", words, name, summary.missing))
        most = summary.top[0][1] if summary.top else 0
        if summary.distinct > 1 and most >= NEAR_CONSTANT * rows:
            words = f"{name!r} is {summary.top[0][0]!r} in {most / rows:.1%} of rows."
            found.append(Finding("near-constant", "note", words, name, rows - most))
    return found
