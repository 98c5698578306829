"""The comparisons of a Choice: each operator, its Path, what is of another type, what is missing."""

from __future__ import annotations

from typing import Any

from language_case import REFUSED, SPEC, Case

SOURCE = SPEC + "choice-state"
GIVEN = {"s": "blue", "n": 5, "f": 5.0, "t": True, "z": None, "d": "2016-03-14T01:59:00Z", "e": "2016-03-14T02:59:00+01:00", "l": [1], "o": {}}  # fmt: skip


def chosen(rule: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A machine that ends with true where the rule matches, and with false where not."""
    ways = {name: {"Type": "Pass", "Result": name == "Yes", "End": True} for name in ("Yes", "No")}
    choice = {"Type": "Choice", "Choices": [rule | {"Next": "Yes"}], "Default": "No"} | rest
    return {"Choice": choice} | ways


def case(variable: str, operator: str, target: Any, matches: bool | str) -> Case:
    states = chosen({"Variable": variable, operator: target})
    error = matches if isinstance(matches, str) else ""
    name = f"{variable} {operator} {target!r}"
    return Case(name, f"{SOURCE} ({operator})", states, GIVEN, None if error else matches, error)


RULES: list[tuple[str, str, Any, bool | str]] = [
    ("$.s", "StringEquals", "blue", True),
    ("$.s", "StringEquals", "Blue", False),
    ("$.n", "StringEquals", "5", False),
    ("$.s", "StringEqualsPath", "$.s", True),
    ("$.s", "StringEqualsPath", "$.n", "States.Runtime"),
    ("$.s", "StringLessThan", "green", True),
    ("$.s", "StringLessThanPath", "$.d", False),
    ("$.s", "StringGreaterThan", "Blue", True),
    ("$.s", "StringGreaterThanPath", "$.s", False),
    ("$.s", "StringLessThanEquals", "blue", True),
    ("$.s", "StringLessThanEqualsPath", "$.s", True),
    ("$.s", "StringGreaterThanEquals", "blue", True),
    ("$.s", "StringGreaterThanEqualsPath", "$.s", True),
    ("$.s", "StringMatches", "b*", True),
    ("$.s", "StringMatches", "*l*e", True),
    ("$.s", "StringMatches", "b", False),
    ("$.s", "StringMatches", "b\\*", False),
    ("$.s", "StringMatches", "bl.e", False),
    ("$.n", "StringMatches", "*", False),
    ("$.n", "NumericEquals", 5, True),
    ("$.n", "NumericEquals", 5.0, True),
    ("$.s", "NumericEquals", 5, False),
    ("$.t", "NumericEquals", 1, False),
    ("$.n", "NumericEqualsPath", "$.f", True),
    ("$.n", "NumericEqualsPath", "$.s", "States.Runtime"),
    ("$.n", "NumericLessThan", 5, False),
    ("$.n", "NumericLessThanPath", "$.f", False),
    ("$.n", "NumericGreaterThan", 4.9, True),
    ("$.n", "NumericGreaterThanPath", "$.f", False),
    ("$.n", "NumericLessThanEquals", 5, True),
    ("$.n", "NumericLessThanEqualsPath", "$.f", True),
    ("$.n", "NumericGreaterThanEquals", 6, False),
    ("$.n", "NumericGreaterThanEqualsPath", "$.f", True),
    ("$.t", "BooleanEquals", True, True),
    ("$.t", "BooleanEquals", False, False),
    ("$.n", "BooleanEquals", True, False),
    ("$.t", "BooleanEqualsPath", "$.t", True),
    ("$.t", "BooleanEqualsPath", "$.n", "States.Runtime"),
    ("$.d", "TimestampEquals", "2016-03-14T01:59:00Z", True),
    ("$.e", "TimestampEquals", "2016-03-14T01:59:00Z", True),
    ("$.s", "TimestampEquals", "2016-03-14T01:59:00Z", False),
    ("$.d", "TimestampEqualsPath", "$.e", True),
    ("$.d", "TimestampLessThan", "2016-03-14T01:59:00.001Z", True),
    ("$.d", "TimestampLessThanPath", "$.e", False),
    ("$.d", "TimestampGreaterThan", "2016-03-14T01:58:59Z", True),
    ("$.d", "TimestampGreaterThanPath", "$.s", "States.Runtime"),
    ("$.d", "TimestampLessThanEquals", "2016-03-14T01:59:00Z", True),
    ("$.d", "TimestampLessThanEqualsPath", "$.e", True),
    ("$.d", "TimestampGreaterThanEquals", "2017-01-01T00:00:00Z", False),
    ("$.d", "TimestampGreaterThanEqualsPath", "$.e", True),
    ("$.z", "IsNull", True, True),
    ("$.s", "IsNull", True, False),
    ("$.s", "IsNull", False, True),
    ("$.none", "IsNull", True, "States.Runtime"),
    ("$.z", "IsPresent", True, True),
    ("$.none", "IsPresent", True, False),
    ("$.none", "IsPresent", False, True),
    ("$.o.deep.deeper", "IsPresent", False, True),
    ("$.n", "IsNumeric", True, True),
    ("$.t", "IsNumeric", True, False),
    ("$.s", "IsString", True, True),
    ("$.n", "IsString", False, True),
    ("$.t", "IsBoolean", True, True),
    ("$.n", "IsBoolean", True, False),
    ("$.d", "IsTimestamp", True, True),
    ("$.e", "IsTimestamp", True, True),
    ("$.s", "IsTimestamp", True, False),
    ("$.none", "StringEquals", "blue", "States.Runtime"),
    ("$.n", "NumericEqualsPath", "$.none", "States.Runtime"),
    ("$.l[0]", "NumericEquals", 1, True),
    ("$$.State.Name", "StringEquals", "Choice", True),
]
PRESENT = {"Variable": "$.none", "IsPresent": True}
MISSING = {"Variable": "$.none", "NumericEquals": 1}
BLUE = {"Variable": "$.s", "StringEquals": "blue"}

CASES = [
    *(case(*rule) for rule in RULES),
    Case("an escaped star is a star", f"{SOURCE} (StringMatches)", chosen({"Variable": "$.s", "StringMatches": "a\\*b*"}), {"s": "a*bc"}, True),
    Case("an escaped backslash is a backslash", f"{SOURCE} (StringMatches)", chosen({"Variable": "$.s", "StringMatches": "a\\\\*"}), {"s": "a\\b"}, True),
    Case("a small t makes no timestamp", f"{SOURCE} (IsTimestamp)", chosen({"Variable": "$.s", "IsTimestamp": True}), {"s": "2016-03-14t01:59:00Z"}, False),
    Case("parts of seconds make a timestamp", f"{SOURCE} (IsTimestamp)", chosen({"Variable": "$.s", "IsTimestamp": True}), {"s": "2016-03-14T01:59:00.123Z"}, True),
    Case("And looks no further than it must", f"{SOURCE} (And)", chosen({"And": [PRESENT, MISSING]}), GIVEN, False),
    Case("And holds where all hold", f"{SOURCE} (And)", chosen({"And": [BLUE, {"Not": PRESENT}]}), GIVEN, True),
    Case("Or holds where one holds", f"{SOURCE} (Or)", chosen({"Or": [PRESENT, BLUE]}), GIVEN, True),
    Case("Not turns a rule around", f"{SOURCE} (Not)", chosen({"Not": BLUE}), GIVEN, False),
    Case("what is missing fails within Not", f"{SOURCE} (Not)", chosen({"Not": MISSING}), GIVEN, error="States.Runtime"),
    Case("InputPath is looked at first", SOURCE, chosen({"Variable": "$.a", "IsPresent": True}, InputPath="$.in"), {"in": {"a": 1}}, True),
    Case(
        "without a match and a default it fails",
        f"{SOURCE} (States.NoChoiceMatched)",
        {"Choice": {"Type": "Choice", "Choices": [BLUE | {"Next": "Yes"}]}, "Yes": {"Type": "Succeed"}},
        {"s": "red"},
        error="States.NoChoiceMatched",
    ),
    Case("a Choice cannot End", SOURCE, chosen(BLUE, End=True), error=REFUSED),
    Case("a rule without Next is refused", SOURCE, {"Choice": {"Type": "Choice", "Choices": [BLUE], "Default": "No"}, "No": {"Type": "Succeed"}}, error=REFUSED),
]  # fmt: skip
