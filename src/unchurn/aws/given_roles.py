"""Roles that are given instead of made: the environment's word first, then churn.toml's.

The names are the same in both: `workflow_execution_role`, `sagemaker_execution_role`, `glue_role`,
`lambda_role`, `model_registry_lambda_role`, `build_role`, `scheduler_role`. An empty one is made.
"""

from __future__ import annotations

import os
import re

from unchurn.errors import ConfigError
from unchurn.project.places import Aws

PARAMETERS = {
    "WorkflowExecutionRole": "workflow_execution_role",
    "SagemakerExecutionRole": "sagemaker_execution_role",
    "GlueExecutionRole": "glue_role",
    "LambdaExecutionRole": "lambda_role",
    "ModelRegistryLambdaRole": "model_registry_lambda_role",
    "BuildExecutionRole": "build_role",
    "SchedulerExecutionRole": "scheduler_role",
}
"""Parameters of the templates, and what the role is called in churn.toml and the environment."""
DEPLOY = "deploy_role"
"""Environment variable with the role that CloudFormation is to act as; a pipeline's build sets it."""
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/.+")


def given_roles(aws: Aws) -> dict[str, str]:
    """Return the templates' values for roles; empty where one is made.

    Raises `ConfigError` for what is no ARN of a role.
    """
    return {name: _given(key, getattr(aws, key)) for name, key in PARAMETERS.items()}


def deploy_role() -> str:
    """Return the ARN of the role that CloudFormation is to act as; empty for the caller's rights.

    Raises `ConfigError` for what is no ARN of a role.
    """
    return _given(DEPLOY, "")


def _given(key: str, configured: str) -> str:
    told = os.environ.get(key, "").strip()
    found = told or configured.strip()
    if found and not _ROLE.fullmatch(found):
        where = f"the environment variable {key}" if told else f"[aws] {key} in churn.toml"
        raise ConfigError(
            f"The {key} of the deployment is {found!r}; it must be "
            "arn:aws:iam::<account>:role/<name>.",
            f"Change {where}, or leave it empty.",
        )
    return found
