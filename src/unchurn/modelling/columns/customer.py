"""Which column names the customer, decided from all columns together: for init and training."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.modelling.columns.id_cells import every_number_differs, is_panel, present
from unchurn.modelling.columns.identity import Identity, doubt, recognise


@dataclass(frozen=True)
class Identities:
    """The column that names the customer ("" for none) and why; all that only say who one is."""

    id: str
    why: str
    found: dict[str, Identity]
    findings: tuple[Finding, ...]


def find_identities(
    summaries: Sequence[ColumnSummary], named: str = "", barred: Collection[str] = ()
) -> Identities:
    """Judge columns together; `named` is the id that a person chose, `barred` can be none."""
    known = {summary.column.name: summary for summary in summaries}
    alone = {name: each for name, s in known.items() if (each := recognise(s))}
    able = [n for n in alone if alone[n].points and n not in barred]
    best = max(able, key=lambda n: (alone[n].points, known[n].distinct), default="")
    chosen = named or best
    beside = known.get(chosen)
    found = {n: each for n, s in known.items() if n != chosen and (each := recognise(s, beside))}
    if chosen and chosen == best:
        found[chosen] = alone[best]
    why = alone[best].words if best and not named else ""
    return Identities(chosen, why, found, tuple(_findings(known, chosen, able)))


def _findings(known: dict[str, ColumnSummary], chosen: str, able: Sequence[str]) -> list[Finding]:
    found = []
    if chosen in known and is_panel(known[chosen]):
        rows, different = present(known[chosen]), known[chosen].distinct
        words = f"{chosen!r}: {different:,} customers in {rows:,} rows."
        found.append(Finding("id-panel", "note", words, chosen, different))
    others = [name for name in able if name != chosen]
    if others:
        listed = ", ".join(repr(name) for name in others)
        words = f"{listed} could name the customer too: choose with --id or [churn] id."
        found.append(Finding("other-ids", "note", words, others[0], len(others)))
    for name, summary in known.items():
        if why := doubt(summary):
            words = f"{name!r} is named like an id, but {why}."
            found.append(Finding("id-doubt", "warning", words, name))
        elif not chosen and every_number_differs(summary):
            words = (
                f"{name!r} has a long whole number of its own in every row, and is used as a "
                f"number. If it names the customer: --id or [churn] id."
            )
            found.append(Finding("perhaps-id", "note", words, name))
    return found
