"""Every fault that can occur in a state of a machine is retried or caught, and told.

The machines, their functions, templates and seams are the shipped ones; the jobs end at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from failure_stage import ANY, ASKED, SEED, WAYS, Ended, Stage, open_stage
from failure_table import ALTERNATIVES, TABLE, Row, possible

from unchurn.aws import machines
from unchurn.aws.change_sets import apply_template
from unchurn.aws.layout import RunLayout
from unchurn.aws.rehearse_open import clients_of
from unchurn.aws.status import find_execution
from unchurn.aws.templates import read_template
from unchurn.modelling.judging.rules import judge
from unchurn.project import Gate

ERRORS = {
    "training": "TrainingFailed",
    "inference": "ScoringFailed",
    "effect": "OutcomesFailed",
    "captured": "WatchFailed",
}
TELLING = {"Notify": "Failed", "NotifyRefused": "Refused"}
"""States that tell of a failure, and how the run then ends."""
AFTER_THE_LIST = (
    "Monitor", "ReadWatch", "PublishWatch", "OpenLedger", "Target", "EnterLedger"
)  # fmt: skip
"""States that come when the list is published; a failure leaves it."""
QUICK = ("inference", "Champion")
AT_ONCE = 3
"""Runs at a time: more would share the same cores. Of the Glue job there may be five."""
STATES = [
    pytest.param(machine, state, marks=() if (machine, state) == QUICK else pytest.mark.slow)
    for machine, states in TABLE.items()
    for state in states
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The shipped stacks, with a champion."""
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


def definition(name: machines.Name) -> dict[str, Any]:
    values = dict.fromkeys(machines.placeholders(name), "0")
    states: dict[str, Any] = machines.definition(name, values)["States"]
    return states


@pytest.mark.parametrize("machine", machines.NAMES)
def test_every_task_of_the_definition_has_a_row_for_every_fault(machine: machines.Name) -> None:
    tasks = {s: body for s, body in definition(machine).items() if body["Type"] == "Task"}
    written = {state: {row.name for row in rows} for state, rows in TABLE[machine].items()}
    assert written == {state: possible(body) for state, body in tasks.items()}


@pytest.mark.parametrize("machine", machines.NAMES)
def test_every_rule_of_retrying_has_a_row(machine: machines.Name) -> None:
    """But for a registry that others keep changing, which is below."""
    for state, rows in TABLE[machine].items():
        retried = {error for row in rows if not row.fatal for error in row.errors}
        for rule in definition(machine)[state]["Retry"]:
            assert rule["ErrorEquals"] == ["RegistryBusy"] or retried & {*rule["ErrorEquals"]}


@pytest.mark.parametrize(("machine", "state"), STATES)
def test_each_fault_of_a_state_ends_as_it_should(
    stage: Stage, machine: machines.Name, state: str
) -> None:
    rows = suffered(machine, state)
    together = [row for row in rows if not row.alone]
    alone = [row for row in rows if row.alone]
    with stage.observing(state):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ended = list(pool.map(lambda row: stage.suffer(machine, state, row), together))
        ended += [stage.suffer(machine, state, row) for row in alone]
    ran = dict(zip([*together, *alone], ended, strict=True))
    found = {row.name: outcome(state, row, how) for row, how in ran.items()}
    assert found == {row.name: expected(machine, state, row) for row in ran}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("machine", "passed"), [(name, passed) for name in TABLE for passed in ALTERNATIVES[name]]
)
def test_every_state_is_asked_again_until_it_is_served(
    stage: Stage, machine: machines.Name, passed: frozenset[str]
) -> None:
    rows = {
        state: row
        for state, rows in TABLE[machine].items()
        for row in rows
        if not row.fatal and state not in TELLING and state not in passed
    }
    with stage.observing(next((each for each in WAYS if each in rows), "")):
        ended = stage.suffer_all(machine, rows)
    if "Query" in rows:
        assert stage.queried(machine, ended.run), "what Athena unloaded is the run's table"
    found = {state: outcome(state, row, ended) for state, row in rows.items()}
    assert found == {state: expected(machine, state, row) for state, row in rows.items()}


def suffered(machine: machines.Name, state: str) -> list[Row]:
    """Return the fatal rows of a state, but for those of a service that an earlier state of any machine has suffered.

    Its rules are the same there, and one row at least shows where it goes. Who tells suffers all.
    """
    every = [(name, each) for name, states in TABLE.items() for each in states]
    earlier = every[: every.index((machine, state))]
    before = {row for name, each in earlier for row in TABLE[name][each]}
    if state in TELLING:
        return list(TABLE[machine][state])
    fatal = [row for row in TABLE[machine][state] if row.fatal]
    return [row for row in fatal if row not in before] or fatal[:1]


def outcome(state: str, row: Row, ended: Ended) -> dict[str, Any]:
    """What is asserted of every run."""
    verb = ":" if state == "NotifyRefused" else " failed:"
    return {
        "status": ended.status,
        "error": ended.error,
        "tries": ended.tries(state),
        "errors": ended.faults[state],
        "ends": ended.states[ended.states.index(state) + 1 :] if row.fatal else ended.states[-1:],
        "cause": (ended.blames, row.says in ended.cause),
        "told": ended.message == f"Run {ended.run}{verb} {ended.cause}",
        "registered": ended.registered,
        "champion": ended.champion,
        "parameters": ended.parameters,
        "published": ended.published,
    }


def expected(machine: machines.Name, state: str, row: Row) -> dict[str, Any]:
    """What a run has to come to."""
    telling = TELLING.get(state)
    failed = row.fatal or telling is not None
    made = machine == "training" and not failed
    caught = [telling] if telling else ["Notify", "Failed"]
    error = "ModelRefused" if telling == "Refused" else ERRORS[machine]
    return {
        "status": "FAILED" if failed else "SUCCEEDED",
        "error": error if failed else "",
        "tries": len(row.errors) + (not row.fatal),
        "errors": row.errors,
        "ends": caught if row.fatal else [telling or "Done"],
        "cause": ((row.blames or row.errors[-1]) if failed and telling != "Refused" else "", True),
        "told": failed and not (telling and row.fatal),
        "registered": made,
        "champion": 1,
        "parameters": made or state == "UpdateRegistry",
        "published": machine == "inference" and (not failed or state in AFTER_THE_LIST),
    }


@pytest.mark.slow
def test_a_table_that_was_uploaded_for_a_run_wins_over_the_query(stage: Stage) -> None:
    with stage.observing("Query"), stage.beside("data/train/z-exit.csv"):
        ended = stage.run("training", "uploaded", Data="bucket")
    assert ended.states[-5:] == ["Queries", "FindTable", "Etl", "Notify", "Failed"]
    assert "Etl could not go on" in ended.cause, "it was given what lies in the bucket"


@pytest.mark.slow
def test_a_campaign_is_chosen_again_where_another_came_in_between(stage: Stage) -> None:
    """By a job of another name, on the ledger as it is by then; nine times at most."""
    stage.tell("late-once", "Target", "late")
    ended = stage.run("inference", "late-once")
    assert (ended.status, ended.states.count("Target")) == ("SUCCEEDED", 2)
    assert stage.keys("data/campaigns/late-once/") == ["data/campaigns/late-once/contact.csv"]
    stage.tell("late-always", "Target", "always late")
    ended = stage.run("inference", "late-always")
    assert (ended.error, ended.states.count("Target")) == ("ScoringFailed", 9)
    assert (ended.blames, ended.published) == ("LedgerBusy", True)
    assert stage.keys("data/campaigns/late-always/") == []


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["refused", "cannot tell"])
def test_a_model_that_does_not_pass_is_refused_with_the_gates_reasons(
    stage: Stage, verdict: str
) -> None:
    decided = judged(rows=1000 if verdict == "refused" else 10)
    assert decided["verdict"] == verdict
    stage.tell(f"gate-{verdict[:6]}", "Gate", json.dumps(decided))
    ended = stage.run("training", f"gate-{verdict[:6]}")
    assert (ended.status, ended.error, ended.cause) == ("FAILED", "ModelRefused", decided["words"])
    reasons = [rule["words"] for rule in decided["rules"] if rule["verdict"] == verdict]
    assert reasons and all(words in ended.cause for words in reasons)
    assert ended.message == f"Run {ended.run}: {decided['words']}"
    assert ended.states[-4:] == ["ReadVerdict", "Gate", "NotifyRefused", "Refused"]
    assert (ended.registered, ended.parameters, ended.champion) == (False, False, 1)


def judged(rows: int) -> dict[str, Any]:
    """Let the gate judge a model whose accuracy is not what the demo's project asks for."""
    missed = rows // 10
    found = {
        "project": {"features": ["calls"]},
        "confusion": {"tp": missed, "fp": missed, "tn": rows - 3 * missed, "fn": missed},
        "findings": [],
        "metrics": {
            name: {"value": value, "low": value - 0.02, "high": value + 0.02}
            for name, value in (("roc_auc", 0.85), ("log_loss", 0.25), ("accuracy", 0.8))
        },
        "baselines": {"always_no": {"roc_auc": 0.5, "log_loss": 0.5}, "champion": None},
    }
    return judge({"unchurn": found}, Gate(accuracy=0.9))


@pytest.mark.slow
def test_the_parameters_of_a_run_alone_deploy_its_endpoint(stage: Stage) -> None:
    """The template and that file, and nothing that anybody adds."""
    clients, name = clients_of(stage.cloud), "acme-deploy-model"
    body = clients.client("s3").get_object(Bucket=stage.bucket, Key=RunLayout(SEED).parameters)
    values = json.loads(body["Body"].read())["Parameters"]
    applied = apply_template(clients, read_template("deploy-model"), name, values)
    told = clients.client("sagemaker").describe_endpoint(
        EndpointName=applied.outputs["EndpointName"]
    )
    assert (applied.action, told["EndpointStatus"]) == ("created", "InService")
    assert applied.outputs["EndpointModelName"] == values["ModelName"]
    clients.client("cloudformation").delete_stack(StackName=name)


@pytest.mark.slow
def test_without_a_champion_nothing_is_scored(stage: Stage) -> None:
    with stage.without_item("#alias#champion"):
        ended = stage.run("inference", "no-champion")
    assert (ended.status, ended.error) == ("FAILED", "NoChampion")
    assert "Train first." in ended.cause
    assert ended.states[-3:] == ["Champion", "ChampionFound", "NoChampion"]
    assert not ended.published


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["training", "inference"])
def test_a_crawl_that_fails_is_told_as_the_crawlers_own_failure(
    stage: Stage, machine: machines.Name
) -> None:
    stage.cloud.faults.add("acme-crawler", "fails", 1)
    ended = stage.run(machine, f"crawl-{machine}")
    assert (ended.status, ended.error, ended.blames) == ("FAILED", ERRORS[machine], "CrawlFailed")
    assert "a fault made on purpose" in ended.cause
    assert ended.message == f"Run {ended.run} failed: {ended.cause}"
    assert ended.states[-3:] == ["CrawlFailed", "Notify", "Failed"]
    assert (ended.registered, ended.published, ended.champion) == (False, False, 1)


@pytest.mark.slow
def test_a_registry_that_others_keep_changing_is_asked_again(stage: Stage) -> None:
    versions = stage.item("#counter")["versions"]["N"]
    stage.tell("busy", "Record", "challenger")
    with (
        stage.beside_item(f"#version#{int(versions) + 1:08d}") as give_way,
        ThreadPoolExecutor(1) as pool,
    ):
        running = pool.submit(stage.run, "training", "busy")
        while not any("RegistryBusy" in note.why for note in stage.cloud.journal.notes):
            assert not running.done()
            time.sleep(0.1)
        give_way()
        ended = running.result()
    assert (ended.status, ended.faults) == ("SUCCEEDED", {"UpdateRegistry": ("RegistryBusy",)})
    assert (ended.registered, ended.champion) == (True, 1)


@pytest.mark.slow
def test_a_drifted_month_rings_trains_and_moves_the_endpoint_as_the_gate_decides(
    stage: Stage,
) -> None:
    """Nothing comes of a quiet month, nothing learns from a broken table, nor is anybody contacted by it.

    A refused model serves nobody.
    """
    before, served = stage.runs_of("training"), stage.serve()
    stage.tell("quiet", "Target", "nobody")
    for run, word in (("quiet", "0 0"), ("broken", "2 0"), ("changed", "2 1"), ("again", "2 1")):
        stage.tell(run, "Monitor", word)
    quiet = stage.run("inference", "quiet")
    assert (quiet.status, quiet.message) == ("SUCCEEDED", "")
    assert quiet.came_to == ("nobody", "Nobody is left to contact.")
    assert (stage.ringing(), stage.told_of("acme-watch-act")) == (set(), 0)
    broken = stage.run("inference", "broken")
    assert (broken.status, "Target" in broken.states) == ("SUCCEEDED", False)
    assert (broken.came_to[0], broken.published) == ("broken", True)
    for run in ("quiet", "broken"):
        assert stage.keys(RunLayout(run).campaign) == []
    assert (stage.ringing(), stage.told_of("acme-watch-act")) == ({"acme-watch-act"}, 1)
    assert stage.runs_of("training") == before
    stage.tell(ANY, "Gate", json.dumps(judged(rows=1000)))
    assert stage.run("inference", "changed").came_to == ("entered", "Contact nobody.")
    assert stage.ringing() == {"acme-watch-act", "acme-customers-changed"}
    refused = stage.started("training", before)
    assert stage.item(refused) is None
    assert (served, stage.serve()) == ((1, "created"), (1, "unchanged"))
    (stage.words / ANY / "Gate").unlink()
    stage.silence()
    before = stage.runs_of("training")
    assert stage.run("inference", "again").status == "SUCCEEDED"
    passed = stage.started("training", before)
    assert stage.item(passed) is not None, "registered by its own run"
    newest = int(stage.item("#counter")["versions"]["N"])
    assert int(stage.item("#alias#champion")["version"]["N"]) == newest
    assert stage.serve() == (newest, "updated")


@pytest.mark.slow
def test_a_file_of_outcomes_is_measured_as_it_lands(stage: Stage) -> None:
    """What is published beside it, and a mark without contents, start nothing more; one with contents, no job."""
    before, folder = stage.runs_of("effect"), "data/campaigns/spring/"
    stage.put(f"{folder}outcomes/_SUCCESS", b"")
    for name in ("a.csv", "b.csv"):
        known = stage.runs_of("effect")
        stage.put(f"{folder}outcomes/may/{name}", b"id,churned\na1,yes\n")
        measured = stage.started("effect", known)
        assert stage.runs_of("effect")[measured] == "SUCCEEDED"
        assert json.loads(stage.read(f"{folder}effect.json")) == [name]
    known = stage.runs_of("effect")
    stage.put(f"{folder}outcomes/may/_committed_17", b"{}")
    passed = stage.started("effect", known)
    assert stage.runs_of("effect")[passed] == "SUCCEEDED"
    assert len(stage.runs_of("effect")) == len(before) + 3
    assert json.loads(stage.read(f"{folder}effect.json")) == ["b.csv"], (
        "of the last that was measured"
    )


@pytest.mark.slow
def test_requests_of_the_hours_before_are_watched_and_none_are_no_fault(stage: Stage) -> None:
    """Apart from what scorings are watched by; whoever may read a watch hears of it alike."""
    stage.tell("asked", "Captured", "2 0")
    asked = stage.run("captured", "asked")
    assert (asked.status, asked.states[-2:]) == ("SUCCEEDED", ["PublishWatch", "Done"])
    watched = json.loads(stage.read(f"{RunLayout('asked').artefact('watch')}watch.json"))
    assert json.loads(watched["customers"]) == [ASKED.rpartition("/")[2]]
    assert stage.keys(RunLayout("asked").captured) != [] == stage.keys(RunLayout("asked").watched)
    assert "acme-watch-act" in stage.ringing()
    stage.silence()
    named = find_execution(clients_of(stage.cloud), stage.deployment, "asked")
    assert named.endswith("-captured:asked")
    latest = find_execution(clients_of(stage.cloud), stage.deployment)
    assert "-captured:" not in latest, (
        "nobody who asks for the latest run means what starts by itself"
    )
    with stage.without(ASKED):
        quiet = stage.run("captured", "quiet-hours")
    assert (quiet.status, quiet.states[-2:]) == ("SUCCEEDED", ["AnythingCaptured", "Done"])
