"""Which column names the customer, decided from all columns together: for init and training."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from unchurn.artefacts import ColumnSummary, Finding
from unchurn.modelling.columns.id_cells import every_number_differs, is_panel, present
from unchurn.modelling.columns.id_names import names_staff, sense_of
from unchurn.modelling.columns.identity import CANDIDATE, Identity, doubt, is_damaged, recognise

_BLANK = 0.1
"""Share of rows without a value above which a column is no good id."""
_GAPPED = 20
_HELD = ("contract-id", "account-id")
"""What customers have, of which each is somebody's."""


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
    able = {n: each.points for n, each in alone.items() if each.points and n not in barred}
    agents = _agents(known, able)
    best = max(
        able,
        key=lambda n: (n not in agents, able[n] - _gaps(known[n]), known[n].distinct),
        default="",
    )
    chosen = named or best
    beside = known.get(chosen)
    found = {n: each for n, s in known.items() if n != chosen and (each := recognise(s, beside))}
    if chosen and chosen == best:
        found[chosen] = alone[best]
    why = alone[best].words if best and not named else ""
    return Identities(chosen, why, found, tuple(_findings(known, chosen, able, found)))


def _agents(known: dict[str, ColumnSummary], able: dict[str, int]) -> set[str]:
    """List ids of employees who recur beside a contract or an account that every row has its own of."""
    owned = [n for n in able if sense_of(n) in _HELD and not is_panel(known[n])]
    return {n for n in able if owned and names_staff(n) and is_panel(known[n])}


def _gaps(summary: ColumnSummary) -> int:
    """Points lost by a column in which many rows have no value."""
    return _GAPPED if summary.missing > _BLANK * summary.rows else 0


def _findings(
    known: dict[str, ColumnSummary],
    chosen: str,
    able: dict[str, int],
    found: dict[str, Identity],
) -> list[Finding]:
    told = []
    if chosen in known and is_panel(known[chosen]):
        rows, different = present(known[chosen]), known[chosen].distinct
        words = f"{chosen!r}: {different:,} customers in {rows:,} rows."
        told.append(Finding("id-panel", "note", words, chosen, different))
    others = [name for name, points in able.items() if name != chosen and points >= CANDIDATE]
    if others and chosen in able:
        listed = ", ".join(repr(name) for name in others)
        words = (
            f"{listed} could name the customer too, and {chosen!r} is taken: choose with --id or "
            "[churn] id."
        )
        told.append(Finding("other-ids", "note", words, others[0], len(others)))
    for name, summary in known.items():
        told += _doubts(summary, sought=not chosen and name not in found)
    return told


def _doubts(summary: ColumnSummary, sought: bool) -> list[Finding]:
    """Say why an id's name is not believed and, where an id is `sought`, what could be one."""
    name = summary.column.name
    if why := doubt(summary):
        code = "id-damaged" if is_damaged(summary) else "id-doubt"
        words = f"{name!r} is named like an id, but {why}."
        return [Finding(code, "warning", words, name, summary.damaged)]
    if sought and sense_of(name) == "" and every_number_differs(summary):
        words = (
            f"{name!r} has a long whole number of its own in every row, and is used as a number. "
            "If it names the customer: --id or [churn] id."
        )
        return [Finding("perhaps-id", "note", words, name)]
    return []
