"""Labels in every spelling met in the wild."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError, DataError
from unchurn.modelling.columns.labels import LabelError, read_labels

PAIRS = [
    ("True.", "False."),
    ("Yes", "No"),
    ("Y", "N"),
    ("1", "0"),
    ("1.0", "0.0"),
    ("T", "F"),
    ("churned", "stayed"),
    ("Exited", "Active"),
    ("Attrited Customer", "Existing Customer"),
    ("Churn", "No Churn"),
    ("churned", "not churned"),
    ("Left", "Retained"),
    ("1", "-1"),
]


@pytest.mark.parametrize("pair", PAIRS)
def test_unmistakable_pairs_are_inferred(pair: tuple[str, str]) -> None:
    """Every usual pair is read without being told which spelling means churned."""
    rule = read_labels({pair[0]: 20, pair[1]: 80}, "")
    assert (rule.positive, rule.negative) == pair
    assert (rule.churned, rule.stayed, rule.missing) == (20, 80, 0)
    assert rule.reason
    assert not rule.findings


@settings(max_examples=40)
@given(
    pair=st.sampled_from(PAIRS),
    case=st.sampled_from([str.upper, str.lower, str.title]),
    pad=st.sampled_from(["", " ", "  ", "\t"]),
)
def test_case_and_padding_never_matter(pair: tuple[str, str], case: object, pad: str) -> None:
    """Spellings that differ in case or padding are one value."""
    left, stayed = (pad + case(each) + pad for each in pair)  # type: ignore[operator]
    counts = dict.fromkeys([*pair, left, stayed], 5)
    codes = read_labels(counts, "").codes
    assert codes[left] == codes[pair[0]] == 1
    assert codes[stayed] == codes[pair[1]] == 0


def test_mixed_spellings_of_yes_and_no_are_two_classes() -> None:
    """Yes, Y, 1 and True in one column are one class."""
    rule = read_labels({"Yes": 3, "y": 2, "1": 1, "TRUE.": 1, "No": 20, "0": 5, "n": 1}, "")
    assert (rule.churned, rule.stayed, rule.positive) == (7, 26, "Yes")


@pytest.mark.parametrize("blank", ["", " ", "NA", "n/a", "NaN", "null", "?", "NULL "])
def test_missing_labels_are_counted_apart(blank: str) -> None:
    """A blank or a question mark is no label and no class."""
    rule = read_labels({"1": 10, "0": 30, blank: 4}, "")
    assert rule.codes[blank] == -1
    assert rule.missing == 4


def test_configured_missing_spellings_are_no_label() -> None:
    """A team's own spelling of 'no label' is honoured."""
    assert read_labels({"Yes": 9, "No": 9, "pending": 3}, "", ["Pending"]).codes["pending"] == -1


def test_unknown_spelling_is_refused_with_rows() -> None:
    """A third spelling is never guessed; the error names it and, given rows, where it is."""
    with pytest.raises(LabelError, match="'maybe'") as caught:
        read_labels({"Yes": 10, "No": 30, "maybe": 2}, "")
    assert caught.value.unknown == ("maybe",)
    assert "rows 4, 9" in str(caught.value.with_rows({"maybe": [4, 9]}))
    assert "missing" in caught.value.hint


@pytest.mark.parametrize("positive", ["attrited", "a", "Zwei"])
def test_positive_that_does_not_occur_is_a_config_error(positive: str) -> None:
    """A positive label nobody has is refused with the labels found."""
    with pytest.raises(ConfigError, match="'b'"):
        read_labels({"b": 3, "c": 9}, positive)


def test_positive_matches_after_normalisation() -> None:
    """--positive ' alpha ' finds 'Alpha.'; the one other value is the negative."""
    rule = read_labels({"Alpha.": 3, "beta": 9}, " alpha ")
    assert (rule.positive, rule.negative, rule.reason) == ("Alpha.", "beta", "stated")


def test_positive_can_turn_the_label_round() -> None:
    """Naming 'No' as positive makes it the churn class."""
    assert read_labels({"No": 20, "Yes": 80}, "no").codes == {"No": 1, "Yes": 0}


def test_exactly_one_other_value_must_remain() -> None:
    """Two other values beside the positive one are refused, the odd one named."""
    with pytest.raises(LabelError, match="what these mean is not said: '2'") as caught:
        read_labels({"1": 5, "0": 50, "2": 1}, "1")
    assert caught.value.unknown == ("2",)


def test_two_unknown_values_need_a_positive() -> None:
    """A/B labels cannot be guessed: the error says which key and flag to set."""
    with pytest.raises(ConfigError, match=r"\[churn\] positive.*--positive"):
        read_labels({"A": 5, "B": 50}, "")


def test_churned_against_an_unknown_word_is_unmistakable() -> None:
    """One spelling that can only mean churned is enough."""
    assert read_labels({"Churned": 5, "Gold": 50}, "").codes == {"Churned": 1, "Gold": 0}


@pytest.mark.parametrize("counts", [{"No": 50}, {"1": 9, "1.0": 2, "": 3}])
@pytest.mark.parametrize("positive", ["", "Yes"])
def test_one_class_only_is_bad_data(counts: dict[str, int], positive: str) -> None:
    """A table in which everybody stayed (or left) cannot teach anything."""
    with pytest.raises(DataError, match="one class only"):
        read_labels(counts, positive)


def test_no_label_at_all_is_bad_data() -> None:
    """A target of blanks is an error of its own."""
    with pytest.raises(DataError, match="No row has a label"):
        read_labels({"": 5, "?": 2}, "")


def test_a_number_column_is_not_a_target() -> None:
    """Hundreds of values are refused as what they are."""
    with pytest.raises(DataError, match="300 different values"):
        read_labels({str(n + 2): 1 for n in range(300)}, "")


def test_a_large_churning_majority_warns() -> None:
    """When most customers 'churned', the label looks inverted and a finding says so."""
    (finding,) = read_labels({"1": 85, "0": 15}, "").findings
    assert finding.code == "label-inverted"
    assert "85%" in finding.words


def test_half_churners_do_not_warn() -> None:
    """A balanced table is unusual, not inverted."""
    assert not read_labels({"1": 51, "0": 49}, "").findings


def test_subscription_states_are_read_and_said() -> None:
    """canceled is churned, active stayed; what does not decide alone is said with its rows."""
    counts = {"active": 50, "trialing": 9, "past_due": 6, "canceled": 20, "incomplete": 3}
    rule = read_labels(counts)
    assert (rule.churned, rule.stayed, rule.ignored) == (20, 65, 3)
    said = {finding.words.split("'")[1]: finding.code for finding in rule.findings}
    assert said == {
        "trialing": "label-mapped",
        "past_due": "label-mapped",
        "incomplete": "label-ignored-value",
    }


def test_what_init_wrote_is_read_as_init_read_it() -> None:
    """With the positive spelling alone, the other states still say what they are."""
    counts = {"active": 50, "trialing": 9, "incomplete": 3, "canceled": 20, "unknown": 4}
    alone, again = read_labels(counts), read_labels(counts, "canceled")
    assert alone.codes == again.codes
    assert alone.findings == again.findings


def test_joined_is_neither_and_unknown_is_no_label() -> None:
    """Counted apart from churned, stayed and missing."""
    rule = read_labels({"Stayed": 60, "Churned": 20, "Joined": 8, "": 2})
    assert (rule.churned, rule.stayed, rule.ignored, rule.missing) == (20, 60, 8, 2)
    rule = read_labels({"T": 20, "F": 60, "unknown": 5})
    assert (rule.churned, rule.stayed, rule.missing) == (20, 60, 5)


def test_what_is_said_of_labels_is_done() -> None:
    """Several positives, all others stayed, some ignored, a blank that stayed."""
    counts = {"gone": 5, "lost": 4, "a": 30, "b": 20, "new": 7, "": 3}
    rule = read_labels(counts, ("gone", "LOST"), negative=("*",), ignore=("new",))
    assert (rule.churned, rule.stayed, rule.ignored, rule.missing) == (9, 50, 7, 3)
    rule = read_labels(counts, ("gone", "lost"), negative=("*", ""))
    assert (rule.churned, rule.stayed, rule.missing) == (9, 60, 0)
    dates = {"2024-01-02": 4, "2024-02-03": 6, "": 90}
    rule = read_labels(dates, "*")
    assert (rule.churned, rule.stayed, rule.negative) == (10, 90, "")
    with pytest.raises(LabelError, match="not said: 'b'"):
        read_labels({"gone": 5, "a": 30, "b": 20}, "gone", negative=("a",))


def test_a_blank_beside_churned_alone_means_stayed_and_is_said() -> None:
    """Only where the column's name speaks of churn; else one class is one class."""
    rule = read_labels({"Yes": 20, "": 80}, name="churned")
    assert (rule.churned, rule.stayed, rule.missing) == (20, 80, 0)
    assert [finding.code for finding in rule.findings] == ["blank-stayed"]
    with pytest.raises(LabelError, match="one class only"):
        read_labels({"Yes": 20, "": 80}, name="has_phone")
    with pytest.raises(LabelError, match="one class only"):
        read_labels({"No": 20, "": 80}, name="churned")


@pytest.mark.parametrize(
    ("yes", "no"),
    [("ja", "nein"), ("Oui", "Non"), ("Sí", "No"), ("sim", "não"), ("da", "nu"), ("tak", "nie"),
     ("EVET", "hayır"), ("ano", "ne"), ("да", "нет"), ("はい", "いいえ"), ("是", "否"),
     ("gekündigt", "aktiv"), ("résilié", "actif"), ("baja", "alta"), ("cancelado", "ativo")],
)  # fmt: skip
def test_labels_of_other_languages(yes: str, no: str) -> None:
    """In any case, with and without accents."""
    rule = read_labels({yes: 20, no: 80})
    assert (rule.positive, rule.negative) == (yes, no)


def test_one_and_two_are_asked() -> None:
    """A statistics program's codes say nothing by themselves."""
    with pytest.raises(ConfigError, match="cannot be told"):
        read_labels({"1": 20, "2": 80})


@pytest.mark.parametrize("target", [
    "retained", "is_active", "Renewed?", "stayed", "still_here", "non_churn", "subscribed",
    "account_open", "activo", "bleibt", "活跃", "Customer Retained",
])  # fmt: skip
@pytest.mark.parametrize("values", [("yes", "no"), ("1", "0"), ("True", "False")])
def test_names_of_staying_need_a_positive(target: str, values: tuple[str, str]) -> None:
    """A yes in such a column means staying: who trains by it without a word learns the inverse."""
    counts = {values[0]: 70, values[1]: 30, "": 2}
    with pytest.raises(ConfigError, match=f"sounds like staying.*'{values[0]}'") as refused:
        read_labels(counts, name=target)
    assert f'--positive "{values[1]}"' in (refused.value.hint or "")
    assert read_labels(counts, values[1], name=target).churned == 30


@pytest.mark.parametrize("target", [
    "churn", "unsubscribed", "discontinued", "reopened_case", "is_inactive", "not_renewed",
    "NotRetained", "",
])  # fmt: skip
def test_names_of_leaving_need_none(target: str) -> None:
    """Nor does a word of staying that is taken back."""
    assert read_labels({"yes": 30, "no": 70}, name=target).churned == 30


def test_words_that_speak_for_themselves_need_none_under_a_name_of_staying() -> None:
    """Only a bare yes is doubtful."""
    assert read_labels({"Lapsed": 30, "Renewed": 70}, name="renewal").churned == 30


def test_storno_means_left() -> None:
    """As storniert does."""
    assert read_labels({"Storno": 30, "aktiv": 70}, name="Status").churned == 30
