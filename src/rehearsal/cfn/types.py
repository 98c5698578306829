"""Every type of resource that the rehearsal can make. Any other is refused by name."""

from __future__ import annotations

from functools import cache

from rehearsal.cfn.resource_type import ResourceType


def find_type(name: str) -> ResourceType | None:
    """Return a type by name, None for one that is not rehearsed."""
    from rehearsal.cfn.custom import custom_type, is_custom

    return custom_type(name) if is_custom(name) else resource_types().get(name)


@cache
def resource_types() -> dict[str, ResourceType]:
    """Return the types by name."""
    from rehearsal.cfn import (
        athena,
        codebuild,
        codepipeline,
        dynamodb,
        ecr,
        event_sources,
        events,
        functions,
        glue,
        iam,
        logs,
        placeholders,
        repositories,
        sagemaker,
        scaling,
        scheduler,
        sns,
        sqs,
        state_machines,
        storage,
        watching,
    )

    modules = (
        athena, codebuild, codepipeline, dynamodb, ecr, event_sources, events, functions, glue,
        iam, logs, placeholders, repositories, sagemaker, scaling, scheduler, sns, sqs, state_machines, storage,
        watching,
    )  # fmt: skip
    return {kind.name: kind for module in modules for kind in module.TYPES}
