"""What blocked columns would have promised, in words and as rows of the page."""

from __future__ import annotations

from copy import deepcopy

from example_evaluation import evaluation

from unchurn.report.leaks import leak_words, shown_leaks
from unchurn.report.page import render

LEAKS = evaluation()["unchurn"]["leaks"]


def test_each_column_is_told_in_money() -> None:
    """What it would have promised and earned, beside an honest list with its interval."""
    first, rest = leak_words(LEAKS)
    assert first.startswith("'Final Bill' would have promised €57,310 and earned −€87.")
    assert "earns €14,210 (95% interval 13,310 to 15,110) on the same 5,600 customers" in first
    assert rest == "Blocked as well, and not measured: 'Exit <b>Survey'."
    assert leak_words({}) == []
    assert (
        "on the same 5,600 rows of 900 customers"
        in leak_words({**LEAKS, "customers": 900, "rows": 5600})[0]
    )


def test_without_costs_leavers_are_counted() -> None:
    """Nothing is said of money where [decision] gives no costs."""
    found = deepcopy(LEAKS)
    for made in (found["without"], *(found["columns"][0][side] for side in ("promised", "earned"))):
        made["profit"] = None
    (first, _) = leak_words(found)
    assert "806 of the 812 riskiest of 5,600 customers leave" in first
    assert "€" not in first
    shown = shown_leaks({"leaks": found})
    assert shown is not None
    assert shown["rows"][0]["promised"] == "806 of 812 left"
    assert "interval" not in shown["note"]


def test_the_page_has_the_table_and_the_honest_list_last() -> None:
    """An honest list earns what it promises; names from the table are escaped."""
    shown = shown_leaks(evaluation()["unchurn"])
    assert shown is not None
    assert shown["rows"][-1]["promised"] == shown["rows"][-1]["earned"]
    page = render(evaluation(), {}, "Churn")
    assert "€57,310 (56,410 to 58,210)" in page
    assert "Exit &lt;b&gt;Survey" in page
    assert shown_leaks({}) is None
