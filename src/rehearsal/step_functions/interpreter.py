"""What moto's interpreter of the Amazon States Language does otherwise than AWS, corrected."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from types import ModuleType
from typing import Any

from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around
from rehearsal.step_functions.maps import grammatical

_DEFINITE = re.compile(r"[*?:@,]|\.\.")


def patches(cloud: Cloud) -> list[Patch]:
    """Return the corrections, and stop what still runs when the cloud closes."""
    from moto.stepfunctions.parser.asl.component.common.error_name import (
        custom_error_name,
        error_equals_decl,
    )
    from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
    from moto.stepfunctions.parser.asl.component.state.fail import state_fail
    from moto.stepfunctions.parser.asl.eval.states import ContextObject
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
    from moto.stepfunctions.parser.asl.utils import json_path

    cloud.closing.callback(_stop_all, cloud)
    parsing, trees = Lock(), dict[str, Any]()

    def parse(original: Any, definition: str) -> Any:
        """Read a definition once: a machine is parsed when it is checked, made and started."""
        with parsing:  # the preprocessor keeps the scopes it is in on its class
            if definition not in trees:
                program, trees[definition] = original(grammatical(definition))
                return program, trees[definition]
            return Preprocessor().visit(trees[definition]), trees[definition]

    return [
        # A Fail state may pass on an error of Step Functions itself; moto would break off there.
        Patch(state_fail, "CustomErrorName", ErrorName),
        # AWS takes names of one's own that begin like its own, which the specification forbids.
        Patch(custom_error_name, "ILLEGAL_CUSTOM_ERROR_PREFIX", "\0"),
        around(ContextObject, "__init__", _with_plain_times),
        around(error_equals_decl.ErrorEqualsDecl, "_eval_body", _meant),
        around(AmazonStateLanguageParser, "parse", parse),
        # A path costs a parser of its own each time it is read; it means the same every time.
        Patch(json_path, "parse", cache(json_path.parse)),
        *_definite_paths(),
    ]


def _with_plain_times(original: Any, self: Any, context_object: Any) -> None:
    """Make `$$.Execution.StartTime` the text that it is; a datetime cannot be an output."""
    original(self, context_object)
    execution = (context_object or {}).get("Execution") or {}
    started = execution.get("StartTime")
    if isinstance(started, datetime):
        text = started.astimezone(UTC).isoformat(timespec="milliseconds")
        execution["StartTime"] = text.replace("+00:00", "Z")


def _meant(_: Any, self: Any, env: Any) -> None:
    """Say whether a Retry or a Catch means the error on top of the stack."""
    from rehearsal.step_functions.error_names import means

    error = env.stack.pop()
    env.stack.append(means({each.error_name for each in self.error_names}, error))


def _definite_paths() -> list[Patch]:
    """Have ``$.a[1].b`` give the value, as AWS has it, and not a list of one."""
    from moto.stepfunctions.parser.asl.utils import json_path

    original = json_path.extract_json

    def extract_json(path: str, data: Any) -> Any:
        value = original(path, data)
        if isinstance(value, list) and len(value) == 1 and not _DEFINITE.search(path):
            matches = json_path.parse(path).find(data)
            return matches[0].value if len(matches) == 1 else value
        return value

    holders = [
        module
        for module in list(sys.modules.values())
        if isinstance(module, ModuleType)
        and module.__name__.startswith("moto.stepfunctions")
        and vars(module).get("extract_json") is original
    ]
    return [Patch(module, "extract_json", extract_json) for module in holders]


def _stop_all(cloud: Cloud) -> None:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    backend = stepfunctions_parser_backends[cloud.account][cloud.region]
    for machine in backend.state_machines:
        for execution in machine.executions:
            if execution.status == "RUNNING" and execution.exec_worker.env is not None:
                execution.stop(datetime.now(UTC), None, "The rehearsal has ended.")
