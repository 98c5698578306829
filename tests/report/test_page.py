"""The page: complete, self-contained, safe against hostile names, and the same every time."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest
from example_evaluation import COLUMNS, evaluation, verdict

from unchurn import report
from unchurn.report.glossary import GLOSSARY
from unchurn.report.metric_names import METRICS

HOSTILE = (
    "<script>alert(1)</script>",
    "a \"quoted\" & 'odd' name",
    "</title></svg><img src=x onerror=alert(2)>",
    "顧客の通話時間（分）の合計と平均の差分データ列",
    "Ünïcödé 🎉 עמודה",
    "bell\x07 null\x00 half\ud800",
    "{{ 7 * 7 }} {% raw %}",
    "x" * 300,
)
SECTIONS = [
    "customers",
    "drivers",
    "quality",
    "groups",
    "rules",
    "data",
    "model",
    "caveats",
    "glossary",
]
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Reader(HTMLParser):
    """Notes the elements, attributes, text and nesting of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, key, value in self.attributes if key == name]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def drawings(page: str) -> list[ET.Element]:
    return [ET.fromstring(found) for found in re.findall(r"<svg .*?</svg>", page, re.DOTALL)]


def rendered(found: dict[str, Any], reached: str = "passed") -> str:
    return report.render(found, verdict(reached), "Telecom churn")


def without(*path: str) -> dict[str, Any]:
    found = evaluation()
    inner = found["unchurn"]
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return found


def test_every_section_is_there_and_linked() -> None:
    """Each section has its anchor, and each link in the page leads to one."""
    reader = read(rendered(evaluation()))
    assert [value for value in reader.values("id") if value in SECTIONS] == SECTIONS
    assert reader.values("href") == ["#rules", *(f"#{name}" for name in SECTIONS)]


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """No script, no handler, no address but the SVG namespace."""
    page = rendered(evaluation())
    reader = read(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.elements)
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    assert reader.values("src") == []
    addresses = set(re.findall(r"[a-z]+://[^\"' ]+", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "url(" not in page and "@import" not in page
    assert "default-src 'none'" in page


def test_ids_are_unique_and_references_resolve() -> None:
    """Every id occurs once; every aria-labelledby names ids that exist."""
    reader = read(rendered(evaluation()))
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    assert {name for value in reader.values("aria-labelledby") for name in value.split()} <= set(
        ids
    )


def test_charts_are_well_formed_and_described() -> None:
    """Every drawing parses as XML and carries a role, a title and a description."""
    found = drawings(rendered(evaluation()))
    assert len(found) == 9 + 4
    space = "{http://www.w3.org/2000/svg}"
    for drawing in found:
        assert drawing.get("role") == "img"
        assert drawing.findtext(f"{space}title")
        assert drawing.findtext(f"{space}desc")


def test_the_facts_are_told_in_words() -> None:
    """The riskiest tenth, the reach and the profit are sentences with figures."""
    words = read(rendered(evaluation())).words
    assert "Of the riskiest tenth, 8 in 10 left; that is 6.1 times the average of 13%." in words
    assert "Contacting the riskiest fifth would have reached 76% of all who left." in words
    assert (
        "the 171 of 1,400 customers whom the list would pick would have earned 10,904 EUR" in words
    )
    assert "Associated with" in words or "associates with" in words
    assert "because" not in words.lower()


def test_metrics_stand_beside_out_of_fold_and_rivals() -> None:
    """The table has the intervals, out-of-fold values, both baselines and the champion."""
    words = read(rendered(evaluation())).words
    for heading in ("out of fold", "Always “stays”", "logistic regression", "champion 3"):
        assert heading in words
    assert "kinder than the truth where they are few" in words
    assert "0.912 0.885 to 0.939 0.903 0.500 0.848 0.904" in words


def test_terms_come_after_plain_words_and_are_explained() -> None:
    """A measure's name among modellers stands in brackets, and the glossary says what it means."""
    words = read(rendered(evaluation())).words
    for told in ("(ROC-AUC)", "(log loss)", "(Brier score)", "(slices)", "(confusion matrix)"):
        assert told in words
    glossary = words[words.index("Sex, age, nationality") - 1200 :]
    assert "Shown one leaver and one stayer" in glossary


def test_the_glossary_has_every_measure() -> None:
    """All that the tables name in brackets, by the alphabet; contributions add up with a base, before calibration."""
    heads = [term.lower() for term, _ in GLOSSARY]
    for term in (
        "EMPC",
        "cumulative gains",
        "confusion matrix",
        *(e.term for e in METRICS.values()),
    ):
        words = term.lower().split()
        assert any(all(word in head for word in words) for head in heads), term
    assert heads == sorted(heads)
    assert "with the base" in dict(GLOSSARY)["Contribution (SHAP)"]


def test_every_table_has_a_caption_and_takes_the_keyboard() -> None:
    """What may scroll is a named region that can be focused."""
    reader = read(rendered(evaluation()))
    tables = reader.elements.count("table")
    assert tables == reader.elements.count("caption") == len(reader.values("tabindex"))
    assert reader.values("role").count("region") == tables


def test_columns_are_called_what_people_call_them() -> None:
    """In the charts and tables; what the company can change and protected traits are listed."""
    page = rendered(evaluation())
    words = read(page).words
    assert "Calls to the help desk" in words
    assert "CustServ Calls" not in page
    assert "What the company can change Int'l Plan 14%" in words
    told = "Device Age (age) 1.1% of the score’s movement; without it alone, log loss +0.0002"
    assert told in words
    assert "which chance alone could make" in words
    found = evaluation()
    found["unchurn"]["protected"] = {}
    assert "no column that moves the score tells sex" in read(rendered(found)).words
    del found["unchurn"]["protected"]
    assert "Protected traits" not in rendered(found)


def test_rows_are_accounted_for() -> None:
    """Read, dropped by reason and kept are shown; a gap between them is named."""
    assert "Unaccounted for" not in rendered(evaluation())
    found = evaluation()
    found["unchurn"]["rows"]["kept"] = 6990
    words = read(rendered(found)).words
    assert "exact duplicate of another row − 32" in words
    assert "Unaccounted for 10" in words


def test_a_page_of_a_model_that_passed_claims_no_championship() -> None:
    """It is written before the model is registered, which may yet fail or make no version."""
    words = read(rendered(evaluation())).words
    assert "is registered and takes over" not in words
    assert "unchurn registry list says which version is in charge" in words


def test_resamples_that_an_own_metric_left_out_are_said() -> None:
    """Beside its name, and only where there are any."""
    found = evaluation()
    ours = found["unchurn"]["custom"]["team.metrics:saved_revenue"]
    assert "undefined in" not in read(rendered(found)).words
    ours["left_out"] = 12
    assert "team.metrics:saved_revenue (undefined in 12 resamples)" in read(rendered(found)).words


def test_hostile_names_are_text() -> None:
    """Markup, quotes and templates in names stay text, in HTML and in SVG."""
    found = evaluation(HOSTILE + COLUMNS)
    inner = found["unchurn"]
    for name in ("target", "positive", "id", "snapshot"):
        inner["project"][name] = HOSTILE[0]
    inner["project"]["allowed"] = list(HOSTILE)
    inner["rows"]["dropped"] = dict.fromkeys(HOSTILE, 3)
    for group, name in zip(inner["slices"], HOSTILE, strict=False):
        group["column"] = group["value"] = name
    for finding in inner["findings"]:
        finding["words"] = finding["column"] = HOSTILE[2]
    inner["custom"] = {name: {"value": 1.0, "low": 0.5, "high": 1.5} for name in HOSTILE}
    inner["baselines"]["champion"]["version"] = HOSTILE[0]
    inner["baselines"]["champion"]["why"] = HOSTILE[2]
    inner["profit"]["sensitivity"][0]["what"] = HOSTILE[0]
    inner["model"]["versions"] = dict.fromkeys(HOSTILE, HOSTILE[0])
    inner["model"]["members"][0]["name"] = HOSTILE[2]
    judged = verdict("refused")
    judged["words"] = judged["rules"][0]["words"] = judged["rules"][0]["rule"] = HOSTILE[2]
    page = report.render(found, judged, HOSTILE[0])
    reader = read(page)
    assert not {"script", "img"} & set(reader.elements)
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in reader.words
    assert "<script>alert(1)</script>" in reader.words
    assert drawings(page)
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page)


def test_long_names_are_cut_but_kept_whole_on_hover() -> None:
    """A name of 300 letters is cut in the drawing, with the whole name in a title."""
    page = rendered(evaluation(("x" * 300, *COLUMNS)))
    space = "{http://www.w3.org/2000/svg}"
    names = [t for drawing in drawings(page) for t in drawing.iter(f"{space}text")]
    cut = [name for name in names if name.findtext(f"{space}title") == "x" * 300]
    assert cut
    assert all(len("".join(name.itertext())) < 300 + 60 for name in cut)


@pytest.mark.parametrize("reached", ["passed", "refused", "cannot tell"])
def test_every_verdict_is_named(reached: str) -> None:
    """The badge says the verdict in words, not in colour alone."""
    words = read(rendered(evaluation(), reached)).words
    assert {"passed": "✓ Passed", "refused": "✕ Refused", "cannot tell": "? Cannot tell"}[
        reached
    ] in words
    assert verdict(reached)["words"] in words


def test_an_empty_evaluation_still_has_every_section() -> None:
    """Nothing measured and no verdict: a page that says so, section by section."""
    page = report.render({}, {}, "")
    reader = read(page)
    assert [value for value in reader.values("id") if value in SECTIONS] == SECTIONS
    assert "Not judged" in reader.words
    assert drawings(page) == []


@pytest.mark.parametrize("key", sorted(evaluation()["unchurn"]))
def test_any_part_may_be_missing(key: str) -> None:
    """Without one part, the page still renders with all sections; so it does with None."""
    read(rendered(without(key)))
    found = evaluation()
    found["unchurn"][key] = None
    read(rendered(found))


@pytest.mark.parametrize("key", sorted(evaluation()["unchurn"]["curves"]))
def test_any_curve_may_be_missing_or_empty(key: str) -> None:
    """A curve that is absent, or that one class leaves empty, is said to be unavailable."""
    assert "Not available" in rendered(without("curves", key))
    found = evaluation()
    found["unchurn"]["curves"][key] = {"x": [], "y": []}
    assert "Not available" in rendered(found)


def _spoilt(value: Any, bad: float | None) -> Any:
    if isinstance(value, dict):
        return {key: _spoilt(each, bad) for key, each in value.items()}
    if isinstance(value, list):
        return [_spoilt(each, bad) for each in value]
    return bad if isinstance(value, int | float) and not isinstance(value, bool) else value


@pytest.mark.parametrize("bad", [None, math.nan, math.inf, -math.inf, 0, 0.0, -1, 1e300])
def test_numbers_may_be_anything(bad: float | None) -> None:
    """With every number None, NaN, infinite, zero, negative or huge, the page is sound."""
    found = _spoilt(evaluation(), bad)
    page = report.render(found, _spoilt(verdict(), bad), "Spoilt")
    read(page)
    drawings(page)
    for coordinates in re.findall(r' (?:d|x|y|cx|cy|r|width|height)="([^"]*)"', page):
        assert "nan" not in coordinates and "inf" not in coordinates


def test_no_costs_no_champion() -> None:
    """Without costs the page says which keys to set; without a champion it says so."""
    found = evaluation()
    found["unchurn"]["profit"] = {"given": False, "thresholds": [], "profit": []}
    found["unchurn"]["baselines"]["champion"] = None
    words = read(rendered(found)).words
    assert "No costs were given" in words and "accept_rate" in words
    assert "There is no champion yet" in words
    assert "than a logistic regression's" in words


def test_a_champion_that_cannot_be_compared_is_not_compared() -> None:
    """Its reason is given, and no fact claims a gain over it."""
    found = evaluation()
    found["unchurn"]["baselines"]["champion"] = {
        "version": 2,
        "comparable": False,
        "why": "it lacks the column 'Plan'.",
        "metrics": {},
    }
    words = read(rendered(found)).words
    assert "version 2, was not compared: it lacks the column 'Plan'." in words
    assert "less than the champion's" not in words


@pytest.mark.parametrize("count", [0, 1, 2, 300])
def test_any_number_of_features(count: int) -> None:
    """No feature, one, or 300: the table lists all, the chart the leading ones."""
    names = tuple(f"column {i}" for i in range(count))
    page = rendered(evaluation(names))
    reader = read(page)
    assert ("The model uses no column" in reader.words) == (count == 0)
    assert not count or f"column {count - 1}" in reader.words
    assert len(page) < 300_000


def test_the_same_evaluation_gives_the_same_bytes() -> None:
    """Rendering twice, and rendering what JSON gives back, makes the same page."""
    first = rendered(evaluation())
    assert first == rendered(evaluation())
    assert first == rendered(json.loads(json.dumps(evaluation())))
