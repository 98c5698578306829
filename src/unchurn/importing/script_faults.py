"""Faults of Python: pickles, installs, splits, flags, calls to libraries that have moved on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from unchurn.importing.places import Fault, Place
from unchurn.importing.python import MISSING, Script, called, whole_name
from unchurn.importing.retired import (
    RETIRED_ARGUMENTS,
    RETIRED_MODULES,
    glue_is_retired,
    runtime_is_retired,
)

_PICKLES = re.compile(
    r"(pickle|joblib|dill|cloudpickle|pd|pandas|torch)\.(load|dump|loads|dumps|read_pickle)"
)
_TAMED = re.compile(r"(pd|pandas|torch)\.(load|dump|loads|dumps)")
_SHELLS = ("os.system", "os.popen", "commands.getoutput")
_REGION = re.compile(
    r"(us|eu|ap|ca|sa|me|af|il|mx)-(gov-)?(north|south|east|west|central|northeast|southeast)-\d"
)


def script_faults(script: Script) -> Iterator[Fault]:
    """Everything that is looked for in one script."""
    for node in script.nodes:
        if isinstance(node, ast.Call):
            for code, words in _call(script, node):
                yield Fault(code, Place(script.file, script.line(node)), words)
        if isinstance(node, ast.ExceptHandler) and _swallows(node):
            where = Place(script.file, script.line(node))
            yield Fault("swallowed", where, "Every error is caught here, whatever it is.")
    for name, line in script.imported():
        for module, why in RETIRED_MODULES.items():
            if name == module or name.startswith(f"{module}."):
                yield Fault("retired-call", Place(script.file, line), f"{module}: {why}.")
    for name, value, line in script.assigned():
        if isinstance(value, str) and _REGION.fullmatch(value):
            words = f"{name} is always {value!r}."
            yield Fault("fixed-place", Place(script.file, line), words)


def _swallows(node: ast.ExceptHandler) -> bool:
    every = node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
    return every and not any(isinstance(each, ast.Raise) for each in ast.walk(node))


def _call(script: Script, call: ast.Call) -> Iterator[tuple[str, str]]:
    whole, name = whole_name(call), called(call)
    if _PICKLES.fullmatch(whole) and not _TAMED.fullmatch(whole):
        yield "pickle", f"{whole} runs whatever code the file holds, or writes such a file."
    if name in ("extractall", "extract") and "filter" not in [each.arg for each in call.keywords]:
        yield "archive", f"{whole} unpacks an archive without a filter."
    shell = script.given(call, "shell")
    if whole in _SHELLS or (shell is True and whole.startswith("subprocess.")):
        yield "shell", f"{whole} hands a text to a shell."
    yield from _installs(script, call)
    yield from _splits(script, call)
    if name == "add_argument" and any(
        e.arg == "type" and ast.unparse(e.value) == "bool" for e in call.keywords
    ):
        flag = script.given(call, "", 0)
        yield "bool-flag", f"{flag} False is read as True (type=bool)."
    seconds = script.value(call.args[0]) if whole == "time.sleep" and call.args else 0
    if isinstance(seconds, (int, float)) and seconds >= 10:
        yield "sleep", f"It waits {seconds} seconds and hopes."
    yield from _retired(script, call, whole)


def _installs(script: Script, call: ast.Call) -> Iterator[tuple[str, str]]:
    words = script.value(call.args[0]) if call.args else MISSING
    if called(call) == "install" and isinstance(words, str):
        pinned = "" if "==" in words else ", of no stated version"
        yield "install-while-running", f"It installs {words!r} while it runs{pinned}."
    elif (
        whole_name(call) in _SHELLS
        and isinstance(words, str)
        and re.search(r"\b(pip|conda)\b.* install", words)
    ):
        yield "install-while-running", f"It runs {words!r}."


def _splits(script: Script, call: ast.Call) -> Iterator[tuple[str, str]]:
    name = called(call)
    if name in ("train_test_split", "randomSplit", "random_split"):
        unseeded = name == "randomSplit" and script.given(call, "seed", 1) is MISSING
        other = ", others each time" if unseeded else ""
        yield "no-holdout", f"{name} parts rows{other}, not customers: one can be on both sides."
    if name == "dropna":
        yield (
            "rows-dropped",
            "Every customer with a blank in any column is left out, and nobody is told.",
        )


def _retired(script: Script, call: ast.Call, whole: str) -> Iterator[tuple[str, str]]:
    for each in call.keywords:
        value = script.value(each.value)
        if each.arg in RETIRED_ARGUMENTS and whole.endswith(("Estimator", "XGBoost")):
            yield "retired-call", f"{each.arg} is {RETIRED_ARGUMENTS[each.arg]}."
        if each.arg == "Runtime" and isinstance(value, str) and runtime_is_retired(value):
            yield "runtime", f"A function is made on {value}."
        if each.arg == "GlueVersion" and isinstance(value, str) and glue_is_retired(value):
            yield "glue-version", f"A job is made on Glue {value}."
    if called(call) == "retrieve" and script.given(call, "version", 2) in ("latest", MISSING):
        yield "unpinned-image", f"{whole} takes whatever version is the latest."
    compared = re.fullmatch(r"Numeric(Less|Greater)Than(Equals)?", called(call))
    about = ast.unparse(call) if compared else ""
    if re.search(r"[Mm]etric\w*'?\]?\[\d+\]", about):
        yield (
            "metric-by-position",
            "The gate reads a metric by its place in a list, whichever it is.",
        )
