"""Every type of resource that the rehearsal can make. Any other is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from rehearsal.cfn.custom import custom_type, is_custom
from rehearsal.cfn.resource_type import ResourceType


class _Types(Mapping[str, ResourceType]):
    """The types by name; those whose name a template makes up are found too, and not counted."""

    def __init__(self, known: Mapping[str, ResourceType]) -> None:
        self._known = known

    def __getitem__(self, name: str) -> ResourceType:
        return custom_type(name) if is_custom(name) else self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """Return the types by name."""
    from rehearsal.cfn import (
        athena,
        codebuild,
        codepipeline,
        dynamodb,
        ecr,
        event_sources,
        events,
        function_versions,
        functions,
        glue,
        iam,
        iam_users,
        inert_types,
        keys_and_secrets,
        logs,
        moto_models,
        nested,
        one_call_types,
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
        athena, one_call_types, codebuild, codepipeline, dynamodb, ecr, event_sources, events,
        function_versions, functions, glue, iam, iam_users, keys_and_secrets, inert_types, logs, moto_models, nested,
        placeholders, repositories, sagemaker, scaling, scheduler, sns, sqs, state_machines, storage,
        watching,
    )  # fmt: skip
    return _Types({kind.name: kind for module in modules for kind in module.TYPES})
