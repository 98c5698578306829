"""``unchurn aws destroy``: say what will go, ask, and say what is left."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.cli.session import Outcome
from unchurn.errors import ConfigError, listing
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.aws.destroy import Standing

Document = dict[str, Any]


def run_destroy(
    folder: Path, place: tuple[str, str, str], yes: bool, delete_data: bool, progress: Progress
) -> Outcome:
    """Destroy a deployment. Raises `ConfigError` when it is not confirmed."""
    from unchurn.aws.destroy import destroy, stand

    deployment = make_deployment(Project.load(folder), Named(*place))
    clients = Clients.of(deployment.region)
    with progress.task("look at what is there"):
        standing = stand(clients, deployment)
    if not yes:
        _ask(deployment, standing, delete_data, progress)
    return Outcome(destroy(clients, deployment, standing, delete_data, progress))


def _ask(deployment: Deployment, standing: Standing, delete_data: bool, progress: Progress) -> None:
    from unchurn.aws.destroy import OURS

    for thing in standing.found.things:
        if thing.kind == "bucket" and delete_data and not standing.own_bucket:
            progress.note(
                f"will go from your bucket {thing.name}: what lies below "
                f"{listing([*OURS, standing.handed_on], 20)}, whoever put it there, but for what you "
                "put into a campaign's folder"
            )
        elif thing.kind != "bucket" or delete_data:
            detail = f" ({thing.detail})" if thing.detail else ""
            progress.note(f"will go: {thing.kind} {thing.name}{detail}")
    if not sys.stdin.isatty():
        raise ConfigError(
            f"Nothing was deleted: nobody is there to confirm that {deployment.stack!r} may go.",
            "Add --yes.",
        )
    sys.stderr.write(f"Type {deployment.stack} to delete all of this: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != deployment.stack:
        raise ConfigError(
            "Nothing was deleted: the name was not typed.", "Try again, or add --yes."
        )


def show_destroy(document: Document, console: Console) -> None:
    """Print what went, where the registry was exported to, and what is left."""
    console.print(f"{len(document['gone'])} things are gone.", markup=False)
    if document["registry_export"]:
        console.print(f"The registry: {document['registry_export']}", markup=False)
    console.print("Left:" if document["left"] else "AWS knows of nothing that is left.")
    for each in document["left"]:
        detail = f" ({each['detail']})" if each["detail"] else ""
        console.print(f"  {each['kind']} {each['name']}{detail}", markup=False)
    console.print(document["note"], markup=False)
