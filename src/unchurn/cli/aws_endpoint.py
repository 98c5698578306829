"""``unchurn aws endpoint``: what deploy, status, rollback, invoke, parameters and delete do."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.aws.registry import DynamoRegistry
from unchurn.cli.session import Outcome
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.aws.endpoint.moving import Mover

Document = dict[str, Any]
Place = tuple[str, str]
"""What the flags --stack and --region say."""
CHAMPION = "champion"


@dataclass(frozen=True)
class Opened:
    """A project, its deployment, and the ways in."""

    project: Project
    deployment: Deployment
    clients: Clients

    @property
    def registry(self) -> DynamoRegistry:
        """The registry of the deployment, wherever the project keeps its own."""
        return DynamoRegistry(self.clients, self.deployment.registry_table)


def run_deploy(
    folder: Path, place: Place, version: str, watched: bool, progress: Progress
) -> Outcome:
    """Deploy the endpoint with the champion, or with a version that becomes it.

    Without `watched` no alarm puts it back. Raises `ConfigError` for a version that is neither a number nor ``champion``.
    """
    from unchurn.aws.endpoint.settings import takeover_words

    number = _number(version)
    opened = _open(folder, place)
    if watched:
        progress.note(takeover_words(opened.project.endpoint))
    moves = replace(mover(opened, progress), watched=watched)
    return Outcome(moves.deploy(number).document())


def run_rollback(folder: Path, place: Place, progress: Progress) -> Outcome:
    """Put the previous champion back, in the registry and behind the endpoint."""
    moved = mover(_open(folder, place), progress).roll_back(needed=True)
    return Outcome(moved.document())


def run_status(folder: Path, place: Place) -> Outcome:
    """Say how the endpoint stands."""
    from unchurn.aws.endpoint.state import read_state

    opened = _open(folder, place)
    state = read_state(opened.clients, opened.deployment, opened.registry)
    return Outcome(state.document())


def run_invoke(
    folder: Path,
    place: Place,
    payload: tuple[str, str, str],
    as_json: bool,
    progress: Progress,
) -> Outcome:
    """Send a file, or one customer of a table, to the endpoint.

    `payload` is what --data, --customer and --reasons say.
    """
    from unchurn.aws.endpoint.invocation import JSON, ask
    from unchurn.cli.payloads import answered_as, read_payload

    data, customer, reasons = payload
    opened = _open(folder, place)
    sent = read_payload(opened.project, data, customer, progress)
    accept = JSON if as_json or customer else answered_as(sent[1])
    parameters = f"reasons={reasons}" if reasons else ""
    with progress.task("ask the endpoint"):
        answer = ask(opened.clients, opened.deployment, opened.registry, sent, accept, parameters)
    progress.note(answer.words)
    return Outcome(answer.document())


def run_parameters(folder: Path, place: Place, run: str) -> Outcome:
    """Give the parameters of the endpoint's template for a run's model, the champion's if none."""
    from unchurn.aws.endpoint.parameters import endpoint_values

    opened = _open(folder, place)
    if not run:
        champion = opened.registry.alias("champion")
        if champion is None:
            raise ConfigError("There is no champion.", "Train one with: unchurn aws train")
        run = opened.registry.get(champion).entry.run_id
    return Outcome({"Parameters": endpoint_values(opened.clients, opened.deployment, run)})


def run_delete(folder: Path, place: Place, yes: bool, progress: Progress) -> Outcome:
    """Delete the endpoint. Raises `ConfigError` when it is not confirmed."""
    from unchurn.aws.endpoint.removing import delete_endpoint

    opened = _open(folder, place)
    if not yes:
        raise ConfigError(
            f"Nothing was deleted: the endpoint of {opened.deployment.stack!r} may be in use.",
            "Add --yes. Models and registry stay, and unchurn aws endpoint deploy makes it anew.",
        )
    gone = delete_endpoint(opened.clients, opened.deployment, progress)
    return Outcome({"schema_version": 1, "stack": opened.deployment.stack, "deleted": gone})


def open_deployment(project: Project, place: Place = ("", "")) -> Opened:
    """Open the deployment of a project. Raises `ConfigError` without boto3 or a region."""
    deployment = make_deployment(project, Named(stack=place[0], region=place[1]))
    return Opened(project, deployment, Clients.of(deployment.region))


def _open(folder: Path, place: Place) -> Opened:
    return open_deployment(Project.load(folder), place)


def mover(opened: Opened, progress: Progress) -> Mover:
    """Return what moves the champion of a deployment, and its endpoint with it."""
    from unchurn.aws.endpoint.moving import Mover
    from unchurn.aws.model_store import AwsModelStore
    from unchurn.cli.wiring import loads
    from unchurn.registry import current_user

    cache = opened.project.root / "registry"
    store = AwsModelStore(opened.clients, opened.deployment.registry_table, cache)
    return Mover(
        opened.clients, opened.deployment, opened.registry, current_user(), loads(store), progress
    )


def _number(version: str) -> int | None:
    if version == CHAMPION:
        return None
    if not (version.isascii() and version.isdigit() and int(version)):
        raise ConfigError(
            f"--version is {version!r}; it must be the number of a version, or {CHAMPION}.",
            "Look with: unchurn registry list",
        )
    return int(version)


def show_moved(document: Document, console: Console) -> None:
    """Print who is champion, and what the endpoint serves."""
    console.print(document["words"], markup=False)
    endpoint = document["endpoint"]
    if endpoint:
        console.print(
            f"The endpoint {endpoint['endpoint']} serves version {endpoint['version']} "
            f"({endpoint['action']}): {endpoint['status']}, {endpoint['config']}, "
            f"{endpoint['model']}.",
            markup=False,
        )


def show_status(document: Document, console: Console) -> None:
    """Print what serves, its alarms, and what failed lately."""
    console.print(document["words"], markup=False)
    if document["endpoint"]:
        console.print(f"Endpoint {document['endpoint']}: {document['status']}", markup=False)
        console.print(f"  configuration {document['config']}", markup=False)
        console.print(f"  model {document['model']}", markup=False)
    for name, state in document["alarms"].items():
        console.print(f"  alarm {name}: {state}", markup=False)
    if document["failure"]:
        console.print(f"  {document['failure']}", markup=False)
    if document["stack_status"]:
        console.print(f"Stack {document['stack']}: {document['stack_status']}", markup=False)
    for each in document["failures"]:
        console.print(f"  {each['at']} {each['resource']}: {each['reason']}", markup=False)


def show_invoke(document: Document, console: Console) -> None:
    """Print the answer as it came."""
    answer = document["answer"]
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=1)
    console.print(text.rstrip("\r\n"), markup=False)


def show_parameters(document: Document, console: Console) -> None:
    """Print the template configuration that CloudFormation takes."""
    console.print(json.dumps(document, indent=2), markup=False)


def show_delete(document: Document, console: Console) -> None:
    """Print what became of it."""
    told = "The endpoint is deleted." if document["deleted"] else "There was no endpoint."
    console.print(told, markup=False)
