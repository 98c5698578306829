"""The serving container: the model unpacked, a port of its own, pinged until it answers."""

from __future__ import annotations

import http.client
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from rehearsal import archives, objects
from rehearsal.containers import Container, sealed
from rehearsal.errors import ArchiveError
from rehearsal.permissions.sessions import as_session
from rehearsal.permissions.unseen import pulling
from rehearsal.sagemaker import running
from rehearsal.sagemaker.jobs import JobFailedError
from rehearsal.sagemaker.model_containers import definitions
from rehearsal.sagemaker.ports import HOST, free_port

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

PING_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Reply:
    """What the container answered."""

    status: int
    content_type: str
    body: bytes
    custom_attributes: str = ""


@dataclass
class Server:
    """A running serving container."""

    container: Container
    port: int
    token: str

    def ask(
        self, body: bytes, headers: Mapping[str, str], seconds: float = 60.0, path: str = ""
    ) -> Reply:
        """Post to /invocations. Raises `OSError` or `HTTPException` when nothing answers in time."""
        known = {**headers, "Authorization": f"Bearer {self.token}"}
        return _call(self.port, "POST", path or "/invocations", body, known, seconds)

    def stop(self) -> None:
        """End the container and everything it started."""
        self.container.stop()


@dataclass
class Chain:
    """The running containers of one model: each is asked with what the one before it answered."""

    servers: list[Server] = field(default_factory=list)

    def ask(
        self, body: bytes, headers: Mapping[str, str], seconds: float = 60.0, path: str = ""
    ) -> Reply:
        """Post to the first, and on to the last. Raises `OSError` or `HTTPException` as they do."""
        first, *others = self.servers
        reply = first.ask(body, headers, seconds, path)
        for server in others:
            if reply.status != http.client.OK:
                break
            kept = {key: value for key, value in headers.items() if key.lower() != "content-type"}
            reply = server.ask(reply.body, {**kept, "Content-Type": reply.content_type}, seconds)
        return reply

    def stop(self) -> None:
        """End every container and everything it started."""
        for server in self.servers:
            server.stop()


def start(
    cloud: Cloud, model: str, folder: Path, own: Mapping[str, str], stopped: Event | None = None
) -> Chain:
    """Serve `model` (a name SageMaker knows) from `folder`, with `own` added to its environment.

    Raises `JobFailedError` when the model cannot be had or /ping is not answered with 200.
    """
    with as_session(None):  # SageMaker itself knows its models; their role fetches the data
        described = cloud.clients.client("sagemaker").describe_model(ModelName=model)
        containers = definitions(cloud, described)
    isolated = bool(described.get("EnableNetworkIsolation", False))
    role = described.get("ExecutionRoleArn", "")
    chain = Chain()
    try:
        with cloud.permissions.as_role(role, "sagemaker", "SageMaker", described["ModelArn"]):
            for number, container in enumerate(containers):
                place = folder if number == 0 else folder / f"container-{number + 1}"
                server = _start_one(cloud, container, place, own, isolated)
                chain.servers.append(server)
                _await_ping(server, model, stopped or Event())
    except BaseException:
        chain.stop()
        raise
    return chain


def _start_one(
    cloud: Cloud,
    container: Mapping[str, Any],
    folder: Path,
    own: Mapping[str, str],
    isolated: bool,
) -> Server:
    image, root = str(container.get("Image", "")), folder / "ml"
    cloud.permissions.demand(*pulling(image, cloud.account))
    _fetch_model(cloud, container.get("ModelDataUrl", ""), root, folder / "model.tar.gz")
    running.say_what_stands_in(cloud, image)
    port = free_port()
    token = secrets.token_hex()
    own = {
        "SAGEMAKER_BIND_TO_PORT": str(port),
        **container.get("Environment", {}),
        **own,
        **running.program(cloud, image).guarded(HOST, token),
    }
    environment = sealed(cloud, own, image=image, isolated=isolated)
    argv = running.command(cloud, image, None, ["serve"])
    python = running.interpreter(cloud, image)
    server = Container.start(argv, root, folder / running.LOG, environment, python=python)
    return Server(server, port, token)


def _fetch_model(cloud: Cloud, uri: str, root: Path, packed: Path) -> None:
    (root / "model").mkdir(parents=True, exist_ok=True)
    if not uri:
        return
    if not objects.fetch_exact(cloud, uri, packed):
        raise JobFailedError(f"ClientError: Could not find model data at {uri}.")
    try:
        archives.extract(packed, root / "model")
    except ArchiveError as error:
        raise JobFailedError(
            f"ClientError: Failed to extract model data archive: {error.message}"
        ) from error
    packed.unlink()


def _await_ping(server: Server, model: str, stopped: Event) -> None:
    deadline = time.monotonic() + PING_SECONDS
    while time.monotonic() < deadline and server.container.running and not stopped.is_set():
        try:
            if _call(server.port, "GET", "/ping", b"", {}, 2.0).status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(_PAUSE_SECONDS)
    tail = server.container.output[-running.TAIL_CHARACTERS :].strip()
    raise JobFailedError(
        f"AlgorithmError: The primary container for model {model} did not pass the ping health "
        f"check. It printed: {tail or 'nothing'}"
    )


def _call(
    port: int, method: str, path: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> Reply:
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers))
        answer = connection.getresponse()
        custom = answer.getheader("X-Amzn-SageMaker-Custom-Attributes", "")
        return Reply(answer.status, answer.getheader("Content-Type", ""), answer.read(), custom)
    finally:
        connection.close()
