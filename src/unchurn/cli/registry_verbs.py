"""``unchurn registry``: list, show, promote, rollback, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import AsJson, Flags, ProjectDir, Quiet, Verbose
from unchurn.cli.session import serve_verb

HERE = Path()
Number = Annotated[int, typer.Argument(metavar="VERSION", help="A registered version.", min=1)]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit.")]

registry = typer.Typer(
    help="List, show, promote, roll back and verify registered models.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@registry.command("list")
def list_versions(
    project: ProjectDir = HERE, json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """List every version, newest first."""
    from unchurn.cli import registry as body

    serve_verb(lambda _: body.registry_list(project), body.show_list, Flags(json, quiet, verbose))


@registry.command()
def show(
    version: Number,
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show one version: metrics, hashes, lineage, promotions."""
    from unchurn.cli import registry as body

    flags = Flags(json, quiet, verbose)
    serve_verb(lambda _: body.registry_show(project, version), body.show_version, flags)


@registry.command()
def promote(
    version: Number,
    reason: Why = "",
    project: ProjectDir = HERE,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make a version the champion; refused unless it loads and scores."""
    from unchurn.cli import registry as body

    flags = Flags(json, quiet, verbose)
    serve_verb(
        lambda progress: body.registry_promote(project, version, reason, progress),
        body.show_change,
        flags,
    )


@registry.command()
def rollback(
    project: ProjectDir = HERE, json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Put the previous champion back."""
    from unchurn.cli import registry as body

    flags = Flags(json, quiet, verbose)
    serve_verb(lambda progress: body.registry_rollback(project, progress), body.show_change, flags)


@registry.command()
def verify(
    project: ProjectDir = HERE, json: AsJson = False, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Check every version's files against their hashes."""
    from unchurn.cli import registry as body

    serve_verb(
        lambda _: body.registry_verify(project), body.show_verify, Flags(json, quiet, verbose)
    )
