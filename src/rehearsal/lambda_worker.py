"""The runtime of one Lambda function: a process that stays warm and takes one event a line.

It is started as a script, with the function's folder as its working folder, and knows only what a
function has: the standard library, boto3 and what was zipped. It imports the handler and writes an
empty line; then each line read is a request, each line written to the first standard output its
answer. What the function prints goes to its log.
"""

from __future__ import annotations

import glob
import http.client
import importlib
import importlib.abc
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

_RUNTIME = {
    *("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"),
    *("__main__", "_distutils_hack", "certifi", "sitecustomize", "usercustomize"),
    *("import_hook", "endpoint_override"),
}
"""What a function of Python on Lambda has beside the standard library and its own code."""


_FOLDERS = [".", *filter(None, os.environ.pop("REHEARSAL_LAYERS", "").split(os.pathsep))]
"""Where the function's own modules are, and those of its layers."""


class _Foreign(importlib.abc.MetaPathFinder):
    """Refuses what is installed here and would not be in the function."""

    def find_spec(self, name: str, path: object = None, *_: Any) -> None:
        """Refuse packages of this machine; leave all others to who finds them."""
        known = name in sys.stdlib_module_names or name in _RUNTIME
        if path is None and not known and not _zipped(name):
            raise ModuleNotFoundError(f"No module named {name!r} in the function", name=name)


def _zipped(name: str) -> bool:
    """Tell whether the function, or one of its layers, has a module or a package of that name."""
    return any(
        Path(folder, name).is_dir() or any(Path(folder).glob(f"{glob.escape(name)}.*"))
        for folder in _FOLDERS
    )


def _context(request: dict[str, Any]) -> SimpleNamespace:
    ends = time.monotonic() + request["timeout"]
    os.environ["_X_AMZN_TRACE_ID"] = request["trace"]
    return SimpleNamespace(
        aws_request_id=request["id"],
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        invoked_function_arn=request["arn"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        client_context=None,
        identity=SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None),
        get_remaining_time_in_millis=lambda: int((ends - time.monotonic()) * 1000),
    )


def _load(name: str) -> tuple[Callable[..., Any], dict[str, Any] | None]:
    """Import the handler; return it, or with it the error that every call is answered with."""
    module, _, function = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module.replace("/", ".")), function), None
    except ImportError as error:
        return _broken, _error("Runtime.ImportModuleError", error)
    except AttributeError as error:
        return _broken, _error("Runtime.HandlerNotFound", error)
    except Exception as error:
        return _broken, _error(type(error).__name__, error)


def _answer(call: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
    """Call the handler once; answer what it returned, or what it raised as Lambda tells it."""
    try:
        with _data_missing(request["fault"] == "data-missing"):
            run = _broken if request["fault"] == "fails" else call
            returned = run(request["event"], _context(request))
    except Exception as error:
        traceback.print_exc()
        return _error(type(error).__name__, error)
    try:
        return {"returned": json.dumps(returned, ensure_ascii=False, default=_written)}
    except (TypeError, ValueError) as error:
        return _error("Runtime.MarshalError", error)


def _written(value: object) -> int | float:
    """Return a Decimal, which DynamoDB gives for every number, as the number that it is."""
    if not isinstance(value, Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _broken(*_: Any) -> None:
    raise RuntimeError("Made to fail by the rehearsal")


def _error(name: str, error: BaseException) -> dict[str, Any]:
    frames = traceback.format_exception(error)
    return {"raised": {"errorMessage": str(error), "errorType": name, "stackTrace": frames}}


_MISSING = {"s3": "NoSuchKey", "sagemaker": "ResourceNotFound"}
"""How services say that there is no such thing, where it is not ResourceNotFoundException."""


class _data_missing:  # noqa: N801 - reads as the condition it makes
    """While it lasts, whatever is read from a bucket or a table is not there."""

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted

    def __enter__(self) -> None:
        if self._wanted:
            from botocore.client import BaseClient

            self._original = BaseClient._make_api_call
            BaseClient._make_api_call = self._refuse

    def __exit__(self, *_: object) -> None:
        if self._wanted:
            from botocore.client import BaseClient

            BaseClient._make_api_call = self._original

    @property
    def _refuse(self) -> Any:
        original = self._original

        def call(client: Any, operation: str, parameters: Any) -> Any:
            if operation.startswith(("Get", "Head", "Describe", "Query")):
                service = client.meta.service_model.service_name
                code = _MISSING.get(service, "ResourceNotFoundException")
                answer = {"Error": {"Code": code, "Message": "Not there"}}
                raise client.exceptions.from_code(code)(answer, operation)
            return original(client, operation, parameters)

        return call


def _speak_plainly() -> None:
    """Have connections that expect TLS at the cloud's own address do without: it has none.

    To CloudFormation's answers some code goes by ``HTTPSConnection(host)``, whatever the URL's scheme.
    """
    cloud = urlsplit(os.environ.get("AWS_ENDPOINT_URL", ""))
    connect = http.client.HTTPSConnection.connect

    def plainly(self: http.client.HTTPSConnection) -> None:
        if self.host != cloud.hostname or self.port not in (443, cloud.port):
            connect(self)
            return
        self.port = cloud.port or 80
        http.client.HTTPConnection.connect(self)

    http.client.HTTPSConnection.connect = plainly  # type: ignore[assignment,method-assign]


def main() -> None:
    """Answer requests until standard input ends."""
    _speak_plainly()
    sys.path[:1] = _FOLDERS
    sys.meta_path.insert(0, _Foreign())
    with os.fdopen(os.dup(1), "w") as channel:
        os.dup2(2, 1)
        call, unusable = _load(sys.argv[1])
        channel.write("\n")
        channel.flush()
        for line in sys.stdin:
            answer = unusable or _answer(call, json.loads(line))
            sys.stdout.flush()
            channel.write(json.dumps(answer) + "\n")
            channel.flush()


if __name__ == "__main__":
    main()
