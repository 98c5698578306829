"""The stacks: small CloudFormation templates, wired by name.

A parameter is filled from the deployment's own values or from the output of an earlier stack that
has its name, and nothing else. Every name of a resource derives from `StackName`, so that a role
can be scoped to what does not exist yet.
"""

from __future__ import annotations

from pathlib import Path

STACKS = (
    "storage",
    "alarms",
    "registry",
    "roles",
    "build",
    "training",
    "inference",
    "effect",
    "captured",
    "schedules",
)
"""Names of the templates in the order of deployment: each needs only those before it."""
ON_REQUEST = ("delivery", "deploy-model")
"""Templates deployed when they are asked for, after the others: the pipeline, the endpoint."""
FOLDER = Path(__file__).parent
