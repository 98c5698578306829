"""A target of which any value at all means churned."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from unchurn.modelling.columns.any_value import brought_down, no_day
from unchurn.modelling.columns.label_meanings import Said
from unchurn.modelling.columns.labels import LabelError, LabelRule, read_labels


def test_a_padded_day_that_stands_for_never_is_nobody_who_left() -> None:
    """A blank before the year 9999 makes no leaver of it, as none does in a count of spellings."""
    cells = pa.array([" 9999-12-31", "2024-01-02", ""])
    counts = Counter(brought_down(cells, Said(("*",))).to_pylist())
    assert counts == {" 9999-12-31": 1, "*": 1, "": 1}
    rule = read_labels(counts, "*")
    assert (rule.churned, rule.stayed) == (1, 2)


@pytest.mark.parametrize("nothing", ["-", "n/a", "#N/A", "?", " - "])
def test_a_spelling_of_nothing_is_nobody_who_left(nothing: str) -> None:
    """A dash instead of a day is no day, beside blank cells as well."""
    counts = Counter(brought_down(pa.array([nothing, "2024-01-02", ""]), Said(("*",))).to_pylist())
    rule = read_labels(counts, "*")
    assert (rule.churned, rule.stayed) == (1, 2)


def _days(cells: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """What tells days from words: those that begin with a digit, and two that say none."""
    texts = [each.strip() for each in cells.to_pylist()]
    day = np.array([each[:2] == "20" for each in texts], np.bool_)
    return day, np.array([each in ("**", "never", "unknown") for each in texts], np.bool_)


def _read(counts: dict[str, int], *said: str, **keys: tuple[str, ...]) -> LabelRule:
    cells = pa.array([cell for cell, rows in counts.items() for _ in range(rows)])
    known = Said.of(said, keys.get("negative", ()), keys.get("ignore", ()))
    found = Counter(brought_down(cells, known, _days).to_pylist())
    nothing = no_day(found, known, _days)
    return read_labels(found, said, nothing, known.negative, known.ignore, "gone", dated=True)


@pytest.mark.parametrize("word", ["never", "*", "retained", "Active"])
def test_a_word_among_days_that_says_nobody_left_is_counted_and_said(word: str) -> None:
    """Beside days a mark for nothing, or a word of staying, is no day of leaving."""
    rule = _read({"2024-01-05": 9, "2024-02-01": 11, word: 5, "": 75}, "*")
    assert (rule.churned, rule.stayed) == (20, 80)
    (told,) = rule.findings
    assert (told.code, told.count) == ("label-no-day", 5)
    assert word in told.words and "[churn] positive or ignore" in told.words


@pytest.mark.parametrize("word", ["gone fishing", "unknown", "yes", "1", "trial"])
def test_a_word_among_days_that_may_mean_anything_is_refused(word: str) -> None:
    """Nobody can know whether 'gone fishing' left: its rows are counted, and named it is read."""
    counts = {"2024-01-05": 9, word: 5, "": 75}
    with pytest.raises(LabelError, match=rf"'{word}' \(5 rows\), which is no day") as caught:
        _read(counts, "*")
    assert f'--negative "{word}"' in caught.value.hint
    assert _read(counts, "*", negative=(word,)).churned == 9
    assert _read(counts, "*", word).churned == 14
    assert _read(counts, "*", ignore=(word,)).ignored == 5


def test_a_word_of_leaving_among_days_is_somebody_who_left() -> None:
    """'churned' without a day is read as it says, and its rows are counted."""
    rule = _read({"2024-01-05": 9, "churned": 5, "": 75}, "*")
    assert (rule.churned, rule.findings[0].code, rule.findings[0].count) == (14, "label-no-day", 5)


def test_a_day_for_never_can_be_left_out_by_name() -> None:
    """Who names 9999-12-31 in ignore means it, though it stands for stayed otherwise."""
    counts = {"2024-01-05": 9, "9999-12-31": 5, "": 75}
    assert read_labels(counts, "*", ignore=("9999-12-31",)).ignored == 5


def test_that_a_blank_stayed_makes_no_leaver_of_a_word_for_staying() -> None:
    """[churn] negative = [""] alone: a 0 beside 1 stayed, and an 'active' among reasons is asked."""
    rule = read_labels({"0": 50, "1": 20, "": 5}, negative=("",))
    assert (rule.churned, rule.stayed) == (20, 55)
    with pytest.raises(LabelError, match="'active'"):
        read_labels({"price": 9, "active": 50, "": 5}, negative=("",))
    assert read_labels({"price": 9, "moved": 2, "": 50}, negative=("",)).churned == 11
