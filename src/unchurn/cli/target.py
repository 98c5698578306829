"""``unchurn target``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from unchurn.cli.notes import show_notes, show_warning
from unchurn.cli.score import table_of
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_ledger, open_model_store
from unchurn.errors import ConfigError, counted
from unchurn.pipeline import targeting
from unchurn.progress import Progress
from unchurn.project import Campaign, Project
from unchurn.report.campaign import accept_words
from unchurn.report.wording import money

if TYPE_CHECKING:
    from rich.console import Console

_MOST = {
    each.name: each.metadata["bounds"]["at_most"]
    for each in fields(Campaign)
    if each.name in ("capacity", "budget")
}


def target(
    folder: Path,
    name: str,
    data: str,
    as_of: str,
    out: Path,
    exclude: Sequence[Path],
    said: Mapping[str, Any],
    starts: str,
    run: str | None,
    version: int | None,
    fresh: bool,
    strict: bool,
    excel_locale: str,
    progress: Progress,
) -> Outcome:
    """Choose whom a campaign contacts. `said` are flags that come before keys of [campaign].

    Raises `ConfigError` for one that cannot be.
    """
    project = Project.load(folder)
    project = replace(project, campaign=campaign_said(project.campaign, said))
    made = targeting.target(
        project,
        name,
        table_of(project, data, as_of, run, version, progress, out),
        out,
        exclude=exclude,
        starts=starts,
        as_of=as_of,
        version=version,
        training_run=run,
        progress=progress,
        fresh=fresh,
        strict=strict,
        store=open_model_store(project),
        ledger=open_ledger(project),
        excel_locale=excel_locale,
    )
    return Outcome(made.document())


def campaign_said(campaign: Campaign, said: Mapping[str, Any]) -> Campaign:
    """Return [campaign] with what flags say of it. Raises `ConfigError` for one that cannot be."""
    found: dict[str, Any] = {}
    for flag, most in _MOST.items():
        if said[flag] is not None:
            if not 0 < said[flag] <= most:
                raise ConfigError(
                    f"--{flag} is {said[flag]:,}; it must be more than 0, and at most {most:,.0f}.",
                    "Leave it away for no limit.",
                )
            found[flag] = said[flag]
    if said["keep"]:
        columns = [part.strip() for each in said["keep"] for part in each.split(",")]
        found["keep"] = tuple(each for each in columns if each)
    if said["holdout"] is not None and said["no_holdout"]:
        raise ConfigError("--holdout and --no-holdout contradict each other.", "Give one of them.")
    if said["no_holdout"]:
        found["holdout"] = 0.0
    elif said["holdout"] is not None:
        if not 0 < said["holdout"] < 1:
            raise ConfigError(
                f"--holdout is {said['holdout']}; it must be above 0 and below 1.",
                "Leave it away for [campaign] holdout, or give --no-holdout.",
            )
        found |= {"holdout": said["holdout"], "holdout_from": 1}
    return replace(campaign, **found)


def show_target(document: dict[str, Any], console: Console) -> None:
    """Print who is left out and why; it ends on stderr with calls, worth, and what one more adds."""
    notes = show_warning(document["notes"], console)
    console.print(f"Campaign {document['name']}: {counted(document['customers'], 'customer')}.")
    if document["rejected"]:
        console.print(f"  {document['rejected']:,} rows could not be read", markup=False)
    for each in document["left_out"]:
        console.print(f"  {each['customers']:,} left out: {each['reason']}", markup=False)
    show_notes(notes, console)
    for rate in document["accept_rates"]:
        console.print(accept_words(rate), markup=False)
    for offer in document["offers"]:
        if offer["name"]:
            worth = money(offer["value"], document["currency"])
            line = f"  {offer['name']}: {offer['contacted']:,} contacted, worth {worth}"
            console.print(line, markup=False)
    if document["gap"] > 0.005:
        gap = money(document["gap"], document["currency"])
        console.print(f"The best choice may be worth up to {gap} more.", markup=False)
    most = money(document["most_cost"], document["currency"])
    console.print(f"It costs {most} at most, were everybody to accept.", markup=False)
    if document["ranked_words"]:
        console.print(document["ranked_words"], markup=False)
    console.print(document["control_words"], markup=False)
    console.print(f"The list for callers: {document['out']}", markup=False)
    console.print(f"The same to print: {document['page']}", markup=False)
    typer.echo(document["words"], err=True)
