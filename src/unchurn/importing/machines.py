"""State machines in any of their places, and what their jobs say: data, hyperparameters, sizes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from unchurn.importing.documents import Items, Table, Text, UnreadableError, line_in, read_document
from unchurn.importing.folder import Source
from unchurn.importing.places import Fact, Place
from unchurn.importing.templates import Resource, Template, first_line_of, text_of

_MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
_SIZES = {
    "createProcessingJob": ("processing_instance", ("ProcessingResources", "ClusterConfig")),
    "createTransformJob": ("transform_instance", ("TransformResources",)),
    "createTrainingJob": ("training_instance", ("ResourceConfig",)),
}


@dataclass(frozen=True)
class State:
    """A state of a machine: its name, its fields, and the operation that it calls."""

    name: str
    body: Table
    place: Place

    @property
    def call(self) -> str:
        """Last part of the Resource: ``createTrainingJob``, ``invoke``, ``startJobRun``."""
        resource = str(self.body.get("Resource", ""))
        return re.split(r"[:.]", resource.removesuffix(".sync").removesuffix(":2"))[-1]

    @property
    def parameters(self) -> Table:
        """What the call is given."""
        for name in ("Parameters", "Arguments"):
            found = self.body.get(name)
            if isinstance(found, Table):
                return found
        return Table(self.body.line)

    def at(self, value: Any) -> Place:
        """Place of a value within it."""
        return Place(self.place.file, line_in(value, self.place.line))


@dataclass(frozen=True)
class Machine:
    """A state machine: its name, every state of it however deep, and the text that names scripts."""

    name: str
    place: Place
    states: tuple[State, ...]

    def calls(self, *names: str) -> list[State]:
        """States that call one of some operations."""
        return [each for each in self.states if each.call in names]

    @property
    def objective(self) -> str:
        """What its training minimises, such as ``binary:logistic``; "" where nothing says."""
        found = [each.value for each in hyperparameters(self) if each.of == "objective"]
        return str(found[0]) if found else ""


def machines_of(template: Template, unread: dict[str, str]) -> Iterator[Machine]:
    """Every machine that a template spells out; one in a file of its own is read as that file."""
    for resource in template.resources():
        if resource.type not in _MACHINES:
            continue
        name = template.resolved(_first(resource, "StateMachineName", "Name")) or resource.id
        for file, body in _definitions(resource, unread):
            yield Machine(name, resource.place, tuple(_states(body, file)))


def machine_of(source: Source, body: Any) -> Machine | None:
    """Return the machine that a file of its own is, if it is one."""
    if not (
        isinstance(body, Table) and "StartAt" in body and isinstance(body.get("States"), Table)
    ):
        return None
    name = PurePosixPath(source.file).name.split(".")[0]
    return Machine(name, Place(source.file, 1), tuple(_states(body, source.file)))


def _first(resource: Resource, *names: str) -> Any:
    return next((resource.properties[each] for each in names if each in resource.properties), None)


def _definitions(resource: Resource, unread: dict[str, str]) -> Iterator[tuple[str, Any]]:
    given = _first(resource, "DefinitionString", "Definition")
    text = text_of(given)
    if text is None:
        if isinstance(given, Table) and "StartAt" in given:
            yield resource.place.file, given
        return
    try:
        yield resource.place.file, read_document(text, first_line_of(text))
    except UnreadableError as error:
        unread[f"{resource.place}"] = f"the definition of {resource.id} is no JSON: {error}"


def _states(body: Any, file: str) -> Iterator[State]:
    states = body.get("States") if isinstance(body, Table) else None
    if not isinstance(states, Table):
        return
    for name, each in states.items():
        if not isinstance(each, Table):
            continue
        yield State(name, each, Place(file, states.line_of(name) or each.line))
        inside = [each.get(key) for key in ("Iterator", "ItemProcessor")]
        branches = each.get("Branches")
        for part in [*inside, *(branches if isinstance(branches, Items) else ())]:
            yield from _states(part, file)


def hyperparameters(machine: Machine) -> Iterator[Fact]:
    """Hyperparameters that its training is given, as facts `hyperparameter` of their names."""
    for state in machine.calls("createTrainingJob", "createHyperParameterTuningJob"):
        training = _inside(state.parameters, "TrainingJobDefinition")
        for given in (
            state.parameters.get("HyperParameters"),
            training.get("StaticHyperParameters"),
        ):
            for name, value in given.items() if isinstance(given, Table) else ():
                if isinstance(value, str):
                    yield Fact("hyperparameter", str(value), state.at(value), name)


def facts_of(machine: Machine) -> Iterator[Fact]:
    """What a machine's jobs and choices say."""
    yield from hyperparameters(machine)
    for call, (name, path) in _SIZES.items():
        for state in machine.calls(call):
            size = _inside(state.parameters, *path).get("InstanceType")
            if isinstance(size, str) and size.startswith("ml."):
                yield Fact(name, str(size), state.at(size))
    for state in machine.calls("createHyperParameterTuningJob"):
        yield from _tuning(state)
    for state in machine.calls("createProcessingJob"):
        arguments = _inside(state.parameters, "AppSpecification").get("ContainerArguments")
        yield from _arguments(arguments, state)
    for state in machine.calls("startJobRun"):
        given = _inside(state.parameters, "Arguments")
        yield from (
            Fact("argument", str(value), state.at(value), name.lstrip("-"))
            for name, value in given.items()
            if isinstance(value, str)
        )
    yield from _thresholds(machine)


def _tuning(state: State) -> Iterator[Fact]:
    config = _inside(state.parameters, "HyperParameterTuningJobConfig")
    limits = _inside(config, "ResourceLimits")
    for name, key in (
        ("tuning_jobs", "MaxNumberOfTrainingJobs"),
        ("parallel_tuning_jobs", "MaxParallelTrainingJobs"),
    ):
        if isinstance(limits.get(key), str):
            yield Fact(name, str(limits[key]), state.at(limits[key]))
    objective = _inside(config, "HyperParameterTuningJobObjective").get("MetricName")
    if isinstance(objective, str):
        yield Fact("tuning_objective", str(objective), state.at(objective))
    for ranges in _inside(config, "ParameterRanges").values():
        for each in ranges if isinstance(ranges, Items) else ():
            if isinstance(each, Table) and "Name" in each:
                span = f"{each.get('MinValue', '')} to {each.get('MaxValue', '')}"
                yield Fact("range", span, state.at(each), str(each["Name"]))


def _arguments(given: Any, state: State) -> Iterator[Fact]:
    words = [each if isinstance(each, Text) else None for each in given or ()]
    for name, value in itertools.pairwise(words):
        if name and value is not None and name.startswith("--") and not value.startswith("--"):
            yield Fact("argument", str(value), state.at(value), name.lstrip("-"))


def _thresholds(machine: Machine) -> Iterator[Fact]:
    """Comparisons of a Choice with a number between 0 and 1: what the model has to reach."""
    for state in machine.states:
        choices = state.body.get("Choices")
        for rule in choices if isinstance(choices, Items) else ():
            for name, value in rule.items() if isinstance(rule, Table) else ():
                if re.fullmatch(r"Numeric(Less|Greater)Than(Equals)?", name) and isinstance(
                    value, str
                ):
                    of = f"{name} {rule.get('Variable', '')}"
                    yield Fact("threshold", str(value), state.at(value), of)


def _inside(body: Any, *path: str) -> Table:
    for name in path:
        body = body.get(name) if isinstance(body, Table) else None
    return body if isinstance(body, Table) else Table(0)
