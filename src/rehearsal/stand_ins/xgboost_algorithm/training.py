"""Training as SageMaker's XGBoost does it: channels in, metrics in the log, one model out."""

from __future__ import annotations

import sys
from typing import Any

import xgboost

from rehearsal.stand_ins import opt_ml
from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.xgboost_algorithm.hosts import agreed, alone, joined
from rehearsal.stand_ins.xgboost_algorithm.hyperparameters import Asked, read
from rehearsal.stand_ins.xgboost_algorithm.judging import OURS, judged
from rehearsal.stand_ins.xgboost_algorithm.tables import Rows, kind_of, read_files
from rehearsal.stand_ins.xgboost_metrics import MAXIMISED

MODEL = "xgboost-model"
_TRAIN, _VALIDATION = "train", "validation"


class _Log(xgboost.callback.TrainingCallback):  # type: ignore[misc]
    """Prints a round's metrics as they stand in SageMaker's logs, where a tab is ``#011``."""

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Print one line; never end the training."""
        told = [
            f"{rows}-{metric}:{values[-1]:.5f}"
            for rows, metrics in evals_log.items()
            for metric, values in metrics.items()
        ]
        sys.stdout.write("#011".join([f"[{epoch}]", *told]) + "\n")
        sys.stdout.flush()
        return False


def train() -> None:
    """Train the model that the job asks for. Raises `ClientError` for what the image refuses."""
    asked = read(opt_ml.hyperparameters())
    channels = opt_ml.channels()
    unknown = set(channels) - {_TRAIN, _VALIDATION, "code"}
    if _TRAIN not in channels or unknown:
        raise ClientError(
            f"The channels are {sorted(channels)}; they must be train and, if need be, validation."
        )
    rows = {
        name: _rows(name, channels, asked) for name in (_TRAIN, _VALIDATION) if name in channels
    }
    (opt_ml.root() / "model").mkdir(parents=True, exist_ok=True)
    with joined() as first:
        model = boosted(asked, rows)
        if first:
            (opt_ml.root() / "model" / MODEL).write_bytes(model.save_raw("ubj"))


def _rows(channel: str, channels: dict[str, dict[str, Any]], asked: Asked) -> Rows:
    files = opt_ml.channel_files(channel)
    if not files and alone():
        raise ClientError(f"No data in {channel} channel path")
    kind = kind_of(channels[channel].get("ContentType") or "text/libsvm")
    return read_files(files, kind, weighted=asked.csv_weights and channel == _TRAIN)


def boosted(asked: Asked, rows: dict[str, Rows]) -> xgboost.Booster:
    """Return the booster. `rows` are of train and, where there are any, of validation."""
    columns = agreed(max(each.matrix.shape[1] for each in rows.values()))
    matrices = {name: each.dmatrix(columns) for name, each in rows.items()}
    own = [name for name in asked.metrics if name in OURS]
    theirs = [name for name in asked.metrics if name not in OURS]
    parameters = {**asked.parameters, **({"eval_metric": theirs} if theirs else {})}
    for name, matrix in matrices.items():
        sys.stdout.write(f"{name.capitalize()} matrix has {matrix.num_row()} rows\n")
    try:
        return xgboost.train(
            parameters,
            matrices[_TRAIN],
            asked.rounds,
            evals=[(matrix, name) for name, matrix in matrices.items()],
            custom_metric=judged(own) if own else None,
            callbacks=[_Log(), *_stopping(asked, matrices)],
            verbose_eval=False,
        )
    except (xgboost.core.XGBoostError, ValueError) as error:
        raise ClientError(_first_line(error)) from error


def _stopping(asked: Asked, matrices: dict[str, Any]) -> list[Any]:
    """Return what ends the training early, by the last metric of the validation rows."""
    if asked.early_stopping_rounds is None:
        return []
    if _VALIDATION not in matrices:
        raise ClientError("early_stopping_rounds needs the validation channel.")
    metric = asked.metrics[-1] if asked.metrics else None
    return [
        xgboost.callback.EarlyStopping(
            asked.early_stopping_rounds,
            metric_name=metric,
            data_name=_VALIDATION,
            maximize=metric in MAXIMISED if metric else None,
            save_best=asked.parameters.get("booster") != "gblinear",  # which cannot be cut
        )
    ]


def _first_line(error: Exception) -> str:
    """Return what xgboost says without where in its source it says so."""
    lines = str(error).strip().splitlines()
    return next((line for line in lines if "Check failed" in line), lines[0])[:500]
