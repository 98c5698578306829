"""Every type of resource that the rehearsal can make. Any other is refused by name."""

from __future__ import annotations

from functools import cache

from rehearsal.cfn.resource_type import ResourceType


@cache
def resource_types() -> dict[str, ResourceType]:
    """Return the types by name."""
    from rehearsal.cfn import (
        athena,
        called,
        codebuild,
        codepipeline,
        dynamodb,
        ecr,
        events,
        function_versions,
        functions,
        glue,
        iam,
        iam_people,
        keeping,
        kept,
        logs,
        moto_models,
        nested,
        placeholders,
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
        athena, called, codebuild, codepipeline, dynamodb, ecr, events, function_versions,
        functions, glue, iam, iam_people, keeping, kept, logs, moto_models, nested, placeholders,
        sagemaker, scaling, scheduler, sns, sqs, state_machines, storage, watching,
    )  # fmt: skip
    return {kind.name: kind for module in modules for kind in module.TYPES}
