"""What the real service refuses and moto lets pass: lengths, patterns and ranges of a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_DAY = 86_400
_WAIT = "Invalid MaxWaitTimeInSeconds. It"


def check(cloud: Cloud, operation: str, request: dict[str, Any]) -> None:
    """Hold a request to the API's model, as SageMaker does.

    Raises its ValidationException naming every value that is too long, out of range, or not of
    the pattern: a tuning job's name has at most 32 characters, for instance.
    """
    from moto.sagemaker.exceptions import AWSValidationException

    model = cloud.clients.client("sagemaker").meta.service_model.operation_model(operation)
    problems = list(_problems(model.input_shape, request, ""))
    if problems:
        many = "error" if len(problems) == 1 else "errors"
        raise AWSValidationException(
            f"{len(problems)} validation {many} detected: {'; '.join(problems)}"
        )


def check_spot(request: Mapping[str, Any]) -> None:
    """Refuse, in SageMaker's words, a training or a tuning whose MaxWaitTimeInSeconds does not suit it."""
    from moto.sagemaker.exceptions import AWSValidationException

    for each in _trainings(request):
        limits = each.get("StoppingCondition", {})
        wait = limits.get("MaxWaitTimeInSeconds")
        if not each.get("EnableManagedSpotTraining"):
            if wait is not None:
                raise AWSValidationException(
                    f"{_WAIT} is only supported when EnableManagedSpotTraining is set to true"
                )
        elif wait is None or wait < limits.get("MaxRuntimeInSeconds", _DAY):
            raise AWSValidationException(
                f"{_WAIT} must be present and be greater than or equal to MaxRuntimeInSeconds when "
                "EnableManagedSpotTraining is set to true"
            )


def _trainings(request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "TrainingJobName" in request:
        yield request
    if "TrainingJobDefinition" in request:
        yield request["TrainingJobDefinition"]
    yield from request.get("TrainingJobDefinitions", [])


def _problems(shape: Any, value: Any, where: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from _problems(member, value[name], f"{where}.{_camel(name)}".lstrip("."))
        return
    yield from _limits(shape, value, where)
    if shape.type_name == "list":
        for number, item in enumerate(value, start=1):
            yield from _problems(shape.member, item, f"{where}.{number}.member")
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from _problems(shape.key, name, f"{where}.{name}.key")
            yield from _problems(shape.value, item, f"{where}.{name}.value")


def _limits(shape: Any, value: Any, where: str) -> Iterator[str]:
    counted = value if isinstance(value, int | float) else len(value)
    unit = "value" if isinstance(value, int | float) else "length"
    limits = shape.metadata
    told = f"Value '{value}' at '{where}' failed to satisfy constraint: Member must"
    if counted > limits.get("max", counted):
        yield f"{told} have {unit} less than or equal to {limits['max']}"
    if counted < limits.get("min", counted):
        yield f"{told} have {unit} greater than or equal to {limits['min']}"
    if isinstance(value, str):
        if not _fits(limits.get("pattern", ""), value):
            yield f"{told} satisfy regular expression pattern: {limits['pattern']}"
        if value not in limits.get("enum", [value]):
            yield f"{told} satisfy enum value set: [{', '.join(limits['enum'])}]"


def _fits(pattern: str, value: str) -> bool:
    try:
        return not pattern or re.fullmatch(pattern, value) is not None
    except re.error:  # written in Java's dialect: \p{L} and the like
        return True


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
