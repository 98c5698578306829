"""A look back on months of which some cannot be judged: the others are, and each is accounted for."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from command_line import QUICK, add_sections
from unchurn.errors import DataError
from unchurn.pipeline.backtest import backtest, page_of
from unchurn.project import Project


def _history(folder: Path, quiet: tuple[int, ...]) -> Project:
    """Write 150 customers of 2024 of whom ten leave each month, but in those that are `quiet`."""
    left = {month: range(10 * (month - 1), 10 * month) for month in range(2, 12)}
    ends = {
        each: dt.date(2024, month, 3 + each % 20)
        for month, leavers in left.items()
        if month not in quiet
        for each in leavers
    }
    with (folder / "periods.csv").open("w", newline="") as stream:
        write = csv.writer(stream)
        write.writerow(("customer", "start", "end", "plan"))
        for n in range(150):
            start = dt.date(2023, 6, 1) + dt.timedelta(days=n)
            write.writerow((f"c{n}", start, ends.get(n, ""), "ab"[n % 2]))
    (folder / "churn.toml").write_text(
        '[churn]\nevent = "subscription-ends"\nsince = "2024-01-01"\ngrace_days = 1\n'
        'min_tenure_days = 0\n[history]\nobserved_until = "2024-12-05"\n'
        '[history.subscriptions]\ndata = "periods.csv"\ncolumns = ["plan"]\n'
    )
    add_sections(folder / "churn.toml", QUICK)
    return Project.load(folder)


@pytest.mark.slow
def test_a_month_in_which_nobody_leaves_is_listed_and_the_others_are_judged(tmp_path: Path) -> None:
    """With its reason, in the document and on the page; the month after it has a model before."""
    project = _history(tmp_path, quiet=(8,))
    document = backtest(project, 4)
    assert [each["day"] for each in document["months"]] == [
        "2024-09-01",
        "2024-10-01",
        "2024-11-01",
    ]
    (passed,) = document["not_judged"]
    assert passed["what"] == "2024-08-01"
    assert "held-out part has no churned customer" in passed["why"]
    page = page_of(project).read_text()
    assert "2024-08-01" in page
    assert passed["why"].split(" (")[0] in page


@pytest.mark.slow
def test_where_no_month_can_be_judged_it_fails_with_the_last_ones_reason(tmp_path: Path) -> None:
    """And with what can be done, which is not [split] test: a backtest sets that itself."""
    project = _history(tmp_path, quiet=(10, 11))
    with pytest.raises(
        DataError, match=r"None of 2 snapshots can be judged; .* 2024-11-01: "
    ) as refused:
        backtest(project, 2)
    assert "--months" in refused.value.hint
    assert "[split]" not in str(refused.value)
