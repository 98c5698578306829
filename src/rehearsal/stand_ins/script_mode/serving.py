"""Serving in script mode: the user's model_fn, input_fn, predict_fn and output_fn."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rehearsal.stand_ins import opt_ml
from rehearsal.stand_ins.http_server import Answer, serve
from rehearsal.stand_ins.opt_ml import ClientError
from rehearsal.stand_ins.script_mode import bodies, source

_SCRIPT = "inference.py"
"""What is looked for where nothing is named."""


def serve_functions() -> None:
    """Serve with the functions of the user's script until the process is ended."""
    script = _script()
    model_dir = str(opt_ml.root() / "model")
    model = getattr(script, "model_fn", _default_model)(model_dir)

    def answer(body: bytes, content_type: str, accept: str) -> Answer:
        return answered(script, model, body, content_type, accept)

    serve(answer)


def answered(script: Any, model: Any, body: bytes, content_type: str, accept: str) -> Answer:
    """Return the answer to one request."""
    kind = content_type.partition(";")[0].strip().lower() or bodies.JSON
    wanted = accept.partition(";")[0].strip().lower()
    if wanted in {"", "*/*"}:
        wanted = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", bodies.JSON)
    given = bodies.as_told(body, kind)
    if hasattr(script, "transform_fn"):
        return _packed(script.transform_fn(model, given, kind, wanted), wanted)
    read: Callable[..., Any] = getattr(script, "input_fn", bodies.read)
    predict: Callable[..., Any] = getattr(script, "predict_fn", _predict)
    write: Callable[..., Any] = getattr(script, "output_fn", bodies.written)
    return _packed(write(predict(read(given, kind), model), wanted), wanted)


def _predict(data: Any, model: Any) -> Any:
    if type(model).__module__.partition(".")[0] == "xgboost" and not hasattr(model, "fit"):
        import xgboost

        data = data if isinstance(data, xgboost.DMatrix) else xgboost.DMatrix(data)
    return model.predict(data)


def _packed(told: Any, accept: str) -> Answer:
    """Return what output_fn gave as an answer: a body, or a body and its type."""
    body, kind = told if isinstance(told, tuple) else (told, accept)
    if hasattr(body, "tolist"):
        body = bodies.written(body, kind)
    return Answer(body if isinstance(body, bytes) else str(body).encode(), kind)


def _script() -> Any:
    """Import the user's script. Raises `ClientError` where it is not there."""
    folder, name = source.code_folder(), source.program() or _SCRIPT
    place = folder / name
    if not place.is_file():
        found = sorted(path.name for path in folder.iterdir())
        raise ClientError(f"{source.PROGRAM} is {name!r}; the code holds {', '.join(found)}.")
    sys.path.insert(0, str(place.parent))
    return importlib.import_module(place.stem)


def _default_model(model_dir: str) -> Any:
    """Load xgboost's own file; other frameworks' models only the user's model_fn can load."""
    if not (Path(model_dir) / "xgboost-model").is_file():
        raise ClientError("The script has no model_fn, and the model is no xgboost-model.")
    from rehearsal.stand_ins.xgboost_algorithm.scoring import load

    return load(Path(model_dir))
