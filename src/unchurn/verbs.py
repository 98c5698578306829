"""The verbs of the command line that look, for people who work in Python.

`train` and `score` are `unchurn.pipeline`'s. Each returns the document that the verb prints with
``--json``, and raises `UnchurnError` where the verb fails. Three are named otherwise than the verb:
`unchurn.demo`, `unchurn.report` and `unchurn.serve` are packages.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unchurn.progress import Progress, Silent
from unchurn.project import Project

Document = dict[str, Any]


def init(
    data: str | os.PathLike[str],
    project: str | os.PathLike[str] = ".",
    *,
    target: str = "",
    positive: str | Sequence[str] = "",
    id: str = "",
    drop: Sequence[str] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> Project:
    """Look at the table `data`, write churn.toml into the folder `project`, and read it back.

    The other arguments say what cannot be inferred, as the flags of ``unchurn init`` do. Raises
    `ConfigError` for a table in memory: churn.toml names one that other commands can read.
    """
    from unchurn.cli.init import run_init
    from unchurn.errors import ConfigError

    if not isinstance(data, (str, os.PathLike)):
        raise ConfigError(
            f"init was given a {type(data).__name__}, and churn.toml can only name a table that lies "
            "somewhere.",
            'Write it to a file first, for example table.to_parquet("customers.parquet"), and name that.',
        )

    said = {
        "target": target,
        "positive": positive if isinstance(positive, str) else tuple(positive),
        "negative": (),
        "ignore": (),
        "id": id,
        "drop": list(drop),
        "keep": (),
    }
    run_init(os.fspath(data), said, {}, Path(project), force, progress or Silent())
    return Project.load(Path(project))


def check(project: Project, progress: Progress | None = None, *, suggest: bool = False) -> Document:
    """Say what the training table holds: findings, a profile of every column, what came of [quality].

    `suggest` adds rules for tables to come.
    """
    from unchurn.cli.check import check_document
    from unchurn.cli.wiring import with_tables_here
    from unchurn.pipeline.training import inspect

    shown = progress or Silent()
    return check_document(*inspect(with_tables_here(project, shown), shown, suggest))


def make_demo(
    folder: str | os.PathLike[str] = "unchurn-demo",
    progress: Progress | None = None,
    *,
    history: bool = False,
) -> Document:
    """Make a telecom table in `folder`, train on it, score a fresh month, and measure a campaign.

    With `history`, a subscription business instead, from its raw tables on.
    """
    from unchurn.cli import demo as body

    return body.demo(Path(folder), history, False, progress or Silent()).document


def explain(
    project: Project,
    customer: str,
    data: str | os.PathLike[str] = "",
    *,
    version: int | None = None,
    progress: Progress | None = None,
) -> Document:
    """Take the score of one customer apart; of whole tables, see `Champion.explain`."""
    from unchurn.cli.explain import explain_customer

    return explain_customer(project, customer, version, os.fspath(data), progress)


def find_report(project: Project, *, version: int | None = None, run: str | None = None) -> Path:
    """Return where the report of a training is, the champion's by default."""
    from unchurn.cli.report import report_document

    return Path(report_document(project, run, version)["report"])


def serve_champion(
    project: Project, *, port: int = 8080, host: str = "127.0.0.1", workers: int = 0
) -> Document:
    """Answer requests for the champion's scores over HTTP until Ctrl-C or SIGTERM."""
    from unchurn.cli.serve import run_serve

    return run_serve(project, "champion", host, port, workers, None, (), Silent()).document


def versions(project: Project) -> Document:
    """List every registered version, newest first, with its aliases and metrics."""
    from unchurn.cli.registry import registry_list

    return registry_list(project).document


def promote(project: Project, version: int, reason: str = "") -> Document:
    """Make a version the champion, once it has been shown to load and score."""
    from unchurn.cli.registry import registry_promote

    return registry_promote(project, version, reason).document


def rollback(project: Project) -> Document:
    """Put the previous champion back."""
    from unchurn.cli.registry import registry_rollback

    return registry_rollback(project).document
