"""Serving as SageMaker's XGBoost does it: rows in a request, a prediction each in the answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import xgboost

from rehearsal.stand_ins import opt_ml
from rehearsal.stand_ins.http_server import Answer, serve
from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.xgboost_algorithm.tables import kind_of, read_payload

_CSV, _JSON, _LINES = "text/csv", "application/json", "application/jsonlines"


def serve_model() -> None:
    """Serve the model in /opt/ml/model until the process is ended."""
    model = load(opt_ml.root() / "model")

    def answer(body: bytes, content_type: str, accept: str) -> Answer:
        return answered(model, body, content_type, accept)

    serve(answer)


def load(folder: Path) -> xgboost.Booster:
    """Load the one model file of a folder. Raises `ClientError` where it is no xgboost's own."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    if not files:
        raise ClientError(f"There is no model in {folder}.")
    content = next((p for p in files if p.name == "xgboost-model"), files[0]).read_bytes()
    if content[:1] == b"\x80":
        raise ClientError(
            "The model is a pickle, which is never loaded here: save it with Booster.save_model."
        )
    model = xgboost.Booster()
    try:
        model.load_model(bytearray(content))
    except xgboost.core.XGBoostError as error:
        raise ClientError(f"Unable to load model: {str(error)[:300]}") from error
    return model


def answered(model: xgboost.Booster, body: bytes, content_type: str, accept: str) -> Answer:
    """Return the answer to one request."""
    if not body:
        return Answer(b"", status=204)
    wanted = accept.split(";", maxsplit=1)[0].strip().lower()
    if wanted in {"", "*/*"}:
        wanted = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", _CSV)
    try:
        rows = read_payload(body, kind_of(content_type or _CSV))
    except (ClientError, UnicodeDecodeError) as error:
        return Answer(str(error).encode(), status=415)
    if wanted not in {_CSV, _JSON, _LINES}:
        return Answer(f"Accept type {accept} is not supported.".encode(), status=406)
    try:
        predictions = model.predict(rows.dmatrix(model.num_features()), validate_features=False)
    except (xgboost.core.XGBoostError, ValueError) as error:
        told = f"Unable to evaluate payload provided: {error}"
        return Answer(told.encode(), status=400)
    return Answer(_written(predictions.tolist(), wanted).encode(), wanted)


def _written(predictions: list[Any], wanted: str) -> str:
    if os.environ.get("SAGEMAKER_BATCH"):
        return "".join(f"{each}\n" for each in predictions)
    if wanted == _JSON:
        return json.dumps({"predictions": [{"score": each} for each in predictions]})
    if wanted == _LINES:
        return "".join(json.dumps({"score": each}) + "\n" for each in predictions)
    rows = [",".join(map(str, each if isinstance(each, list) else [each])) for each in predictions]
    if os.environ.get("REHEARSAL_ONE_LINE"):  # versions before 1.0
        return ",".join(rows)
    return "".join(f"{row}\n" for row in rows)
