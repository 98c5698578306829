"""The hyperparameters of SageMaker's XGBoost: text, held to what is documented of each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.xgboost_metrics import METRICS

Value = Any
"""A number, a text or a list, as the hyperparameter is documented."""
_ENDLESS = float("inf")


def _whole(least: float = -_ENDLESS, most: float = _ENDLESS) -> Callable[[str], Value]:
    def read(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(f"must be a whole number from {least:g} to {most:g}")
        return value

    return read


def _number(
    least: float, most: float = _ENDLESS, *, beyond: bool = False
) -> Callable[[str], Value]:
    """Read a number from `least` to `most`; with `beyond`, `least` itself is not allowed."""

    def read(text: str) -> float:
        value = float(text)
        if not least <= value <= most or (beyond and value == least):
            raise ValueError(f"must be {'above' if beyond else 'from'} {least:g} up to {most:g}")
        return value

    return read


def _one_of(*valid: str) -> Callable[[str], Value]:
    def read(text: str) -> str:
        if text not in valid:
            raise ValueError(f"must be one of {', '.join(valid)}")
        return text

    return read


def _metrics(text: str) -> list[str]:
    named = [each.strip(" '\"[]") for each in text.split(",")]
    for name in named:
        metric, _, threshold = name.partition("@")
        if metric not in METRICS or (threshold and metric not in {"error", "ndcg", "map"}):
            raise ValueError(f"{name!r} is none of {', '.join(METRICS)}")
    return named


def _literal(text: str) -> Value:
    return ast.literal_eval(text)


_FLAG, _YES_NO = _whole(0, 1), _one_of("true", "false")
_OBJECTIVES = (
    "binary:hinge", "binary:logistic", "binary:logitraw", "count:poisson", "multi:softmax",
    "multi:softprob", "rank:map", "rank:ndcg", "rank:pairwise", "reg:absoluteerror", "reg:gamma",
    "reg:linear", "reg:logistic", "reg:pseudohubererror", "reg:squarederror", "reg:squaredlogerror",
    "reg:tweedie", "survival:aft", "survival:cox",
)  # fmt: skip
_OF_THE_JOB: Mapping[str, Callable[[str], Value]] = {
    "num_round": _whole(1),
    "early_stopping_rounds": _whole(1),
    "csv_weights": _FLAG,
    "eval_metric": _metrics,
    "_tuning_objective_metric": lambda text: _metrics(text.rpartition(":")[2]),
}
"""Read by the image and not by xgboost."""
_OF_THE_IMAGE = {
    "save_model_on_termination": _YES_NO,
    "use_dask_gpu_training": _one_of("false"),
    "deterministic_histogram": _YES_NO,
    "dsplit": _one_of("row", "col"),
    "predictor": _one_of("auto", "cpu_predictor", "gpu_predictor"),
    "prob_buffer_row": _number(1, beyond=True),
    "sketch_eps": _number(0, 1, beyond=True),
    "silent": _FLAG,
}
"""Valid, and of no effect on what an xgboost of today trains."""
_OF_XGBOOST: Mapping[str, Callable[[str], Value]] = {
    "aft_loss_distribution": _one_of("normal", "logistic", "extreme"),
    "aft_loss_distribution_scale": _number(0),
    "alpha": _number(0),
    "base_score": _number(0),
    "booster": _one_of("gbtree", "gblinear", "dart"),
    "colsample_bylevel": _number(0, 1, beyond=True),
    "colsample_bynode": _number(0, 1, beyond=True),
    "colsample_bytree": _number(0, 1, beyond=True),
    "eta": _number(0, 1),
    "gamma": _number(0),
    "grow_policy": _one_of("depthwise", "lossguide"),
    "interaction_constraints": _literal,
    "lambda": _number(0),
    "lambda_bias": _number(0, 1),
    "max_bin": _whole(0),
    "max_delta_step": _number(0),
    "max_depth": _whole(0),
    "max_leaves": _whole(0),
    "min_child_weight": _number(0),
    "monotone_constraints": _literal,
    "normalize_type": _one_of("tree", "forest"),
    "nthread": _whole(1),
    "num_class": _whole(2),
    "num_parallel_tree": _whole(1),
    "objective": _one_of(*_OBJECTIVES),
    "one_drop": _FLAG,
    "process_type": _one_of("default", "update"),
    "rate_drop": _number(0, 1),
    "refresh_leaf": _FLAG,
    "sample_type": _one_of("uniform", "weighted"),
    "sampling_method": _one_of("uniform", "gradient_based"),
    "scale_pos_weight": _number(0, beyond=True),
    "seed": _whole(-(2**31), 2**31 - 1),
    "skip_drop": _number(0, 1),
    "subsample": _number(0, 1, beyond=True),
    "tree_method": _one_of("auto", "exact", "approx", "hist", "gpu_hist"),
    "tweedie_variance_power": _number(1, 2, beyond=True),
    "updater": str,
    "verbosity": _whole(0, 3),
}
_ALIASES = {
    "learning_rate": "eta",
    "min_split_loss": "gamma",
    "reg_alpha": "alpha",
    "reg_lambda": "lambda",
}
_TODAY = {("objective", "reg:linear"): "reg:squarederror", ("tree_method", "gpu_hist"): "hist"}
"""Names that xgboost no longer knows → what they are called now."""


@dataclass(frozen=True)
class Asked:
    """What a job asks for: `parameters` of xgboost, and what the image itself reads."""

    parameters: Mapping[str, Value]
    rounds: int
    metrics: tuple[str, ...] = ()
    early_stopping_rounds: int | None = None
    csv_weights: bool = False


def read(given: Mapping[str, str]) -> Asked:
    """Return what the hyperparameters ask for. Raises `ClientError` naming the first that is wrong."""
    known = {**_OF_THE_JOB, **_OF_THE_IMAGE, **_OF_XGBOOST}
    told = {_ALIASES.get(name, name): text for name, text in given.items()}
    if "num_round" not in told:
        raise ClientError("Missing required hyperparameter: num_round")
    values = {name: _value(known, name, text) for name, text in told.items()}
    _hold_together(values)
    metrics = {*values.get("eval_metric", ()), *values.get("_tuning_objective_metric", ())}
    asked = values.get("eval_metric", ())
    return Asked(
        {k: _TODAY.get((k, str(v)), v) for k, v in values.items() if k in _OF_XGBOOST},
        values["num_round"],
        tuple(asked) if set(asked) == metrics else tuple(sorted(metrics)),
        values.get("early_stopping_rounds"),
        bool(values.get("csv_weights", 0)),
    )


def _value(known: Mapping[str, Callable[[str], Value]], name: str, text: str) -> Value:
    if name not in known:
        raise ClientError(f"Extraneous hyperparameter found: {name}")
    try:
        return known[name](text)
    except (ValueError, SyntaxError) as error:
        raise ClientError(f"Hyperparameter {name}: {text!r} is not valid: {error}") from error


def _hold_together(values: Mapping[str, Value]) -> None:
    if str(values.get("objective", "")).startswith("multi:") and "num_class" not in values:
        raise ClientError("Require input for parameter 'num_class' for multi-classification")
