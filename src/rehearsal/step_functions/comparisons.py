"""The comparisons of a Choice: what is of another type does not match, what is missing fails."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rehearsal.patches import Patch, around

_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
}
_NAME = re.compile(r"(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""RFC 3339 with a capital T, and a capital Z where there is no offset."""


def patches() -> list[Patch]:
    """Return our comparisons in the place of moto's."""
    from moto.stepfunctions.parser.asl.component.state.choice import state_choice
    from moto.stepfunctions.parser.asl.component.state.choice.comparison import (
        comparison_func,
        comparison_variable,
    )

    return [
        around(comparison_variable.ComparisonVariable, "_eval_body", _compare),
        around(comparison_func.ComparisonFuncValue, "_eval_body", _value),
        around(comparison_func.ComparisonFuncStringVariableSample, "_eval_body", _sampled),
        around(state_choice.StateChoice, "_eval_state", _choose),
    ]


def holds(name: str, value: Any, target: Any) -> bool:
    """Tell whether a comparison of that name holds. Raises `TypeError` for a target it cannot have."""
    if name.startswith("Is"):
        return _TESTS[name](value) is target
    if name == "StringMatches":
        return isinstance(value, str) and _pattern(target).fullmatch(value) is not None
    found = _NAME.fullmatch(name)
    if found is None:
        raise TypeError(f"{name} is no comparison")
    kind, relation = _KINDS[found[1]], _RELATIONS[found[2]]
    wanted = kind(target)
    if wanted is None:
        raise TypeError(f"{name} cannot compare with {target!r}")
    given = kind(value)
    return given is not None and relation(given, wanted)


def _timestamp(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


_KINDS: dict[str, Callable[[Any], Any]] = {
    "Boolean": lambda value: value if isinstance(value, bool) else None,
    "Numeric": _number,
    "String": lambda value: value if isinstance(value, str) else None,
    "Timestamp": _timestamp,
}
_TESTS: dict[str, Callable[[Any], bool]] = {
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsPresent": lambda _: True,
    "IsString": lambda value: isinstance(value, str),
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of StringMatches: a star is any letters, a backslash takes it literally."""
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", text)
    return re.compile(
        "".join(
            ".*"
            if part == "*"
            else re.escape(part[-1:] if len(part) == 2 and part[0] == "\\" else part)
            for part in parts
        ),
        re.DOTALL,
    )


def _compare(original: Any, self: Any, env: Any) -> None:
    """Fail where the variable of a comparison is missing, unless that is what it asks."""
    from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import (
        NoSuchVariable,
    )

    from rehearsal.step_functions.error_names import RUNTIME, failure

    self.variable.eval(env)
    function = self.comparison_function
    if isinstance(env.stack[-1], NoSuchVariable):
        if function.operator_type.name != "IsPresent":
            path = self.variable.string_sampler.literal_value
            why = f"Invalid path '{path}': The choice state's condition path references an invalid value."
            raise failure(env, RUNTIME, why)
        env.stack.pop()
        env.stack.append(function.value is False)
        return
    function.eval(env)


def _value(_: Any, self: Any, env: Any) -> None:
    name, target = self.operator_type.name, self.value
    value = env.stack.pop()
    if name.endswith("Path"):
        target = _at(env, target)
    env.stack.append(_judged(env, name, value, target))


def _sampled(_: Any, self: Any, env: Any) -> None:
    """Compare with a variable of the machine, whose value moto put in the other's place."""
    value = env.stack.pop()
    self.string_variable_sample.eval(env=env)
    env.stack.append(_judged(env, self.operator_type.name, value, env.stack.pop()))


def _judged(env: Any, name: str, value: Any, target: Any) -> bool:
    from rehearsal.step_functions.error_names import RUNTIME, failure

    try:
        return holds(name, value, target)
    except TypeError as error:
        raise failure(env, RUNTIME, str(error)) from error


def _at(env: Any, path: str) -> Any:
    """Return what a path of a comparison leads to. Raises the state's failure where it leads nowhere."""
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError, extract_json

    from rehearsal.step_functions.error_names import RUNTIME, failure

    whole = path.startswith("$$")
    data = env.states.context_object.context_object_data if whole else env.stack[-1]
    try:
        return extract_json(path[1:] if whole else path, data)
    except NoSuchJsonPathError as error:
        why = (
            f"Invalid path '{path}': The choice state's condition path references an invalid value."
        )
        raise failure(env, RUNTIME, why) from error


def _choose(original: Any, self: Any, env: Any) -> None:
    """Fail by its name where no rule of a Choice matches and there is no default."""
    from rehearsal.step_functions.error_names import failure

    try:
        original(self, env)
    except RuntimeError as error:
        if "No branching option" not in str(error):
            raise
        why = f"Failed to transition out of the state: no rule of {self.name!r} matches"
        raise failure(env, "States.NoChoiceMatched", why) from error
