"""``unchurn campaign power``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.score import table_of
from unchurn.cli.session import Outcome
from unchurn.cli.target import campaign_said
from unchurn.cli.wiring import open_ledger, open_model_store
from unchurn.errors import ConfigError, listing
from unchurn.pipeline.campaign_power import Asked, foreseen, power, stated
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console


def campaign_power(
    folder: Path,
    asked: Mapping[str, Any],
    said: Mapping[str, Any],
    churn_rate: float | None,
    scored: Mapping[str, Any],
    progress: Progress,
) -> Outcome:
    """Say what a campaign can show. `said` are flags that come before keys of [campaign].

    `scored` names customers and model; nothing of it is given where `churn_rate` is. Raises
    `ConfigError` for a flag that cannot be.
    """
    wanted = Asked(**asked)
    project = Project.load(folder)
    limits = campaign_said(project.campaign, {"keep": None, "no_holdout": False, **said})
    project = replace(project, campaign=limits)
    if churn_rate is not None:
        _require_unscored({**scored, "budget": said["budget"]})
        return Outcome(power(project, wanted, stated(project, churn_rate)))
    run, version, as_of = scored["run"], scored["version"], scored["as_of"]
    group = foreseen(
        project,
        table_of(project, scored["data"], as_of, run, version, progress),
        exclude=scored["exclude"],
        as_of=as_of,
        version=version,
        training_run=run,
        progress=progress,
        store=open_model_store(project),
        ledger=open_ledger(project),
    )
    return Outcome(power(project, wanted, group))


def _require_unscored(given: Mapping[str, Any]) -> None:
    """Raise `ConfigError` where flags name who is scored, and the churn rate is named, too."""
    against = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if against:
        raise ConfigError(
            f"--churn-rate says what scores would say, and {listing(against)} asks for scores.",
            "Leave one of them away; --capacity says how many customers.",
        )


def show_power(document: dict[str, Any], console: Console) -> None:
    """Print what can be shown, and what it takes."""
    console.print(document["words"], markup=False)
