"""The champion and the endpoint move together, or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from endpoint_stage import CANARY, EndpointStage

from unchurn.aws.endpoint import alarms, moving
from unchurn.aws.endpoint.deploying import deploy_version
from unchurn.aws.endpoint.invocation import JSON, ask
from unchurn.aws.endpoint.live import wait_for_live
from unchurn.aws.endpoint.moving import Moved, NotServedError
from unchurn.aws.failure import AwsError
from unchurn.errors import ConfigError, RegistryError
from unchurn.registry import Change, Move

pytestmark = pytest.mark.slow


def asked(stage: EndpointStage) -> str:
    """Return the name of the model that answers."""
    answer = ask(stage.clients, stage.deployment, stage.registry, (b"{}", JSON), JSON)
    return str(answer.document()["answer"]["model"])


def action(moved: Moved) -> str:
    assert moved.served is not None
    return moved.served.action


def last(stage: EndpointStage) -> Move:
    """The last move of the champion."""
    return [move for move in stage.registry.audit() if move.alias == "champion"][-1]


def champion(stage: EndpointStage) -> int | None:
    return stage.registry.alias("champion")


def test_the_champion_is_deployed_verified_and_asked(stage: EndpointStage) -> None:
    one = stage.version("one")
    moved = stage.mover().promote(one, "to begin with")
    assert moved.served is None, "where no endpoint stands, none is made"
    assert action(stage.mover().deploy()) == "created"
    assert stage.live is not None
    assert (stage.live.status, stage.live.model) == ("InService", "acme-model-one")
    assert asked(stage) == "one"
    assert action(stage.mover().deploy()) == "unchanged"


def test_a_promotion_is_a_deployment(stage: EndpointStage) -> None:
    old, new = stage.version("p-old"), stage.version("p-new")
    stage.mover().deploy(old)
    before = stage.live
    moved = stage.mover().promote(new, "better")
    assert action(moved) == "updated"
    assert before is not None
    assert stage.live is not None
    assert stage.live.name == before.name, "callers know the endpoint by its name"
    assert stage.live.config != before.config
    assert (stage.serves, champion(stage), asked(stage)) == (new, new, "p-new")
    assert last(stage).reason == "better"


def test_a_rollback_returns_to_the_version_before_and_shows_that_it_is_live(
    stage: EndpointStage,
) -> None:
    old, new = stage.version("r-old"), stage.version("r-new")
    stage.mover().deploy(old)
    stage.mover().deploy(new)
    moved = stage.mover().roll_back(needed=True)
    assert moved.served is not None
    assert (moved.change.version, moved.served.version) == (old, old)
    assert moved.served.live.model == "acme-model-r-old"
    assert (stage.serves, champion(stage), asked(stage)) == (old, old, "r-old")


def test_a_canary_that_fails_goes_back_and_gives_the_championship_back(
    stage: EndpointStage,
) -> None:
    stage.set(CANARY)
    good, bad = stage.version("c-good"), stage.version("c-bad", status=500)
    stage.mover().deploy(good)
    assert asked(stage) == "c-good"
    with pytest.raises(NotServedError) as caught:
        stage.mover().promote(bad, "a mistake")
    assert f"version {good} is the champion again" in caught.value.message
    assert f"the endpoint serves version {good}" in caught.value.message
    assert "acme-endpoint-5xx" in caught.value.message, "the alarm that rang"
    assert caught.value.exit_code == 1
    assert (stage.serves, champion(stage), asked(stage)) == (good, good, "c-good")
    assert stage.status == "UPDATE_ROLLBACK_COMPLETE"
    assert (last(stage).action, last(stage).version) == ("rollback", good)
    assert f"version {bad} was not deployed" in last(stage).reason


def test_alarms_that_ring_already_judge_nothing_unless_they_are_not_asked(
    stage: EndpointStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alarms watch the old fleet too: what mends it would be put back as anything else."""
    monkeypatch.setattr(alarms, "PATIENCE", 0.2)
    stage.set(CANARY)
    good, bad = stage.version("n-good"), stage.version("n-bad", status=500)
    stage.mover().deploy(good)
    asked(stage)
    with pytest.raises(NotServedError):
        stage.mover().promote(bad, "")
    better = stage.version("n-better")
    with pytest.raises(AwsError, match=r"acme-endpoint-5xx.* rings") as caught:
        stage.mover().promote(better, "")
    assert "--unwatched" in caught.value.hint
    assert (stage.serves, champion(stage)) == (good, good)
    assert action(stage.mover().deploy()) == "unchanged", "nothing takes over, nothing is judged"
    assert action(replace(stage.mover(), watched=False).deploy(better)) == "updated"
    assert asked(stage) == "n-better"
    assert stage.mover().roll_back().change.version == good, "the bad one never was in charge"


def test_a_version_that_does_not_start_changes_nothing(stage: EndpointStage) -> None:
    good, dead = stage.version("d-good"), stage.version("d-dead", starts=False)
    stage.mover().deploy(good)
    with pytest.raises(NotServedError, match="the endpoint serves version"):
        stage.mover().deploy(dead)
    assert (stage.serves, champion(stage), asked(stage)) == (good, good, "d-good")


def test_a_way_back_does_not_wait_for_alarms_that_ring(stage: EndpointStage) -> None:
    """What is left may be failing; its errors must not keep the endpoint from going back."""
    stage.set(CANARY)
    good, bad = stage.version("w-good"), stage.version("w-bad", status=500)
    stage.mover().deploy(good)
    stage.mover().deploy(bad)  # nobody asked, so nobody noticed
    with pytest.raises(Exception, match="row 7"):
        asked(stage)
    assert stage.mover().roll_back(needed=True).change.version == good
    assert asked(stage) == "w-good"


def test_in_service_is_not_enough_what_was_changed_by_hand_is_brought_back(
    stage: EndpointStage,
) -> None:
    good = stage.version("h-good")
    stage.version("h-other")
    stage.mover().deploy(good)
    assert stage.live is not None
    sagemaker, name = stage.clients.client("sagemaker"), stage.live.name
    variant: dict[str, Any] = {"VariantName": "AllTraffic", "ModelName": "acme-model-h-other"}
    variant |= {"InstanceType": "ml.t2.medium", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="by-hand", ProductionVariants=[variant])
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName="by-hand")
    found = wait_for_live(stage.clients, stage.deployment)
    assert found is not None
    assert (found.status, found.config) == ("InService", "by-hand")
    moved = stage.mover().deploy()
    assert moved.served is not None
    assert (moved.served.live.model, asked(stage)) == ("acme-model-h-good", "h-good")


def test_a_stack_left_dead_by_its_creation_is_made_anew(stage: EndpointStage) -> None:
    good, dead = stage.version("s-good"), stage.version("s-dead", starts=False)
    stage.mover().promote(good, "")
    with pytest.raises(NotServedError, match=f"version {good} is the champion again"):
        stage.mover().deploy(dead)
    assert stage.status == "ROLLBACK_COMPLETE"
    assert stage.live is None
    assert action(stage.mover().deploy()) == "recovered"
    assert (stage.serves, asked(stage)) == (good, "s-good")


def test_what_cannot_be_served_is_refused_before_anything_moves(stage: EndpointStage) -> None:
    good = stage.version("l-good")
    stage.mover().deploy(good)
    before = len(stage.registry.audit())
    laptop = stage.version("l-laptop", on_aws=False)
    with pytest.raises(ConfigError, match="was not trained on AWS"):
        stage.mover().promote(laptop, "")
    gone = stage.version("l-gone")
    stage.clients.client("sagemaker").delete_model(ModelName="acme-model-l-gone")
    with pytest.raises(ConfigError, match="has no model 'acme-model-l-gone'"):
        stage.mover().promote(gone, "")
    stage.set("serverless = true")
    with pytest.raises(ConfigError, match="never makes such a one serverless"):
        stage.mover().deploy(good)
    moves = stage.registry.audit()[before:]
    assert {move.alias for move in moves} == {"challenger"}
    assert (stage.serves, champion(stage)) == (good, good)


def test_a_serverless_endpoint_takes_no_model_that_is_kept_off_the_network(
    stage: EndpointStage,
) -> None:
    isolated = stage.version("i-isolated")
    stage.set("serverless = true")
    with pytest.raises(ConfigError, match="kept off the network"):
        stage.mover().deploy(isolated)
    free = stage.version("i-free")
    assert action(stage.mover().deploy(free)) == "created"
    assert asked(stage) == "i-free"


def test_without_an_endpoint_a_rollback_of_it_is_refused(stage: EndpointStage) -> None:
    with pytest.raises(ConfigError, match="has no endpoint"):
        stage.mover().roll_back(needed=True)


def test_a_version_that_does_not_load_is_not_promoted(stage: EndpointStage) -> None:
    good, other = stage.version("x-good"), stage.version("x-other")
    stage.mover().deploy(good)

    def fails(_: Any) -> None:
        raise ConfigError("it is damaged")

    with pytest.raises(RegistryError, match="does not load"):
        stage.mover(fails).promote(other, "")
    assert (stage.serves, champion(stage)) == (good, good)


def test_two_promotions_at_once_end_with_the_champion_served(stage: EndpointStage) -> None:
    base = stage.version("t-base")
    stage.mover().deploy(base)
    two = [stage.version(f"t-{number}") for number in (1, 2)]
    start = threading.Barrier(2)

    def promote(version: int) -> str:
        start.wait()
        try:
            return action(stage.mover().promote(version, "at once"))
        except (RegistryError, NotServedError) as error:
            return error.message

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(promote, two))
    assert champion(stage) in two, told
    assert stage.serves == champion(stage), told
    assert any(each in ("updated", "unchanged") for each in told)


def test_a_promotion_overtaken_while_it_deploys_brings_the_endpoint_to_the_last(
    stage: EndpointStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, slow, quick = (stage.version(f"o-{name}") for name in ("base", "slow", "quick"))
    stage.mover().deploy(base)
    real = deploy_version
    overtaken: list[Change] = []

    def deploy(*given: Any) -> Any:
        served = real(*given)
        if not overtaken:
            overtaken.append(stage.registry.promote(quick, "eve", "quicker", bool))
        return served

    monkeypatch.setattr(moving, "deploy_version", deploy)
    moved = stage.mover().promote(slow, "")
    assert moved.served is not None
    assert (moved.served.version, stage.serves, champion(stage)) == (quick, quick, quick)


def test_a_championship_that_moved_on_is_not_taken_back(
    stage: EndpointStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, bad, next_one = stage.version("m-base"), stage.version("m-bad"), stage.version("m-next")
    stage.mover().deploy(base)

    def fail(*_: Any) -> Any:
        stage.registry.promote(next_one, "eve", "", bool)
        raise ConfigError("no")

    monkeypatch.setattr(moving, "deploy_version", fail)
    with pytest.raises(NotServedError, match=f"version {next_one} is the champion"):
        stage.mover().promote(bad, "")
    assert champion(stage) == next_one
