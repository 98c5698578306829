"""One case of the States Language: a machine, its input, what AWS says comes out, and where it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SPEC = "https://states-language.net/spec.html#"
GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg/"
REFUSED = "refused when it is made"
"""The error of a machine that cannot be made."""


@dataclass(frozen=True)
class Case:
    """A case: `states`, run with `given`, end with `output`, or fail with an `error`.

    The first state is where the machine starts; `source` is the page, and what on it.
    """

    name: str
    source: str
    states: dict[str, Any]
    given: Any = None
    output: Any = None
    error: str = ""


def passed(**fields: Any) -> dict[str, Any]:
    """A machine of one Pass state."""
    return {"Pass": {"Type": "Pass", "End": True} | fields}


def called(name: str, call: str, output: Any = None, given: Any = None, error: str = "") -> Case:
    """A case of an intrinsic function: what the call gives, or its error."""
    function = call.partition("(")[0].removeprefix("States.")
    source = f"{GUIDE}intrinsic-functions.html ({function})"
    states = passed(Parameters={"x.$": call}, OutputPath="$.x")
    return Case(f"{function}: {name}", source, states, given, output, error)
