"""Charts say in their title what they show."""

from __future__ import annotations

from example_evaluation import evaluation

from unchurn.report import charts
from unchurn.report.charts.curves import captured_at


def test_gains_read_between_points() -> None:
    """The riskiest fifth is read from the curve, between the points that frame it."""
    curve = {"share": [0.0, 0.1, 0.3, 1.0], "captured": [0.0, 0.4, 0.6, 1.0]}
    assert charts.gains(curve).title == "The riskiest fifth holds 50% of those who left"
    assert captured_at([(0.0, 0.0), (0.1, 1.0)], 0.2) is None


def test_lift_leaves_a_gap_where_a_decile_is_undefined() -> None:
    """A missing decile draws no bar; the others keep their places."""
    whole = charts.lift([2.0, 1.0, 0.5])
    gap = charts.lift([2.0, None, 0.5])
    assert whole.title == "The riskiest tenth leaves 2.0 times as often as average"
    assert whole.svg.count("<rect") == 3
    assert gap.svg.count("<rect") == 2
    assert charts.lift([None, None]).svg == ""


def test_importance_sums_what_it_does_not_draw() -> None:
    """Beyond twelve columns, the note gives the number and share of the rest."""
    columns = [{"column": f"c{i}", "mean_abs": 0.1, "share": 0.05} for i in range(20)]
    figure = charts.importance(columns, 2000)
    assert figure.svg.count("<rect") == 12
    assert "over 2,000 customers" in figure.note
    assert "8 further columns make 40%." in figure.note


def test_slices_are_one_chart_a_column() -> None:
    """Each column has its chart; values beyond twelve are counted in its note."""
    groups = [
        {"column": column, "value": str(i), "rows": 50, "observed": 0.1 * (i % 5), "predicted": 0.2}
        for column in ("plan", "region")
        for i in range(14)
    ]
    found = charts.slices(groups)
    assert [figure.title.split(":")[0] for figure in found] == ["plan", "region"]
    assert found[0].note == "The table below has 2 further values."
    assert charts.slices(None) == []


def test_unprofitable_campaigns_are_called_that() -> None:
    """With no profit to be had, the title says that nobody is contacted and no point is marked."""
    found = evaluation()["unchurn"]["profit"]
    none = {**found, "best_profit": 0.0, "best_threshold": 1.0}
    none["by_expected_value"] = {"contacted": 0, "profit": 0.0}
    assert charts.profit(none).title == "At these costs, the list would contact nobody"
    assert charts.profit(found).title == "The list would have earned 10,904 EUR"
    assert "<circle" not in charts.profit(none).svg
    assert "<circle" in charts.profit(found).svg


def test_calibration_zooms_into_small_risks() -> None:
    """Where all risks are small, the axes end near the largest one."""
    bins = [{"predicted": 0.01, "observed": 0.012, "low": 0.0, "high": 0.03, "count": 100}]
    assert ">3%<" in charts.calibration(bins, 0.002).svg
    assert ">100%<" not in charts.calibration(bins, 0.002).svg


def test_distribution_names_both_medians() -> None:
    """The title says where the middle of each class lies."""
    counts = {"edges": [0.0, 0.5, 1.0], "stayed": [10, 0], "churned": [0, 4]}
    title = charts.distribution(counts).title
    assert title == "Half of those who left score above 75%; half of those who stayed, below 25%"
    assert charts.distribution({**counts, "stayed": [1]}).svg == ""
