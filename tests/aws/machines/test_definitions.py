"""The machines as a whole: connected, bounded, honest about failure, in the pipeline's order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from filled_machines import VALUES, filled, tasks

from unchurn.aws import machines
from unchurn.errors import ConfigError
from unchurn.pipeline.monitoring import WATCHING
from unchurn.pipeline.scoring import INFERENCE
from unchurn.pipeline.training import TRAINING

STEPS = {
    "training": {
        "clean": "Etl",
        "prepare": "Prepare",
        "tune": "Tune",
        "train": "Train",
        "evaluate": "Evaluate",
        "gate": "Gate",
        "register": "UpdateRegistry",
    },
    "inference": {"intake": "Intake", "score": "Score", "monitor": "Monitor"},
}
UNNAMED = ("S3.S3Exception", "CloudWatch.CloudWatchException")
"""How services that have no error of that name refuse a call because there are too many."""
each = pytest.mark.parametrize("name", machines.NAMES)
both = pytest.mark.parametrize("name", STEPS)


def following(state: dict[str, Any]) -> set[str]:
    found = {branch["Next"] for branch in state.get("Choices", []) + state.get("Catch", [])}
    return found | {state[key] for key in ("Next", "Default") if key in state}


def happy(states: dict[str, Any], name: str) -> list[str]:
    """Follow the way on which nothing fails; of a choice, the first branch."""
    path = [name]
    while (body := states[path[-1]])["Type"] not in ("Succeed", "Fail"):
        choices = body.get("Choices")
        path.append(choices[0]["Next"] if choices else body["Next"])
    return path


@each
def test_every_state_is_reached_and_every_next_exists(name: machines.Name) -> None:
    definition = filled(name)
    states, reached, waiting = definition["States"], set(), [definition["StartAt"]]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += following(states[state])
    assert reached == set(states)


@each
def test_every_task_is_bounded_retried_and_caught(name: machines.Name) -> None:
    for state, body in tasks(name):
        last = body["Catch"][-1]
        assert 0 < body["TimeoutSeconds"] <= filled(name)["TimeoutSeconds"], state
        assert last["ErrorEquals"] == ["States.ALL"], state
        ends = {"Notify": "Failed", "NotifyRefused": "Refused"}.get(state, "Notify")
        assert last["Next"] == ends, state
        assert last["ResultPath"] == (
            "$.unnotified" if state in ("Notify", "NotifyRefused") else "$.failure"
        )
        assert body["Retry"], state


@each
def test_a_job_is_stopped_by_its_own_limit_before_the_state_gives_up(name: machines.Name) -> None:
    for state, body in tasks(name):
        limit = body["Parameters"].get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
        assert limit is None or limit < body["TimeoutSeconds"], state


@each
def test_what_ran_and_failed_is_never_run_again(name: machines.Name) -> None:
    again = {e for _, body in tasks(name) for r in body["Retry"] for e in r["ErrorEquals"]}
    assert not {error for error in again if error.startswith("States.")}


def test_calls_of_one_service_are_retried_alike_and_the_same_calls_caught_alike() -> None:
    """In every machine."""
    seen: dict[str, Any] = {}
    caught: dict[str, Any] = {}
    for state, body in (each for name in machines.NAMES for each in tasks(name)):
        service = body["Resource"].partition(":states:::")[2].rpartition(":")[0]
        retries = [r for r in body["Retry"] if r["ErrorEquals"] != ["RegistryBusy"]]
        assert retries == seen.setdefault(service, retries), state
        own = body["Catch"][:-1]  # the last is every task's
        assert own == caught.setdefault(body["Resource"], own), state
        assert any(
            "Throttl" in e or "TooMany" in e or e in UNNAMED
            for r in retries
            for e in r["ErrorEquals"]
        )


@each
def test_every_failure_carries_its_cause(name: machines.Name) -> None:
    fails = {s: b for s, b in filled(name)["States"].items() if b["Type"] == "Fail"}
    assert fails["Failed"]["CausePath"] == "States.JsonToString($.failure)"
    assert all("Error" in body and {"Cause", "CausePath"} & set(body) for body in fails.values())


@both
def test_states_follow_the_pipeline(name: machines.Name) -> None:
    """One state a step, in the order of the steps; what is in between reads and waits."""
    definition = filled(name)
    path = happy(definition["States"], definition["StartAt"])
    steps = [step.__name__ for step in (TRAINING if name == "training" else INFERENCE + WATCHING)]
    assert list(STEPS[name]) == steps
    assert [state for state in path if state in STEPS[name].values()] == list(STEPS[name].values())
    assert path[-1] == "Done"


def test_by_a_broken_table_nobody_is_contacted() -> None:
    """Whether a campaign is asked for comes first, so that nobody hears of one otherwise."""
    states = filled("inference")["States"]
    asked = {"Variable": "$.ledger.asked", "BooleanEquals": True}
    sound = {"Variable": "$.watch.told.broken", "BooleanEquals": False}
    assert states["CampaignAsked"]["Choices"] == [
        {"And": [asked, sound], "Next": "Target"},
        {**asked, "Next": "BrokenMonth"},
    ]
    assert states["CampaignAsked"]["Default"] == states["BrokenMonth"]["Next"] == "Done"


def test_files_of_one_campaign_that_land_together_are_tried_again_apart() -> None:
    """By a chance that doubles; all that a run may wait leaves its jobs the time that it has."""
    effect = filled("effect")
    states = effect["States"]
    told = states["NextTry"]["Parameters"]
    assert told["wait.$"] == "States.MathRandom(1, $.try.longest)"
    assert told["longest.$"] == "States.MathAdd($.try.longest, $.try.longest)"
    assert states["NextTry"]["Next"] == "AwaitTurn"
    assert (states["AwaitTurn"]["SecondsPath"], states["AwaitTurn"]["Next"]) == (
        "$.try.wait",
        "OpenLedger",
    )
    most = states["Entered"]["Choices"][1]["NumericGreaterThanEquals"]
    waited = states["FirstTry"]["Parameters"]["longest"] * (2 ** (most - 1) - 1)
    assert waited < effect["TimeoutSeconds"] / 2


def test_the_mark_of_a_delivery_among_outcomes_starts_no_job() -> None:
    states = filled("effect")["States"]
    assert states["OpenLedger"]["Next"] == "Landed"
    nothing = {"Variable": "$.ledger.folder", "StringEquals": "", "Next": "Done"}
    assert states["Landed"]["Choices"] == [nothing]
    assert states["Landed"]["Default"] == "Measure"


def test_only_a_verdict_that_passed_reaches_the_registry() -> None:
    states = filled("training")["States"]
    gate = states["Gate"]
    assert gate["Choices"] == [
        {"Variable": "$.verdict.verdict", "StringEquals": "passed", "Next": "WriteParameters"}
    ]
    assert states[gate["Default"]]["Next"] == "Refused"
    assert states["Refused"]["Error"] == "ModelRefused"
    for state, before in (("WriteParameters", "Gate"), ("UpdateRegistry", "WriteParameters")):
        assert [name for name, body in states.items() if state in following(body)] == [before]


def test_registering_is_the_last_thing_that_can_fail() -> None:
    assert filled("training")["States"]["UpdateRegistry"]["Next"] == "Done"


@both
def test_a_crawl_that_already_runs_is_waited_for(name: machines.Name) -> None:
    start = filled(name)["States"]["StartCrawl"]
    assert start["Catch"][0]["ErrorEquals"] == ["Glue.CrawlerRunningException"]
    assert start["Catch"][0]["Next"] == start["Next"] == "ReadCrawl"


def lint(folder: Path, definition: dict[str, Any]) -> str:
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": definition}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": {"Machine": machine}}))
    command = [sys.executable, "-c", "from cfnlint.runner import main; main()", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@each
def test_the_filled_machine_is_valid_states_language(name: machines.Name, tmp_path: Path) -> None:
    assert lint(tmp_path, filled(name)) == ""


def test_the_linter_sees_inside_the_machine(tmp_path: Path) -> None:
    broken = filled("inference")
    broken["States"]["Collect"]["Type"] = "Tasc"
    assert "E3601" in lint(tmp_path, broken)


def test_a_placeholder_without_a_value_is_named() -> None:
    values = {name: value for name, value in VALUES.items() if name != "TopicArn"}
    with pytest.raises(ConfigError, match="TopicArn"):
        machines.definition("training", values)


def test_all_known_values_are_used() -> None:
    assert set.union(*map(machines.placeholders, machines.NAMES)) == set(VALUES)
