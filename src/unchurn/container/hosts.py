"""The hosts of a training job: each does its share of every batch of fits, and all get all of them.

They have the same channels and go through the same steps. The first one listens, the others call it:
batch by batch each sends what it fitted, and is answered with everything.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from unchurn.container.frames import Frame, decoded, encoded, receive, send
from unchurn.errors import HostError
from unchurn.modelling.fitting.pool import Spread

T = TypeVar("T")
PORT = 29_500
"""Where the first host listens, in a network that the job's containers have to themselves."""
SHARED_PORT = "REHEARSAL_TRACKER_PORT"
"""Environment variable that names a port of loopback, for hosts that share a machine."""
MEETING_SECONDS, SILENT_SECONDS = 600.0, 4 * 3600.0
"""How long hosts may take to come, and then longer than another for a batch. Machines that are gone are
noticed in two minutes, processes at once."""
_HELLO_SECONDS, _RETRY_SECONDS = 10.0, 0.2
_NEXT = "Look at that host's log in CloudWatch, and start the run again."


@dataclass
class Hosts(Spread):
    """The hosts by name in order, this one's name, and the connections by name: the first has one to each other.

    `silent`: seconds for which another may send nothing.
    """

    names: tuple[str, ...]
    name: str
    peers: dict[str, socket.socket] = field(default_factory=dict)
    silent: float = SILENT_SECONDS
    _batch: int = 0

    @property
    def leads(self) -> bool:
        """Whether this is the first host, which alone hands over what was made."""
        return self.name == self.names[0]

    def mine(self, count: int) -> Sequence[int]:
        """Return which of `count` jobs this host does: every n-th of n hosts."""
        return range(self.names.index(self.name), count, len(self.names))

    def exchange(self, results: list[T], count: int) -> list[T]:
        """Return the results of all `count` jobs. Raises `HostError` naming a host that is missing."""
        if len(self.names) == 1:
            return results
        self._batch += 1
        told = {"batch": self._batch, "count": count}
        if not self.leads:
            self._send(self.names[0], _packed("share", told, results))
            return self._received(self.names[0], "all", told)
        every: list[Any] = [None] * count
        every[:: len(self.names)] = results
        for name in self._heard():
            place = self.names.index(name)
            every[place :: len(self.names)] = self._received(name, "share", told)
        answer = _packed("all", told, every)
        for name in self.names[1:]:
            self._send(name, answer)
        return every

    def part(self) -> None:
        """End together: the first lets the others go, who wait for it. Raises `HostError`."""
        for name in self.peers:
            if self.leads:
                self._send(name, Frame("done"))
            else:
                self._receive(name, "done")

    def tell_failure(self, words: str) -> None:
        """Tell every other host why this one ends, as far as they can still be reached."""
        for peer in self.peers.values():
            with suppress(OSError):
                peer.settimeout(_HELLO_SECONDS)
                send(peer, Frame("failed", {"words": words}))

    def _heard(self) -> Iterator[str]:
        """Yield each other host as it is first heard of, or is found gone: one that fails is not waited past."""
        with selectors.DefaultSelector() as waiting:
            for name, peer in self.peers.items():
                waiting.register(peer, selectors.EVENT_READ, name)
            while left := list(waiting.get_map().values()):
                for key, _ in waiting.select(self.silent):
                    waiting.unregister(key.fileobj)
                    yield str(key.data)
                if len(waiting.get_map()) == len(left):
                    silent = ", ".join(key.data for key in left)
                    words = f"nothing was heard of {silent} for {self.silent:g} seconds"
                    raise HostError(f"A host of this job is missing: {words}.", _NEXT)

    def _received(self, name: str, kind: str, told: dict[str, int]) -> list[Any]:
        frame = self._receive(name, kind)
        theirs = {key: frame.told.get(key) for key in told}
        if theirs != told:
            raise HostError(
                f"The host {name} has {theirs['count']} fits in its batch {theirs['batch']}, and "
                f"{self.name} {told['count']} in its batch {told['batch']}: they do not do the same.",
                "Every channel has to be FullyReplicated, and the image one and the same.",
            )
        return decoded(frame.told["parts"], frame.body)

    def _send(self, name: str, frame: Frame) -> None:
        try:
            send(self.peers[name], frame)
        except OSError as error:
            self.peers[name].settimeout(_HELLO_SECONDS)
            self._receive(name, "its reason")  # which it may have said before it closed
            raise HostError(f"The host {name} is missing: {error}.", _NEXT) from error

    def _receive(self, name: str, kind: str) -> Frame:
        try:
            frame = receive(self.peers[name])
        except (OSError, ValueError) as error:
            raise HostError(f"The host {name} is missing: {error}.", _NEXT) from error
        if frame.kind == "failed":
            raise HostError(f"The host {name} failed: {frame.told['words']}")
        if frame.kind != kind:
            raise HostError(f"The host {name} sent {frame.kind!r}, not {kind!r}.", _NEXT)
        return frame


def _packed(kind: str, told: dict[str, int], results: Sequence[Any]) -> Frame:
    parts, body = encoded(results)
    return Frame(kind, {**told, "parts": parts}, body)


@contextmanager
def together(
    resources: Path, meeting: float = MEETING_SECONDS, silent: float = SILENT_SECONDS
) -> Iterator[Hosts]:
    """Meet the hosts that resourceconfig.json names; in the end they part together.

    Without the file, or with one host in it, this one is alone. Waits `meeting` seconds for the others to come, and
    `silent` seconds for a frame of theirs. Raises `HostError` naming the host that is missing or has failed.
    """
    told = json.loads(resources.read_bytes()) if resources.is_file() else {}
    names = tuple(sorted(told.get("hosts", ()))) or ("alone",)
    hosts = Hosts(names, told.get("current_host", names[0]), silent=silent)
    try:
        if len(names) > 1:
            (_be_called if hosts.leads else _call)(hosts, meeting)
        for peer in hosts.peers.values():
            peer.settimeout(silent)
            _keep_alive(peer)
        yield hosts
        hosts.part()
    except Exception as error:
        hosts.tell_failure(str(error) or type(error).__name__)
        raise
    finally:
        for peer in hosts.peers.values():
            peer.close()


def _address(first: str) -> tuple[str, int]:
    shared = os.environ.get(SHARED_PORT)
    return ("127.0.0.1", int(shared)) if shared else (first, PORT)


def _be_called(hosts: Hosts, seconds: float) -> None:
    """Listen until every other host has said its name."""
    deadline = time.monotonic() + seconds
    with closing(socket.create_server(_address(""), backlog=len(hosts.names))) as server:
        while missing := [each for each in hosts.names[1:] if each not in hosts.peers]:
            try:
                server.settimeout(max(0.01, deadline - time.monotonic()))
                peer = server.accept()[0]
            except TimeoutError as error:
                words = f"{hosts.name} waited {seconds:g} seconds for {', '.join(missing)}"
                raise HostError(f"A host of this job is missing: {words}.", _NEXT) from error
            name = _greeted(peer)
            if name in missing:
                hosts.peers[name] = peer
            else:
                peer.close()


def _greeted(peer: socket.socket) -> str:
    """Return the name that a caller says; "" where it is none of ours."""
    peer.settimeout(_HELLO_SECONDS)
    try:
        frame = receive(peer)
    except (OSError, ValueError):
        return ""
    return str(frame.told.get("host")) if frame.told.get("job") == _job() else ""


def _call(hosts: Hosts, seconds: float) -> None:
    """Call the first host until it answers: it may come later than this one."""
    first, deadline = hosts.names[0], time.monotonic() + seconds
    while True:
        try:
            peer = socket.create_connection(_address(first), timeout=_HELLO_SECONDS)
            send(peer, Frame("hello", {"host": hosts.name, "job": _job()}))
            hosts.peers[first] = peer
            return
        except OSError as error:
            if time.monotonic() > deadline:
                words = f"{hosts.name} called {first} for {seconds:g} seconds: {error}"
                raise HostError(f"A host of this job is missing: {words}.", _NEXT) from error
            time.sleep(_RETRY_SECONDS)


def _job() -> str:
    return os.environ.get("TRAINING_JOB_NAME", "")


def _keep_alive(peer: socket.socket) -> None:
    """Have the system notice a machine that is gone: after 60 seconds of silence it is asked four times.

    It is not asked while something sent is unanswered: that has a limit of its own.
    """
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {
        "TCP_KEEPIDLE": 60,
        "TCP_KEEPINTVL": 15,
        "TCP_KEEPCNT": 4,
        "TCP_USER_TIMEOUT": 120_000,
    }
    for option, value in options.items():
        if hasattr(socket, option):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
