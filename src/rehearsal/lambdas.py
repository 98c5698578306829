"""Lambda: each function a warm process of its own, its zip unpacked, its time limited."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile

from rehearsal import function_policies
from rehearsal.cloud import Cloud
from rehearsal.function_policies import split
from rehearsal.lambda_process import STARTING, Worker, start_worker, version_of
from rehearsal.lambda_runtimes import unrun
from rehearsal.logs import write_log
from rehearsal.patches import Patch, around
from rehearsal.permissions.refusals import DeniedError

_ONCE = (
    "functions that were invoked without waiting and failed: here once, on AWS tried twice more"
    " unless their EventInvokeConfig says otherwise"
)

_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:[0-9]{12}:function:[\w-]+(?::[\w$-]+)?")


@dataclass
class Functions:
    """The warm processes of one cloud."""

    cloud: Cloud
    workers: dict[str, Worker] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    closed: bool = False
    unwatched: list[Thread] = field(default_factory=list)
    """Invocations that nobody waits for but the cloud's end."""

    def invoke(self, function: Any, event: Any, qualifier: str = "") -> tuple[bytes, bool]:
        """Run a function once, as its role; return what it answers, and whether that is an error.

        It is told that it was invoked by `qualifier`, a version or an alias.
        """
        role, name, arn = (
            str(function.role),
            str(function.function_name),
            str(function.function_arn),
        )
        try:
            with self.cloud.permissions.as_role(role, "lambda", name, arn):
                return self._invoke(function, event, qualifier)
        except DeniedError as error:  # a role that no longer trusts Lambda
            told = {"errorType": "AccessDeniedException", "errorMessage": error.message}
            return json.dumps(told).encode(), True

    def _invoke(self, function: Any, event: Any, qualifier: str) -> tuple[bytes, bool]:
        started, name = time.monotonic(), str(function.function_name)
        if why := _unrun(function):
            self.cloud.journal.note("lambda", name, "Failed", 0.0, why)
            told = {"errorType": "Runtime.NotRehearsed", "errorMessage": why}
            return json.dumps(told).encode(), True
        request = {
            "id": str(uuid4()),
            "event": event,
            "arn": ":".join(
                [*str(function.function_arn).split(":")[:7], *filter(None, [qualifier])]
            ),
            "timeout": float(function.timeout),
            "trace": _trace(),
            "fault": self._fault(name),
        }
        worker = self._worker(function)
        with worker.busy:
            worker.wait(STARTING)
            slow = request["fault"] == "stopped"
            answer = None if slow else worker.ask(request, request["timeout"])
            self._tell(worker, name, request["id"])
        if answer is None or worker.process.poll() is not None:
            self._drop(f"{name}:{version_of(function)}")
        error = _raised(answer, request)
        why = f"{error['errorType']}: {error['errorMessage']}" if error else ""
        status = "Failed" if error else "Succeeded"
        self.cloud.journal.note("lambda", name, status, time.monotonic() - started, why)
        if error:
            return json.dumps(error).encode(), True
        return str((answer or {})["returned"]).encode(), False

    def invoke_later(self, function: Any, event: Any, qualifier: str = "") -> None:
        """Run a function once, and let nobody wait for it."""
        thread = Thread(
            target=self._invoke_unwatched, args=(function, event, qualifier), daemon=True
        )
        with self.lock:
            self.unwatched = [each for each in self.unwatched if each.is_alive()]
            self.unwatched.append(thread)
            thread.start()

    def _invoke_unwatched(self, function: Any, event: Any, qualifier: str) -> None:
        try:
            _, failed = self.invoke(function, event, qualifier)
            if failed:
                self.cloud.journal.remark(_ONCE)
        except Exception:
            # An invocation that the end of the cloud cuts short has nobody left to tell.
            if not self.closed:
                raise

    def start_ahead(self, definition: str) -> None:
        """Start the functions that a machine names while its first states work, as Lambda may do, too."""
        arns = sorted(set(_ARN.findall(definition)))
        thread = Thread(target=self._start, args=(arns,), daemon=True)
        with self.lock:
            self.unwatched.append(thread)
            thread.start()

    def _start(self, arns: Sequence[str]) -> None:
        """Start the process of each function that has none; what hinders one is told when it is invoked."""
        from moto.awslambda.exceptions import LambdaClientError
        from moto.awslambda.utils import get_backend

        backend: Any = get_backend(self.cloud.account, self.cloud.region)
        for arn in arns:
            name, qualifier = split(arn)
            with suppress(LambdaClientError, DeniedError, RuntimeError, OSError, BadZipFile):
                function = backend.get_function(name, qualifier or None)
                role = str(function.role)
                with self.cloud.permissions.as_role(role, "lambda", name, function.function_arn):
                    if not _unrun(function):
                        self._worker(function)

    def _fault(self, name: str) -> str:
        for kind in ("fails", "data-missing", "stopped"):
            if self.cloud.faults.take(name, kind):
                return kind
        return ""

    def _worker(self, function: Any) -> Worker:
        """Return the process of this version of the function, started if there is none."""
        name = f"{function.function_name}:{version_of(function)}"
        layers = [layer["Arn"] for layer in function.layers]
        settings = (
            *(function.code_sha_256, function.handler, function.environment_vars),
            *(layers, function.role),
        )
        version = json.dumps(settings, sort_keys=True)
        with self.lock:
            if self.closed:
                raise RuntimeError("The rehearsal has ended.")
            found = self.workers.get(name)
            if found is not None and found.version == version:
                return found
            if found is not None:
                found.stop()
            self.workers[name] = start_worker(self.cloud, function, version)
            return self.workers[name]

    def _tell(self, worker: Worker, name: str, request: str) -> None:
        """Hand what the function printed to its log group."""
        with worker.log.open("rb") as log:
            log.seek(worker.told)
            printed = log.read()
        worker.told += len(printed)
        now = int(time.time() * 1000)
        lines = [f"START RequestId: {request}", *printed.decode(errors="replace").splitlines()]
        write_log(
            self.cloud,
            f"/aws/lambda/{name}",
            worker.log.parent.name,
            [{"timestamp": now, "message": line} for line in [*lines, f"END RequestId: {request}"]],
        )

    def _drop(self, name: str) -> None:
        with self.lock:
            worker = self.workers.pop(name, None)
        if worker is not None:
            worker.stop()

    def stop(self) -> None:
        """End every process; none is started any more."""
        with self.lock:
            self.closed = True
        for name in list(self.workers):
            self._drop(name)
        for thread in self.unwatched:
            thread.join()


def _trace() -> str:
    """Return the header of an invocation that X-Ray does not sample."""
    root = f"1-{int(time.time()):08x}-{uuid4().hex[:24]}"
    return f"Root={root};Parent={uuid4().hex[:16]};Sampled=0"


def _unrun(function: Any) -> str:
    """Return why a function does not run here, "" where it does."""
    return unrun("an image" if function.package_type == "Image" else str(function.run_time))


def _raised(answer: dict[str, Any] | None, request: dict[str, Any]) -> dict[str, Any] | None:
    """Return the error of an invocation, if it is one, as Lambda words it."""
    if answer is None:
        took = f"{request['timeout']:.2f}"
        why = f"RequestId: {request['id']} Error: Task timed out after {took} seconds"
        return {"errorType": "Sandbox.Timedout", "errorMessage": why}
    if "raised" in answer:
        return {**answer["raised"], "requestId": request["id"]}
    return None


def patches(cloud: Cloud) -> list[Patch]:
    """Return what makes invocations run the function's code."""
    from moto.awslambda.responses import LambdaResponse
    from moto.awslambda_simple.models import LambdaSimpleBackend

    functions = Functions(cloud)
    cloud.closing.callback(functions.stop)
    cloud.beginnings.append(functions.start_ahead)

    def invoke(
        _: Any, self: Any, name: str, qualifier: Any, body: Any, headers: Any, answered: Any
    ) -> bytes:
        function = self.get_function(name, qualifier)
        event = json.loads(body or b"{}")
        qualifier = split(str(name))[1] or str(qualifier or "")
        if headers.get("X-Amz-Invocation-Type") == "Event":
            functions.invoke_later(function, event, qualifier)
            return b""
        payload, failed = functions.invoke(function, event, qualifier)
        answered["x-amz-executed-version"] = version_of(function)
        if failed:
            answered["x-amz-function-error"] = "Unhandled"
        return payload

    return [
        around(LambdaSimpleBackend, "invoke", invoke),
        around(LambdaResponse, "invoke", _named_qualifier),
        *function_policies.patches(),
    ]


def _named_qualifier(original: Any, response: Any) -> Any:
    """Have moto hear of a Qualifier, which it looks for under another name."""
    told = response.querystring
    if "Qualifier" in told:
        told["qualifier"] = told["Qualifier"]
    return original(response)
