"""Faults of state machines: what is judged on what, which containers, what becomes of ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from unchurn.importing.documents import Items, Table, Text
from unchurn.importing.machines import Machine, State
from unchurn.importing.places import Fault
from unchurn.importing.retired import OLD_IMAGES

_ALL = {"States.ALL"}


def machine_faults(machine: Machine) -> Iterator[Fault]:
    """Everything that is looked for in one machine."""
    for state in machine.states:
        for key, text in _texts(state.parameters):
            if key in ("TrainingImage", "ImageUri", "Image", "RuleEvaluatorImage"):
                yield from image_faults(text, state)
    yield from _ids(machine)
    yield from _data(machine)
    yield from _gate(machine)
    yield from _caught(machine)


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield key, value
    elif isinstance(value, Items):
        for each in value:
            yield from _texts(each, key)
    elif isinstance(value, Table):
        for name, each in value.items():
            yield from _texts(each, name)


def image_faults(image: Text, state: State) -> Iterator[Fault]:
    """Say whether a container is pinned, and whether it is still kept."""
    last = image.rsplit("/", 1)[-1]
    if "@sha256:" not in image and ":" not in last:
        told = f"{state.name!r} runs {last!r}, whatever its latest version is."
        yield Fault("unpinned-image", state.at(image), told)
    elif last.endswith(":latest"):
        yield Fault("unpinned-image", state.at(image), f"{state.name!r} runs {last!r}.")
    for pattern, what in OLD_IMAGES:
        if pattern.search(f"/{last}"):
            told = f"{state.name!r} runs {last!r}: {what}."
            yield Fault("old-image", state.at(image), told)


def _ids(machine: Machine) -> Iterator[Fault]:
    for state in machine.calls("createTransformJob"):
        joined = json.dumps(state.parameters.get("DataProcessing") or {})
        if '"JoinSource": "Input"' not in joined:
            told = f"{state.name!r} writes scores without the rows they belong to."
            yield Fault("ids-lost", state.place, told)


def _data(machine: Machine) -> Iterator[Fault]:
    """Compare the data that a search is judged on with what is evaluated in the end."""
    training = machine.calls("createTrainingJob", "createHyperParameterTuningJob")
    channels = {
        str(channel.get("ChannelName")): _uri(channel)
        for state in training
        for channel in _channels(state)
    }
    validation = channels.get("validation", "")
    for state in machine.calls("createProcessingJob"):
        inputs = state.parameters.get("ProcessingInputs")
        uris = {_uri(each): each for each in inputs if isinstance(each, Table)} if inputs else {}
        tuned = machine.calls("createHyperParameterTuningJob")
        if validation and validation in uris and tuned:
            told = (
                f"{state.name!r} judges by {validation}, and {tuned[0].name!r} has chosen the model "
                "by the same rows."
            )
            yield Fault("tuned-on-test", state.at(uris[validation]), told)
        elif channels.get("train") in uris and validation not in uris and len(uris) > 1:
            told = f"{state.name!r} judges by {channels['train']}, the rows it was trained on."
            yield Fault("judged-on-training", state.at(uris[channels["train"]]), told)
    if training and "validation" not in channels and channels:
        told = f"{training[0].name!r} has no channel of rows that it is not fitted on."
        yield Fault("judged-on-training", training[0].place, told)
    if validation and validation == channels.get("train"):
        told = f"{training[0].name!r} is given the same rows to fit and to judge: {validation}."
        yield Fault("judged-on-training", training[0].place, told)


def _channels(state: State) -> Iterator[Table]:
    definition = state.parameters.get("TrainingJobDefinition")
    for body in (state.parameters, definition):
        given = body.get("InputDataConfig") if isinstance(body, Table) else None
        yield from (each for each in given or () if isinstance(each, Table))


def _uri(body: Table) -> str:
    """Address of the data of a channel, or of an input."""
    return next((text.rstrip("/") for key, text in _texts(body) if key in ("S3Uri", "S3Uri.$")), "")


def _gate(machine: Machine) -> Iterator[Fault]:
    for state in machine.states:
        rules = state.body.get("Choices")
        for rule in rules if isinstance(rules, Items) else ():
            about = str(rule.get("Variable", "")) if isinstance(rule, Table) else ""
            if re.search(r"[Mm]etric\w*\[\d+\]", about):
                told = f"{state.name!r} reads {about}, whichever metric is at that place."
                yield Fault("metric-by-position", state.at(rule), told)


def _caught(machine: Machine) -> Iterator[Fault]:
    narrow = []
    for state in machine.states:
        caught = state.body.get("Catch")
        names = {
            n
            for each in caught or ()
            if isinstance(each, Table)
            for n in each.get("ErrorEquals", ())
        }
        if names and not names & _ALL:
            narrow.append(state)
    if narrow:
        told = f"{len(narrow)} states of {machine.name} catch some errors only, {narrow[0].name!r} first."
        yield Fault("catch-narrow", narrow[0].at(narrow[0].body.get("Catch")), told)
