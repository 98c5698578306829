"""A folder → a project: settings, faults with remedies, and what has to be done by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from unchurn.errors import ConfigError
from unchurn.importing.documents import need_yaml
from unchurn.importing.folder import Found, look_into
from unchurn.importing.machine_faults import machine_faults
from unchurn.importing.places import Fact, Fault, Place
from unchurn.importing.python import Script
from unchurn.importing.reading import (
    Understood,
    facts_of,
    scripts_of,
    training_machine,
    understand,
)
from unchurn.importing.script_faults import script_faults
from unchurn.importing.settings import Mapped, settings_of
from unchurn.importing.template_faults import embedded_code, template_faults
from unchurn.importing.text_faults import text_faults
from unchurn.progress import Progress
from unchurn.project.write import Setting

_DATA = re.compile(r"(^|/)(data|datasets?|input)/", re.I)
_COLUMNS = re.compile(r"col|feature|field|num|cat", re.I)
_TRAINED = re.compile(r"(^|[/_.-])(train|training)([/_.-]|$)", re.I)
_SCORED = re.compile(r"(^|[/_.-])(infer|inference|score|scoring|test|batch|today)([/_.-]|$)", re.I)


@dataclass(frozen=True)
class Imported:
    """What `unchurn import` makes of a folder.

    `train` and `score` are tables of the folder, relative to it, "" where it has none; `uncarried`
    says in words what has no key, `unread` which files were passed over, and why.
    """

    settings: tuple[Setting, ...]
    faults: tuple[Fault, ...]
    uncarried: tuple[str, ...]
    unread: dict[str, str]
    train: str
    score: str


def import_folder(folder: Path, progress: Progress) -> Imported:
    """Read a project on AWS from its files, and say it as settings of churn.toml.

    Raises `ConfigError` for a folder in which there is no such project.
    """
    need_yaml()
    with progress.task(f"Reading {folder}"):
        found = look_into(folder)
        known = understand(found)
    if not known.templates and not known.machines and not _calls_aws(known):
        raise ConfigError(
            f"{folder} holds no CloudFormation template, no state machine and no script that makes any"
            + _unreadable(known),
            "Name the folder of the project's repository, in which they lie.",
        )
    facts = list(_facts(found, known))
    made = settings_of(facts, _metric(facts))
    with progress.task("Looking for what is broken"):
        told = {*_faults(found, known), *_gate_faults(facts), *_leaks(known, facts)}
        faults = sorted(told, key=lambda each: (each.place, each.code, each.words))
    train, score = _tables(found)
    return Imported(
        tuple(_with_label(made, known)),
        tuple(faults),
        tuple(made.uncarried),
        known.unread,
        train,
        score,
    )


def _unreadable(known: Understood) -> str:
    first = next(iter(known.unread.items()), None)
    return f"; {first[0]} is {first[1]}." if first else "."


def _calls_aws(known: Understood) -> bool:
    named = ("boto3", "sagemaker", "stepfunctions", "awsglue", "awswrangler")
    return any(name.split(".")[0] in named for each in known.scripts for name, _ in each.imported())


def _facts(found: Found, known: Understood) -> Iterator[Fact]:
    facts = list(facts_of(found, known))
    computed = {each.of for each in facts if each.name == "computed"}
    # A bucket that the script puts together is not the one that the variable names.
    yield from (each for each in facts if not (each.name == "bucket" and "bucket" in computed))


def _metric(facts: list[Fact]) -> str:
    """What training counts: ``error``, ``auc``, "" where nothing says."""
    told = (each for each in facts if (each.name, each.of) == ("hyperparameter", "eval_metric"))
    return next((str(each.value) for each in told), "")


def _gate_faults(facts: list[Fact]) -> Iterator[Fault]:
    """Name a threshold of an error rate: accuracy alone."""
    for each in facts:
        if each.name == "threshold" and _metric(facts) == "error":
            words = f"A model passes by its error rate alone ({each.value})."
            yield Fault("accuracy-gate", each.place, words)


def _leaks(known: Understood, facts: list[Fact]) -> Iterator[Fault]:
    """Name columns in a script's lists that, by their name, are known only after the churn."""
    from unchurn.modelling.columns.leak_names import telling_name

    out = {str(each.value) for each in facts if each.name in ("target", "drop")}
    for script in scripts_of(training_machine(known.machines), known):
        for name, value, line in script.assigned():
            listed = value if isinstance(value, (list, dict)) and _COLUMNS.search(name) else ()
            for column in listed:
                if isinstance(column, str) and column not in out and (why := telling_name(column)):
                    yield Fault("leak", Place(script.file, line), f"{column!r} is used: {why}.")


def _with_label(made: Mapped, known: Understood) -> Iterator[Setting]:
    """Add what the built-in XGBoost takes for granted: no header, and the label first."""
    yield from made.settings
    if made.value("data", "header") is False and made.value("churn", "target") is None:
        why = "Without a header, SageMaker's XGBoost takes the first column for the label, and 1 for yes."
        yield Setting("churn", "target", "c1", (why,))
        yield Setting("churn", "positive", "1", (why,))


def _faults(found: Found, known: Understood) -> Iterator[Fault]:
    for source in found.sources:
        yield from text_faults(source)
    for stored in found.stored:
        yield Fault("pickle", Place(stored), "A pickled model lies in the repository.")
    for template in known.templates:
        yield from template_faults(template)
        for place, text, line in embedded_code(template):
            try:
                yield from script_faults(Script(place.file, text, line))
            except SyntaxError:
                known.unread[str(place)] = "no Python that can be parsed"
    for machine in known.machines:
        yield from machine_faults(machine)
    for script in known.scripts:
        yield from script_faults(script)
    yield from _missing(found, known)


def _missing(found: Found, known: Understood) -> Iterator[Fault]:
    """Name scripts that the machine's jobs run and the repository does not hold."""
    machine = training_machine(known.machines)
    names = {PurePosixPath(each.file).name for each in found.sources}
    for script in sorted(
        set(re.findall(r"/([\w-]+\.py)\b", str(machine.states) if machine else ""))
    ):
        if machine and script not in names:
            yield Fault("missing-file", machine.place, f"A job runs {script}, which is not here.")


def _tables(found: Found) -> tuple[str, str]:
    """Choose the tables to train on and to score by where they lie, else the only one."""
    known = [each for each in found.tables if _DATA.search(each)] or found.tables
    known = [
        each
        for each in known
        if not PurePosixPath(each).stem.startswith(("requirements", "LICENSE"))
    ]
    train = [each for each in known if _TRAINED.search(each) and not _SCORED.search(each)]
    score = [each for each in known if _SCORED.search(each) and each not in train]
    rest = [each for each in known if each not in train and each not in score]
    chosen = train or (rest if len(rest) == 1 else [])
    return chosen[0] if chosen else "", score[0] if score else ""
