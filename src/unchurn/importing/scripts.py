"""What Python scripts say: label, columns left out, split, estimator, and calls to AWS."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from unchurn.importing.places import Fact, Place
from unchurn.importing.python import MISSING, Script, called

_TARGETS = re.compile(r"(target|label|y)(_?(col|column|name|field|label|attribute))?", re.I)
_ARGUMENTS = {"test_size": "test", "random_state": "seed", "seed": "seed"}
_SIZES = {
    "instance_type": "training_instance",
    "train_instance_type": "training_instance",
    "max_jobs": "tuning_jobs",
    "max_parallel_jobs": "parallel_tuning_jobs",
    "objective_metric_name": "tuning_objective",
}
_COMPARED = re.compile(r"Numeric(Less|Greater)Than(Equals)?")


def facts_of(script: Script) -> Iterator[Fact]:
    """Everything that a script says about a project, each with its line."""
    yield from _labels(script)
    yield from _dropped(script)
    yield from _split(script)
    yield from _header(script)
    yield from _arguments(script)
    yield from _estimator(script)
    yield from _clients(script)


def _fact(script: Script, name: str, value: Any, node: ast.AST, of: str = "") -> Fact:
    return Fact(name, value, Place(script.file, script.line(node)), of)


def _labels(script: Script) -> Iterator[Fact]:
    target = ""
    for name, value, line in script.assigned():
        if isinstance(value, str) and value and _TARGETS.fullmatch(name) and name.lower() != "y":
            target = value
            yield Fact("target", value, Place(script.file, line))
    for call in script.calls("replace", "map"):
        about = target and (repr(target) in ast.unparse(call) or _about(script, call, target))
        for spelled, code in _codes(script, call):
            if about and code in (0, 1):
                yield _fact(script, "positive" if code else "negative", str(spelled), call)


def _about(script: Script, call: ast.Call, target: str) -> bool:
    """Tell whether a method is called on the column of the label: ``df[target].replace(…)``."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Subscript) and script.value(owner.slice) == target


def _codes(script: Script, call: ast.Call) -> Iterator[tuple[Any, Any]]:
    values = [script.value(each) for each in call.args[:2]]
    if len(values) == 1 and isinstance(values[0], dict):
        yield from values[0].items()
    elif len(values) == 2 and all(isinstance(each, list) for each in values):
        yield from zip(values[0], values[1], strict=False)
    elif len(values) == 2 and not any(each is MISSING or isinstance(each, dict) for each in values):
        yield values[0], values[1]


def _dropped(script: Script) -> Iterator[Fact]:
    for call in script.calls("drop"):
        names = [script.value(each) for each in call.args]
        names.append(script.given(call, "columns"))
        for each in names:
            for name in [each] if isinstance(each, str) else each if isinstance(each, list) else []:
                if isinstance(name, str):
                    yield _fact(script, "drop", name, call)
    for node in script.nodes:
        for each in node.targets if isinstance(node, ast.Delete) else ():
            name = script.value(each.slice) if isinstance(each, ast.Subscript) else MISSING
            if isinstance(name, str):
                yield _fact(script, "drop", name, node)


def _split(script: Script) -> Iterator[Fact]:
    for call in script.calls("train_test_split"):
        for argument, name in _ARGUMENTS.items():
            value = script.given(call, argument)
            if isinstance(value, (int, float)):
                yield _fact(script, name, value, call)
    for call in script.calls("randomSplit"):
        weights, seed = script.given(call, "weights", 0), script.given(call, "seed", 1)
        numbers = weights if isinstance(weights, list) else []
        if len(numbers) > 1 and all(
            isinstance(each, (int, float)) and each > 0 for each in numbers
        ):
            yield _fact(script, "test", round(numbers[-1] / sum(numbers), 6), call)
        if isinstance(seed, int):
            yield _fact(script, "seed", seed, call)


def _header(script: Script) -> Iterator[Fact]:
    for call in script.calls("load", "csv", "read_csv", "option"):
        value = script.given(call, "header")
        if called(call) == "option" and script.given(call, "", 0) == "header":
            value = script.given(call, "", 1)
        none = any(each.arg == "header" and _is_none(each.value) for each in call.keywords)
        if none or value is False or value in ("false", "False"):
            yield _fact(script, "header", False, call)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _arguments(script: Script) -> Iterator[Fact]:
    """Defaults of a script's own flags."""
    for call in script.calls("add_argument"):
        flag, default = script.given(call, "", 0), script.given(call, "default")
        if isinstance(flag, str) and isinstance(default, (str, int, float)):
            yield _fact(script, "argument", str(default), call, flag.lstrip("-"))


def _estimator(script: Script) -> Iterator[Fact]:
    for call in script.calls():
        name = called(call)
        if name.endswith(("Estimator", "XGBoost", "Tuner")):
            for argument, of in _SIZES.items():
                value = script.given(call, argument)
                if isinstance(value, (str, int)):
                    yield _fact(script, of, value, call)
        if name == "set_hyperparameters":
            yield from _hyperparameters(script, {each.arg: each.value for each in call.keywords})
        if name == "retrieve" and script.given(call, "framework", 0) == "xgboost":
            yield _fact(script, "built_in", "xgboost", call)
        if _COMPARED.fullmatch(name):
            value = script.given(call, "value", 1)
            if isinstance(value, (int, float)):
                of = f"{name} {_argument(call, 'variable', 0)}"
                yield _fact(script, "threshold", value, call, of)
    for call in script.calls():
        given = next((each.value for each in call.keywords if each.arg == "hyperparameters"), None)
        node = script.names.get(given.id) if isinstance(given, ast.Name) else given
        if isinstance(node, ast.Dict):
            keys = [script.value(each) for each in node.keys]
            yield from _hyperparameters(script, dict(zip(keys, node.values, strict=True)))


def _argument(call: ast.Call, name: str, place: int) -> str:
    found = [each.value for each in call.keywords if each.arg == name] or call.args[
        place : place + 1
    ]
    return ast.unparse(found[0]) if found else ""


def _hyperparameters(script: Script, given: dict[Any, ast.expr]) -> Iterator[Fact]:
    for name, node in given.items():
        value = script.value(node)
        if isinstance(name, str) and isinstance(value, (str, int, float)):
            yield _fact(script, "hyperparameter", str(value), node, name)


def _clients(script: Script) -> Iterator[Fact]:
    for name, value, line in script.assigned():
        place = Place(script.file, line)
        if isinstance(value, str) and name.lower() in ("region", "aws_region", "region_name"):
            yield Fact("region", value, place)
        if isinstance(value, str) and name.lower() in ("bucket", "bucket_name", "s3_bucket"):
            yield Fact("bucket", value, place)
    for call in script.calls("Table"):
        value = script.given(call, "name", 0)
        if isinstance(value, str) and ast.unparse(call.func).startswith(
            ("dynamodb", "boto3", "ddb")
        ):
            yield _fact(script, "registry_table", value, call)
    for call in script.calls("getenv", "get"):
        value = script.given(call, "", 0)
        if isinstance(value, str) and value.endswith("_role"):
            yield _fact(script, "role", value, call)
    for node in script.nodes:
        for key, value in (
            zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
        ):
            named, found = script.value(key), script.value(value)
            if named in ("InstanceType", "InstanceCount") and isinstance(found, (str, int)):
                yield _fact(script, "endpoint_" + named[8:].lower(), found, value)
