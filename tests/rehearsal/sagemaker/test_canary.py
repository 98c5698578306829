"""An endpoint's update: a new fleet gets its share of the calls, all of them, or is taken away."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from small_endpoints import (
    ask,
    begin_update,
    configure,
    create,
    described,
    guarded,
    put_alarms,
    save_model,
    settled,
    until,
    update,
)

from rehearsal.cloud import Cloud
from rehearsal.sagemaker import calling


@pytest.fixture
def live(acme: Cloud) -> Cloud:
    """A cloud with the endpoint e-1 in service on the model "old", asked once."""
    acme.bake_seconds = 0.6
    put_alarms(acme)
    create(acme, configure(acme, "c-old", save_model(acme, "old")))
    ask(acme)
    return acme


def test_a_good_canary_gets_a_share_then_everything_and_the_old_fleet_ends(live: Cloud) -> None:
    live.bake_seconds = 2.0
    deployment = guarded()
    deployment["BlueGreenUpdatePolicy"]["TerminationWaitInSeconds"] = 1
    config = configure(live, "c-new", save_model(live, "new"))
    begin_update(live, config, DeploymentConfig=deployment)
    told = until(live, lambda told: _stage(told) == "Baking")
    assert (told["EndpointStatus"], told["EndpointConfigName"]) == ("Updating", "c-old")
    assert told["PendingDeploymentSummary"]["EndpointConfigName"] == "c-new"
    words = set[str]()
    while words != {"old", "new"}:
        words.add(ask(live))
        assert described(live)["EndpointConfigName"] == "c-old"
    told = settled(live)
    assert (told["EndpointStatus"], told["EndpointConfigName"]) == ("InService", "c-new")
    assert "PendingDeploymentSummary" not in told
    assert "FailureReason" not in told
    assert told["LastDeploymentConfig"] == deployment
    assert {ask(live) for _ in range(4)} == {"new"}
    assert any("asked again" in sentence for sentence in live.journal.unproven)
    assert any("shortened to 2 seconds" in sentence for sentence in live.journal.unproven)


@pytest.mark.parametrize(
    ("serves", "alarm"), [("errors", "acme-5xx"), ("slowly", "acme-latency"), ("silence", "5xx")]
)
def test_a_canary_that_rings_an_alarm_goes_back_without_any_caller(
    live: Cloud, serves: str, alarm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if serves == "silence":
        monkeypatch.setattr(calling, "SECONDS", 1.0)
    if serves == "slowly":
        put_alarms(live, ModelLatency=700_000)
    config = configure(live, "c-new", save_model(live, "new", serves=serves))
    told = update(live, config, DeploymentConfig=guarded())
    assert (told["EndpointStatus"], told["EndpointConfigName"]) == ("InService", "c-old")
    assert alarm in told["FailureReason"]
    assert "in ALARM state" in told["FailureReason"]
    assert {ask(live) for _ in range(4)} == {"old"}
    last = [note for note in live.journal.notes if note.kind == "endpoint"][-1]
    assert (last.name, last.status) == ("e-1", "RolledBack")


def test_what_rang_is_told_in_alarm(live: Cloud) -> None:
    update(
        live,
        configure(live, "c-new", save_model(live, "new", serves="errors")),
        DeploymentConfig=guarded(),
    )
    states = live.clients.client("cloudwatch").describe_alarms(AlarmNames=["acme-5xx"])
    alarm = states["MetricAlarms"][0]
    assert alarm["StateValue"] == "ALARM"
    assert "Threshold Crossed" in alarm["StateReason"]


def test_a_server_that_never_passes_the_ping_gets_no_call(live: Cloud) -> None:
    from rehearsal.sagemaker import serving

    patience, serving.PING_SECONDS = serving.PING_SECONDS, 1.0
    try:
        config = configure(live, "c-new", save_model(live, "new", serves="nothing"))
        told = update(live, config, DeploymentConfig=guarded())
    finally:
        serving.PING_SECONDS = patience
    assert (told["EndpointStatus"], told["EndpointConfigName"]) == ("InService", "c-old")
    assert "did not pass the ping health check" in told["FailureReason"]
    assert ask(live) == "old"


def test_an_update_after_one_that_went_back_is_made_and_forgets_the_reason(live: Cloud) -> None:
    bad = configure(live, "c-bad", save_model(live, "bad", serves="errors"))
    assert "FailureReason" in update(live, bad, DeploymentConfig=guarded())
    good = configure(live, "c-good", save_model(live, "good"))
    told = update(live, good, RetainDeploymentConfig=True)
    assert told["EndpointConfigName"] == "c-good"
    assert "FailureReason" not in told


@pytest.mark.parametrize("kind", ["ALL_AT_ONCE", "LINEAR"])
def test_other_ways_of_moving_the_calls_end_there_too(live: Cloud, kind: str) -> None:
    config = configure(live, "c-new", save_model(live, "new"))
    told = update(live, config, DeploymentConfig=guarded(kind))
    assert told["EndpointConfigName"] == "c-new"
    assert ask(live) == "new"


def test_no_caller_notices_an_update(live: Cloud) -> None:
    config = configure(live, "c-new", save_model(live, "new"))
    done = Event()

    def call_on() -> list[str]:
        words = []
        while not done.is_set():
            words.append(ask(live))
        return words

    with ThreadPoolExecutor(3) as pool:
        callers = [pool.submit(call_on) for _ in range(3)]
        told = update(live, config, DeploymentConfig=guarded())
        done.set()
        heard = [word for caller in callers for word in caller.result()]
    assert told["EndpointConfigName"] == "c-new"
    assert set(heard) == {"old", "new"}


def test_without_a_deployment_config_everything_moves_at_once(live: Cloud) -> None:
    began = time.monotonic()
    told = update(live, configure(live, "c-new", save_model(live, "new", serves="errors")))
    assert told["EndpointConfigName"] == "c-new"
    assert time.monotonic() - began < 600


def test_an_endpoint_can_be_deleted_while_it_is_updated(live: Cloud) -> None:
    live.bake_seconds = 30.0
    begin_update(
        live, configure(live, "c-new", save_model(live, "new")), DeploymentConfig=guarded()
    )
    until(live, lambda told: _stage(told) == "Baking")
    sagemaker = live.clients.client("sagemaker")
    sagemaker.delete_endpoint(EndpointName="e-1")
    with pytest.raises(sagemaker.exceptions.ClientError, match="Could not find endpoint"):
        described(live)
    with pytest.raises(Exception, match="of account 123456789012 not found"):
        ask(live)


def test_nothing_of_an_update_under_way_outlives_the_cloud(live: Cloud) -> None:
    live.bake_seconds = 30.0
    begin_update(
        live, configure(live, "c-new", save_model(live, "new")), DeploymentConfig=guarded()
    )
    until(live, lambda told: _stage(told) == "Baking")
    live.closing.pop_all().close()
    assert not _processes(str(live.work))


def _stage(told: dict[str, Any]) -> str:
    summary = told.get("PendingDeploymentSummary", {"ProductionVariants": [{}]})
    status = summary["ProductionVariants"][0].get("VariantStatus", [{}])
    return str(status[0].get("Status", ""))


def _processes(folder: str) -> list[str]:
    """List the processes that work in or below `folder`."""
    from pathlib import Path

    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if str((each / "cwd").resolve()).startswith(folder):
                found.append((each / "cmdline").read_text())
        except OSError:
            continue
    return found
