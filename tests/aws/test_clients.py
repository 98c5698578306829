"""Clients know when they lead to this machine, whoever named the address."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from rehearsal import clients as rehearsed
from rehearsal.access_key import Key
from rehearsal.cloud import REGION, credentials
from unchurn.aws.clients import Clients
from unchurn.aws.waiting import CLOUD_SECONDS, LOOPBACK_SECONDS, pace


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in credentials(REGION, Key()).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", True),
        ("http://[::1]:4566", True),
        ("https://10.0.0.7", False),
        ("https://vpce-1.sts.example.com", False),
    ],
)
def test_an_address_in_the_environment_decides_the_pace(
    monkeypatch: pytest.MonkeyPatch, address: str, here: bool
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert Clients(REGION).on_loopback is here
    assert pace(Clients(REGION)) == (LOOPBACK_SECONDS if here else CLOUD_SECONDS)


def test_without_an_address_they_lead_to_aws() -> None:
    assert not Clients(REGION).on_loopback


def test_an_address_that_boto3_is_told_to_ignore_is_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    assert not Clients(REGION).on_loopback


def test_a_rehearsals_own_address_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://vpce-1.sts.example.com")
    assert Clients(REGION, "http://127.0.0.1:4566").on_loopback


@pytest.mark.parametrize("made", [Clients, rehearsed.Clients])
def test_threads_that_share_a_client_catch_what_it_raises(made: type) -> None:
    """botocore 1.40 makes a client's exceptions anew for each thread that is the first to read them."""
    threads, often = 8, sys.getswitchinterval()
    clients = made(REGION, "http://127.0.0.1:9")
    gate = Barrier(threads)

    def read(_: int) -> type[Exception]:
        gate.wait()
        found: type[Exception] = clients.client("logs").exceptions.ResourceAlreadyExistsException
        return found

    try:
        sys.setswitchinterval(1e-6)
        with ThreadPoolExecutor(threads) as pool:
            assert len(set(pool.map(read, range(threads)))) == 1
    finally:
        sys.setswitchinterval(often)
