"""Columns that tell a protected trait are found by name, in several languages."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.protected import protected_findings, protected_traits, trait_of


@pytest.mark.parametrize(
    ("name", "trait"),
    [
        ("gender", "sex"), ("Customer_Gender", "sex"), ("Geschlecht", "sex"), ("Sexo", "sex"), ("性別", "sex"),
        ("IsFemale", "sex"), ("Anrede", "sex"), ("Age", "age"), ("customer_age", "age"), ("AgeGroup", "age"),
        ("SeniorCitizen", "age"), ("Date of Birth", "age"), ("birthYear", "age"), ("Edad", "age"), ("Età", "age"),
        ("Âge", "age"), ("Alter", "age"), ("Nationality", "nationality"), ("Staatsangehörigkeit", "nationality"),
        ("country_of_birth", "nationality"), ("Ethnicity", "ethnicity"), ("race", "ethnicity"),
        ("Religion", "religion"), ("disability_flag", "disability"), ("Marital_Status", "marital status"),
        ("Familienstand", "marital status"), ("estado civil", "marital status"), ("Partner", "marital status"),
        ("Dependents", "family"), ("sexual_orientation", "sexual orientation"), ("Trade Union", "political opinion"),
    ],
)  # fmt: skip
def test_a_protected_trait_is_known_by_its_name(name: str, trait: str) -> None:
    """Case, separators and accents do not matter."""
    assert trait_of(name) == trait


@pytest.mark.parametrize(
    "name",
    ["Account Age", "device_age", "AgeOfContract", "Fahrzeugalter", "ETA", "Average Bill", "Usage", "Page Views",
     "Message Count", "Invalid Logins", "Partner Network", "Geography", "Contract", "Essex Branch", "Races"],
)  # fmt: skip
def test_other_names_tell_none(name: str) -> None:
    """Ages of things, and letters inside other words, are no trait of a person."""
    assert trait_of(name) == ""


def test_people_have_the_last_word() -> None:
    """[columns] protected adds a trait, names it otherwise, or takes it away."""
    said = {"Segment": "age", "Age": "none", "gender": "gender identity"}
    found = protected_traits(["Age", "Segment", "gender", "Contract"], said)
    assert found == {"Segment": "age", "gender": "gender identity"}


def test_a_finding_says_what_to_do() -> None:
    """It names the column, the trait and both keys."""
    (finding,) = protected_findings({"gender": "sex"})
    assert finding.severity == "note"
    for words in ("'gender'", "(sex)", "[columns] drop", "[columns] protected"):
        assert words in finding.words
