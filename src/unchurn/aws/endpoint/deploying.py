"""One version brought to the endpoint: its stack changed, and what is live then looked at."""

from __future__ import annotations

from dataclasses import dataclass

from unchurn.aws.change_sets import Applied, apply_template
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.endpoint.alarms import require_quiet
from unchurn.aws.endpoint.live import LONGEST, Live, read_live, wait_for_live
from unchurn.aws.endpoint.parameters import TEMPLATE, endpoint_values, standing_values
from unchurn.aws.endpoint.takeover import new_fleet
from unchurn.aws.failure import AwsError, asking_aws, code_of
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.stack_state import wait_for_stack
from unchurn.aws.templates import read_template
from unchurn.errors import ConfigError
from unchurn.progress import Progress, Task

_ATTEMPTS = 10
"""How often a change of the stack is tried when others change it too."""
_OVERTAKEN = ("ChangeSetNotFound", "InvalidChangeSetStatus")
_BUSY = ("_IN_PROGRESS state", "OBSOLETE", "in-progress endpoint")


@dataclass(frozen=True)
class Served:
    """A version that serves. `action` is created, updated, recovered or unchanged."""

    version: int
    live: Live
    action: str


def require_servable(
    clients: Clients,
    deployment: Deployment,
    registry: DynamoRegistry,
    version: int,
    progress: Progress,
    watched: bool,
) -> None:
    """Make sure that the endpoint can serve a version, before anything is changed.

    Raises `ConfigError` where it cannot; and `AwsError` where it is to be `watched` by alarms that
    ring already.
    """
    model = _model_name(registry, version)
    wanted = endpoint_values(clients, deployment, registry.get(version).entry.run_id)
    _require_model(clients, model, deployment)
    standing = standing_values(clients, deployment)
    on_instances = wanted["Serverless"] == "false"
    if watched and standing and on_instances and new_fleet(wanted, standing):
        require_quiet(clients, deployment, progress)


def deploy_version(
    clients: Clients,
    deployment: Deployment,
    registry: DynamoRegistry,
    version: int,
    progress: Progress,
    guarded: bool = True,
) -> Served:
    """Deploy the endpoint with a version, wait until it is stable, and make sure that it is live.

    With `guarded` false the new fleet takes over without being watched. Raises `ConfigError` for a
    version that cannot be served there, and `AwsError` with AWS's reasons when the version is not
    what the endpoint serves in the end.
    """
    model, run = _model_name(registry, version), registry.get(version).entry.run_id
    try:
        with progress.task(f"endpoint: version {version}") as task:
            applied = _apply(clients, deployment, run, guarded, task)
            live = wait_for_live(clients, deployment)
            if live is not None and live.model != model and applied.action == "unchanged":
                live = _bring_back(clients, deployment, live, applied, progress)
    except KeyboardInterrupt:
        progress.note("It goes on in AWS. Look at it with: unchurn aws endpoint status")
        raise
    if live is None or live.model != model or live.status != "InService":
        raise _another(version, model, live)
    progress.note(f"{applied.stack}: {applied.action}, live is {live.config} with {live.model}")
    return Served(version, live, applied.action)


def _apply(
    clients: Clients, deployment: Deployment, run: str, guarded: bool, task: Task
) -> Applied:
    """Change the stack; where somebody else does at the same time, after them."""
    template, stack = read_template(TEMPLATE), deployment.stack_name(TEMPLATE)

    def look() -> None:
        live = read_live(clients, deployment)
        if live is not None:
            task.say(live.status)

    for attempt in range(1, _ATTEMPTS + 1):
        wait_for_stack(clients, stack, LONGEST, look)
        values = endpoint_values(clients, deployment, run, guarded)
        try:
            return apply_template(clients, template, stack, values, LONGEST, look)
        except AwsError as error:
            if attempt == _ATTEMPTS or not _crossed(error):
                raise
            task.say("somebody else changes it")
    raise AssertionError("the last attempt returns or raises")


def _bring_back(
    clients: Clients, deployment: Deployment, live: Live, applied: Applied, progress: Progress
) -> Live | None:
    """Undo what was done to the endpoint past its stack, which knows nothing of it."""
    progress.note(f"{live.name} was changed by hand to {live.config}: bringing it back.")
    with asking_aws(f"bring the endpoint {live.name} back"):
        clients.client("sagemaker").update_endpoint(
            EndpointName=live.name, EndpointConfigName=applied.outputs["EndpointConfigName"]
        )
    return wait_for_live(clients, deployment)


def _crossed(error: AwsError) -> bool:
    """Tell whether it failed because somebody else changed the stack at the same time."""
    from botocore.exceptions import ClientError

    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return False
    return code_of(cause).startswith(_OVERTAKEN) or any(words in str(cause) for words in _BUSY)


def _model_name(registry: DynamoRegistry, version: int) -> str:
    name = registry.model_name(version)
    if not name:
        raise ConfigError(
            f"Version {version} was not trained on AWS: SageMaker has no model of it to serve.",
            "Name another with --version, or train one with: unchurn aws train",
        )
    return name


def _require_model(clients: Clients, name: str, deployment: Deployment) -> None:
    from botocore.exceptions import ClientError

    with asking_aws(f"look at the model {name}"):
        try:
            found = clients.client("sagemaker").describe_model(ModelName=name)
        except ClientError as error:
            if "Could not find" not in str(error):
                raise
            raise ConfigError(
                f"SageMaker has no model {name!r} any more.",
                "Deploy another version, or train again with: unchurn aws train",
            ) from error
    if deployment.values["Serverless"] == "true" and found.get("EnableNetworkIsolation"):
        raise ConfigError(
            f"The model {name!r} is kept off the network, and SageMaker serves no such model "
            "without instances.",
            "Deploy the stack with [endpoint] serverless = true (unchurn aws deploy), train again, "
            "then deploy the endpoint.",
        )


def _another(version: int, model: str, live: Live | None) -> AwsError:
    if live is None:
        return AwsError(
            f"Version {version} is not served: there is no endpoint.",
            "Look with: unchurn aws endpoint status — then deploy again.",
        )
    why = f" {live.failure}" if live.failure else ""
    return AwsError(
        f"Version {version} is not what the endpoint serves: it is {live.status} with the "
        f"configuration {live.config}, whose model is {live.model or 'gone'}, not {model}.{why}",
        "Look with: unchurn aws endpoint status — then deploy again.",
    )
