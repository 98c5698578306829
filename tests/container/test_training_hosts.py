"""Hosts of a training job on loopback: what one would have fitted, and who is named when one is missing."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from live_server import free_port
from unchurn.container.hosts import SHARED_PORT, Hosts, together
from unchurn.errors import DataError, HostError, UnchurnError
from unchurn.modelling.fitting.pool import run_jobs
from unchurn.modelling.fitting.travelling import encoded

NAMES = ["algo-1", "algo-2", "algo-3"]


@pytest.fixture(autouse=True)
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    found = free_port()
    monkeypatch.setenv(SHARED_PORT, str(found))
    yield found


def resources(folder: Path, name: str, names: list[str]) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"current_host": name, "hosts": names}))
    return path


def side_by_side(
    folder: Path, names: list[str], work: Callable[[Hosts], Any], silent: float = 20
) -> dict[str, Any]:
    """Run each host in a thread of its own; return what each did or raised, by name."""

    def run(name: str) -> Any:
        try:
            with together(resources(folder, name, names), 20, silent) as hosts:
                return work(hosts)
        except UnchurnError as error:
            return error

    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(run, names), strict=True))


def fit(place: int, done: list[int], threads: int) -> tuple[bytes | None, np.ndarray, int]:
    done.append(place)
    margins = np.random.default_rng(place).normal(size=(place, 3))
    return (b"" if place % 2 else None), margins, threads


def same(left: list[Any], right: list[Any]) -> bool:
    return encoded(left) == encoded(right)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_every_host_has_what_one_would_have_fitted(tmp_path: Path, count: int) -> None:
    """Batch after batch: each job done once, with the threads that it has on one host."""
    shares: dict[str, list[int]] = {name: [] for name in NAMES}

    def work(hosts: Hosts) -> list[list[Any]]:
        jobs = [partial(fit, place, shares[hosts.name]) for place in range(count)]
        return [run_jobs(jobs, 8, 100, lambda: None, hosts) for _ in range(2)]

    found = side_by_side(tmp_path, NAMES, work)
    alone = run_jobs([partial(fit, place, []) for place in range(count)], 8, 100, lambda: None)
    assert all(same(batch, alone) for batches in found.values() for batch in batches)
    assert sorted(each for share in shares.values() for each in share) == sorted(
        2 * list(range(count))
    )
    assert sorted(shares["algo-2"]) == sorted(2 * list(range(1, count, 3)))


def test_a_host_alone_does_it_all_and_asks_nobody(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", resources(tmp_path, "algo-1", ["algo-1"])):
        with together(path) as hosts:
            assert hosts.leads and not hosts.peers
            assert run_jobs([lambda threads: "anything"], 1, 1, lambda: None, hosts) == ["anything"]


def test_a_host_that_does_not_come_is_named(tmp_path: Path) -> None:
    """Whoever waits, and whoever calls: each knows who is missing."""
    for name, words in (("algo-1", "for algo-2, algo-3"), ("algo-2", "called algo-1")):
        with (
            pytest.raises(HostError, match=words),
            together(resources(tmp_path, name, NAMES), meeting=0.4),
        ):
            pass


def test_a_host_that_is_silent_is_named_within_its_time(tmp_path: Path) -> None:
    over = threading.Event()

    def work(hosts: Hosts) -> Any:
        if hosts.name == "algo-2":
            over.wait(20)
            return None
        try:
            return hosts.exchange([], 0)
        finally:
            over.set()

    found = side_by_side(tmp_path, NAMES[:2], work, silent=0.4)
    assert isinstance(found["algo-1"], HostError)
    assert "nothing was heard of algo-2" in str(found["algo-1"])


def test_a_host_that_dies_is_named_at_once(tmp_path: Path) -> None:
    """Its connection is closed without a word, as that of a process that was killed."""

    def work(hosts: Hosts) -> Any:
        if hosts.name == "algo-2":
            hosts.peers["algo-1"].shutdown(socket.SHUT_RDWR)
            return None
        return hosts.exchange([], 0)

    found = side_by_side(tmp_path, NAMES[:2], work)
    assert "algo-2 is missing: it closed the connection" in str(found["algo-1"])


@pytest.mark.parametrize("name", ["algo-1", "algo-2"])
def test_why_a_host_failed_is_told_on_every_other(tmp_path: Path, name: str) -> None:
    def work(hosts: Hosts) -> Any:
        if hosts.name == name:
            raise DataError("No customers left.")
        return hosts.exchange([], 0)

    found = side_by_side(tmp_path, NAMES, work)
    assert isinstance(found.pop(name), DataError)
    for error in found.values():
        assert isinstance(error, HostError)
        assert f"{name} failed: No customers left." in str(error)


def test_a_host_that_fails_is_not_waited_past(tmp_path: Path) -> None:
    """The first one ends while another, before it in order, is still at its share."""
    over = threading.Event()

    def work(hosts: Hosts) -> Any:
        if hosts.name == "algo-2":
            return over.wait(15)
        if hosts.name == "algo-3":
            raise DataError("No customers left.")
        try:
            return hosts.exchange([], 0)
        finally:
            over.set()

    found = side_by_side(tmp_path, NAMES, work)
    assert "algo-3 failed: No customers left." in str(found["algo-1"])
    assert isinstance(found["algo-2"], HostError)  # it was let go within its 15 seconds


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="an option of Linux")
def test_what_is_sent_to_a_machine_that_is_gone_has_a_limit_too(tmp_path: Path) -> None:
    """Without one the system sends again for a quarter of an hour."""

    def limit(hosts: Hosts) -> set[int]:
        option = socket.TCP_USER_TIMEOUT
        return {p.getsockopt(socket.IPPROTO_TCP, option) for p in hosts.peers.values()}

    assert side_by_side(tmp_path, NAMES[:2], limit) == {each: {120_000} for each in NAMES[:2]}


def test_hosts_that_do_not_do_the_same_say_so(tmp_path: Path) -> None:
    def work(hosts: Hosts) -> Any:
        count = 4 if hosts.leads else 6
        return run_jobs([partial(fit, 1, [])] * count, 1, 1, lambda: None, hosts)

    found = side_by_side(tmp_path, NAMES[:2], work)
    assert "algo-2 has 6 fits" in str(found["algo-1"])
    assert "FullyReplicated" in str(found["algo-1"])


def test_a_stranger_who_calls_is_not_taken_for_a_host(tmp_path: Path, port: int) -> None:
    def knock(hosts: Hosts) -> Any:
        return sorted(hosts.peers)

    def strange() -> None:
        while not over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as caller:
                    caller.sendall(b"GET / HTTP/1.1\r\nHost: algo-1\r\n\r\n")
                    return
            except OSError:
                over.wait(0.01)

    over = threading.Event()
    stranger = threading.Thread(target=strange)
    stranger.start()
    try:
        found = side_by_side(tmp_path, NAMES, knock)
    finally:
        over.set()
        stranger.join()
    assert found["algo-1"] == ["algo-2", "algo-3"]
