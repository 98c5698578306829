"""What a project's churn.toml chooses to keep elsewhere, brought to where the pipeline reads.

The pipeline knows folders and a registry; only here is it decided which.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from unchurn.campaigns import CampaignLedger, Ledger
from unchurn.errors import ArtefactError, ConfigError
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.registry import Check, LocalModelStore, ModelStore, Record

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_KNOWN = "s3://bucket/prefix, athena://database/table, or a path on this machine"


def open_model_store(project: Project) -> ModelStore:
    """Open the project's registry, and the way to its versions' files, by [registry] kind.

    Raises `ConfigError` when the registry is on AWS, and boto3 or a region is missing.
    """
    if project.registry.kind == "sqlite":
        return LocalModelStore(project.root)
    from unchurn.aws.clients import Clients
    from unchurn.aws.deployment import make_deployment
    from unchurn.aws.model_store import AwsModelStore

    deployment = make_deployment(project)
    clients = Clients.of(deployment.region)
    return AwsModelStore(clients, deployment.registry_table, project.root / "registry")


def open_ledger(project: Project) -> Ledger:
    """Open the project's ledger of campaigns, beside its registry, by [registry] kind.

    Raises `ConfigError` as `open_model_store` does.
    """
    if project.registry.kind == "sqlite":
        return CampaignLedger(project.root)
    from unchurn.aws.clients import Clients
    from unchurn.aws.deployment import make_deployment
    from unchurn.aws.journal import ledger_of

    deployment = make_deployment(project)
    return ledger_of(Clients.of(deployment.region), deployment)


def loads(store: ModelStore) -> Check:
    """Return what brings a version's bundle, loads it and scores with it."""

    def check(record: Record) -> None:
        bundle = store.check(record)
        from unchurn.modelling.scoring.load_check import check_loads

        check_loads(bundle)

    return check


def loaded(project: Project | Path) -> Project:
    """Return a project, read from its folder unless it has been."""
    return project if isinstance(project, Project) else Project.load(project)


def is_address(location: str) -> bool:
    """Tell whether a location is an address (s3://…) and no path."""
    return _SCHEME.match(location) is not None


def here(location: str, project: Project, progress: Progress) -> str:
    """Return a location that this machine can open: itself, or what it stands for.

    That is a folder for an address, and a file that goes at the end for ``-``, standard input.

    Raises `ConfigError` for an address of an unknown kind or with nothing behind it, `DataError`
    when what is behind it cannot be read as a table.
    """
    if location == "-":
        return _spooled()
    scheme = _SCHEME.match(location)
    if not scheme:
        return location
    if scheme[1] not in ("s3", "athena"):
        raise ConfigError(
            f"{location!r} is an address of a kind that is not known: {scheme[0]}",
            f"Name {_KNOWN}.",
        )
    from unchurn.aws.clients import Clients
    from unchurn.aws.deployment import make_deployment
    from unchurn.aws.sources import Sources

    deployment = make_deployment(project)
    folder = project.root / "sources"
    sources = Sources(Clients.of(deployment.region), deployment.stack, folder, progress)
    return str(sources.fetch(location))


def _spooled() -> str:
    """Keep what comes on standard input in a file of this user's alone until the command ends.

    A table is read several times, and nothing can be read from a pipe twice.
    """
    given = standard_input()
    handle, name = tempfile.mkstemp(prefix="standard-input-")
    atexit.register(Path(name).unlink, missing_ok=True)
    try:
        with open(handle, "wb") as kept:  # noqa: PTH123 - an open handle
            shutil.copyfileobj(given, kept, 1 << 20)
    except OSError as error:
        raise ArtefactError(
            f"The table on standard input could not be kept in {name}: {error.strerror or error}.",
            "Free some space, or set TMPDIR to a folder that has more.",
        ) from error
    return name


def standard_input() -> BinaryIO:
    """Return the bytes on standard input. Raises `ConfigError` where it is closed."""
    if sys.stdin is None:
        raise ConfigError("--data - is standard input, which is closed.", "Name a file instead.")
    return sys.stdin.buffer


def refuse_replacing_input(out: Path) -> None:
    """Raise `ConfigError` where a list, or its rejects, would replace the file on standard input."""
    from unchurn.tables.output import rejects_path

    read = os.fstat(standard_input().fileno())
    for each in (out, rejects_path(out)):
        if each.is_file() and os.path.samestat(each.stat(), read):
            raise ConfigError(
                f"{each} is the file on standard input: the list, or its rejects, would replace it.",
                "Give the list another name.",
            )


def with_tables_here(project: Project, progress: Progress) -> Project:
    """Return the project with tables to learn from that this machine can open; raises as `here`.

    Those are [data] train and every table of [history].
    """

    def brought(location: str) -> str:
        if not is_address(location):
            return location
        found = Path(here(location, project, progress))
        # A run is named by its configuration: the project may lie anywhere and be the same.
        near = found.relative_to(project.folder) if found.is_relative_to(project.folder) else found
        return str(near)

    data = replace(project.data, train=brought(project.data.train))
    history = project.history.moved(lambda _, location: brought(location))
    return replace(project, data=data, history=history)


def customers_to_upload(
    given: str | None, configured: str, project: Project, progress: Progress
) -> tuple[Project, str]:
    """Choose the table that goes to AWS, and bring it here where it is at another address.

    That of a flag is relative to where the user is, `configured` to churn.toml. Without a flag the
    customers of a history are `HISTORY`, of the project as it is returned, and those of a query of
    Athena stay where they are, for the machine to ask: "". Raises as `here`.
    """
    from unchurn.aws.athena import parse_address
    from unchurn.aws.queries import queried
    from unchurn.aws.uploads import HISTORY

    if project.asks_history and given is None:
        return with_tables_here(project, progress), HISTORY
    chosen = configured if given is None else given
    if given is None and chosen in queried(project).values():
        parse_address(chosen)
        return project, ""
    if is_address(chosen):
        return project, here(chosen, project, progress)
    return project, str(Path(chosen).absolute()) if given else chosen
