"""Proposal → settings and comments of churn.toml, and the document that init prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unchurn.modelling.columns.label_meanings import ANY
from unchurn.modelling.columns.labels import LabelRule
from unchurn.project.write import Setting
from unchurn.proposal.propose import Proposal


def settings_and_notes(
    proposal: Proposal, train: str
) -> tuple[list[Setting], dict[str, list[str]]]:
    """Say a proposal as keys of churn.toml, with reasons, and as comments.

    `train` is the table's place as churn.toml should name it.
    """
    labels = proposal.labels
    rows = labels.churned + labels.stayed
    share = f"{labels.churned:,} of {rows:,} labelled rows ({labels.churned / rows:.1%})"
    missing = f"; rows without a label, to be left out: {labels.missing:,}" * bool(labels.missing)
    settings = [
        Setting("data", "train", train),
        Setting("churn", "target", proposal.target, (f"Target: {proposal.target_reason}.",)),
        Setting(
            "churn",
            "positive",
            _as_said(proposal.said.positive) or _as_found(labels),
            (
                f"Means churned ({labels.reason}): {share}; the others say "
                f"{labels.negative or 'nothing'!r}{missing}.",
                *(f"Warning: {finding.words}" for finding in labels.findings),
            ),
        ),
        *(
            Setting("churn", name, tuple(spellings), (why,))
            for name, spellings, why in (
                ("negative", proposal.said.negative, "Said to mean stayed."),
                ("ignore", proposal.said.ignore, "Said to be neither churned nor stayed."),
            )
            if spellings
        ),
        Setting("churn", "id", proposal.id, (f"Customer: {proposal.id_reason}.",)),
        Setting("columns", "drop", tuple(proposal.drop), _drop_reasons(proposal)),
    ]
    if proposal.keep:
        settings.append(Setting("columns", "allow", tuple(proposal.keep), ("Named by --keep.",)))
    if any(proposal.keep.values()):
        settings.append(Setting("columns", "types", proposal.types, ("Most cells read so.",)))
    notes = {
        "": [
            "What unchurn needs to know about this table. Written by `unchurn init`, which gives",
            "its reasons as comments; edit freely. Paths are relative to this file. Every other key",
            "is in docs/configuration.md, which `python -m unchurn.project.reference` prints.",
        ],
        "churn": _date_notes(proposal),
        "columns": _column_notes(proposal),
    }
    return settings, notes


def _as_said(positive: str | Sequence[str]) -> str | tuple[str, ...]:
    """Give back what was said where one spelling cannot stand for it."""
    given = (positive,) if isinstance(positive, str) else tuple(positive)
    return given if len(given) > 1 else ANY if ANY in given else ""


def _as_found(labels: LabelRule) -> str | tuple[str, ...]:
    """Give the spellings that mean churned: one as text, several as a list."""
    found = labels.positives
    return found[0] if len(found) == 1 else found


def _drop_reasons(proposal: Proposal) -> tuple[str, ...]:
    if not proposal.drop:
        return ("Nothing to leave out was recognised.",)
    return tuple(f"{name!r}: {reason}." for name, reason in proposal.drop.items())


def _date_notes(proposal: Proposal) -> list[str]:
    return [
        f"{name!r} holds dates ({span}). If each is the day on which its row was true, set "
        f"snapshot_date to it: the newest rows are then held out."
        for name, span in proposal.dates.items()
    ]


def _column_notes(proposal: Proposal) -> list[str]:
    suspects = [f"Leak suspect {name!r}: {why}." for name, why in proposal.suspects.items()]
    return suspects + [f"{name!r} will not be used: {why}." for name, why in proposal.empty.items()]


def document(proposal: Proposal, place: str, train: str) -> dict[str, Any]:
    """The versioned document that ``unchurn init --json`` prints."""
    labels = proposal.labels
    rows = max((summary.rows for summary in proposal.summaries), default=0)
    return {
        "schema_version": 1,
        "config": place,
        "data": train,
        "rows": rows,
        "columns": len(proposal.summaries),
        "target": proposal.target,
        "positive": labels.positive,
        "negative": labels.negative,
        "labels": {
            "churned": labels.churned,
            "stayed": labels.stayed,
            "missing": labels.missing,
            "ignored": labels.ignored,
        },
        "id": proposal.id,
        "drop": proposal.drop,
        "keep": proposal.keep,
        "left_out": _counts(proposal),
        "dates": proposal.dates,
        "leak_suspects": proposal.suspects,
        "not_usable": proposal.empty,
        "reasons": {
            "target": proposal.target_reason,
            "positive": labels.reason,
            "id": proposal.id_reason,
        },
        "findings": [finding.to_plain() for finding in proposal.findings],
    }


def _counts(proposal: Proposal) -> dict[str, Any]:
    """Figures of every column left out."""
    return {
        s.column.name: {
            "rows": s.rows,
            "missing": s.missing,
            "distinct": s.distinct,
            "as_numbers": s.as_numbers,
            "as_dates": s.as_dates,
            "unread": [list(pair) for pair in s.unread],
        }
        for s in proposal.summaries
        if s.column.name in proposal.drop
    }
