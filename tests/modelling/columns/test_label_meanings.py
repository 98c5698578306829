"""Statuses of many systems and languages, what is said of them, and what stays open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError, DataError, UnchurnError
from unchurn.modelling.columns.labels import LabelError, read_labels

PAIRS = [
    ("ja", "nein"), ("Oui", "Non"), ("SÍ", "no"), ("sim", "não"), ("da", "nu"), ("tak", "nie"),
    ("evet", "hayır"), ("ano", "ne"), ("ja", "nee"), ("да", "нет"), ("はい", "いいえ"), ("是", "否"),
    ("gekündigt", "aktiv"), ("résilié", "actif"), ("RESILIE", "Actif"), ("baja", "alta"),
    ("Cancelado", "Ativo"), ("abgewandert", "geblieben"), ("parti", "resté"), ("解約", "継続中"),
    ("流失", "未流失"), ("disdetta", "attivo"), ("opgezegd", "actief"), ("ушёл", "активен"),
    ("J", "N"), ("S", "N"), ("O", "N"), ("E", "H"), ("1", "-1"), ("inactive", "active"),
]  # fmt: skip
STATUSES = {
    "stripe": ("canceled", "active", "trialing", "past_due", "unpaid", "paused"),
    "stripe, early": ("canceled", "active", "incomplete", "incomplete_expired"),
    "chargebee": ("cancelled", "active", "in_trial", "future", "non_renewing", "paused"),
    "recurly": ("expired", "canceled", "active", "future", "paused"),
    "telco": ("Churned", "Stayed", "Joined"),
    "three": ("T", "F", "unknown"),
    "shop": ("CANCELLED", "EXPIRED", "ACTIVE", "PAUSED"),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_pairs_of_many_languages_are_unmistakable(pair: tuple[str, str]) -> None:
    """With accents or without, in any case; what init writes is read in the same way again."""
    rule = read_labels({pair[0]: 20, pair[1]: 80}, "")
    assert (rule.positive, rule.negative) == pair
    assert read_labels({pair[0]: 20, pair[1]: 80}, rule.positives).codes == rule.codes


@pytest.mark.parametrize("system", STATUSES)
def test_statuses_of_systems_are_read_and_said(system: str) -> None:
    """Sure words decide; the others are read beside them, each with a finding."""
    counts = {word: 100 + place for place, word in enumerate(STATUSES[system])}
    rule = read_labels(counts, "")
    assert rule.codes[STATUSES[system][0]] == 1
    assert rule.churned + rule.stayed + rule.missing + rule.ignored == sum(counts.values())
    assert {each.severity for each in rule.findings} <= {"warning"}
    again = read_labels(counts, rule.positives)
    assert again.codes == rule.codes
    assert [f.words for f in again.findings] == [f.words for f in rule.findings]


@settings(max_examples=150)
@given(
    words=st.lists(
        st.sampled_from(sorted({w for each in STATUSES.values() for w in each} | {"", "Gold"})),
        min_size=2,
        max_size=7,
        unique=True,
    )
)
def test_what_is_inferred_reads_the_same_once_it_is_stated(words: list[str]) -> None:
    """No word of a vocabulary is read by init in one way and by training in another."""
    counts = {word: 10 + place for place, word in enumerate(words)}
    try:
        rule = read_labels(counts, "")
    except UnchurnError as error:
        assert error.hint
        return
    assert read_labels(counts, rule.positives).codes == rule.codes


def test_joined_customers_are_left_out_unless_said_otherwise() -> None:
    """Neither churned nor stayed: counted apart, and a flag makes them stayed."""
    counts = {"Churned": 30, "Stayed": 60, "Joined": 10}
    rule = read_labels(counts, "")
    assert (rule.churned, rule.stayed, rule.ignored) == (30, 60, 10)
    assert "10 rows say 'Joined'" in rule.findings[0].words
    assert read_labels(counts, "Churned", negative=["*"]).stayed == 70
    assert read_labels(counts, "Churned", negative=["Stayed", "Joined"]).stayed == 70
    assert read_labels(counts, "", ignore=["joined"]).ignored == 10


def test_an_unknown_word_is_offered_a_place() -> None:
    """The error lists each value with its rows, and flags that could be typed as they are."""
    counts = {"Churned": 30, "Stayed": 60, "Gold": 10}
    with pytest.raises(LabelError, match=r"'Gold' \(10 rows\)") as caught:
        read_labels(counts, "")
    assert '--positive "Churned" --negative "Stayed" --ignore "Gold"' in caught.value.hint
    assert caught.value.unknown == ("Gold",)
    assert read_labels(counts, ["Churned"], negative=["Stayed"], ignore=["Gold"]).ignored == 10


def test_several_spellings_mean_churned() -> None:
    """A list names them; one that the table lacks is refused with what it holds."""
    counts = {"A": 10, "B": 5, "C": 60}
    assert read_labels(counts, ["a", "b"]).churned == 15
    with pytest.raises(ConfigError, match=r"'d'.*'C'"):
        read_labels(counts, ["a", "D"])


@pytest.mark.parametrize("counts", [{"1": 50, "2": 50}, {"0": 5, "1": 5, "2": 5}, {"A": 5, "B": 9}])
def test_numbers_and_letters_that_say_nothing_are_asked(counts: dict[str, int]) -> None:
    """1 and 2, or 0, 1 and 2, are never guessed; what to type is in the hint."""
    with pytest.raises((ConfigError, DataError)) as caught:
        read_labels(counts, "")
    assert "--positive" in caught.value.hint


def test_minus_one_beside_zero_is_a_value_of_its_own() -> None:
    """-1, 0 and 1: -1 is not another no; it can be left out by name."""
    counts = {"-1": 7, "0": 60, "1": 20}
    with pytest.raises(LabelError, match="-1"):
        read_labels(counts, "")
    assert read_labels(counts, "1", ignore=["-1"]).ignored == 7


def test_a_blank_means_stayed_where_the_name_or_somebody_says_so() -> None:
    """'Yes' or nothing in a column called churned; in another it has to be said."""
    counts = {"Yes": 20, "": 80}
    rule = read_labels(counts, "", name="churned")
    assert (rule.churned, rule.stayed, rule.findings[0].code) == (20, 80, "blank-stayed")
    with pytest.raises(DataError, match="one class only") as caught:
        read_labels(counts, "", name="flag")
    assert '--negative ""' in caught.value.hint
    assert read_labels(counts, "Yes", negative=[""], name="flag").stayed == 80


def test_any_value_means_churned() -> None:
    """Days of leaving: present is left, blank and the year 9999 are not."""
    counts = {"2024-01-05": 9, "2024-02-01": 11, "9999-12-31": 5, "": 75}
    rule = read_labels(counts, "*")
    assert (rule.churned, rule.stayed) == (20, 80)


@pytest.mark.parametrize("word", ["No", "active", "unknown"])
def test_any_value_does_not_swallow_words_that_mean_otherwise(word: str) -> None:
    """A 'No' among reasons is asked about, and settled by naming it."""
    counts = {"price": 9, word: 5, "": 75}
    with pytest.raises(LabelError, match=word) as caught:
        read_labels(counts, "*")
    assert f'--negative "{word}"' in caught.value.hint
    assert read_labels(counts, "*", negative=[word]).stayed == 80
    assert read_labels(counts, ["*", word]).churned == 14


def test_nothing_left_on_one_side_is_refused() -> None:
    """Every value named as positive, or all others ignored, leaves nothing to tell apart."""
    with pytest.raises(DataError, match="No row says stayed"):
        read_labels({"Yes": 5, "No": 9}, ["Yes", "No"])
    with pytest.raises(DataError, match="No row says stayed"):
        read_labels({"Yes": 5, "No": 9}, "Yes", ignore=["No"])
