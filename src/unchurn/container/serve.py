"""The serving door: a bundle and the environment SageMaker sets → the server of unchurn.serve."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from itertools import count, takewhile
from typing import Any

from unchurn.artefacts import ScoringRun
from unchurn.container.folders import Folders
from unchurn.errors import ConfigError
from unchurn.serve.hosts import served_names
from unchurn.serve.limits import MOST_BYTES, Limits
from unchurn.serve.listening import open_socket
from unchurn.serve.tokens import read_token
from unchurn.serve.worker import Orders
from unchurn.serve.workers import cpus, serve_with
from unchurn.thread_limit import few_threads

PORT = 8080
RUN_ID = "UNCHURN_RUN_ID"
"""Run that the scores are named after; the execution of the inference machine."""
MODEL_VERSION = "UNCHURN_MODEL_VERSION"
"""Version in the registry; empty for a model that is not registered."""
MODEL_RUN_ID = "UNCHURN_MODEL_RUN_ID"
"""Run that made the model."""
SETTINGS = "UNCHURN_SETTINGS"
"""JSON of the sections columns, decision and score; without it, their defaults.

A model of SageMaker's has it in parts, UNCHURN_SETTINGS_1, _2, …; a transform job's own comes first."""
_EVERYWHERE = "0.0.0.0"  # noqa: S104
"""SageMaker reaches a container from outside it, and authenticates before it does."""
_HOST = "UNCHURN_HOST"
"""Address to listen on where it is another: then a token is asked for as `unchurn serve` does."""
_PORT = "SAGEMAKER_BIND_TO_PORT"
_PAYLOAD = "SAGEMAKER_MAX_PAYLOAD_IN_MB"
_WORKERS = "SAGEMAKER_MODEL_SERVER_WORKERS"
_BATCH = "SAGEMAKER_BATCH"
_AT_ONCE = "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"
_WHATEVER_COMES = 1 << 40


def run_server(folders: Folders) -> None:
    """Serve the model folder until SIGTERM, with a process for every CPU.

    Raises `ArtefactError` when the bundle is damaged, `ConfigError` for an environment that
    cannot be used; nothing answers then, so the container never becomes healthy.
    """
    given = os.environ
    run = ScoringRun(
        given.get(RUN_ID, ""), _number(given, MODEL_VERSION), given.get(MODEL_RUN_ID, "")
    )
    host = given.get(_HOST, _EVERYWHERE)
    settings = _settings(_joined(given))
    token = read_token(host, given, None) if _HOST in given else ""
    hosts = served_names(host, ())
    orders = Orders(folders.model, run, settings, limits(given), token, hosts)
    port, workers = _number(given, _PORT), count_workers(given)
    opened = open_socket(host, PORT if port is None else port)
    sys.stderr.write(f"Serving on port {opened.getsockname()[1]} with {workers} workers.\n")
    serve_with(orders, opened, workers)


def limits(given: Mapping[str, str]) -> Limits:
    """Read the limits of a request: in batch transform those of the job alone, 0 for none."""
    megabytes = _number(given, _PAYLOAD)
    most = MOST_BYTES if megabytes is None else megabytes << 20
    return Limits(most or _WHATEVER_COMES, None) if _is_batch(given) else Limits(most or MOST_BYTES)


def count_workers(given: Mapping[str, str]) -> int:
    """Count the processes: as told, or one for every CPU that can be kept busy."""
    if few_threads():
        return 1
    told = _number(given, _WORKERS)
    at_once = _number(given, _AT_ONCE) if _is_batch(given) else None
    return told or min(cpus(), at_once or cpus())


def _is_batch(given: Mapping[str, str]) -> bool:
    return given.get(_BATCH, "").strip().lower() == "true"


def _joined(given: Mapping[str, str]) -> str:
    names = takewhile(given.__contains__, (f"{SETTINGS}_{number}" for number in count(1)))
    return given.get(SETTINGS, "") or "".join(given[name] for name in names)


def _settings(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise ConfigError(f"{SETTINGS} is not JSON: {error}.") from error
    if not isinstance(found, dict) or set(found) - {"columns", "decision", "score"}:
        raise ConfigError(
            f"{SETTINGS} must be an object with the keys columns, decision and score."
        )
    return found


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise ConfigError(f"{name} is {text!r}; it must be a whole number.")
    return int(text)
