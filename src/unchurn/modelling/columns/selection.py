"""Which columns a model may use: what is dropped, why, and what a person has overruled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from unchurn.artefacts import Column, ColumnSummary, Finding, Schema
from unchurn.modelling.columns.customer import find_identities
from unchurn.modelling.columns.identity import Identity, recognise
from unchurn.modelling.columns.leak_names import telling_name
from unchurn.modelling.columns.leakage import Strength
from unchurn.modelling.columns.left_out import why_text

MANY_MISSING = 0.5
NEAR_CONSTANT = 0.995


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
    who = find_identities(able, schema.id or "")
    columns, findings = [], list(who.findings)
    for column in schema.columns:
        identity = who.found.get(column.name)
        useless = column.role == "feature"
        found = _useless(column, known.get(column.name), identity) if useless else None
        if found and column.name in allow and found[0] in ("identity-column", "text-column"):
            kind = "category" if column.kind == "text" else column.kind
            columns.append(replace(column, kind=kind, reason="[columns] allow names it"))
            words = f"{column.name!r} is used as [columns] allow says, although {found[1]}."
            findings.append(Finding("identity-allowed", "warning", words, column.name))
        elif found:
            columns.append(replace(column, role="dropped", reason=found[1]))
            words = f"{column.name!r} is not used: {found[1]}."
            findings.append(Finding(found[0], "note", words, column.name))
        else:
            columns.append(column)
            findings += _dropped_by_name(column, known, schema.id or "")
    return Selection(replace(schema, columns=tuple(columns)), tuple(findings))


def _dropped_by_name(column: Column, known: dict[str, ColumnSummary], chosen: str) -> list[Finding]:
    """Say of a column that churn.toml drops what would have left it out anyway."""
    summary = known.get(column.name)
    if column.role != "dropped" or summary is None:
        return []
    found = _useless(column, summary, recognise(summary, known.get(chosen)))
    words = f"{column.name!r} is not used, as [columns] drop says: {found[1] if found else ''}."
    return [Finding(found[0], "note", words, column.name)] if found else []


def _useless(
    column: Column, summary: ColumnSummary | None, identity: Identity | None
) -> tuple[str, str] | None:
    """Return the finding code and the reason why a column can be no feature."""
    if summary is None:
        return None
    if summary.missing >= summary.rows:
        return "all-missing", "it has no value in any row"
    if summary.distinct <= 1 and summary.missing == 0:
        return "constant-column", "it holds the same value in every row"
    if identity:
        return "identity-column", f"it says who a customer is: {identity.words}"
    if column.kind == "text":
        return "text-column", why_text(summary)
    return None


def by_strength(
    schema: Schema, measure: Callable[[Column], Strength], allow: Collection[str]
) -> Selection:
    """Block features that give the label away on training rows; report telling names.

    `measure` returns one column's strength on training rows.
    """
    columns, findings = [], []
    for column in schema.columns:
        if column.role != "feature":
            columns.append(column)
            continue
        found = measure(column)
        kept = not found.leaks or column.name in allow
        reason = f"it gives the label away (ROC-AUC {found.auc:.3f} alone)"
        columns.append(column if kept else replace(column, role="dropped", reason=reason))
        findings.extend(_leak_findings(column, found, kept))
    return Selection(replace(schema, columns=tuple(columns)), tuple(findings))


def _leak_findings(column: Column, found: Strength, kept: bool) -> list[Finding]:
    if found.leaks:
        alone = f"by {found.by} alone churned customers are told apart, ROC-AUC {found.auc:.3f}"
        if kept:
            words = f"{column.name!r} is used as [columns] allow says, although {alone}."
            return [Finding("leak-strength", "warning", words, column.name)]
        words = f"{column.name!r} is blocked: {alone}, so it can only have been known afterwards."
        return [Finding("leak-strength", "blocked", words, column.name)]
    if why := telling_name(column.name):
        words = (
            f"{column.name!r} is used, but {why}: if it is only known after the churn, put it in "
            f"[columns] drop (ROC-AUC {found.auc:.2f} alone)."
        )
        return [Finding("leak-name", "warning", words, column.name)]
    return []


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
