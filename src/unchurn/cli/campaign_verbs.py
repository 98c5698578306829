"""``unchurn target`` and ``uplift``, and ``unchurn campaign``: power, list, show, export, cancel, outcomes, together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from unchurn.cli.options import (
    AsOf,
    Flags,
    Fresh,
    MakeFolder,
    ProjectDir,
    RunName,
    Strict,
    VersionNumber,
)
from unchurn.cli.verb import Verb, verb

HERE = Path()
Name = Annotated[str, typer.Argument(metavar="NAME", help="A campaign's name.")]

CampaignName = Annotated[str, typer.Option("--name", help="The campaign's name.")]
TableOf = Annotated[str, typer.Option(help="Customers; default: [data] score.")]
CallersList = Annotated[Path, typer.Option(help="The callers' list: .csv, .parquet or .jsonl.")]
Capacity = Annotated[int | None, typer.Option(metavar="N", help="Most customers to contact.")]
Budget = Annotated[
    float | None, typer.Option(metavar="X", help="Most that contacts and incentives may cost.")
]
Exclude = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="Ids not to contact; repeatable.")
]
Keep = Annotated[
    list[str] | None, typer.Option(metavar="COL,…", help="Columns that callers need; repeatable.")
]
Holdout = Annotated[
    float | None, typer.Option(metavar="SHARE", help="Share left alone, to measure the effect.")
]
NoHoldout = Annotated[bool, typer.Option("--no-holdout", help="Leave nobody alone.")]
ExcelLocale = Annotated[
    str, typer.Option(metavar="LOCALE", help="CSV as that Excel opens it: de, en, fr …")
]
Starts = Annotated[str, typer.Option(metavar="DAY", help="When it begins; default: today.")]

campaign = typer.Typer(
    help="What a campaign can show; list, show, export and cancel them; what they changed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def target(
    name: CampaignName,
    data: TableOf = "",
    as_of: AsOf = "",
    out: CallersList = Path("contact.csv"),
    make_folder: MakeFolder = False,
    capacity: Capacity = None,
    budget: Budget = None,
    exclude: Exclude = None,
    keep: Keep = None,
    holdout: Holdout = None,
    no_holdout: NoHoldout = False,
    starts: Starts = "",
    run: RunName = None,
    version: VersionNumber = None,
    fresh: Fresh = False,
    strict: Strict = False,
    excel_locale: ExcelLocale = "",
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Choose whom to contact within limits, and whom to leave alone."""
    from unchurn.cli import score
    from unchurn.cli import target as body

    said = {
        "capacity": capacity,
        "budget": budget,
        "keep": keep,
        "holdout": holdout,
        "no_holdout": no_holdout,
    }
    score.agree_on_folder(out, make_folder, flags)
    return (
        lambda progress: body.target(
            project,
            name,
            data,
            as_of,
            out,
            exclude or (),
            said,
            starts,
            run,
            version,
            fresh,
            strict,
            excel_locale,
            progress,
        ),
        body.show_target,
    )


def uplift(
    data: Annotated[
        str, typer.Option(help="Customers as of their campaign, where they are no longer kept.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="Day of asking; default: today.")
    ] = "",
    run: RunName = None,
    version: VersionNumber = None,
    fresh: Fresh = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Learn whom contact moves, of campaigns that are over; target then ranks by it."""
    from unchurn.cli import uplift as body

    return (
        lambda progress: body.uplift(project, data, as_of, run, version, fresh, progress),
        body.show_uplift,
    )


@verb(campaign)
def power(
    effect: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Fewer who leave: 0.05 is 5 points.")
    ] = None,
    data: TableOf = "",
    as_of: AsOf = "",
    churn_rate: Annotated[
        float | None, typer.Option(metavar="SHARE", help="Who leaves uncontacted; no scoring then.")
    ] = None,
    capacity: Capacity = None,
    budget: Budget = None,
    exclude: Exclude = None,
    holdout: Holdout = None,
    significance: Annotated[
        float, typer.Option(metavar="SHARE", help="Two-sided level of significance.")
    ] = 0.05,
    power: Annotated[
        float, typer.Option(metavar="SHARE", help="How likely an effect is to be shown.")
    ] = 0.8,
    run: RunName = None,
    version: VersionNumber = None,
    project: ProjectDir = HERE,
) -> Verb:
    """Say beforehand what effect a campaign can show, and how many customers one takes."""
    from unchurn.cli import campaign_power as body

    asked = {"effect": effect, "significance": significance, "power": power}
    said = {"capacity": capacity, "budget": budget, "holdout": holdout}
    scored: dict[str, Any] = {
        "data": data,
        "as_of": as_of,
        "exclude": exclude or [],
        "run": run,
        "version": version,
    }
    return (
        lambda progress: body.campaign_power(project, asked, said, churn_rate, scored, progress),
        body.show_power,
    )


@verb(campaign, "list")
def list_campaigns(
    project: ProjectDir = HERE,
) -> Verb:
    """List every campaign, newest first."""
    from unchurn.cli import campaign as body

    return lambda _: body.campaign_list(project), body.show_list


@verb(campaign)
def show(
    name: Name,
    project: ProjectDir = HERE,
) -> Verb:
    """Show one campaign: when, how many, what for, who was left out."""
    from unchurn.cli import campaign as body

    return lambda _: body.campaign_show(project, name), body.show_campaign


@verb(campaign)
def export(
    name: Name,
    out: Annotated[
        Path | None, typer.Option(help="Where the list goes: .csv, .parquet or .jsonl.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where a page to print goes: .html.")
    ] = None,
    members: Annotated[
        bool, typer.Option("--members", help="Everybody in it, controls too, from the ledger.")
    ] = False,
    excel_locale: ExcelLocale = "",
    make_folder: MakeFolder = False,
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Write a campaign's list for callers again, a page to print, or everybody who is in it."""
    from unchurn.cli import campaign as body
    from unchurn.cli import score

    if out is not None:
        score.agree_on_folder(out, make_folder, flags)
    return (
        lambda _: body.campaign_export(project, name, out, page, members, excel_locale),
        body.show_export,
    )


@verb(campaign)
def cancel(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")] = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Cancel a campaign that nobody was contacted for: its people are free for others."""
    from unchurn.cli import campaign as body

    return lambda _: body.campaign_cancel(project, name, reason), body.show_cancel


@verb(campaign)
def outcomes(
    name: Name,
    data: Annotated[str, typer.Option(help="Ids with contacted, accepted, churned, revenue.")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="Day of asking; default: today.")
    ] = "",
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where it goes as a page with pictures: .html."),
    ] = None,
    project: ProjectDir = HERE,
) -> Verb:
    """Take in what became of a campaign's customers, and say what it changed."""
    from unchurn.cli import campaign as body

    return (
        lambda progress: body.campaign_outcomes(project, name, data, as_of, page, progress),
        body.show_outcomes,
    )


@verb(campaign)
def together(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DAY", help="Day of asking; default: today.")
    ] = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Say what all campaigns that are over changed together, small ones too."""
    from unchurn.cli import campaign as body

    return lambda _: body.campaign_together(project, as_of), body.show_together
