"""``unchurn registry``: list, show, promote, rollback, verify, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import ProjectDir
from unchurn.cli.verb import Verb, verb

HERE = Path()
Number = Annotated[int, typer.Argument(metavar="VERSION", help="A registered version.", min=1)]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit.")]

registry = typer.Typer(
    help="List, show, promote, roll back, verify and restore registered models.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@verb(registry, "list")
def list_versions(
    project: ProjectDir = HERE,
) -> Verb:
    """List every version, newest first."""
    from unchurn.cli import registry as body

    return lambda _: body.registry_list(project), body.show_list


@verb(registry)
def show(
    version: Number,
    project: ProjectDir = HERE,
) -> Verb:
    """Show one version: metrics, hashes, lineage, promotions."""
    from unchurn.cli import registry as body

    return lambda _: body.registry_show(project, version), body.show_version


@verb(registry)
def promote(
    version: Number,
    reason: Why = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Make a version the champion; refused unless it loads and scores."""
    from unchurn.cli import registry as body

    return (
        lambda progress: body.registry_promote(project, version, reason, progress),
        body.show_change,
    )


@verb(registry)
def rollback(
    project: ProjectDir = HERE,
) -> Verb:
    """Put the previous champion back."""
    from unchurn.cli import registry as body

    return lambda progress: body.registry_rollback(project, progress), body.show_change


@verb(registry)
def verify(
    project: ProjectDir = HERE,
) -> Verb:
    """Check rows against their checksums, and every version's files against their hashes."""
    from unchurn.cli import registry as body

    return lambda _: body.registry_verify(project), body.show_verify


@verb(registry)
def restore(
    project: ProjectDir = HERE,
) -> Verb:
    """Put the kept copy in the place of a registry that is damaged or gone."""
    from unchurn.cli import registry as body

    return lambda _: body.registry_restore(project), body.show_restored
