"""Facts → keys of churn.toml, and what has no key there: each said with where it was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from unchurn.importing.places import Fact
from unchurn.project.write import Setting

_LONGEST_STACK = 20
_STACK = re.compile(r"[a-z](?:-?[a-z0-9])+")
_METRICS = {
    "accuracy": "accuracy",
    "auc": "roc_auc",
    "roc_auc": "roc_auc",
    "logloss": "log_loss",
    "log_loss": "log_loss",
    "brier": "brier",
    "average_precision": "average_precision",
    "aucpr": "average_precision",
}
_KEYS = {
    "target": ("churn", "target"),
    "positive": ("churn", "positive"),
    "negative": ("churn", "negative"),
    "id": ("churn", "id"),
    "header": ("data", "header"),
    "test": ("split", "test"),
    "seed": ("train", "seed"),
    "label_threshold": ("evaluate", "threshold"),
    "stack": ("aws", "stack"),
    "bucket": ("aws", "bucket"),
    "region": ("aws", "region"),
    "processing_instance": ("aws", "processing_instance"),
    "training_instance": ("aws", "training_instance"),
    "transform_instance": ("aws", "transform_instance"),
    "endpoint_type": ("aws", "endpoint_instance"),
    "endpoint_count": ("endpoint", "instances"),
    "tuning_jobs": ("aws", "tuning_jobs"),
    "parallel_tuning_jobs": ("aws", "parallel_tuning_jobs"),
    "training_schedule": ("aws", "training_schedule"),
    "scoring_schedule": ("aws", "scoring_schedule"),
    "repository": ("delivery", "repository"),
    "branch": ("delivery", "branch"),
}
_WHOLE = ("seed", "endpoint_count", "tuning_jobs", "parallel_tuning_jobs")
_SHARES = ("test", "label_threshold")
_ARGUMENTS = (
    (re.compile(r"(train[-_])?test([-_]split)?[-_](ratio|size)|split[-_]ratio", re.I), "test"),
    (re.compile(r"(random[-_]state|seed)", re.I), "seed"),
    (re.compile(r"threshold", re.I), "label_threshold"),
    (re.compile(r"target|label([-_]col(umn)?)?|target[-_]col(umn)?", re.I), "target"),
)


@dataclass
class Mapped:
    """Settings for churn.toml, and what could not be one, in words."""

    settings: list[Setting] = field(default_factory=list)
    uncarried: list[str] = field(default_factory=list)

    def value(self, section: str, key: str) -> Any:
        """Value of a key that was set, None where it was not."""
        found = [e.value for e in self.settings if (e.section, e.key) == (section, key)]
        return found[0] if found else None


def settings_of(facts: Iterable[Fact], metric: str) -> Mapped:
    """Map facts, the weightier first, to keys; `metric` is what training counts errors in.

    Of several facts about one key the first counts, and others that differ are said.
    """
    made, known = Mapped(), list(map(_renamed, facts))
    for name, (section, key) in _KEYS.items():
        told = [each for each in known if each.name == name]
        if name == "seed":
            told = [each for each in told if _number(each.value) is not None]
        if told:
            _add(made, told, section, key)
    dropped = _unique(each for each in known if each.name == "drop")
    targets = {str(each.value) for each in known if each.name == "target"}
    dropped = [each for each in dropped if each.value not in targets]
    if dropped:
        why = tuple(f"{each.value!r} is left out at {each.place}." for each in dropped)
        made.settings.append(Setting("columns", "drop", tuple(e.value for e in dropped), why))
    for each in known:
        if each.name == "threshold":
            _gate(made, each, metric)
    _rest(made, known)
    return made


def _renamed(fact: Fact) -> Fact:
    """Say a flag of a script as what it means."""
    if fact.name != "argument":
        return fact
    for pattern, name in _ARGUMENTS:
        if pattern.fullmatch(fact.of):
            return Fact(name, fact.value, fact.place, fact.of)
    return fact


def _add(made: Mapped, told: Sequence[Fact], section: str, key: str) -> None:
    first = told[0]
    value = _valid(first)
    if value is None:
        made.uncarried.append(
            f"{first.place} says {first.value!r}, which [{section}] {key} cannot be."
        )
        return
    why = [f"From {first.place}."]
    if first.name == "stack" and value != first.value:
        why = [
            f"{first.place} says {first.value!r}; a stack's name here has at most {_LONGEST_STACK} "
            "characters, because every other name derives from it."
        ]
    others = _unique(each for each in told[1:] if str(each.value) != str(first.value))
    why += [f"{each.place} says {each.value!r} instead." for each in others[:3]]
    if key == "negative":
        value = (value,)
    made.settings.append(Setting(section, key, value, tuple(why)))


def _valid(fact: Fact) -> Any:
    """Return a fact's value as its key takes it, None where it cannot."""
    number = _number(fact.value)
    if fact.name in _WHOLE:
        return int(number) if number is not None and number >= 0 and number == int(number) else None
    if fact.name in _SHARES:
        return number if number is not None and 0 < number < 0.9 else None
    if fact.name == "stack":
        return _stack(str(fact.value))
    if fact.name == "header":
        return bool(fact.value)
    text = str(fact.value)
    return None if "${" in text or not text else text


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _stack(name: str) -> str | None:
    """Cut a stack's name to what derived names leave room for, at a hyphen where there is one."""
    plain = re.sub(r"-+", "-", re.sub(r"[^a-z0-9]", "-", name.lower())).strip("-")
    if len(plain) > _LONGEST_STACK:
        cut = plain[: _LONGEST_STACK + 1].rpartition("-")[0]
        plain = cut or plain[:_LONGEST_STACK]
    return plain if _STACK.fullmatch(plain) else None


def _gate(made: Mapped, fact: Fact, metric: str) -> None:
    """Say what a model has to reach as a rule of [gate]: an error rate below 0.1 is accuracy 0.9."""
    value = _number(fact.value)
    less = fact.of.startswith("NumericLess")
    about = fact.of.partition(" ")[2].lower()
    named = next((key for word, key in _METRICS.items() if word in about), "")
    if not named and re.search(r"metric|error", about):
        named = "accuracy" if metric == "error" or "error" in about else _METRICS.get(metric, "")
    if value is None or not 0 < value <= 1 or not named:
        made.uncarried.append(
            f"{fact.place} compares {fact.of.partition(' ')[2] or 'something'} with {fact.value}: "
            "which rule of [gate] that is, is not known."
        )
        return
    floor = named not in ("log_loss", "brier")
    if floor and less:  # of an error rate
        value = round(1 - value, 6)
    why = f"From {fact.place}: what a model has to reach."
    made.settings.append(Setting("gate", named, value, (why,)))


def _unique(facts: Iterable[Fact]) -> list[Fact]:
    found: dict[str, Fact] = {}
    for each in facts:
        found.setdefault(str(each.value), each)
    return list(found.values())


_NO_KEY: dict[str, Callable[[Fact], str]] = {
    "tuning_objective": lambda fact: (
        f"The search's objective {fact.value} ({fact.place}): ours is log loss over the folds."
    ),
    "computed": lambda fact: (
        f"The {fact.of} {fact.value} ({fact.place}) is put together as the script runs: set "
        f"[aws] {fact.of}, or leave it to the stack."
    ),
    "registry_table": lambda fact: (
        f"The table {fact.value} of DynamoDB ({fact.place}): set [aws] registry_table to go on in it; "
        "otherwise the stack makes one."
    ),
    "role": lambda fact: (
        f"The role in the variable {fact.value} ({fact.place}): `unchurn aws deploy` heeds the same "
        "variable."
    ),
    "connection": lambda fact: (
        f"The pipeline ({fact.place}): set [delivery] source and connection to have one."
    ),
    "other_machine": lambda fact: f"{fact.value} ({fact.place}).",
}


_TOGETHER = {
    "hyperparameter": (
        "Hyperparameters of XGBoost: {}. [train] fits configurations of its own, and [tune] searches "
        "beyond them; [[train.own]] takes these, too."
    ),
    "range": "Ranges of the search: {}. [tune] searches ranges of its own; [tune.ranges] takes these.",
}


def _rest(made: Mapped, facts: Sequence[Fact]) -> None:
    for name, words in _TOGETHER.items():
        told = [each for each in facts if each.name == name]
        if told:
            listed = ", ".join(dict.fromkeys(f"{each.of} = {each.value}" for each in told))
            made.uncarried.append(f"{told[0].place}: {words.format(listed)}")
    for fact in facts:
        if fact.name in _NO_KEY:
            words = _NO_KEY[fact.name](fact)
            if words not in made.uncarried:
                made.uncarried.append(words)
