"""What a deployment would be: every resource, every permission, every cost. Asks nobody.

Only `planned_changes` talks to AWS, where there are credentials and something is deployed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from unchurn.aws.adoption import adopt
from unchurn.aws.bundles import Bundles
from unchurn.aws.change_sets import discard, make_change_set
from unchurn.aws.clients import Clients
from unchurn.aws.costs import Costs, estimate
from unchurn.aws.deployment import Deployment, wire
from unchurn.aws.endpoint.parameters import TEMPLATE as ENDPOINT
from unchurn.aws.failure import asking_aws
from unchurn.aws.permissions import Permission, read_permissions
from unchurn.aws.resolve import Resolver, name_of
from unchurn.aws.stack_state import read_stack
from unchurn.aws.templates import Template, read_template


@dataclass(frozen=True)
class Resource:
    """One thing that a stack makes. `kept` tells that deleting the stack leaves it."""

    stack: str
    id: str
    kind: str
    name: str
    kept: bool


@dataclass(frozen=True)
class Plan:
    """A deployment, laid out before anything is done."""

    deployment: Deployment
    bundles: Bundles
    resources: tuple[Resource, ...]
    permissions: tuple[Permission, ...]
    costs: Costs
    endpoint: tuple[Resource, ...]
    """What `unchurn aws endpoint deploy` would make besides."""

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws plan --json``."""
        return {
            "schema_version": 1,
            "stack": self.deployment.stack,
            "region": self.deployment.region,
            "parameters": dict(self.deployment.values),
            "code": sorted(self.bundles.files),
            "resources": [asdict(each) for each in self.resources],
            "permissions": [asdict(each) for each in self.permissions],
            "endpoint": [asdict(each) for each in self.endpoint],
            "costs": self.costs.document(),
        }


def make_plan(deployment: Deployment, bundles: Bundles, templates: tuple[Template, ...]) -> Plan:
    """Work out the templates with the deployment's values. Makes no call."""
    deployment = deployment.with_values(bundles.values)
    resources: list[Resource] = []
    permissions: list[Permission] = []
    outputs: dict[str, str] = {}
    alarms = 0
    for template in templates:
        values = wire(template, deployment.values, outputs)
        resolver = Resolver(template, values, deployment.region)
        resources += _resources(deployment.stack_name(template.name), resolver)
        permissions += read_permissions(resolver)
        alarms += alarm_metrics(resolver)
        outputs |= resolver.outputs()
    keys = sum(each.kind == "AWS::KMS::Key" for each in resources)
    costs = estimate(deployment, alarms, keys)
    endpoint = tuple(_endpoint_resources(deployment, outputs))
    return Plan(deployment, bundles, tuple(resources), tuple(permissions), costs, endpoint)


def alarm_metrics(resolver: Resolver) -> int:
    """Count the metrics that the alarms of a template listen to: each is paid for."""
    made = (body for body in resolver.made().values() if body["Type"] == "AWS::CloudWatch::Alarm")
    several = (body["Properties"].get("Metrics", [{"MetricStat": ""}]) for body in made)
    return sum("MetricStat" in each for metrics in several for each in metrics)


def reachable(region: str) -> Clients | None:
    """Return clients where there are credentials that AWS accepts at once, else None.

    Planning must work on a machine that knows neither: whatever is missing means no comparison.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return None
    try:
        session = boto3.session.Session()
        chosen = region or session.region_name
        if not chosen or session.get_credentials() is None:
            return None
        patience = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 1})
        session.client("sts", region_name=chosen, config=patience).get_caller_identity()
    except (BotoCoreError, ClientError):
        return None
    return Clients(chosen)


def planned_changes(
    clients: Clients, deployment: Deployment, templates: tuple[Template, ...]
) -> list[str] | None:
    """Say in words what a deploy would change; None where nothing is deployed yet.

    Change sets are made, read and thrown away. A stack that is missing is told as such; stacks
    after it are judged by the outputs there are.
    """
    told: list[str] = []
    outputs: dict[str, str] = {}
    found = 0
    deployment = adopt(clients, deployment)
    with asking_aws("compare with what is deployed"):
        for template in templates:
            stack = deployment.stack_name(template.name)
            plain = read_stack(clients, stack)
            if plain is None:
                told.append(f"{stack}: would be created")
                continue
            found += 1
            told += _stack_changes(clients, deployment, template, stack, outputs)
            outputs |= {item["OutputKey"]: item["OutputValue"] for item in plain.get("Outputs", [])}
        endpoint = read_stack(clients, deployment.stack_name(ENDPOINT))
    if endpoint is not None:
        status = endpoint["StackStatus"]
        told.append(
            f"{endpoint['StackName']}: {status}; changed by unchurn aws endpoint deploy alone"
        )
    return told if found else None


def _stack_changes(
    clients: Clients,
    deployment: Deployment,
    template: Template,
    stack: str,
    outputs: Mapping[str, str],
) -> list[str]:
    values = wire(template, deployment.values, outputs)
    made = make_change_set(clients, template, stack, values, "UPDATE")
    if not made.id:
        return [f"{stack}: nothing to change"]
    discard(clients, made.id, stack)
    return [f"{stack}: {change.words}" for change in made.changes]


def _endpoint_resources(deployment: Deployment, outputs: Mapping[str, str]) -> Iterator[Resource]:
    values = {
        **{"InstanceType": deployment.values["EndpointInstanceType"]},
        **{"InstanceCount": deployment.values["EndpointInstanceCount"]},
    }
    known = {**outputs, **deployment.values, **values}
    resolver = Resolver(read_template(ENDPOINT), known, deployment.region)
    yield from _resources(deployment.stack_name(ENDPOINT), resolver)


def _resources(stack: str, resolver: Resolver) -> list[Resource]:
    return [
        Resource(
            stack,
            name,
            str(body["Type"]),
            name_of(resolver.resolve(body.get("Properties", {}))),
            body.get("DeletionPolicy", "Delete").startswith("Retain"),
        )
        for name, body in resolver.made().items()
    ]
