"""Columns that tell a protected trait: sex, age, nationality and the like, found by name.

A name is all there is to go by, so a trait hidden in a postcode is not found, and a company can say
otherwise of any column. Ages of things are no trait: of an account, a contract, a car.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from unchurn.artefacts import Finding
from unchurn.modelling.columns.names import folded, words_of

PROTECTED = "protected-trait"
"""Code of the finding on a column that tells one."""
NONE = "none"
"""What [columns] protected says of a column whose name misleads."""
_THINGS = re.compile(
    r"\b(accounts?|acct|contracts?|devices?|handsets?|equipment|phones?|cars?|vehicles?|polic(?:y|ies)|"
    r"bills?|invoices?|debts?|loans?|cards?|service|tickets?|orders?|tenure|lines?|router|modem|subscription|"
    r"membership|relationship|konto|vertrags?|gerat\w*|auto|cuenta|contrato|compte|contrat|conta)\b"
)
_TRAITS: tuple[tuple[str, str], ...] = (
    ("sex", r"sex|sexe|sexo|sesso|gender|genero|geschlecht\w*|geslacht|kon|kjonn|plec|pohlavi|cinsiyet|пол|"
            r"性別|性别|성별|salutation|anrede|civilite|honorific|tratamiento|is (?:fe)?male|female|male|frau|mann"),
    ("age", r"age|ages|aged|alter|altersgruppe|edad|idade|età|leeftijd|alder|wiek|vek|ika|yas|возраст|年齢|年龄|나이|"
            r"senior ?citizen|seniors?|pensioner|dob|birth ?(?:date|day|year)|(?:date|year|day) of birth|"
            r"geburts(?:datum|jahr|tag)|naissance|nacimiento|nascimento|nascita|geboorte\w*|age ?(?:group|band|range)"),
    ("nationality", r"nationalit\w*|nationality|nacionalidade?|nazionalita|staatsangehorigkeit|staatsburgerschaft|"
                    r"citizenship|citizen|ciudadania|cittadinanza|country of (?:birth|origin)|birth ?country|"
                    r"place of birth|birth ?place|national origin|immigra\w*|migrant\w*|foreigner|auslander|国籍|국적|гражданство"),
    ("ethnicity", r"ethnic\w*|ethnie|etnia|etnicidad|race|racial|raza|raca|rasse|skin ?colou?r|"
                  r"hautfarbe|tribe|caste|民族"),
    ("religion", r"religio\w*|religione?|faith|confession|konfession|church|kirche\w*|glaube|kirchensteuer|creed|"
                 r"wyznanie|宗教|종교|религия"),
    ("disability", r"disab\w*|handicap\w*|discapacidad|deficiencia|invalidi\w+|behinder\w*|"
                   r"schwerbehinder\w*|impair(?:ed|ment)|wheelchair"),
    ("health", r"health ?(?:status|condition)|illness|disease|diagnos[ei]s|medical ?(?:history|condition)|pregnan\w*|"
               r"schwanger\w*|enceinte|embaraz\w*|smoker|bmi"),
    ("marital status", r"marital\w*|marriage|married|unmarried|divorced|widow\w*|spouse|estado civil|etat civil|stato civile|"
                       r"familienstand|verheiratet|burgerlijke staat|civil status|matrimonial\w*|situation familiale|"
                       r"婚姻|婚姻状況|결혼"),
    ("family", r"dependents?|dependants?|children|kids|kinder|enfants|hijos|filhos|figli|number of children|"
               r"family ?(?:status|size)|parental ?status"),
    ("sexual orientation", r"sexual ?orientation|orientacion sexual|sexuelle orientierung|lgbt\w*"),
    ("political opinion", r"politic\w*|political ?(?:party|opinion)|trade ?union|union ?member\w*|gewerkschaft\w*"),
)  # fmt: skip
_PATTERNS = tuple((trait, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for trait, words in _TRAITS)
_WHOLE = {"partner": "marital status"}
"""Names that tell a trait only where nothing else is in them."""


def trait_of(name: str) -> str:
    """Say which protected trait a column's name tells; nothing where it tells none."""
    written = " ".join(words_of(name))
    plain = folded(written)
    if plain in _WHOLE:
        return _WHOLE[plain]
    both = f"{written} / {plain}"  # età is an age, and ETA is not
    found = next((trait for trait, pattern in _PATTERNS if pattern.search(both)), "")
    return "" if found == "age" and _THINGS.search(plain) else found


def protected_traits(features: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """Map each of `features` that tells a protected trait to it, as `said` by people or by name.

    `said` is [columns] protected, spelled as the features are.
    """
    found = {name: said[name].strip() if name in said else trait_of(name) for name in features}
    return {name: trait for name, trait in found.items() if trait and trait.casefold() != NONE}


def protected_findings(traits: Mapping[str, str]) -> list[Finding]:
    """Note each column that tells a protected trait and may be learnt from."""
    return [
        Finding(
            PROTECTED,
            "note",
            f"{name!r} tells a protected trait ({trait}) and is used: training measures what leaving "
            "it out costs. To leave it out, put it in [columns] drop; if the name misleads, say "
            f'[columns] protected = {{ "{name}" = "none" }}.',
            name,
        )
        for name, trait in traits.items()
    ]
