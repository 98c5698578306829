"""A team's own metrics: found, called, and refused by name."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from unchurn.errors import ConfigError
from unchurn.modelling.judging.custom_metrics import load

SOURCE = """
import numpy as np
RATE = 3
def caught(labels, probabilities):
    return np.float64(labels[probabilities >= 0.5].sum())
def broken(labels, probabilities):
    raise KeyError("weights")
def words(labels, probabilities):
    return "good"
def in_place(labels, probabilities):
    labels[:] = 0
    probabilities.sort()
    return probabilities[0]
"""
ROWS = np.array([0, 1, 1]), np.array([0.2, 0.6, 0.4])


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a module of metrics, which the interpreter has not seen before."""
    (tmp_path / "team_metrics_under_test.py").write_text(SOURCE)
    monkeypatch.delitem(sys.modules, "team_metrics_under_test", raising=False)
    yield tmp_path
    sys.modules.pop("team_metrics_under_test", None)


def test_a_function_in_a_folder_is_found_and_called(team):
    """It is called with labels and probabilities and gives a float; sys.path is left as it was."""
    before = list(sys.path)
    (metric,) = load(["team_metrics_under_test:caught"], team).metrics
    assert metric(*ROWS) == 1.0
    assert metric.name == "team_metrics_under_test:caught"
    assert sys.path == before


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_module_here:f", "no_such_module_here"),
        ("team_metrics_under_test:absent", "absent"),
        ("team_metrics_under_test:RATE", "RATE"),
        ("team_metrics_under_test", "module:function"),
        (":f", "module:function"),
    ],
)
def test_what_cannot_be_had_is_named(team, name, said):
    """A missing module, function or colon is a config error that names it."""
    with pytest.raises(ConfigError, match=said):
        load([name], team)


def test_a_module_that_fails_to_import_is_named(tmp_path):
    """A syntax error in the team's module is theirs, and said to be."""
    (tmp_path / "torn_metrics_under_test.py").write_text("def broken(:\n")
    with pytest.raises(ConfigError, match="torn_metrics_under_test:f cannot be imported"):
        load(["torn_metrics_under_test:f"], tmp_path)


def test_a_function_that_fails_or_gives_no_number_is_named(team):
    """Its exception and its result are quoted."""
    with pytest.raises(ConfigError, match=r"broken failed with KeyError: 'weights'"):
        load(["team_metrics_under_test:broken"], team).metrics[0](*ROWS)
    with pytest.raises(ConfigError, match=r"words returned 'good'"):
        load(["team_metrics_under_test:words"], team).metrics[0](*ROWS)


def test_a_function_that_changes_what_it_is_given_changes_nothing_of_ours(team):
    """Labels and probabilities are read again, by other metrics and for money."""
    (metric,) = load(["team_metrics_under_test:in_place"], team).metrics
    labels, probabilities = (each.copy() for each in ROWS)
    assert metric(labels, probabilities) == 0.2
    assert (labels.tolist(), probabilities.tolist()) == (ROWS[0].tolist(), ROWS[1].tolist())


def test_edited_code_is_imported_anew_and_has_another_hash(team):
    """In one process, a moment later, with a file of the same length, and in a module it imports."""
    path, beside = team / "team_metrics_under_test.py", team / "weights_under_test.py"
    beside.write_text("WEIGHT = 1.0\n")
    path.write_text(
        "from weights_under_test import WEIGHT\ndef f(labels, p):\n    return 1 * WEIGHT\n"
    )
    seen = {}
    for old, new, where in (("1.0", "1.0", beside), ("1.0", "5.0", beside), ("1 *", "2 *", path)):
        where.write_text(where.read_text().replace(old, new))
        made = load(["team_metrics_under_test:f"], team)
        seen[made.metrics[0](*ROWS)] = made.fingerprint()
    assert list(seen) == [1.0, 5.0, 10.0]
    assert len({each["team_metrics_under_test"] for each in seen.values()}) == 3
    assert load(["team_metrics_under_test:f"], team).fingerprint() == seen[10.0]
    assert not (team / "__pycache__").exists()
