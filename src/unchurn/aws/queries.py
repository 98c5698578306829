"""Which tables of [data] are Athena's, so that the machines ask for them, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping

from unchurn.aws.athena import parse_address
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.athena_address import SCHEME


def queried(project: Project) -> dict[str, str]:
    """Return the addresses of Athena under [data], by key: train, score.

    A history has none: its tables are brought to the bucket from wherever they are.
    """
    named = {"train": project.data.train, "score": project.data.score}
    found = {key: each for key, each in named.items() if each.startswith(SCHEME)}
    return {} if project.asks_history else found


def check_queries(project: Project, values: Mapping[str, str]) -> None:
    """Raise `ConfigError` for a query that the machines could not ask, or would ask in vain.

    `values` are those of a deployment, by the names of the templates' parameters.
    """
    ours, found = f"{values['StackName']}-db", queried(project)
    reads_more = project.aws.query_policy or values["WorkflowExecutionRole"]
    for key, location in found.items():
        database = parse_address(location).database
        if database.lower() not in ("", ours) and not reads_more:
            raise ConfigError(
                f"[data] {key} is of the database {database!r}, and on AWS the state machines may "
                f"read {ours!r} alone.",
                "Name a policy that lets them read its tables and their objects: [aws] "
                "query_policy in churn.toml. The how-to of AWS shows one.",
            )
