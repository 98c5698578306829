"""Machines written in JSONata, evaluated by jsonata-python."""

from __future__ import annotations

import hashlib
import json
import random
from functools import cache
from typing import Any
from uuid import uuid4

from rehearsal.patches import Patch, around
from rehearsal.step_functions.intrinsics import HASHES, whole_range


def patches() -> list[Patch]:
    """Return what evaluates an expression; moto would need a Java machine for it."""
    from moto.stepfunctions.parser.asl.component.common.string import string_expression

    return [around(string_expression.StringJSONata, "_eval_body", _evaluate)]


@cache
def _read(expression: str) -> Any:
    from jsonata.jsonata import Jsonata

    return Jsonata(expression)


def _evaluate(_: Any, self: Any, env: Any) -> None:
    """Put what an expression gives on the stack. It fails where it gives nothing, or breaks off."""
    from jsonata.jexception import JException

    from rehearsal.step_functions.error_names import failure

    said = f"The JSONata expression '{self.expression}'"
    try:
        value = _valued(self.expression, env)
        if value is None and not _valued(f"$exists({self.expression})", env):
            raise failure(env, _FAILED, f"{said} returned nothing (undefined).")
        env.stack.append(json.loads(json.dumps(value)))
    except (JException, ArithmeticError) as error:
        raise failure(env, _FAILED, f"{said} threw an error. {error}") from error
    except TypeError as error:  # a function, which is no JSON
        raise failure(env, _FAILED, f"{said} returned an unsupported result type.") from error


_FAILED = "States.QueryEvaluationError"


def _valued(expression: str, env: Any) -> Any:
    """Evaluate with what a state knows: $states, the machine's variables, and AWS's functions."""
    store, states = env.variable_store, env.states._states_data
    known = {name: _native(function) for name, function in _FUNCTIONS.items()}
    known |= store._outer_scope | store._inner_scope
    known["states"] = {key: states[key] for key in _STATES if states.get(key) is not None}
    return _read(expression).evaluate(None, known)


def _native(function: Any) -> Any:
    """Return a function in the form in which expressions call it."""
    from jsonata.jsonata import Jsonata

    class Native(Jsonata.JFunctionCallable):  # type: ignore[misc]
        def call(self, _: Any, args: Any) -> Any:
            return function(*args)

    return Jsonata.JFunction(Native(), None)


_STATES = ("input", "context", "result", "errorOutput")


def _partition(values: Any, size: Any) -> list[Any]:
    array = values if isinstance(values, list) else [values]
    return [array[start : start + int(size)] for start in range(0, len(array), int(size))]


_FUNCTIONS = {
    "partition": _partition,
    "range": whole_range,
    "hash": lambda text, name="SHA-1": hashlib.new(HASHES[name], str(text).encode()).hexdigest(),
    "random": lambda *seed: random.Random(*seed).random(),  # noqa: S311, as States.MathRandom
    "uuid": lambda: str(uuid4()),
    "parse": json.loads,
}
