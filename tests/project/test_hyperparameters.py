"""Hyperparameters in churn.toml: what may be set and searched, and why other things may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.hyperparameters import OWNED, RULES, read_own


def loaded(folder: Path, text: str) -> Project:
    (folder / "churn.toml").write_text(text)
    return Project.load(folder)


def test_own_configurations_and_ranges_are_read_by_the_first_names(tmp_path: Path) -> None:
    """XGBoost's other names for a parameter are its first one."""
    project = loaded(
        tmp_path,
        "[tune.ranges]\nlearning_rate = [0.01, 0.3]\nmax_bin = [64, 128, 256]\n"
        '[[train.own]]\nname = "bushy"\nreg_lambda = 3\nmax_depth = 9\n'
        '[[train.own]]\nname = "narrow"\nmax_depth = 2\n',
    )
    assert project.tune.ranges == {"eta": (0.01, 0.3), "max_bin": (64, 128, 256)}
    assert project.train.own == (
        {"name": "bushy", "lambda": 3.0, "max_depth": 9},
        {"name": "narrow", "max_depth": 2},
    )
    assert read_own([dict(each) for each in project.train.own]) == project.train.own


@pytest.mark.parametrize("name", sorted(OWNED))
def test_what_is_unchurns_own_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    for text in (f'[[train.own]]\nname = "mine"\n{name} = 1', f"[tune.ranges]\n{name} = [1, 2]"):
        with pytest.raises(ConfigError, match=f"{name} cannot be set: ..."):
            loaded(tmp_path, text)


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ('name = "mine"\nmax_dept = 3', r"max_dept is not a .*\n.*'max_depth'"),
        ('name = "mine"\neta = 7', r"\[\[train.own\]\] mine: eta is 7; it must be a number from"),
        ('name = "mine"\neta = true', "eta is True"),
        ('name = "mine"\neta = [0.1]', r"eta is \[0.1\]"),
        ('name = "mine"\neta = 0.1\nlearning_rate = 0.2', "eta is set twice"),
        ('name = "mine"', "sets no hyperparameter"),
        ("eta = 0.1", "has the name None"),
        ('name = "light"\neta = 0.1', "has the name 'light'"),
        ('name = "search-1"\neta = 0.1', "has the name 'search-1'"),
        ('name = "../up"\neta = 0.1', "has the name '../up'"),
        ('name = "a"\neta = 0.1\n[[train.own]]\nname = "a"\neta = 0.2', "Two .* named 'a'"),
    ],
)
def test_bad_configurations_are_refused_by_name(tmp_path: Path, own: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        loaded(tmp_path, f"[[train.own]]\n{own}\n")


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ("[tune.ranges]\neta = [0.3, 0.1]", "the lower end comes first"),
        ("[tune.ranges]\neta = [0.1, 0.1]", "has a value twice"),
        ("[tune.ranges]\neta = 0.1", "must be a list"),
        ("[tune.ranges]\neta = []", "must be a list"),
        ('[tune.ranges]\ngrow_policy = ["sideways"]', "grow_policy is 'sideways'"),
        ("[tune.ranges]\nmax_depth = [1.5, 3]", "whole number"),
        ("[tune]\nranges = 3", "must be lists by hyperparameter"),
        ('[train]\nown = "mine"', "must be tables"),
        ('[tune]\nobjective = "auc"', "Choose one of.*'roc-auc'"),
        ('[tune]\nstrategy = "grid"', "Choose one of 'bayesian', 'random'"),
    ],
)
def test_bad_searches_are_refused(tmp_path: Path, ranges: str, words: str) -> None:
    with pytest.raises(ConfigError, match=f"(?s){words}"):
        loaded(tmp_path, ranges)


def test_xgboost_takes_every_hyperparameter_that_may_be_set() -> None:
    """It warns of a parameter that it does not use, and warnings are errors here."""
    import numpy as np
    import xgboost

    given: dict[str, Any] = {
        name: rule.choices[0] if rule.choices else max(rule.low, 1) for name, rule in RULES.items()
    }
    rows = xgboost.QuantileDMatrix(np.arange(8.0).reshape(-1, 1), label=np.arange(8) % 2, max_bin=2)
    params = {**given, "objective": "binary:logistic", "validate_parameters": True}
    assert xgboost.train(params, rows, 1).num_boosted_rounds() == 1
