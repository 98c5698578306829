"""How what arrives differs from training: one difference, what is chance, and the words.

Effects decide, never p-values: a change has to be large, and larger than chance makes it in so
few rows. `SURE` standard errors are taken off before a share is compared with its threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any

from unchurn.artefacts import Difference, Finding
from unchurn.errors import cells_of
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.scoring.sentences import readable

LEAST_ROWS = 30
"""Fewer customers than this never alarm: shares of so few are chance."""
SURE = 5.0
"""Standard errors taken off a change: many columns are compared, month after month."""
GRAVE = 0.3
"""Share of customers, beyond chance, from which a difference makes a list untrustworthy."""
UNTRUSTED = "untrusted"
_SHOWN = 4


def beyond_chance(then: float, then_rows: int, now: float, rows: int) -> float:
    """Return by how much a share changed, less what chance may have done; at most the change.

    The error is the binomial one of two samples, over the pooled share with one customer more
    of each kind, so that a share of 0 or 1 has one too.
    """
    if not rows or not then_rows:
        return 0.0
    pooled = (then * then_rows + now * rows + 1) / (then_rows + rows + 2)
    error = sqrt(pooled * (1 - pooled) * (1 / then_rows + 1 / rows))
    return abs(now - then) - SURE * error


def told(found: Sequence[Difference], cause: Iterable[Finding] = ()) -> list[Finding]:
    """Turn differences into findings, the summary first where any is grave, then what may be their `cause`."""
    grave = [each for each in found if each.grave]
    return [*_summary(grave), *cause, *(each.finding() for each in found)]


def _summary(grave: Sequence[Difference]) -> Iterable[Finding]:
    if grave:
        shown = [each.brief for each in grave[:_SHOWN]]
        rest = len(grave) - len(shown)
        clauses = "; ".join(shown) + (f"; and {rest} more" if rest else "")
        words = f"This list should not be trusted: {clauses}."
        yield Finding(UNTRUSTED, "warning", words, count=len(grave))


def led(notes: Sequence[dict[str, Any]], found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Add what the scores say to the plain notes of a batch; the summary stays first, and one."""
    added = [finding.to_plain() for finding in told(found)]
    if not is_untrusted(notes) or not is_untrusted(added):
        first = [note for note in added if note["code"] == UNTRUSTED]
        return [*first, *notes, *(note for note in added if note["code"] != UNTRUSTED)]
    clauses = added[0]["words"].split(": ", 1)[1]
    words = f"{notes[0]['words'].removesuffix('.')}; {clauses}"
    count = notes[0]["count"] + added[0]["count"]
    return [{**notes[0], "words": words, "count": count}, *notes[1:], *added[1:]]


def is_untrusted(notes: Sequence[dict[str, Any]]) -> bool:
    """Tell whether plain notes begin by saying that a list should not be trusted."""
    return bool(notes) and notes[0]["code"] == UNTRUSTED


def unseen(name: str, cells: int, example: str) -> Finding:
    """Say that cells hold values that the model does not tell apart."""
    verb = cells_of(cells, name, "holds", "hold")
    words = f"{verb} values rare or unseen in training, such as {example[:60]!r}."
    return Finding("unseen-categories", "note", words, name, cells)


def blank_unseen(part: EncodedColumn, cells: int) -> Finding:
    """Say that cells are blank in a column that was not in training, and what they are read as."""
    seen = "hardly" if part.blanks else "never"
    words = (
        f"{cells_of(cells, part.name)} blank or unreadable, which training {seen} saw: "
        f"read as the usual {readable(part.typical)}."
    )
    return Finding("blank-unseen", "warning", words, part.name, cells)
