"""Runtimes of Lambda: those that functions can be made with, and those that AWS has retired.

As of November 2026. AWS blocks the creation of functions first, their update much later.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from shutil import which
from typing import TYPE_CHECKING, Any

from rehearsal.patches import Patch, around

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

LIVING = (
    *("python3.8", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13"),
    *("python3.14", "nodejs16.x", "nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x"),
    *("java8.al2", "java11", "java17", "java21", "java25", "dotnet6", "dotnet8", "dotnet10"),
    *("ruby3.2", "ruby3.3", "ruby3.4", "ruby4.0", "provided.al2", "provided.al2023"),
)
_NO_UPDATES = (
    *("python2.7", "python3.6", "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10"),
    *("nodejs8.10", "nodejs10.x", "nodejs12.x", "dotnetcore1.0", "dotnetcore2.0"),
    *("dotnetcore2.1", "dotnetcore3.1", "ruby2.5"),
)
_NO_CREATION = ("python3.7", "nodejs14.x", "java8", "go1.x", "provided", "ruby2.7")
_SUCCESSORS = {
    **{"python": "python3.14", "nodejs": "nodejs24.x", "java": "java25", "ruby": "ruby4.0"},
    **{"dotnetcore": "dotnet10", "go": "provided.al2023", "provided": "provided.al2023"},
}
_OURS = f"python3.{sys.version_info.minor}"


def unrun(runtime: str) -> str:
    """Return why functions of a runtime do not run here, "" where they do."""
    of_node = runtime.startswith("nodejs")
    if runtime.startswith("python") or (of_node and which("node")):
        return ""
    lacking = ", and there is no `node` in the PATH" if of_node else ""
    return f"The rehearsal runs functions of Python and Node.js; this is {runtime}{lacking}."


@cache
def node_version() -> str:
    """Return the version of this machine's Node.js, ``v22.11.0``."""
    asked = [which("node") or "node", "--version"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - its version alone


def patches(cloud: Cloud) -> list[Patch]:
    """Return what refuses runtimes as Lambda does, and says under which a function runs here."""
    from moto.awslambda.responses import LambdaResponse

    def create(original: Callable[[Any], Any], response: Any) -> Any:
        given = response.json_body
        _check_creation(cloud, given)
        _, arn, name = str(given.get("FunctionName", "")).rpartition(":function:")
        if arn:  # an ARN, whole or from the account on, names a function too
            response.body = json.dumps({**given, "FunctionName": name})
        return original(response)

    def update(original: Callable[[Any], Any], response: Any) -> Any:
        runtime = response.json_body.get("Runtime")
        if runtime is not None:
            _check(cloud, runtime, _NO_UPDATES)
            _tell(cloud, runtime)
        return original(response)

    return [
        around(LambdaResponse, "create_function", create),
        around(LambdaResponse, "update_function_configuration", update),
    ]


def objection(cloud: Cloud, runtime: str) -> str:
    """Return why no function can be made with a runtime; nothing where one can."""
    from moto.awslambda.exceptions import InvalidParameterValueException

    try:
        _check(cloud, runtime, _NO_UPDATES + _NO_CREATION)
    except InvalidParameterValueException as error:
        return str(error.message)
    return ""


def _check_creation(cloud: Cloud, request: Mapping[str, Any]) -> None:
    from moto.awslambda.exceptions import InvalidParameterValueException

    if request.get("PackageType") == "Image":
        return
    if not request.get("Runtime") or not request.get("Handler"):
        raise InvalidParameterValueException(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages."
        )
    _check(cloud, request["Runtime"], _NO_UPDATES + _NO_CREATION)
    _tell(cloud, request["Runtime"])


def _check(cloud: Cloud, runtime: str, retired: tuple[str, ...]) -> None:
    from moto.awslambda.exceptions import InvalidParameterValueException

    if runtime in retired:
        family = re.match("[a-z]+", runtime)
        successor = _SUCCESSORS[family[0] if family else ""]
        if cloud.setup.successors:
            cloud.journal.remark(
                f"functions of {runtime}: AWS makes none any more; here they count as {successor}"
            )
            return
        raise InvalidParameterValueException(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating "
            f"AWS Lambda functions. We recommend you use the new runtime ({successor}) while "
            "creating or updating functions."
        )
    if runtime not in LIVING + _NO_CREATION:
        raise InvalidParameterValueException(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(LIVING)}] or be a valid ARN"
        )


def _tell(cloud: Cloud, runtime: str) -> None:
    if runtime.startswith("python") and runtime != _OURS:
        cloud.journal.remark(f"functions of {runtime}: they run under this machine's {_OURS}")
    if runtime.startswith("nodejs") and not unrun(runtime):
        cloud.journal.remark(
            f"functions of {runtime}: they run under this machine's Node.js {node_version()}; what they "
            "import of AWS's own SDK has to be in a folder of NODE_PATH"
        )
