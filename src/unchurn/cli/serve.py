"""``unchurn serve``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.artefacts import ScoringRun
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import loaded, open_model_store
from unchurn.errors import ConfigError
from unchurn.pipeline.chosen_model import choose_model
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.serve.hosts import served_names
from unchurn.serve.listening import open_socket
from unchurn.serve.tokens import read_token
from unchurn.serve.worker import Orders
from unchurn.serve.workers import cpus, serve_with
from unchurn.thread_limit import few_threads

if TYPE_CHECKING:
    from rich.console import Console


def run_serve(
    folder: Path | Project,
    version: str,
    host: str,
    port: int,
    workers: int,
    token_file: Path | None,
    allow_hosts: Sequence[str],
    progress: Progress,
) -> Outcome:
    """Serve a version until Ctrl-C or SIGTERM. Raises `ConfigError` for what cannot be served."""
    number = _number(version)
    token = read_token(host, os.environ, token_file)
    hosts = served_names(host, allow_hosts)
    project = loaded(folder)
    chosen = choose_model(project, number, None, open_model_store(project))
    run = ScoringRun("", chosen.version, chosen.run_id)
    sections = ("columns", "decision", "score")
    settings = {name: asdict(getattr(project, name)) for name in sections}
    count = 1 if few_threads() else workers or cpus()
    with open_socket(host, port) as opened:
        where = f"http://{f'[{host}]' if ':' in host else host}:{opened.getsockname()[1]}"
        processes = "1 process" if count == 1 else f"{count} processes"
        progress.note(
            f"Loading version {chosen.version}; it answers on {where} with {processes} once GET /ping does. "
            "Ctrl-C ends it."
        )
        orders = Orders(
            chosen.bundle, run, settings, token=token, hosts=hosts, identity=chosen.sha256
        )
        serve_with(orders, opened, count)
    return Outcome({"schema_version": 1, "address": where, "model_version": chosen.version})


def _number(version: str) -> int | None:
    if version == "champion":
        return None
    if not version.isascii() or not version.isdigit() or int(version) < 1:
        raise ConfigError(f"--version is {version!r}.", "Give a version's number, or champion.")
    return int(version)


def show_serve(document: dict[str, Any], console: Console) -> None:
    """Say that serving has ended."""
    console.print(f"Version {document['model_version']} was served on {document['address']}.")
