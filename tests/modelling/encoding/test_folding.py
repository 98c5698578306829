"""Spellings of a category that are one value, and those that are not."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest

from unchurn.artefacts import Column
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.encoding.folding import Spellings, folded, group
from unchurn.project import Features

PLAN = (Column("plan", "category"),)


def coded(encoder: Encoder, *cells: str) -> list[float]:
    found: list[float] = encoder.transform(pa.table({"plan": list(cells)}))[:, 0].tolist()
    return found


@pytest.mark.parametrize(
    "cell", ["CAFÉ  PLUS", " café plus", unicodedata.normalize("NFD", "Café Plus"), "Ｃafé Plus"]
)
def test_other_letters_blanks_and_forms_are_the_same_value(cell: str) -> None:
    """Case, padding, inner blanks, NFD and fullwidth letters change nothing."""
    encoder = Encoder.fit(pa.table({"plan": ["Café Plus"] * 20 + ["Basic"] * 20}), PLAN, Features())
    assert coded(encoder, cell, "Basic", "other") == [*coded(encoder, "Café Plus", "Basic"), 0.0]


def test_common_spellings_stay_apart() -> None:
    """Where the second spelling is common too, only exact ones match."""
    rows = pa.table({"plan": ["a"] * 20 + ["A"] * 20 + ["b"] * 20})
    encoder = Encoder.fit(rows, PLAN, Features())
    assert encoder.parts[0].values == ("A", "a", "b")
    assert coded(encoder, "a", "A", " a", "ａ", "B") == [2.0, 1.0, 0.0, 0.0, 3.0]


def test_rare_spellings_are_counted_with_the_common_one() -> None:
    """A few in other letters join the commonest in what is prepared, so in the encoder."""
    rows = pa.table({"plan": ["Plus"] * 13 + ["PLUS"] * 4 + ["Basic"] * 30})
    spellings = Spellings.of(rows, PLAN)
    encoder = Encoder.fit(spellings.applied(rows), PLAN, Features(min_category_rows=14))
    assert encoder.parts[0].values == ("Basic", "Plus")
    assert [each.code for each in spellings.findings] == ["spellings-joined"]
    assert "4 cells of 'plan'" in spellings.findings[0].words
    for table in (rows, pa.table({"plan": rows["plan"].dictionary_encode()})):
        made = spellings.applied(table)["plan"]
        assert sorted(set(made.to_pylist())) == ["Basic", "Plus"]
        assert made.type == table["plan"].type


def test_groups_are_the_same_in_any_order() -> None:
    """Ties go by value, whatever the order of rows."""
    one = group(["x", "X", "y"], [50, 3, 4])
    assert one == group(["y", "X", "x"], [4, 3, 50])
    assert (dict(one.kept), one.apart) == ({"X": "x"}, ())
    assert folded(pa.array([" A\u00a0 b "])).to_pylist() == ["a b"]
    assert folded(pa.array(["A\tb", "a\r\nb", "a b", None])).to_pylist() == ["a b"] * 3 + [None]


def test_a_bundle_that_never_looked_reads_as_before() -> None:
    """Without the new fields, other letters are unseen and a blank stays missing."""
    plain = Encoder.fit(pa.table({"plan": ["a"] * 20 + ["b"] * 20}), PLAN, Features()).to_plain()
    for part in plain["columns"]:
        for name in ("apart", "blanks", "filled"):
            del part[name]
    encoder = Encoder.from_plain(plain)
    found = encoder.transform(pa.table({"plan": pa.array(["A", None], pa.string())}))[:, 0]
    assert found[0] == 0.0
    assert found[1] != found[1]


@pytest.mark.parametrize(
    "cell",
    [
        unicodedata.normalize("NFD", "Café & Co"),
        "Café\u200b & Co",
        "Café\u00a0& Co",
        "Café &amp; Co",
        "Café &#38; Co",
        " Café  & Co",
        "Cаfé & Cо",
    ],
)
def test_what_nobody_can_see_parts_no_category(cell: str) -> None:
    """However common it is: half of the rows are written so."""
    rows = pa.table({"plan": ["Café & Co"] * 20 + [cell] * 20 + ["Basic"] * 20})
    spellings = Spellings.of(rows, PLAN)
    assert [each.code for each in spellings.findings] == ["spellings-joined"]
    assert set(spellings.applied(rows)["plan"].to_pylist()) == {"Café & Co", "Basic"}
    encoder = Encoder.fit(pa.table({"plan": ["Café & Co"] * 20 + ["Basic"] * 20}), PLAN, Features())
    assert coded(encoder, cell) == coded(encoder, "Café & Co")


def test_common_letters_case_is_said_and_what_looks_alike_is_joined_in_it() -> None:
    """Gold and gold are two values, which nobody may have meant; a space without width is none."""
    rows = pa.table({"plan": ["Gold"] * 20 + ["gold"] * 20 + ["Gold\u200b"] * 9 + ["b"] * 20})
    spellings = Spellings.of(rows, PLAN)
    assert [each.code for each in spellings.findings] == ["spellings-joined", "spellings-apart"]
    assert "'Gold' (20), 'gold' (20)" in spellings.findings[1].words
    assert set(spellings.applied(rows)["plan"].to_pylist()) == {"Gold", "gold", "b"}


@pytest.mark.parametrize(
    "values",
    [
        ("Москва", "Mockba"),
        ("СОР", "COP"),
        ("AT&T", "AT T"),
        ("a&b;c", "a b c"),
        ("Größe S", "Grosse S"),
        ("resume", "résumé"),
        ("Дata", "Data"),
        ("A-B", "AB"),
    ],
)
def test_other_values_stay_what_they_are(values: tuple[str, str]) -> None:
    """A word of one script, an accent, a letter that looks like no Latin one."""
    rows = pa.table({"plan": [values[0]] * 20 + [values[1]] * 20})
    spellings = Spellings.of(rows, PLAN)
    assert (spellings.kept, spellings.findings) == ({}, ())
