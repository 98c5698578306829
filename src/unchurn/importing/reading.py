"""The files of a folder, understood: templates, machines, scripts, with what each says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from unchurn.importing import machines, scripts, shell
from unchurn.importing.documents import Table, UnreadableError, line_in, read_document
from unchurn.importing.folder import Found
from unchurn.importing.machines import Machine
from unchurn.importing.places import Fact, Place
from unchurn.importing.python import Script
from unchurn.importing.templates import Resource, Template, is_template, items_of

_OFF = ("AWS::Events::Rule", "AWS::Scheduler::Schedule")
_FETCHES = ("CodeStarSourceConnection", "GitHub", "CodeCommit", "S3")


@dataclass
class Understood:
    """What a folder holds, by kind."""

    templates: list[Template] = field(default_factory=list)
    machines: list[Machine] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def understand(found: Found) -> Understood:
    """Read every file by what it is; one that cannot be read is named, and the rest go on."""
    made = Understood(unread=dict(found.unread))
    for source in found.sources:
        if source.is_document:
            try:
                document = read_document(source.text)
            except UnreadableError as error:
                made.unread[source.file] = f"no YAML or JSON: {error}"
                continue
            if is_template(document):
                template = Template(source.file, document)
                made.templates.append(template)
                made.machines += machines.machines_of(template, made.unread)
            elif machine := machines.machine_of(source, document):
                made.machines.append(machine)
        elif source.file.endswith(".py"):
            try:
                made.scripts.append(Script(source.file, source.text))
            except SyntaxError as error:
                made.unread[source.file] = f"no Python that can be parsed: {error.msg}"
    return made


def facts_of(found: Found, known: Understood) -> Iterator[Fact]:
    """Everything that a project says, the weightier first: deployment, jobs, then scripts."""
    for source in found.sources:
        if shell.is_shell(source):
            yield from shell.facts_of(source)
    chosen = training_machine(known.machines)
    for machine in known.machines:
        if machine is chosen or not machine.objective:
            yield from machines.facts_of(machine)
        else:
            words = f"The machine {machine.name}, which trains for {machine.objective}"
            yield Fact("other_machine", words, machine.place)
    for template in known.templates:
        yield from _template_facts(template, known.machines)
    for script in scripts_of(chosen, known):
        yield from scripts.facts_of(script)


def training_machine(found: list[Machine]) -> Machine | None:
    """Return the machine that trains a classifier; else any that trains."""
    training = [e for e in found if e.calls("createTrainingJob", "createHyperParameterTuningJob")]
    binary = [e for e in training if e.objective.startswith("binary:")]
    return next(iter([*binary, *training]), None)


def scripts_of(machine: Machine | None, known: Understood) -> list[Script]:
    """Return the scripts that a machine's jobs run, by their files' names; all where none is named."""
    named = str(machine.states) if machine else ""
    used = [e for e in known.scripts if f"/{PurePosixPath(e.file).name}" in named]
    return used or known.scripts


def _template_facts(template: Template, known: list[Machine]) -> Iterator[Fact]:
    for resource in template.resources():
        if resource.type in _OFF:
            yield from _schedule(resource, template, known)
        elif resource.type == "AWS::CodePipeline::Pipeline":
            yield from _source(resource, template)
        elif resource.type == "AWS::SageMaker::EndpointConfig":
            for each in items_of(resource.properties.get("ProductionVariants")):
                if isinstance(each, Table):
                    yield from _variant(resource, template, each)


def _schedule(resource: Resource, template: Template, known: list[Machine]) -> Iterator[Fact]:
    when = template.resolved(resource.properties.get("ScheduleExpression"))
    if not when:
        return
    about = str(resource.properties)
    scoring = [m for m in known if m.calls("createTransformJob") and not m.objective]
    other = any(f"'{m.name}'" in about or m.name in about for m in scoring)
    told = other or _scores(about)
    name = "scoring_schedule" if told else "training_schedule"
    yield Fact(name, when, resource.of("ScheduleExpression"))


def _scores(about: str) -> bool:
    return any(word in about.lower() for word in ("infer", "scor", "predict"))


def _source(resource: Resource, template: Template) -> Iterator[Fact]:
    for stage in items_of(resource.properties.get("Stages")):
        for action in items_of(stage.get("Actions")) if isinstance(stage, Table) else ():
            kind = action.get("ActionTypeId") if isinstance(action, Table) else None
            given = action.get("Configuration") if isinstance(action, Table) else None
            if not isinstance(kind, Table) or not isinstance(given, Table):
                continue
            if kind.get("Provider") not in _FETCHES or kind.get("Category") != "Source":
                continue
            for key, name in (
                ("FullRepositoryId", "repository"),
                ("RepositoryName", "repository"),
                ("BranchName", "branch"),
            ):
                value = template.resolved(given.get(key))
                if value:
                    yield Fact(name, value, resource.at(given.get(key)))
            yield Fact("connection", str(kind["Provider"]), resource.at(action))


def _variant(resource: Resource, template: Template, variant: Table) -> Iterator[Fact]:
    for key, name in (
        ("InstanceType", "endpoint_type"),
        ("InitialInstanceCount", "endpoint_count"),
    ):
        value = template.resolved(variant.get(key))
        if value and "${" not in value:
            yield Fact(name, value, Place(resource.place.file, line_in(variant.get(key))))
