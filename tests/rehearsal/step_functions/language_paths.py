"""InputPath, Parameters, ResultSelector, ResultPath and OutputPath; variables; the limit of size."""

from __future__ import annotations

from typing import Any

from language_case import GUIDE, REFUSED, SPEC, Case, passed

FILTERS = GUIDE + "concepts-input-output-filtering.html"
GIVEN = {"a": {"b": [1, {"c": 2}, 3], "t": "x"}, "n": 5}
LARGE = 262_144


def one(name: str, output: Any = None, given: Any = GIVEN, error: str = "", **fields: Any) -> Case:
    """A case of one Pass state."""
    return Case(name, FILTERS, passed(**fields), given, output, error)


def both(name: str, output: Any = None, error: str = "", **fields: Any) -> Case:
    """A case of a Parallel, whose two branches give its input and 1: it has a ResultSelector."""
    branches = [
        {"StartAt": f"Give{at}", "States": {f"Give{at}": {"Type": "Pass", "End": True} | rest}}
        for at, rest in enumerate([{}, {"Result": 1}])
    ]
    states = {"Both": {"Type": "Parallel", "Branches": branches, "End": True} | fields}
    return Case(name, FILTERS, states, GIVEN, output, error)


CASES = [
    one("InputPath chooses", {"b": [1, {"c": 2}, 3], "t": "x"}, InputPath="$.a"),
    one("InputPath null gives an empty object", {}, InputPath=None),
    one("InputPath of what is not there fails", error="States.Runtime", InputPath="$.none"),
    one("InputPath reads the context", "Pass", InputPath="$$.State.Name"),
    one("OutputPath chooses", 5, OutputPath="$.n"),
    one("OutputPath null gives an empty object", {}, OutputPath=None),
    one("OutputPath of what is not there fails", error="States.Runtime", OutputPath="$.none"),
    one("Result is the output", {"r": [1]}, Result={"r": [1]}),
    one("Result is not looked into", {"r.$": "$.n"}, Result={"r.$": "$.n"}),
    one("ResultPath puts a result into the input", GIVEN | {"r": 1}, Result=1, ResultPath="$.r"),
    one("ResultPath makes what lies on its way", GIVEN | {"r": {"s": {"t": 1}}}, Result=1, ResultPath="$.r.s.t"),
    one("ResultPath writes over", GIVEN | {"a": 1}, Result=1, ResultPath="$.a"),
    one("ResultPath writes over an item", {"l": [1, "x"]}, {"l": [1, 2]}, Result="x", ResultPath="$.l[1]"),
    one("ResultPath null keeps the input", GIVEN, Result=1, ResultPath=None),
    one("ResultPath takes brackets", GIVEN | {"r s": 1}, Result=1, ResultPath="$['r s']"),
    one("ResultPath fails where the input is no object", error="States.ResultPathMatchFailure", given=[1], Result=1, ResultPath="$.r"),
    one("ResultPath fails below what is no object", error="States.ResultPathMatchFailure", Result=1, ResultPath="$.n.r"),
    one("ResultPath fails beyond an array", error="States.ResultPathMatchFailure", given={"l": [1]}, Result=1, ResultPath="$.l[1]"),
    one("ResultPath counts from the raw input, not from InputPath", GIVEN | {"r": "x"}, InputPath="$.a.t", ResultPath="$.r"),
    one("Parameters are made of paths and texts", {"n": 5, "s": "$.n", "l": [1, {"m": "x"}]}, Parameters={"n.$": "$.n", "s": "$.n", "l": [1, {"m.$": "$.a.t"}]}),
    one("Parameters read what InputPath left", {"t": "x"}, InputPath="$.a", Parameters={"t.$": "$.t"}),
    one("Parameters of what is not there fail", error="States.Runtime", Parameters={"n.$": "$.none"}),
    one("Parameters read the context", {"s": "Pass"}, Parameters={"s.$": "$$.State.Name"}),
    one("Parameters of the context that is not there fail", error="States.Runtime", Parameters={"s.$": "$$.None"}),
    one("a path that ends in an index gives the value", {"x": {"c": 2}}, Parameters={"x.$": "$.a.b[1]"}),
    one("a path through an index gives the value", {"x": 2}, Parameters={"x.$": "$.a.b[1].c"}),
    one("a star gives a list", {"x": [1, {"c": 2}, 3]}, Parameters={"x.$": "$.a.b[*]"}),
    one("a star over one gives a list of one", {"x": [7]}, {"l": [7]}, Parameters={"x.$": "$.l[*]"}),
    one("a slice gives a list", {"x": [1, {"c": 2}]}, Parameters={"x.$": "$.a.b[0:2]"}),
    one("a slice of one gives a list of one", {"x": [1]}, Parameters={"x.$": "$.a.b[0:1]"}),
    one("a descent gives a list", {"x": [2]}, Parameters={"x.$": "$..c"}),
    one("a filter gives a list", {"x": [{"k": 2}]}, {"l": [{"k": 1}, {"k": 2}]}, Parameters={"x.$": "$.l[?(@.k > 1)]"}),
    one("a filter that finds nothing gives an empty list", {"x": []}, {"l": [{"k": 1}]}, Parameters={"x.$": "$.l[?(@.k > 1)]"}),
    one("a star over one gives a list of what is below", {"x": [2]}, {"l": [{"k": {"m": 2}}]}, Parameters={"x.$": "$.l[*].k.m"}),
    one("a filter that finds one gives a list of what is below", {"x": [2]}, {"l": [{"k": "y", "m": {"n": 2}}]}, Parameters={"x.$": "$.l[?(@.k=='y')].m.n"}),
    one("a slice of one gives a list of what is below", {"x": [2]}, {"l": [{"k": {"m": 2}}]}, Parameters={"x.$": "$.l[0:1].k.m"}),
    one("a descent that finds one gives a list", {"x": [2]}, {"o": {"p": {"z": 2}}}, Parameters={"x.$": "$..z"}),
    one("a star over the fields of an object gives a list", {"x": [2]}, {"o": {"p": {"z": 2}}}, Parameters={"x.$": "$.o.*.z"}),
    one("what is found is not looked into", {"x": [[1, 2]]}, {"l": [{"k": [1, 2]}]}, Parameters={"x.$": "$.l[*].k"}),
    one("a name in quotes is no search", {"x": 1, "y": 2}, {"a*b": 1, "c:d": 2}, Parameters={"x.$": "$['a*b']", "y.$": "$['c:d']"}),
    one("a list of one through an index is the value", {"x": [7]}, {"l": [[7]]}, Parameters={"x.$": "$.l[0]"}),
    one("length() counts", {"x": 3}, Parameters={"x.$": "$.a.b.length()"}),
    one("a field of JSONata is refused", error=REFUSED, Output={"x": 1}),
    one("null is a value", {"x": None}, {"n": None}, Parameters={"x.$": "$.n"}),
    one("a path that is no path is refused", error=REFUSED, Parameters={"x.$": "n"}),
    one("a value that is no text is refused as a path", error=REFUSED, Parameters={"x.$": 5}),
    both("a Parallel gives a list of its branches", [GIVEN, 1]),
    both("ResultSelector chooses of the result", {"n": 5, "one": 1}, ResultSelector={"n.$": "$[0].n", "one.$": "$[1]"}),
    both("ResultSelector comes before ResultPath", GIVEN | {"r": {"one": 1}}, ResultSelector={"one.$": "$[1]"}, ResultPath="$.r"),
    both("OutputPath comes last", 1, ResultPath="$.r", OutputPath="$.r[1]"),
    both("Parameters are the input of each branch", [{"m": 5}, 1], Parameters={"m.$": "$.n"}),
    both("InputPath null gives each branch an empty object", [{}, 1], InputPath=None),
    Case("Succeed takes both paths", SPEC + "succeed-state", {"Done": {"Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.t"}}, GIVEN, "x"),
    Case(
        "what is assigned is read later",
        GUIDE + "workflow-variables.html",
        {
            "Set": {"Type": "Pass", "Assign": {"whole.$": "$.a", "plain": [1, 2]}, "Next": "Get"},
            "Get": {"Type": "Pass", "Parameters": {"t.$": "$whole.t", "c.$": "$whole.b[1].c", "p.$": "$plain[1]"}, "End": True},
        },
        GIVEN,
        {"t": "x", "c": 2, "p": 2},
    ),
    Case(
        "a variable is compared with",
        GUIDE + "workflow-variables.html",
        {
            "Set": {"Type": "Pass", "Assign": {"most": 4}, "Next": "Ask"},
            "Ask": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThanPath": "$most", "Next": "More"}], "Default": "Less"},
            "More": {"Type": "Pass", "Result": "more", "End": True},
            "Less": {"Type": "Pass", "Result": "less", "End": True},
        },
        GIVEN,
        "more",
    ),
    Case("names may be of any letters", SPEC + "states", {"Zoë \"": {"Type": "Pass", "Parameters": {"n.$": "$$.State.Name"}, "Next": "é"}, "é": {"Type": "Pass", "OutputPath": "$.n", "End": True}}, GIVEN, "Zoë \""),
    Case("as much as may be is passed on", GUIDE + "service-quotas.html (256 KiB)", passed(InputPath="$.x"), {"x": "a" * (LARGE - 8)}, "a" * (LARGE - 8)),
    Case(
        "more than that is not, whatever is caught",
        GUIDE + "concepts-error-handling.html (States.DataLimitExceeded)",
        {
            "Both": {
                "Type": "Parallel",
                "Branches": [{"StartAt": f"Pass{at}", "States": {f"Pass{at}": {"Type": "Pass", "End": True}}} for at in range(2)],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Succeed"},
        },
        {"x": "a" * (LARGE // 2)},
        error="States.DataLimitExceeded",
    ),
]  # fmt: skip
