"""``unchurn aws endpoint``: deploy, status, rollback, invoke, parameters, delete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import AsJson, Flags, ProjectDir, Quiet, Verbose
from unchurn.cli.session import serve_verb

HERE = Path()
Stack = Annotated[str, typer.Option(help="Name of the deployment; default: .env, churn.toml.")]
Region = Annotated[str, typer.Option(help="AWS region; default: .env, churn.toml, AWS_REGION.")]

endpoint = typer.Typer(
    help="Deploy the champion behind a live endpoint, ask it, put it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@endpoint.command()
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
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Bring the endpoint to the champion, carefully; make it where there is none."""
    from unchurn.cli import aws_endpoint as body

    serve_verb(
        lambda progress: body.run_deploy(
            project, (stack, region), version, not unwatched, progress
        ),
        body.show_moved,
        Flags(json, quiet, verbose),
    )


@endpoint.command()
def status(
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say which version serves, whether it is the champion, and which alarms ring."""
    from unchurn.cli import aws_endpoint as body

    serve_verb(
        lambda _: body.run_status(project, (stack, region)),
        body.show_status,
        Flags(json, quiet, verbose),
    )


@endpoint.command()
def rollback(
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Put the previous champion back, in the registry and behind the endpoint, at once."""
    from unchurn.cli import aws_endpoint as body

    serve_verb(
        lambda progress: body.run_rollback(project, (stack, region), progress),
        body.show_moved,
        Flags(json, quiet, verbose),
    )


@endpoint.command()
def invoke(
    data: Annotated[
        str, typer.Option(help="File to send, .csv, .json, .jsonl or .parquet; a table's with id.")
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
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Send customers to the endpoint, and print its answer."""
    from unchurn.cli import aws_endpoint as body

    payload = (data, customer, reasons)
    serve_verb(
        lambda progress: body.run_invoke(project, (stack, region), payload, json, progress),
        body.show_invoke,
        Flags(json, quiet, verbose),
    )


@endpoint.command()
def parameters(
    run: Annotated[
        str, typer.Option("--run", metavar="ID", help="A training; default: the champion's.")
    ] = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Print the endpoint's parameters as CloudFormation takes them from a file."""
    from unchurn.cli import aws_endpoint as body

    serve_verb(
        lambda _: body.run_parameters(project, (stack, region), run),
        body.show_parameters,
        Flags(json, quiet, verbose),
    )


@endpoint.command()
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="It is meant.")] = False,
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Delete the endpoint, which is billed by the hour; models and registry stay."""
    from unchurn.cli import aws_endpoint as body

    serve_verb(
        lambda progress: body.run_delete(project, (stack, region), yes, progress),
        body.show_delete,
        Flags(json, quiet, verbose),
    )
