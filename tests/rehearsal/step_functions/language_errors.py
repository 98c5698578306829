"""Retry and Catch in their order, Fail, Wait and Succeed, Map and Parallel; what is refused."""

from __future__ import annotations

from typing import Any

from language_case import GUIDE, REFUSED, SPEC, Case, passed

HANDLED = GUIDE + "concepts-error-handling.html"
FAIL = {"Type": "Fail", "Error": "Spent", "Cause": "no more"}
DONE = {"Type": "Succeed"}


def tried(name: str, output: Any = None, error: str = "", inner: Any = None, **fields: Any) -> Case:
    """A case of a Parallel of one branch, which fails as `inner` does; Caught gives "caught"."""
    branch = {"StartAt": "Inner", "States": {"Inner": inner or FAIL}}
    states: dict[str, Any] = {
        "Try": {"Type": "Parallel", "Branches": [branch], "End": True} | fields
    }
    for rule in fields.get("Catch", ()):
        states[rule["Next"]] = {"Type": "Pass", "End": True}
    return Case(name, HANDLED, states, {"n": 1}, output, error)


def caught(*names: str, where: str = "Caught", path: Any = "$") -> dict[str, Any]:
    return {"ErrorEquals": list(names), "Next": where, "ResultPath": path}


SPENT = {"Error": "Spent", "Cause": "no more"}
RUNTIME = {"Type": "Pass", "InputPath": "$.none", "End": True}
TIMEOUT = {"Type": "Fail", "Error": "States.Timeout"}


def mapped(
    name: str,
    output: Any = None,
    given: Any = None,
    error: str = "",
    inner: Any = None,
    **fields: Any,
) -> Case:
    """A case of a Map over its input."""
    states = {"Each": inner or {"Type": "Pass", "End": True}}
    body = {"StartAt": "Each", "States": states}
    whole = {"Map": {"Type": "Map", "ItemProcessor": body, "End": True} | fields}
    return Case(name, SPEC + "map-state", whole, given, output, error)


def waited(name: str, given: Any = None, error: str = "", **fields: Any) -> Case:
    states = {"Wait": {"Type": "Wait", "End": True} | fields}
    return Case(name, SPEC + "wait-state", states, given, None if error else given, error)


def failed(name: str, error: str, given: Any = None, **fields: Any) -> Case:
    return Case(name, SPEC + "fail-state", {"Fail": {"Type": "Fail"} | fields}, given, None, error)


CASES = [
    tried("an error that nobody catches ends it", error="Spent"),
    tried("an error is caught by its name", SPENT, Catch=[caught("Spent")]),
    tried("the first that means it catches", {"n": 1, "e": SPENT}, Catch=[caught("Other"), caught("Spent", where="Here", path="$.e"), caught("States.ALL")]),
    tried("all catch what no name does", SPENT, Catch=[caught("Other"), caught("States.ALL", where="Last")]),
    tried("States.TaskFailed means any error", SPENT, Catch=[caught("States.TaskFailed")]),
    tried("States.TaskFailed does not mean a timeout", error="States.Timeout", inner=TIMEOUT, Catch=[caught("States.TaskFailed")]),
    tried("States.ALL means a timeout", {"Error": "States.Timeout", "Cause": ""}, inner=TIMEOUT, Catch=[caught("States.ALL")]),
    tried("States.ALL does not mean States.Runtime", error="States.Runtime", inner=RUNTIME, Catch=[caught("States.ALL")]),
    tried("a Catch without a ResultPath has the error as its output", SPENT, Catch=[{"ErrorEquals": ["Spent"], "Next": "Caught"}]),
    tried("a Catch with a ResultPath of null keeps the input", {"n": 1}, Catch=[caught("Spent", path=None)]),
    tried("a Retry comes before a Catch", SPENT, Retry=[{"ErrorEquals": ["Spent"], "MaxAttempts": 2}], Catch=[caught("Spent")]),
    tried("a Retry of no attempts gives up at once", error="Spent", Retry=[{"ErrorEquals": ["Spent"], "MaxAttempts": 0}, {"ErrorEquals": ["States.ALL"]}]),
    tried("MaxDelaySeconds keeps pauses short", error="Spent", Retry=[{"ErrorEquals": ["Spent"], "IntervalSeconds": 1, "MaxAttempts": 6, "BackoffRate": 100, "MaxDelaySeconds": 2}]),
    tried("JitterStrategy is FULL or NONE", error="Spent", Retry=[{"ErrorEquals": ["Spent"], "MaxAttempts": 1, "JitterStrategy": "FULL"}]),
    tried("another JitterStrategy is refused", error=REFUSED, Retry=[{"ErrorEquals": ["Spent"], "JitterStrategy": "SOME"}]),
    tried("a BackoffRate below 1 is refused", error=REFUSED, Retry=[{"ErrorEquals": ["Spent"], "BackoffRate": 0.5}]),
    tried("an IntervalSeconds of none is refused", error=REFUSED, Retry=[{"ErrorEquals": ["Spent"], "IntervalSeconds": 0}]),
    tried("MaxAttempts below none is refused", error=REFUSED, Retry=[{"ErrorEquals": ["Spent"], "MaxAttempts": -1}]),
    tried("States.ALL stands alone", error=REFUSED, Catch=[caught("States.ALL", "Spent")]),
    tried("States.ALL stands last", error=REFUSED, Catch=[caught("States.ALL"), caught("Spent", where="Late")]),
    failed("Fail has an error and a cause", "Spent", Error="Spent", Cause="no more"),
    failed("Fail has an error of a path", "Spent", {"e": "Spent", "c": "no more"}, ErrorPath="$.e", CausePath="$.c"),
    failed("Fail has an error of a function", "Spent-1", {"n": 1}, ErrorPath="States.Format('Spent-{}', $.n)"),
    failed("Error and ErrorPath exclude each other", REFUSED, Error="a", ErrorPath="$.e"),
    failed("Fail has no Next", REFUSED, Error="a", Next="Fail"),
    waited("Wait waits for seconds", {"n": 1}, Seconds=3),
    waited("Wait waits for seconds of a path", {"n": 3}, SecondsPath="$.n"),
    waited("Wait fails for seconds below none", {"n": -1}, "States.Runtime", SecondsPath="$.n"),
    waited("Wait fails for seconds that are none", {"n": "x"}, "States.Runtime", SecondsPath="$.n"),
    waited("Wait waits for a time that is past", {"n": 1}, Timestamp="2016-03-14T01:59:00Z"),
    waited("Wait waits for a time of a path", {"t": "2016-03-14T01:59:00.123Z"}, TimestampPath="$.t"),
    waited("Wait fails for a time that is none", {"t": "soon"}, "States.Runtime", TimestampPath="$.t"),
    waited("Wait fails for a time that is not there", {}, "States.Runtime", TimestampPath="$.t"),
    waited("Wait refuses a time that is none", None, REFUSED, Timestamp="soon"),
    waited("Wait refuses seconds below none", None, REFUSED, Seconds=-1),
    waited("Wait refuses both at once", None, REFUSED, Seconds=1, SecondsPath="$.n"),
    waited("Wait refuses neither", None, REFUSED),
    Case("Succeed ends with its input", SPEC + "succeed-state", {"Done": DONE}, {"n": 1}, {"n": 1}),
    mapped("a Map gives a list", [1, 2], [1, 2]),
    mapped("a Map over nothing gives nothing", [], []),
    mapped("a Map goes over what its path chooses", {"l": [1, 2], "r": [1, 2]}, {"l": [1, 2]}, ItemsPath="$.l", ResultPath="$.r"),
    mapped("an ItemSelector makes each input", [{"v": 7, "i": 0, "n": 1}], {"l": [7], "n": 1}, ItemsPath="$.l", ItemSelector={"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "n.$": "$.n"}),
    mapped("a Map keeps the order of its items, one at a time", [3, 1, 2], [3, 1, 2], MaxConcurrency=1),
    mapped("a Map over what is no array fails", error="States.Runtime", given={"l": 1}, ItemsPath="$.l"),
    mapped("a Map fails when one of its items does", error="Spent", given=[1, 2], inner=FAIL),
    mapped("a Map passes on States.Runtime", error="States.Runtime", given=[1], inner=RUNTIME),
    Case(
        "a Parallel fails when one of its branches does",
        SPEC + "parallel-state",
        {"Both": {"Type": "Parallel", "End": True, "Branches": [{"StartAt": "A", "States": {"A": FAIL}}, {"StartAt": "B", "States": {"B": DONE}}]}},
        error="Spent",
    ),
    Case("a Type that there is not is refused", SPEC + "states", {"Nap": {"Type": "Nap", "End": True}}, error=REFUSED),
    Case("a field that a state does not have is refused", SPEC + "states", passed(Seconds=5), error=REFUSED),
]  # fmt: skip
