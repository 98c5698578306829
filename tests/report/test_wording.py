"""Numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.report import wording


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.7, "7 in 10"),
        (0.69, "7 in 10"),
        (0.64, "64 in 100"),
        (0.145, "14 in 100"),
        (0.004, "4 in 1,000"),
        (0.076, "76 in 1,000"),
        (0.102, "1 in 10"),
        (0.125, "12 in 100"),
        (0.25, "25 in 100"),
        (0.00002, "2 in 100,000"),
        (0.995, "995 in 1,000"),
        (0.999, "more than 99 in 100"),
        (0.0, "none"),
        (1.0, "all"),
        (None, "–"),
    ],
)
def test_chances(share: float | None, words: str) -> None:
    """A share is said in tenths where that is true, else in hundredths, or finer."""
    assert wording.chance(share) == words


@given(st.floats(1e-6, 0.995))
@settings(max_examples=100)
def test_a_chance_is_near_the_share(share: float) -> None:
    """What is said differs from the share by at most a twentieth of it, so that 12.5% is not 1 in 10."""
    part, _, whole = wording.chance(share).partition(" in ")
    assert abs(int(part) / int(whole.replace(",", "")) - share) <= 0.0501 * share


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.126, "13%"),
        (0.0042, "0.4%"),
        (0.9961, "99.6%"),
        (-0.25, "−25%"),
        (0.0997, "10%"),
    ],
)
def test_percent(value: float, words: str) -> None:
    """Decimals appear only where they tell something."""
    assert wording.percent(value) == words


def test_amounts() -> None:
    """Thousands are parted, negative amounts have a true minus, small ones keep cents."""
    assert wording.money(-32012.4) == "−32,012"
    assert wording.money(12.5) == "12.50"
    assert wording.money(0.0) == "0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "difference -1.2 points (95%: -2.0 to +0.4)",
            "difference −1.2 points (95%: −2.0 to +0.4)",
        ),
        ("-£1,200 and -R$5 in all", "−£1,200 and −R$5 in all"),
        (
            "until 2027-05-30, --data of re-asked, 3 - 4",
            "until 2027-05-30, --data of re-asked, 3 - 4",
        ),
    ],
)
def test_numbers_of_a_sentence_have_the_minus_of_pages(said: str, words: str) -> None:
    assert wording.with_minus(said) == words


@pytest.mark.parametrize(
    ("currency", "words"),
    [
        ("EUR", "−1,200 EUR"),
        ("£", "−£1,200"),
        ("R$", "−R$1,200"),
        ("kr.", "−1,200 kr."),
        ("", "−1,200"),
    ],
)
def test_an_amount_has_its_currency_where_people_put_it(currency: str, words: str) -> None:
    """Signs stand before the figures and after the minus, codes and words behind."""
    assert wording.money(-1200.0, currency) == words
    assert wording.money(None, currency) == "–"
    assert wording.compact(-40000) == "−40k"
    assert wording.compact(2.5e6) == "2.5M"
    assert wording.count(12345) == "12,345"
    assert wording.count("many") == "–"
    assert wording.decimal(-0.0001) == "0.000"


def test_a_rule_may_hold_anything() -> None:
    """Thresholds are numbers, words, yes or no, or absent."""
    assert wording.anything(200) == "200"
    assert wording.anything(0.40121) == "0.4012"
    assert wording.anything(True) == "yes"
    assert wording.anything("none left") == "none left"
    assert wording.anything(None) == wording.anything(float("nan")) == "–"
