"""``unchurn aws endpoint``: deploy, status, rollback, invoke, parameters, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import Flags, ProjectDir, Region, Stack
from unchurn.cli.verb import Verb, verb

HERE = Path()

endpoint = typer.Typer(
    help="Deploy the champion behind a live endpoint, ask it, put it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@verb(endpoint)
def deploy(
    version: Annotated[
        str, typer.Option(metavar="N", help="A version, which becomes the champion; or champion.")
    ] = "champion",
    unwatched: Annotated[
        bool, typer.Option("--unwatched", help="Take over at once; no alarm puts it back.")
    ] = False,
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Bring the endpoint to the champion, carefully; make it where there is none."""
    from unchurn.cli import aws_endpoint as body

    return (
        lambda progress: body.run_deploy(
            project, (stack, region), version, not unwatched, progress
        ),
        body.show_moved,
    )


@verb(endpoint)
def status(
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Say which version serves, whether it is the champion, and which alarms ring."""
    from unchurn.cli import aws_endpoint as body

    return (
        lambda _: body.run_status(project, (stack, region)),
        body.show_status,
    )


@verb(endpoint)
def rollback(
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Put the previous champion back, in the registry and behind the endpoint, at once."""
    from unchurn.cli import aws_endpoint as body

    return (
        lambda progress: body.run_rollback(project, (stack, region), progress),
        body.show_moved,
    )


@verb(endpoint)
def invoke(
    data: Annotated[
        str,
        typer.Option(
            help="File to send, .csv, .json, .jsonl or .parquet; any table with --customer."
        ),
    ] = "",
    customer: Annotated[
        str, typer.Option(metavar="ID", help="Only this customer of the table.")
    ] = "",
    reasons: Annotated[
        str, typer.Option(metavar="WHO", help="all, none, policy, or the riskiest N.")
    ] = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Send customers to the endpoint, and print its answer."""
    from unchurn.cli import aws_endpoint as body

    payload = (data, customer, reasons)
    return (
        lambda progress: body.run_invoke(project, (stack, region), payload, flags.json, progress),
        body.show_invoke,
    )


@verb(endpoint)
def parameters(
    run: Annotated[
        str, typer.Option("--run", metavar="ID", help="A training; default: the champion's.")
    ] = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Print the endpoint's parameters as CloudFormation takes them from a file."""
    from unchurn.cli import aws_endpoint as body

    return (
        lambda _: body.run_parameters(project, (stack, region), run),
        body.show_parameters,
    )


@verb(endpoint)
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="It is meant.")] = False,
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Delete the endpoint, which is billed by the hour; models and registry stay."""
    from unchurn.cli import aws_endpoint as body

    return (
        lambda progress: body.run_delete(project, (stack, region), yes, progress),
        body.show_delete,
    )
