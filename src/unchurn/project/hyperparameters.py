"""Hyperparameters of XGBoost that a churn.toml may set or search, and why it may not set others.

The one list of them: configurations, the search and SageMaker's tuner read values by it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from unchurn.errors import ConfigError, listing
from unchurn.project.fixed_configurations import DERIVED, FIXED

Value = float | int | str


@dataclass(frozen=True)
class Rule:
    """A hyperparameter's kind, its bounds (ends included) or its choices."""

    kind: type
    low: float = 0.0
    high: float = math.inf
    choices: tuple[str, ...] = ()


RULES: Mapping[str, Rule] = {
    "eta": Rule(float, 1e-4, 1.0),
    "max_depth": Rule(int, 0, 64),
    "max_leaves": Rule(int, 0, 4096),
    "grow_policy": Rule(str, choices=("depthwise", "lossguide")),
    "min_child_weight": Rule(float),
    "gamma": Rule(float),
    "lambda": Rule(float),
    "alpha": Rule(float),
    "max_delta_step": Rule(float),
    "scale_pos_weight": Rule(float, 1e-3, 1e4),
    "subsample": Rule(float, 0.01, 1.0),
    "colsample_bytree": Rule(float, 0.01, 1.0),
    "colsample_bylevel": Rule(float, 0.01, 1.0),
    "colsample_bynode": Rule(float, 0.01, 1.0),
    "max_bin": Rule(int, 2, 4096),
    "max_cat_threshold": Rule(int, 1, 1024),
    "max_cat_to_onehot": Rule(int, 1, 1024),
    "max_cached_hist_node": Rule(int, 1, 1_048_576),
    "num_parallel_tree": Rule(int, 1, 200),
}
"""Every hyperparameter a configuration may name, by XGBoost's first name for it."""
_ALIASES = {
    **{"learning_rate": "eta", "min_split_loss": "gamma"},
    **{"reg_lambda": "lambda", "reg_alpha": "alpha"},
}
_SEEDED = "it is unchurn's: the same seed must give the same bytes. Set [train] seed."
_THREADS = "it is unchurn's: threads are part of the same bytes. Set [train] threads."
_ROUNDS = "early stopping decides it on every fold, and so for the model that is shipped."
_OBJECTIVE = "a model here gives the probability of one outcome: always binary:logistic."
_WATCHED = "fits stop early by log loss, on which weights and calibration rest. Set [tune] objective for the search."
_BOOSTER = "reasons, early stopping and live answers read trees that all count alike (gbtree)."
_PLACES = "it names columns by their place in a matrix, which is the encoder's. Use [columns] drop."
_METHOD = "it is always hist, which gives the same trees on every run."
_DEVICE = "it is where XGBoost runs, not what it learns. Set [train] device."
OWNED: Mapping[str, str] = {
    **dict.fromkeys(("seed", "random_state", "seed_per_iteration"), _SEEDED),
    **dict.fromkeys(("nthread", "n_jobs"), _THREADS),
    **dict.fromkeys(("num_boost_round", "num_round", "n_estimators"), _ROUNDS),
    **dict.fromkeys(("early_stopping_rounds",), _ROUNDS),
    **dict.fromkeys(("objective", "num_class", "multi_strategy"), _OBJECTIVE),
    **dict.fromkeys(("eval_metric", "disable_default_eval_metric"), _WATCHED),
    **dict.fromkeys(("booster", "rate_drop", "one_drop", "skip_drop"), _BOOSTER),
    **dict.fromkeys(("sample_type", "normalize_type", "feature_selector", "top_k"), _BOOSTER),
    **dict.fromkeys(("monotone_constraints", "interaction_constraints"), _PLACES),
    **dict.fromkeys(("tree_method", "updater", "process_type", "refresh_leaf"), _METHOD),
    "sampling_method": "gradient_based needs a GPU and is no sample of customers; it is always uniform.",
    **dict.fromkeys(("device", "gpu_id", "predictor"), _DEVICE),
    "base_score": "it is the churned share of the training rows, so that reasons add up.",
    "verbosity": "unchurn tells of its own progress.",
    "validate_parameters": "unchurn validates them, before anything is fitted.",
}
"""Parameters of XGBoost that no configuration may set, each with the reason."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_LONGEST_NAME = 40


def parse(name: str, value: Value, where: str = "") -> Value:
    """Read one value, as churn.toml or a text of a tuner gives it.

    Raises `ConfigError` for an unknown name, with the nearest; for one of unchurn's own, with the
    reason; and for a value out of bounds. `where` goes before the name.
    """
    rule = RULES[require_known(name, where)]
    if rule.kind is str:
        if value not in rule.choices:
            raise ConfigError(
                f"{where}{name} is {value!r}.", f"Choose one of {listing(rule.choices)}."
            )
        return value
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    whole = rule.kind is int
    if not rule.low <= number <= rule.high or math.isinf(number) or (whole and number % 1):
        what = "a whole number" if whole else "a number"
        ends = f"from {rule.low:g} to {rule.high:g}" if rule.high < math.inf else "from 0 on"
        raise ConfigError(f"{where}{name} is {value!r}; it must be {what} {ends}.")
    return int(number) if whole else number


def require_known(name: str, where: str = "") -> str:
    """Return XGBoost's first name for a hyperparameter. Raises `ConfigError`, see `parse`."""
    first = _ALIASES.get(name, name)
    if first in RULES:
        return first
    if name in OWNED:
        raise ConfigError(
            f"{where}{name} cannot be set: {OWNED[name]}",
            f"Leave it out. What may be set: {listing(RULES, 30)}.",
        )
    near = difflib.get_close_matches(name, [*RULES, *_ALIASES], 1)
    raise ConfigError(
        f"{where}{name} is not a hyperparameter unchurn knows.",
        f"Did you mean {near[0]!r}?" if near else f"Known: {listing(RULES, 30)}.",
    )


def read_own(plain: Any) -> tuple[Mapping[str, Value], ...]:
    """Read ``[[train.own]]``: configurations with a name and hyperparameters.

    Raises `ConfigError` naming the configuration and the key.
    """
    if not isinstance(plain, (list, tuple)) or not all(isinstance(each, dict) for each in plain):
        raise ConfigError(
            f"[train] own is {plain!r:.80}; it must be tables, each under [[train.own]].",
            'Write [[train.own]] with name = "mine" and hyperparameters below it.',
        )
    made: dict[str, Mapping[str, Value]] = {}
    for number, each in enumerate(plain, 1):
        name = _own_name(each.get("name"), number, made)
        where = f"[[train.own]] {name}: "
        given = {key: value for key, value in each.items() if key != "name"}
        made[name] = {"name": name, **_by_first_names(where, given, parse)}
        if len(made[name]) == 1:
            raise ConfigError(f"{where}sets no hyperparameter.", "Set one, such as eta = 0.05.")
    return tuple(made.values())


def _own_name(name: Any, number: int, before: Mapping[str, Any]) -> str:
    valid = isinstance(name, str) and len(name) <= _LONGEST_NAME and _NAME.fullmatch(name)
    taken = {**FIXED, **DERIVED}
    if not valid or name in taken or name.startswith("search-"):
        raise ConfigError(
            f"The {number}. [[train.own]] has the name {name!r}; it needs one of its own, of a-z, "
            "0-9 and single - or _.",
            f"Not those of the fixed configurations: {listing(taken, 20)}, nor search-….",
        )
    if name in before:
        raise ConfigError(f"Two [[train.own]] are named {name!r}.", "Name each differently.")
    return str(name)


def read_ranges(plain: Any) -> dict[str, tuple[Value, ...]]:
    """Read ``[tune.ranges]``: two numbers are the ends of a range, anything else is a choice.

    Raises `ConfigError` naming the hyperparameter.
    """
    if not isinstance(plain, dict):
        raise ConfigError(
            f"[tune] ranges is {plain!r:.80}; it must be lists by hyperparameter.",
            "Write [tune.ranges] with lines such as eta = [0.01, 0.3].",
        )
    return _by_first_names("[tune.ranges] ", plain, _room)


def _room(name: str, value: Any, where: str) -> tuple[Value, ...]:
    if not isinstance(value, (list, tuple)) or not value:
        raise ConfigError(
            f"{where}{name} is {value!r:.80}; it must be a list.",
            "Two numbers are the ends of a range; one, or three and more, are a choice.",
        )
    found = tuple(parse(name, each, where) for each in value)
    if len(set(found)) < len(found):
        raise ConfigError(
            f"{where}{name} is {list(value)!r}, which has a value twice.",
            "Give one value alone to fix it.",
        )
    if is_range(found) and found[0] > found[1]:  # type: ignore[operator]
        raise ConfigError(f"{where}{name} is {list(value)!r}; the lower end comes first.")
    return found


def is_range(values: tuple[Value, ...]) -> bool:
    """Tell whether values of ``[tune.ranges]`` are the ends of a range, not a choice."""
    return len(values) == 2 and not isinstance(values[0], str)


def _by_first_names(
    where: str, given: Mapping[str, Any], read: Callable[[str, Any, str], Any]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in given.items():
        first = require_known(name, where)
        if first in made:
            raise ConfigError(f"{where}{first} is set twice, once as {name}.", "Set it once.")
        made[first] = read(name, value, where)
    return made
