"""What passes from state to state: paths, variables and the limit of its size, as AWS has them."""

from __future__ import annotations

import copy
import json
import re
import sys
from functools import cache
from types import ModuleType
from typing import Any

from rehearsal.patches import Patch, around

LARGEST = 262_144
"""The most bytes of an input, an output, or a state's result."""
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_SEARCH = re.compile(r"\.\.|\.\*|\[[^\]]*[*?:,]")
"""What makes a path one that may lead to several values: a descent, a star, a filter, a slice, a list."""
_LENGTH = ".length()"
_STEP = re.compile(r"\.([\w$-]+)|\[['\"]([^'\"]+)['\"]\]|\[(\d+)\]")
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)(.*)", re.DOTALL)


def patches() -> list[Patch]:
    """Return what reads and writes paths and variables, and weighs what is passed on."""
    from moto.stepfunctions.parser import quotas
    from moto.stepfunctions.parser.asl.component.common.path.items_path import ItemsPath
    from moto.stepfunctions.parser.asl.component.common.path.result_path import ResultPath
    from moto.stepfunctions.parser.asl.component.common.string import string_expression
    from moto.stepfunctions.parser.asl.utils import json_path

    original = json_path.extract_json

    def extract_json(path: str, data: Any) -> Any:
        """Have ``$.a[1].b`` give the value, and a search a list of what it finds, were it one or none.

        See "Reference Paths" and "Paths" of the Amazon States Language, and "Indefinite" paths of
        Jayway JsonPath, by which Step Functions reads them.
        """
        if path.endswith(_LENGTH):
            return len(extract_json(path.removesuffix(_LENGTH), data))
        values = [match.value for match in json_path.parse(path).find(data)]
        if _SEARCH.search(_QUOTED.sub("", path)):
            return values
        if not values:
            raise json_path.NoSuchJsonPathError(json_path=path, data=data)
        return values[0]

    return [
        # A path costs a parser of its own each time it is read; it means the same every time.
        Patch(json_path, "parse", cache(json_path.parse)),
        *_wherever("extract_json", original, extract_json),
        *_wherever("is_within_size_quota", quotas.is_within_size_quota, _fits),
        around(ItemsPath, "_eval_body", _items),
        around(ResultPath, "_eval_body", _put_result),
        around(string_expression.StringVariableSample, "_eval_body", _sample),
    ]


def _wherever(name: str, original: Any, ours: Any) -> list[Patch]:
    """Replace a function in each module of the interpreter that has it by name."""
    holders = [
        module
        for module in list(sys.modules.values())
        if isinstance(module, ModuleType)
        and module.__name__.startswith("moto.stepfunctions")
        and vars(module).get(name) is original
    ]
    return [Patch(module, name, ours) for module in holders]


def _fits(value: Any) -> bool:
    """Tell whether a value may be passed on; spaces that nobody wrote do not count."""
    plain = value
    if not isinstance(value, str):
        plain = json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=str)
    return len(plain.encode()) <= LARGEST


def placed(data: Any, path: str, value: Any) -> Any:
    """Return `data` with `value` at a reference path. Raises `ValueError` where it cannot be there."""
    steps = [(found[1] or found[2], found[3]) for found in _STEP.finditer(path[1:])]
    if not steps:
        return value
    whole = copy.deepcopy(data)
    at = whole
    for place, (name, index) in enumerate(steps):
        last = place == len(steps) - 1
        key: Any = name or int(index)
        fits = isinstance(at, dict) if name else isinstance(at, list) and key < len(at)
        if not fits:
            raise ValueError(f"Unable to apply step {name or index!r} to input {json.dumps(at)}")
        if last:
            at[key] = copy.deepcopy(value)
        else:
            at = at.setdefault(key, {}) if name else at[key]
    return whole


def _items(original: Any, self: Any, env: Any) -> None:
    """Fail where what a Map should go over is no array."""
    from rehearsal.step_functions.error_names import RUNTIME, failure

    original(self, env)
    if not isinstance(env.stack[-1], list):
        path = getattr(self.string_sampler, "literal_value", "$")
        raise failure(env, RUNTIME, f'Reference path "{path}" must point to array.')


def _put_result(original: Any, self: Any, env: Any) -> None:
    """Put a result where its path says; fail by its name where the input has no such place."""
    from rehearsal.step_functions.error_names import failure

    if self.result_path_src is None:
        original(self, env)
        return
    try:
        found = placed(env.states.get_input(), self.result_path_src, env.stack.pop())
    except ValueError as error:
        raise failure(env, "States.ResultPathMatchFailure", str(error)) from error
    env.stack.append(found)


def _sample(original: Any, self: Any, env: Any) -> None:
    """Read a variable of the machine, for which moto would need JSONata."""
    from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
    from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable
    from moto.stepfunctions.parser.asl.utils.json_path import extract_json

    from rehearsal.step_functions.error_names import RUNTIME, failure

    found = _VARIABLE.fullmatch(self.expression)
    if found is None or self.query_language_mode != QueryLanguageMode.JSONPath:
        original(self, env)
        return
    try:
        value = env.variable_store.get(found[1])
    except NoSuchVariable as error:
        raise failure(env, RUNTIME, f"There is no variable {found[1]!r}") from error
    env.stack.append(copy.deepcopy(extract_json(f"${found[2]}", value)))
