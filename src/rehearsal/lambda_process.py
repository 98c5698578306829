"""The process of one version of one Lambda function: started, asked, ended."""

from __future__ import annotations

import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from rehearsal.cloud import Cloud
from rehearsal.function_policies import split
from rehearsal.stand_ins import in_pythons
from rehearsal.variables import of_programs

WORKER = Path(__file__).with_name("lambda_worker.py")
NODE_WORKER = WORKER.with_suffix(".mjs")
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
    imported: bool = False

    def wait(self, seconds: float) -> None:
        """Wait, once, until the function is imported; what went wrong, its first answer says."""
        assert self.process.stdout  # noqa: S101 - a pipe
        with suppress(OSError, ValueError):  # stopped meanwhile; asking it says so
            if not self.imported and select.select([self.process.stdout], [], [], seconds)[0]:
                self.process.stdout.readline()
        self.imported = True

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Return the answer; None when it did not come in time; `raised` when the process died."""
        assert self.process.stdin and self.process.stdout  # noqa: S101 - both are pipes
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], seconds)
            if not ready:
                return None
            line = self.process.stdout.readline()
        except (OSError, ValueError):
            line = b""  # stopped meanwhile, its pipes closed: the cloud is being put away
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
                with suppress(OSError):  # closing hands over what a question left, and nobody reads
                    pipe.close()


def start_worker(cloud: Cloud, function: Any, version: str) -> Worker:
    """Unpack a function and start its process, which is to be waited for before it is asked."""
    home = cloud.work / "lambda" / f"{function.function_name}-{uuid4().hex[:8]}"
    folder = home / "code"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
        archive.extractall(folder)
    layers = os.pathsep.join(map(str, _layers(cloud, function, home / "opt")))
    log = home / "log"
    environment = {
        **of_programs(os.environ),
        "TZ": ":UTC",
        **cloud.way(),
        **_imports(function.run_time, layers, home),
        **{name: str(value) for name, value in (function.environment_vars or {}).items()},
        **_own(function, folder, home.name),
    }
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - the function's own code is what is to run
            _command(function.run_time, function.handler),
            cwd=folder,
            env=in_pythons.with_override(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    return Worker(process, version, log)


def _own(function: Any, folder: Path, stream: str) -> dict[str, str]:
    """Return the variables that Lambda sets itself: "Defined runtime environment variables" of its guide."""
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": version_of(function),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": function.handler,
    }


def version_of(function: Any) -> str:
    """Return which version a record of moto is, ``$LATEST`` where it is none that was published."""
    return split(str(function.function_arn))[1] or "$LATEST"


def _command(runtime: str, handler: str) -> list[str]:
    """Return what runs a function: it answers on its first standard output, or with Node.js on a third."""
    if runtime.startswith("python"):
        return [sys.executable, str(WORKER), handler]
    node = shutil.which("node") or "node"
    return ["sh", "-c", 'exec "$@" 3>&1 1>&2', "sh", node, str(NODE_WORKER), handler]


def _imports(runtime: str, layers: str, home: Path) -> dict[str, str]:
    """Return the variables that say where a function's modules are, beside its own folder.

    What Lambda brings along for Node.js, `@aws-sdk`, is found where NODE_PATH of this process leads, as it
    is there: by `import` too, which looks into folders named ``node_modules`` above the function's own.
    """
    if runtime.startswith("python"):
        return {"REHEARSAL_LAYERS": layers, "PYTHONDONTWRITEBYTECODE": "1"}
    places = map(Path, os.environ.get("NODE_PATH", "").split(os.pathsep))
    brought = next((each for each in places if each.is_absolute() and each.is_dir()), None)
    if brought is not None:
        (home / "node_modules").symlink_to(brought, target_is_directory=True)
    return {"NODE_PATH": layers}


def _layers(cloud: Cloud, function: Any, folder: Path) -> list[Path]:
    """Unpack the function's layers over one another; return where their modules are."""
    from moto.awslambda.utils import get_backend

    backend: Any = get_backend(cloud.account, cloud.region)
    for layer in function.layers:
        content = backend.layers_versions_by_arn(layer["Arn"]).code_bytes
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = ("python", f"python/lib/{version}/site-packages")
    if str(function.run_time).startswith("nodejs"):
        places = (
            "nodejs/node_modules",
            f"nodejs/{function.run_time.partition('js')[2]}/node_modules",
        )
    return [folder / place for place in places if (folder / place).is_dir()]
