"""A ``constraints.json`` of Model Monitor's, checked and kept to: its violations, by column.

How each check is read stands in `model_monitor`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any

import numpy as np

from unchurn.errors import ConfigError, listing
from unchurn.modelling.watching.distances import category_cells, largest_gap
from unchurn.modelling.watching.model_monitor import CONFIG, ON
from unchurn.modelling.watching.month import Month
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch, Sketch

_CHANCE = 1.36
"""Kolmogorov-Smirnov's critical value at 5%."""
_TYPES = ("Integral", "Fractional", "String", "Unknown")
_CHOICES = {
    "evaluate_constraints": (ON, "Disabled"),
    "emit_metrics": (ON, "Disabled"),
    "perform_comparison": (ON, "Disabled"),
    "comparison_method": ("Simple", "Robust"),
    "categorical_drift_method": ("LInfinity", "ChiSquared"),
}
Plain = dict[str, Any]


def violations(month: Month, constraints: Plain) -> list[Plain]:
    """Return the violations of a month, by column: feature_name, constraint_check_type, description."""
    config = _merged(CONFIG, constraints.get("monitoring_config", {}))
    if config["evaluate_constraints"] != ON:
        return []
    named = {each["name"]: each for each in constraints["features"]}
    found = []
    for name, each in named.items():
        if name not in month.columns:
            found.append(_violation(name, "missing_column_check", "The column is not watched."))
            continue
        own = _merged(config, each.get("monitoringConfigOverrides", {}))
        then, now = month.baseline["columns"][name], month.columns[name]
        found += [_violation(name, *what) for what in _violated(each, then, now, own)]
    extra = sorted(month.columns.keys() - named.keys())
    words = "The column is in no constraint."
    return [*found, *(_violation(name, "extra_column_check", words) for name in extra)]


def own_rules(found: list[Plain], constraints: Plain, usual: Plain) -> list[Plain]:
    """Return violations of what a person has changed of the `usual` constraints.

    What training suggests holds of every training row and has no noise floor: its violations alone
    alarm nobody.
    """
    if _merged(CONFIG, constraints.get("monitoring_config", {})) != CONFIG:
        return found
    before = {each["name"]: each for each in usual["features"]}
    asked = {each["name"]: each for each in constraints["features"]}
    return [
        each
        for each in found
        if before.get(each["feature_name"]) != asked.get(each["feature_name"])
    ]


def checked(plain: Any, where: str) -> Plain:
    """Return constraints that a person gives. Raises `ConfigError` naming what is not as documented."""
    features = plain.get("features") if isinstance(plain, dict) else None
    if not isinstance(features, list):
        raise _refused(
            where, "it has no list of features", "Give features, as constraints.json does."
        )
    names = set()
    for number, each in enumerate(features, 1):
        name = each.get("name") if isinstance(each, dict) else None
        if not isinstance(name, str) or not name or name in names:
            raise _refused(
                where, f"feature {number} is named {name!r}", "Give each a name of its own."
            )
        names.add(name)
        _check_feature(each, f"{where}, feature {name!r}")
    _check_config(plain.get("monitoring_config", {}), where)
    return dict(plain)


def _check_feature(each: Plain, where: str) -> None:
    kind = each.get("inferred_type")
    if kind not in _TYPES:
        raise _refused(where, f"inferred_type is {kind!r}", f"Give one of {listing(_TYPES)}.")
    complete = each.get("completeness", 0.0)
    if not _is_share(complete):
        raise _refused(where, f"completeness is {complete!r}", "Give a share from 0 to 1.")
    numbers = each.get("num_constraints", {})
    if not isinstance(numbers, dict) or not isinstance(numbers.get("is_non_negative", False), bool):
        raise _refused(where, f"num_constraints is {numbers!r}", 'Give {"is_non_negative": true}.')
    texts = each.get("string_constraints", {})
    domains = texts.get("domains", []) if isinstance(texts, dict) else None
    if not isinstance(domains, list) or not all(isinstance(value, str) for value in domains):
        raise _refused(where, f"string_constraints is {texts!r}", 'Give {"domains": ["a", "b"]}.')
    _check_config(each.get("monitoringConfigOverrides", {}), where)


def _check_config(config: Any, where: str) -> None:
    inner = config.get("distribution_constraints", {}) if isinstance(config, dict) else None
    if not isinstance(inner, dict):
        raise _refused(where, f"its configuration is {config!r}", "Give it as the file has it.")
    for name, value in {**config, **inner}.items():
        if name.endswith("threshold") and not _is_share(value):
            raise _refused(where, f"{name} is {value!r}", "Give a share from 0 to 1.")
        if (valid := _CHOICES.get(name)) and value not in valid:
            raise _refused(where, f"{name} is {value!r}", f"Give one of {listing(valid)}.")


def _is_share(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def _refused(where: str, seen: str, hint: str) -> ConfigError:
    return ConfigError(f"{where} cannot be used: {seen}.", hint)


def _violation(name: str, kind: str, words: str) -> Plain:
    return {"feature_name": name, "constraint_check_type": kind, "description": words}


def _merged(config: Plain, over: Plain) -> Plain:
    inner = "distribution_constraints"
    return {**config, **over, inner: {**config[inner], **over.get(inner, {})}}


def _violated(each: Plain, then: Plain, now: Sketch, config: Plain) -> Iterator[tuple[str, str]]:
    complete = now.present / now.rows if now.rows else 0.0
    if complete < each.get("completeness", 0.0):
        words = (
            f"{complete:.2%} of the cells are present; {each['completeness']:.2%} are asked for."
        )
        yield "completeness_check", words
    if not now.present:
        return
    if isinstance(now, NumberSketch):
        yield from _number_violated(each, now, config["datatype_check_threshold"])
    else:
        yield from _domain_violated(each, now, config["domain_content_threshold"])
    yield from _drifted(then, now, config["distribution_constraints"])


def _number_violated(each: Plain, now: NumberSketch, least: float) -> Iterator[tuple[str, str]]:
    whole = now.whole / now.present
    if each["inferred_type"] == "Integral" and whole < least:
        yield "data_type_check", f"{whole:.2%} of the numbers are whole; {least:.2%} are to be."
    if each["inferred_type"] == "String":
        yield "data_type_check", "The cells are numbers; text is asked for."
    if each.get("num_constraints", {}).get("is_non_negative") and now.least < 0:
        yield "data_type_check", f"The least number is {now.least:g}; none may be below 0."


def _domain_violated(each: Plain, now: CategorySketch, least: float) -> Iterator[tuple[str, str]]:
    if each["inferred_type"] in ("Integral", "Fractional"):
        yield "data_type_check", "The cells are text; numbers are asked for."
    domain = each.get("string_constraints", {}).get("domains")
    if domain is None:
        return
    allowed = set(domain)
    inside = sum(
        int(rows)
        for value, rows in (*zip(now.part.values, now.counts[1:], strict=True), *now.new.items())
        if value in allowed
    )
    share = inside / now.present
    if share < least:
        words = f"{share:.2%} of the cells hold one of the {len(allowed)} values that are allowed; {least:.2%} are to."
        yield "categorical_values_check", words


def _drifted(then: Plain, now: Sketch, config: Plain) -> Iterator[tuple[str, str]]:
    if config["perform_comparison"] != ON or then["kind"] == "date":
        return
    before = then["rows"] - then["missing"]
    if not before:
        return
    if isinstance(now, CategorySketch):
        most = config["categorical_comparison_threshold"]
        cells = category_cells(then, now)
        gap = float(np.abs(cells.now / now.present - cells.then / before).max())
    else:
        most, gap = config["comparison_threshold"], largest_gap(then, now)
        if config["comparison_method"] == "Robust":
            gap = max(0.0, gap - _CHANCE * sqrt(1 / now.present + 1 / before))
    if gap > most:
        yield (
            "baseline_drift_check",
            f"The distance to the baseline is {gap:.3f}; it may be {most:g}.",
        )
