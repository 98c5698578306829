"""What the target column's spellings mean: churned, stayed, or no label at all.

Labels are compared after normalisation (see `spellings`). The positive class is inferred only
where a spelling says so itself; otherwise somebody must name it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, DataError, listing
from unchurn.modelling.columns.spellings import is_missing, normalise, polarity

INVERTED_SHARE = 0.6
"""Churn above this share of labelled rows looks like a label read the wrong way round."""
_HINT = "Name the spelling that means churned: [churn] positive in churn.toml, or --positive."


class LabelError(DataError):
    """Labels that cannot be read. `unknown` holds the raw spellings at fault, commonest first."""

    def __init__(self, message: str, hint: str, unknown: Iterable[str] = ()) -> None:
        super().__init__(message, hint)
        self.unknown = tuple(unknown)

    def with_rows(self, rows: Mapping[str, Sequence[int]]) -> LabelError:
        """Return the same error, saying on which rows (from 1) each unknown spelling stands."""
        places = [
            f"{spelling!r} on row{'s' if len(found) > 1 else ''} "
            + ", ".join(str(row) for row in found[:5])
            + (" …" if len(found) > 5 else "")
            for spelling, found in rows.items()
        ]
        where = f" Found {'; '.join(places[:8])}." if places else ""
        return LabelError(self.message + where, self.hint, self.unknown)


@dataclass(frozen=True)
class LabelRule:
    """How every spelling found is read.

    `positive` and `negative` are the commonest spellings as found; `codes` maps each raw
    spelling to 1 (churned), 0 (stayed) or -1 (no label). The three counts are rows.
    `reason` says why the positive class is what it is.
    """

    positive: str
    negative: str
    codes: dict[str, int]
    churned: int
    stayed: int
    missing: int
    reason: str
    findings: tuple[Finding, ...] = ()


def read_labels(counts: Mapping[str, int], positive: str, missing: Sequence[str] = ()) -> LabelRule:
    """Decide what each spelling of the target means.

    `counts` holds the rows of each raw spelling, a null cell being the spelling "". `positive`
    is the spelling that means churned; empty means inferred when unmistakable. `missing` holds
    spellings of a missing cell besides the usual ones ([data] missing).

    Raises `LabelError` (a `DataError`) on spellings that cannot be told apart into two classes
    and when one class only is present; `ConfigError` when nobody can know which is positive.
    """
    lost = {spelling for spelling in counts if is_missing(spelling, missing)}
    values: Counter[str] = Counter()
    for spelling, rows in counts.items():
        if spelling not in lost:
            values[normalise(spelling)] += rows
    _two_at_least(values, counts, lost)
    if positive:
        meaning, reason = _stated(values, positive, counts)
    else:
        meaning, reason = _inferred(values, counts)
    codes = {s: -1 if s in lost else meaning[normalise(s)] for s in sorted(counts)}
    return _rule(counts, codes, reason)


def _rule(counts: Mapping[str, int], codes: dict[str, int], reason: str) -> LabelRule:
    rows = {code: sum(counts[s] for s in codes if codes[s] == code) for code in (1, 0, -1)}
    shown = {code: _commonest(counts, codes, code) for code in (1, 0)}
    findings = _balance(rows[1], rows[0], shown[1])
    return LabelRule(shown[1], shown[0], codes, rows[1], rows[0], rows[-1], reason, findings)


def _commonest(counts: Mapping[str, int], codes: Mapping[str, int], code: int) -> str:
    return min((s for s in codes if codes[s] == code), key=lambda s: (-counts[s], s))


def _balance(churned: int, stayed: int, positive: str) -> tuple[Finding, ...]:
    share = churned / (churned + stayed)
    if share <= INVERTED_SHARE:
        return ()
    words = (
        f"{share:.0%} of labelled customers are {positive!r}, read as churned: the label looks "
        "inverted. If it is, name the other spelling as [churn] positive."
    )
    return (Finding("label-inverted", "warning", words, count=churned),)


def _two_at_least(values: Mapping[str, int], counts: Mapping[str, int], lost: set[str]) -> None:
    if not values:
        raise LabelError(
            f"No row has a label: the target holds only {listing(sorted(lost)) or 'nothing'}.",
            "Check [churn] target: it must name the column that says who churned.",
        )
    if len(values) == 1:
        seen = next(s for s in counts if s not in lost)
        raise LabelError(
            f"Every labelled row says {seen!r}: there is one class only, so nothing tells "
            "churned customers from the others.",
            "Use a table that holds both churned and remaining customers.",
        )


def _spelled(counts: Mapping[str, int], values: Iterable[str]) -> list[str]:
    """Return raw spellings of the given normalised values, commonest first."""
    wanted = set(values)
    found = [s for s in counts if not is_missing(s) and normalise(s) in wanted]
    return sorted(found, key=lambda s: (-counts[s], s))


def _stated(
    values: Mapping[str, int], positive: str, counts: Mapping[str, int]
) -> tuple[dict[str, int], str]:
    chosen = normalise(positive)
    if chosen not in values:
        raise ConfigError(
            f"The positive label {positive!r} does not occur in the target; "
            f"found {listing(_spelled(counts, values))}.",
            _HINT,
        )
    others = sorted((v for v in values if v != chosen), key=lambda v: (-values[v], v))
    if len(others) > 1:
        _refuse_third(values, counts, chosen, others)
    return {chosen: 1, others[0]: 0}, "stated"


def _refuse_third(
    values: Mapping[str, int], counts: Mapping[str, int], chosen: str, others: list[str]
) -> None:
    opposite = {"1": "0", "0": "1"}.get(chosen, others[0])
    keep = opposite if opposite in values else others[0]
    unknown = _spelled(counts, (v for v in others if v != keep))
    raise LabelError(
        f"Besides the positive label, the target holds {len(others)} values "
        f"({listing(_spelled(counts, others))}); exactly one must remain.",
        "Correct those cells, or name them in [data] missing if they mean 'no label'.",
        unknown,
    )


def _inferred(values: Mapping[str, int], counts: Mapping[str, int]) -> tuple[dict[str, int], str]:
    known = {value: polarity(value) for value in values}
    unknown = [value for value in values if known[value] is None]
    if not unknown and set(known.values()) == {0, 1}:
        return {v: int(p or 0) for v, p in known.items()}, _why(counts, known)
    if len(values) == 2 and len(unknown) == 1:
        told = next(value for value in values if value != unknown[0])
        if told not in ("0", "1") and known[told] == 1:
            return {told: 1, unknown[0]: 0}, _why(counts, known)
    if len(values) == 2:
        raise ConfigError(
            f"The target holds {listing(_spelled(counts, values))}, and which of them means "
            "churned cannot be told.",
            _HINT,
        )
    _refuse_unknown(values, counts, unknown)
    raise LabelError(
        f"The labels {listing(_spelled(counts, values))} all say the same thing.", _HINT
    )


def _why(counts: Mapping[str, int], known: Mapping[str, int | None]) -> str:
    spelled = _spelled(counts, (value for value, code in known.items() if code == 1))
    if normalise(spelled[0]) == "1":
        return f"{spelled[0]!r} stands for yes"
    return f"the spelling {spelled[0]!r} can only mean churned"


def _refuse_unknown(
    values: Mapping[str, int], counts: Mapping[str, int], unknown: list[str]
) -> None:
    if not unknown:
        return
    spelled = _spelled(counts, unknown)
    if len(values) > 20 or len(unknown) == len(values):
        raise LabelError(
            f"The target holds {len(values)} different values ({listing(_spelled(counts, values))})"
            "; a target has two: churned and stayed.",
            "Check [churn] target, or correct the spellings that do not belong.",
            spelled if len(values) <= 20 else (),
        )
    raise LabelError(
        f"The target holds {'a spelling' if len(spelled) == 1 else 'spellings'} that cannot be "
        f"read as a label: {listing(spelled)}.",
        "Correct those cells, or name the spelling in [data] missing if it means 'no label'.",
        spelled,
    )
