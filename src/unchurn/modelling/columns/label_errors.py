"""Labels that cannot be read: what was found, and what to type for each of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from unchurn.errors import ConfigError, DataError, listing
from unchurn.modelling.columns.label_meanings import ANY, Said
from unchurn.modelling.columns.label_values import Found
from unchurn.modelling.columns.label_words import speaks_of_staying
from unchurn.modelling.columns.spellings import standing

MOST = 20
"""More different values than this are no label."""
_HINT = "Name the spelling that means churned: [churn] positive in churn.toml, or --positive."
_SIDES = {"left": "churned", "left?": "churned", "stayed": "stayed", "stayed?": "stayed"}
_FLAGS = {"churned": "--positive", "stayed": "--negative", "": "--ignore"}


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


def refuse_one_class(found: Found) -> None:
    """Raise where there are no labels, or all say the same."""
    if not found.rows:
        raise LabelError(
            f"No row has a label: the target holds only {listing(sorted(found.lost)) or 'nothing'}.",
            "Check [churn] target: it must name the column that says who churned.",
        )
    if len(found.rows) == 1:
        raise LabelError(
            f"Every labelled row says {found.spelled(found.rows)[0]!r}: there is one class only, "
            "so nothing tells churned customers from the others.",
            _one_class_hint(found),
        )


def _one_class_hint(found: Found) -> str:
    hint = "Use a table that holds both churned and remaining customers."
    if not found.blanks:
        return hint
    return (
        f'{found.blanks:,} rows are blank. If a blank means stayed: --negative "" ([churn] negative = '
        f'[""] in churn.toml). Otherwise: {hint[0].lower()}{hint[1:]}'
    )


def refuse_staying(found: Found, said: Said, name: str) -> None:
    """Raise where the yes of a column such as ``renewed`` would mean staying, and nobody said."""
    stated = said.positive or set(said.negative) - {""}
    if stated or not found.rows.keys() <= {"0", "1"} or not speaks_of_staying(name):
        return
    no = found.spelled({"0"} & found.rows.keys())
    example = f" If a yes means staying: --positive {typed(no[:1])}." if no else ""
    raise ConfigError(
        f"The target {name!r} sounds like staying, so its yes need not mean churned "
        f"({listing(found.spellings)}).",
        f"{_HINT}{example}",
    )


def refuse_contradictions(found: Found, said: Said, dated: bool = False) -> None:
    """Raise on words that say something else where any value is said to mean churned.

    In a column of days (`dated`) these are all words but those that speak of leaving.
    """
    other = (v for v in found.rows if v not in (ANY, *said.named) and _says_otherwise(v, dated))
    if odd := found.spelled(other):
        one = typed(odd[:1])
        blank = "[churn] negative says only that a blank means stayed, so"
        why = blank if said.only_blank else f'[churn] positive is "{ANY}":'
        raise LabelError(
            f"{why} any value means churned. But the target holds {_with_rows(found, odd)}, which "
            + ("is no day and may mean something else." if dated else "may mean something else."),
            f'Say what they mean: --positive "{ANY}" --negative {one} (stayed), --positive "{ANY}" '
            f'--ignore {one} (left out), or --positive "{ANY}" --positive {one} (churned as well); '
            "in churn.toml [churn] negative, ignore and positive.",
            odd,
        )


def _says_otherwise(value: str, dated: bool) -> bool:
    told = standing(value)
    return told not in ("left", "left?", None) or (dated and (told != "left" or value == "1"))


def left_over(found: Found, said: Said, rest: Iterable[str]) -> LabelError:
    """Refuse values that nothing said tells what they mean, with what to type for each."""
    unknown = found.spelled(rest)
    others = found.spelled(value for value in found.rows if value not in said.positive)
    return LabelError(
        f"Besides the positive label, the target holds {len(others)} values "
        f"({listing(others)}); what these mean is not said: {_with_rows(found, unknown)}.",
        'All of them stayed: --negative "*" ([churn] negative = ["*"]). Some are neither churned '
        f"nor stayed: --ignore {typed(unknown[:1])} ([churn] ignore). They are no label at all: "
        "name them in [data] missing.",
        unknown,
    )


def refuse_undecided(found: Found) -> NoReturn:
    """Raise what fits values that do not all speak for themselves."""
    spelled, count = found.spelled(found.rows), len(found.rows)
    if count == 2:
        one, other = (found.shown[value] for value in found.rows)
        raise ConfigError(
            f"The target holds {listing(spelled)}, and which of them means churned cannot be told: "
            f"{_with_rows(found, spelled)}.",
            f"{_HINT} So: --positive {typed([one])}, or --positive {typed([other])}.",
        )
    if count > MOST:
        raise LabelError(
            f"The target holds {count} different values ({listing(spelled)}); a target has "
            "two: churned and stayed.",
            "Check [churn] target. Where any value at all means churned (a date, a reason) and a "
            f'blank means stayed: --positive "{ANY}".',
        )
    unknown = found.spelled(value for value in found.rows if standing(value) is None)
    raise LabelError(
        f"The target holds {count} different values, and not all of them can be read as a "
        f"label: {_with_rows(found, spelled)}.",
        _offered(found),
        unknown,
    )


def _offered(found: Found) -> str:
    """Offer a mapping: what the words say themselves, and the rest as an example."""
    sides: dict[str, list[str]] = {"churned": [], "stayed": [], "": []}
    for value in found.rows:
        sides[_SIDES.get(standing(value) or "", "")].append(found.shown[value])
    flags = " ".join(
        f"{_FLAGS[side]} {typed([each])}" for side, named in sides.items() for each in named
    )
    if not sides["churned"]:
        flags = f'--positive {typed(sides[""][-1:])} --negative "*", if that one means churned'
    return (
        f"Say what each means, for example: {flags} ([churn] positive, negative and ignore in "
        'churn.toml; --ignore leaves rows out and counts them). --negative "*" says that every '
        "other one stayed. A spelling that is no label at all goes into [data] missing."
    )


def _with_rows(found: Found, spellings: Sequence[str]) -> str:
    shown = ", ".join(f"{each!r} ({found.counts[each]:,} rows)" for each in spellings[:12])
    return shown + (f" and {len(spellings) - 12} more" if len(spellings) > 12 else "")


def typed(spellings: Sequence[str]) -> str:
    """Quote spellings as they are typed on a command line."""
    return " ".join(f'"{each}"' for each in spellings)
