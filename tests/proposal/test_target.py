"""Finding the target by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unchurn.artefacts import Column, ColumnSummary
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.columns.label_meanings import Said
from unchurn.proposal.target import find_target

SAID = Said()


def summary(name: str, *values: str) -> ColumnSummary:
    """A column of these values, ten rows each."""
    top = tuple((value, 10) for value in values)
    return ColumnSummary(Column(name, "category"), 10 * len(values), distinct=len(values), top=top)


@pytest.mark.parametrize(
    "name",
    ["churn", "Churn?", "CHURN_FLAG", "Churn Label", "is_churned", "Exited", "Attrition_Flag",
     "attrition", "left", "cancelled", "Customer Status", "churn_value", "default"],
)  # fmt: skip
def test_usual_names_are_targets(name: str) -> None:
    """With two values, each of these says who churned."""
    columns = [summary("gender", "f", "m"), summary(name, "1", "0")]
    assert find_target(columns, SAID)[0] == name


def test_the_surest_name_wins() -> None:
    """Of several telling columns the plainest is the target; the others may leak."""
    columns = [summary("Churn Value", "1", "0"), summary("Churn", "Yes", "No")]
    assert find_target(columns, SAID)[0] == "Churn"


@pytest.mark.parametrize("names", [("churn", "tenure", "plan", "fee"), ("a", "b", "c", "Exited")])
def test_names_of_columns_among_cells_are_no_labels(names: tuple[str, ...]) -> None:
    """A table on its side, or a row for each cell, is said to be that; states of a customer recur unevenly."""
    with pytest.raises(DataError, match="rows and columns are exchanged"):
        find_target([summary("attribute", *names)], SAID)
    uneven = summary("event", *names)
    with pytest.raises(ConfigError, match="Add --target"):
        find_target([replace(uneven, top=(*uneven.top[:3], (names[3], 4)))], SAID)


def test_objects_are_named_where_the_target_may_be_in_them() -> None:
    """With how to make columns of them."""
    nested = replace(summary("profile", "x"), examples=('{"churn": "yes"}', '{"churn": "no"}'))
    with pytest.raises(ConfigError, match="Objects are in 'profile'"):
        find_target([nested], SAID)


def test_a_telling_name_needs_two_labels() -> None:
    """A churn score of many values is no target."""
    columns = [summary("churn", *map(str, range(15))), summary("exited", "1", "0")]
    assert find_target(columns, SAID)[0] == "exited"


def test_mixed_spellings_are_two_labels() -> None:
    """Yes, yes and no are two labels in three spellings."""
    assert find_target([summary("churn", "Yes", "yes", "No")], SAID)[0] == "churn"


def test_no_candidate_at_all_is_said() -> None:
    """A table without any two-valued column has nothing to offer."""
    with pytest.raises(ConfigError, match="No column holds exactly two values"):
        find_target([summary("a", "1", "2", "3")], SAID)


def test_one_class_only_is_bad_data() -> None:
    """A table in which nobody churned is told so, not asked for a target."""
    with pytest.raises(DataError, match="one class only"):
        find_target([summary("churn", "no"), summary("plan", "a", "b")], SAID)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Customer Status", ("Stayed", "Churned", "Joined")),
        ("Subscription Status", ("active", "trialing", "past_due", "canceled")),
        ("churned", ("T", "F", "unknown")),
        ("gekündigt", ("ja", "nein")),
        ("résilié", ("Oui", "Non")),
        ("是否流失", ("是", "否")),
        ("status", ("active", "cancelled", "paused")),
    ],
)
def test_statuses_and_other_languages_are_targets(name: str, values: tuple[str, ...]) -> None:
    """Three or more values, where the words leave nothing open; names and labels of exports."""
    assert find_target([summary("gender", "f", "m"), summary(name, *values)], SAID)[0] == name


def test_a_churn_date_is_the_target_where_there_is_no_label() -> None:
    """Named for leaving, and blank for most customers."""
    date = ColumnSummary(Column("churn_date", "date"), 100, missing=70, distinct=20)
    assert find_target([summary("gender", "f", "m"), date], SAID)[0] == "churn_date"
    label = summary("churn", "yes", "no")
    assert find_target([date, label], SAID)[0] == "churn"


def test_a_status_that_stays_open_says_what_to_type() -> None:
    """The column, its values with their rows, and the flags."""
    with pytest.raises(ConfigError, match="'Customer Status' seems to say who churned") as caught:
        find_target([summary("Customer Status", "gone", "stayed", "limbo")], SAID)
    assert '--target "Customer Status"' in caught.value.hint
    assert '--positive "gone" --negative "stayed" --ignore "limbo"' in caught.value.hint


def test_a_day_of_leaving_is_offered_with_what_to_type() -> None:
    """Where half have left, a churn date is not taken by itself; the message has its flags."""
    day = ColumnSummary(Column("Vertragsende", "date"), 300, missing=137, distinct=150)
    with pytest.raises(ConfigError) as refused:
        find_target([day, summary("plan", "a", "b", "c")], SAID)
    assert '--target "Vertragsende" --positive "*"' in (refused.value.hint or "")


def test_a_status_is_offered_by_its_values_whatever_its_name() -> None:
    """One value of several is a word for having left."""
    stage = summary("lifecycle_stage", "customer", "evangelist", "churned")
    with pytest.raises(ConfigError) as refused:
        find_target([stage], SAID)
    assert '--target "lifecycle_stage" --positive "churned"' in (refused.value.hint or "")


def test_one_label_and_blanks_say_what_to_type() -> None:
    """What a blank means is asked, unless the label is a tick: then it is the other answer."""
    top = (("gone fishing", 163),)
    other = ColumnSummary(Column("churn", "category"), 300, missing=137, distinct=1, top=top)
    with pytest.raises(DataError) as refused:
        find_target([other], SAID)
    assert '--positive "gone fishing" --negative ""' in (refused.value.hint or "")
    ticked = replace(other, top=(("X", 163),))
    assert find_target([ticked], SAID)[0] == "churn"


YES_NO, STATUS = ("1", "0"), ("Active", "Closed")


@pytest.mark.parametrize(
    ("loose", "values", "telling"),
    [
        ("account_status", STATUS, "Customer_Churn_Flag"),
        ("Response", YES_NO, "churn_in_3mos"),
        ("default", YES_NO, "churn_next_month"),
        ("closed", YES_NO, "churn_label_30"),
        ("Response", YES_NO, "lapse"),
        ("closed", YES_NO, "lapse"),
        ("account_status", STATUS, "churned_90d"),
    ],
)
def test_a_name_that_says_churn_comes_before_one_that_may(
    loose: str, values: tuple[str, ...], telling: str
) -> None:
    """Whatever other words stand in it; so it does alone."""
    columns = [summary(loose, *values), summary(telling, *YES_NO)]
    assert find_target(columns, SAID)[0] == telling
    assert find_target(columns[1:], SAID)[0] == telling


@pytest.mark.parametrize(
    ("one", "other"),
    [("churn_next_month", "target"), ("churn_30d", "churn_90d"), ("Response", "cancel_flag"),
     ("default", "exit_ind")],
)  # fmt: skip
def test_two_columns_that_may_say_who_churned_are_named(one: str, other: str) -> None:
    """Neither is taken: the other one would become a feature."""
    with pytest.raises(ConfigError, match=f"'{one}' .*'{other}' ") as refused:
        find_target(
            [summary("gender", "f", "m"), summary(one, "1", "0"), summary(other, "1", "0")], SAID
        )
    assert "--target" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("target", "values", "beside"),
    [
        ("Response", YES_NO, "previous_bookings_not_canceled"),
        ("target", YES_NO, "email_unsubscribed"),
        ("Customer Status", ("Churned", "Stayed"), "email_unsubscribed"),
        ("default", YES_NO, "predicted_churn"),
        ("default", YES_NO, "department"),
        ("status", ("active", "cancelled"), "has_churned_before"),
    ],
)
def test_what_was_before_or_of_something_else_does_not_compete(
    target: str, values: tuple[str, ...], beside: str
) -> None:
    """Nor does a prediction, nor what only sounds alike."""
    assert find_target([summary(beside, *YES_NO), summary(target, *values)], SAID)[0] == target


@pytest.mark.parametrize(
    "name", ["cancel_date", "Cancel Reason", "exit_day", "leave_date", "lapse_reason"]
)
def test_a_day_or_a_reason_of_leaving_is_the_target_where_most_are_blank(name: str) -> None:
    """As a churn date is."""
    day = ColumnSummary(Column(name, "category"), 100, missing=70, distinct=9)
    assert find_target([summary("gender", "f", "m"), day], SAID)[0] == name


def test_a_day_of_leaving_is_no_label_of_a_few_values() -> None:
    """One of its days is not offered as what means churned, and the others as stayed."""
    top = tuple((f"2024-0{month}-11", 20) for month in range(1, 10))
    day = ColumnSummary(Column("cancel_date", "date"), 300, missing=120, distinct=9, top=top)
    with pytest.raises(ConfigError) as refused:
        find_target([day, summary("plan", "a", "b", "c")], SAID)
    hint = refused.value.hint or ""
    assert '--target "cancel_date" --positive "*"' in hint
    assert "2024" not in hint


def test_no_value_is_made_up_where_none_is_a_word_for_having_left() -> None:
    """Of a column that speaks of churn in codes of its own."""
    with pytest.raises(ConfigError) as refused:
        find_target([summary("lapse_group", "A1", "B2", "C3")], SAID)
    assert '--target "lapse_group" --positive VALUE' in (refused.value.hint or "")
