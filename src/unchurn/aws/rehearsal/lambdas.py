"""Lambda: each function a warm process of its own, its zip unpacked, its time limited."""

from __future__ import annotations

import io
import json
import os
import select
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from unchurn.aws.rehearsal.cloud import Cloud
from unchurn.aws.rehearsal.patches import Patch, around

WORKER = Path(__file__).with_name("lambda_worker.py")
STARTING = 60.0
"""Seconds in which a function has to be imported; they are not of its own time."""


@dataclass
class Worker:
    """One process that runs one version of one function."""

    process: subprocess.Popen[bytes]
    version: str
    log: Path
    told: int = 0
    """Bytes of the log that were handed to CloudWatch Logs."""
    busy: Lock = field(default_factory=Lock)

    def wait(self, seconds: float) -> None:
        """Wait until the function is imported; what went wrong, its first answer says."""
        assert self.process.stdout  # noqa: S101 - a pipe
        if select.select([self.process.stdout], [], [], seconds)[0]:
            self.process.stdout.readline()

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Return the answer; None when it did not come in time; `raised` when the process died."""
        assert self.process.stdin and self.process.stdout  # noqa: S101 - both are pipes
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            return None
        line = self.process.stdout.readline()
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        code = self.process.wait()
        why = f"RequestId: {request['id']} Error: Runtime exited with error: exit status {code}"
        return {"raised": {"errorType": "Runtime.ExitError", "errorMessage": why}}

    def stop(self) -> None:
        """End the process and everything that it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


@dataclass
class Functions:
    """The warm processes of one cloud."""

    cloud: Cloud
    workers: dict[str, Worker] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    closed: bool = False

    def invoke(self, function: Any, event: Any) -> tuple[bytes, bool]:
        """Run a function once; return what it answers, and whether that is an error."""
        started, name = time.monotonic(), str(function.function_name)
        request = {
            "id": str(uuid4()),
            "event": event,
            "arn": function.function_arn,
            "timeout": float(function.timeout),
            "fault": self._fault(name),
        }
        worker = self._worker(function)
        with worker.busy:
            slow = request["fault"] == "times-out"
            answer = None if slow else worker.ask(request, request["timeout"])
            self._tell(worker, name, request["id"])
        if answer is None or worker.process.poll() is not None:
            self._drop(name)
        error = _raised(answer, request)
        why = f"{error['errorType']}: {error['errorMessage']}" if error else ""
        status = "Failed" if error else "Succeeded"
        self.cloud.journal.note("lambda", name, status, time.monotonic() - started, why)
        if error:
            return json.dumps(error).encode(), True
        return str((answer or {})["returned"]).encode(), False

    def _fault(self, name: str) -> str:
        for kind in ("fails", "data-missing", "times-out"):
            if self.cloud.faults.take(name, kind):
                return kind
        return ""

    def _worker(self, function: Any) -> Worker:
        """Return the process of this version of the function, started if there is none."""
        name = str(function.function_name)
        settings = (function.code_sha_256, function.handler, function.environment_vars)
        version = json.dumps(settings, sort_keys=True)
        with self.lock:
            if self.closed:
                raise RuntimeError("The rehearsal has ended.")
            found = self.workers.get(name)
            if found is not None and found.version == version:
                return found
            if found is not None:
                found.stop()
            self.workers[name] = self._start(function, version)
            return self.workers[name]

    def _start(self, function: Any, version: str) -> Worker:
        home = self.cloud.work / "lambda" / f"{function.function_name}-{uuid4().hex[:8]}"
        folder = home / "code"
        folder.mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
            archive.extractall(folder)
        log = home / "log"
        environment = self.cloud.child_env(
            **{name: str(value) for name, value in (function.environment_vars or {}).items()},
            AWS_LAMBDA_FUNCTION_NAME=function.function_name,
            AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(function.memory_size),
            AWS_LAMBDA_LOG_GROUP_NAME=function.logs_group_name,
            AWS_LAMBDA_LOG_STREAM_NAME=home.name,
            AWS_EXECUTION_ENV=f"AWS_Lambda_{function.run_time}",
            PYTHONDONTWRITEBYTECODE="1",
        )
        with log.open("wb") as errors:
            process = subprocess.Popen(  # noqa: S603 - the function's own code is what is to run
                [sys.executable, str(WORKER), function.handler],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        worker = Worker(process, version, log)
        worker.wait(STARTING)
        return worker

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


def write_log(cloud: Cloud, group: str, stream: str, lines: list[dict[str, Any]]) -> None:
    """Append `lines` to a stream of CloudWatch Logs; group and stream are made if need be."""
    logs = cloud.clients.client("logs")
    for make, names in (
        (logs.create_log_group, {"logGroupName": group}),
        (logs.create_log_stream, {"logGroupName": group, "logStreamName": stream}),
    ):
        try:
            make(**names)
        except logs.exceptions.ResourceAlreadyExistsException:
            continue
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=lines)


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
    from moto.awslambda_simple.models import LambdaSimpleBackend

    functions = Functions(cloud)
    cloud.closing.callback(functions.stop)

    def invoke(
        _: Any, self: Any, name: str, qualifier: Any, body: Any, headers: Any, answered: Any
    ) -> bytes:
        function = self.get_function(name, qualifier)
        event = json.loads(body or b"{}")
        if headers.get("X-Amz-Invocation-Type") == "Event":
            Thread(target=functions.invoke, args=(function, event), daemon=True).start()
            return b""
        payload, failed = functions.invoke(function, event)
        if failed:
            answered["x-amz-function-error"] = "Unhandled"
        return payload

    return [around(LambdaSimpleBackend, "invoke", invoke)]
