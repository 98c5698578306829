"""Every type of resource that the rehearsal can make. Any other is refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from rehearsal.cfn.custom import custom_type, is_custom
from rehearsal.cfn.inert_types import inert_type, inert_types
from rehearsal.cfn.resource_type import ResourceType


class _Types(Mapping[str, ResourceType]):
    """The types by name; those whose name a template makes up are found too, and not counted.

    Those that are only kept are made when they are asked for.
    """

    def __init__(self, known: Mapping[str, ResourceType]) -> None:
        self._known, self._kept = known, inert_types()

    def __getitem__(self, name: str) -> ResourceType:
        if is_custom(name):
            return custom_type(name)
        return inert_type(name) if name in self._kept else self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._known, **self._kept})

    def __len__(self) -> int:
        return len({**self._known, **self._kept})


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
        function_urls,
        function_versions,
        functions,
        glue,
        iam,
        iam_users,
        keys_and_secrets,
        logs,
        macros,
        moto_models,
        nested,
        one_call_types,
        repositories,
        sagemaker,
        scaling,
        scheduler,
        servers,
        sns,
        sqs,
        state_machines,
        storage,
        wait_conditions,
        watching,
    )

    modules = (
        athena, one_call_types, codebuild, codepipeline, dynamodb, ecr, event_sources, events,
        function_urls, function_versions, functions, glue, iam, iam_users, keys_and_secrets, logs, macros,
        moto_models, nested, repositories, sagemaker, scaling, scheduler, servers, sns, sqs, state_machines, storage,
        wait_conditions, watching,
    )  # fmt: skip
    return _Types({kind.name: kind for module in modules for kind in module.TYPES})
