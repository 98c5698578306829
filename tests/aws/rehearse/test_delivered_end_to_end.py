"""From a commit to a live endpoint and back: every way that it can go, with the shipped stacks.

One cloud and one repository; what a test needs to have happened is a fixture, in this order.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from delivered_project import SERVER, DeliveredProject

from unchurn.aws.endpoint.live import Live
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.rehearse_push import Delivery
from unchurn.aws.rehearse_served import ask_again

pytestmark = pytest.mark.slow

ETL = Path(__file__).with_name("etl_by_duckdb.py")
ANOTHER = {"churn.toml": ("threads = 1", "threads = 1\nseed = 8")}
NOTHING = {"README.md": ("# unchurn", "# unchurn, and nothing else")}
WORSE = {
    "src/unchurn/modelling/fitting/booster.py": (
        "return {**params, **fixed}",
        'return {**params, **fixed, "min_child_weight": 1e6}',
    )
}
BROKEN = {SERVER: ("asked = self._read(scope, headers)", 'raise OSError("broken by a commit")')}
RIGHTS = {
    "src/unchurn/aws/stacks/roles.yaml": ("Action: glue:GetTable", 'Action: "glue:*"'),
}
CUSTOMERS = "this_month.csv"


@dataclass(frozen=True)
class Pushed:
    """A commit that was pushed, and what was live before and is live after it."""

    delivery: Delivery
    before: Live | None
    after: Live


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeliveredProject]:
    """The deployment of an administrator, whose endpoint's stack died while it was made."""
    folder = tmp_path_factory.mktemp("delivered")
    with open_rehearsal(folder / "cloud") as cloud:
        cloud.glue_command = [sys.executable, str(ETL)]
        made = DeliveredProject(cloud, folder / "project")
        made.stand_up()
        made.leave_a_dead_stack()
        assert made.stack() == "ROLLBACK_COMPLETE"
        yield made


@pytest.fixture(scope="module")
def first(place: DeliveredProject) -> Pushed:
    """A first commit, delivered."""
    return Pushed(place.push(), None, place.live())


@pytest.fixture(scope="module")
def again(place: DeliveredProject, first: Pushed) -> Pushed:
    """A commit that changes nothing that anybody runs."""
    return Pushed(place.push(NOTHING), first.after, place.live())


@pytest.fixture(scope="module")
def second(place: DeliveredProject, again: Pushed) -> Pushed:
    """Another commit, hardly worse, while the endpoint has callers."""
    ask(place)
    return Pushed(place.push(ANOTHER), again.after, place.live())


@pytest.fixture(scope="module")
def worse(place: DeliveredProject, second: Pushed) -> Pushed:
    """A commit whose trees learn nothing."""
    return Pushed(place.push(WORSE), second.after, place.live())


@pytest.fixture(scope="module")
def broken(place: DeliveredProject, worse: Pushed) -> Pushed:
    """A commit whose server answers /ping and fails every request."""
    ask(place)
    return Pushed(place.push(BROKEN), worse.after, place.live())


def ask(place: DeliveredProject) -> list[dict[str, Any]]:
    """Ask the endpoint for this month's customers."""
    ran = place.command("aws", "endpoint", "invoke", "--data", place.folder / CUSTOMERS)
    assert ran.code == 0, ran.err
    return list(ran.document["answer"]["predictions"])


def test_a_pushed_commit_is_live_and_scores_as_this_machine_does(
    place: DeliveredProject, first: Pushed
) -> None:
    assert first.delivery.succeeded, first.delivery.why + place.log()
    stages = [each["stage"] for each in first.delivery.actions]
    assert stages == ["Source", "Build", "Deploy"]
    assert first.after.status == "InService"
    assert place.registry.version_of(first.after.model) == place.registry.alias("champion") == 1
    ran = place.command(
        "score", "--data", place.folder / CUSTOMERS, "--out", place.folder / "list.csv"
    )
    assert ran.code == 0, ran.err
    with (place.folder / "list.csv").open(newline="") as stream:
        listed = [
            (row["Phone"], float(row["probability"]), row["decision"], float(row["expected_value"]))
            for row in csv.DictReader(stream)
        ]
    names = ("Phone", "probability", "decision", "expected_value")
    answered = [tuple(each[name] for name in names) for each in ask(place)]
    assert len(answered) == 60
    assert answered == listed, "in the same order, to the last bit"


def test_a_commit_that_changes_nothing_makes_no_version_and_deploys_nothing(
    place: DeliveredProject, again: Pushed
) -> None:
    assert again.delivery.succeeded, again.delivery.why + place.log()
    assert "Nothing has changed: " in place.log()
    assert (place.registry.alias("champion"), len(place.registry.records())) == (1, 1)
    assert len(place.registry.audit()) == 1
    assert again.after == again.before
    assert place.stack() == "CREATE_COMPLETE"


def test_a_stack_left_in_rollback_complete_is_recovered(
    place: DeliveredProject, first: Pushed
) -> None:
    """It was dead before the first commit came: that commit's build clears it away."""
    assert first.delivery.succeeded, first.delivery.why
    assert place.deleted() == ["acme-deploy-model"]
    assert first.after.status == "InService"


def test_an_answer_that_is_not_the_list_s_is_told(place: DeliveredProject, first: Pushed) -> None:
    ran = place.command(
        "score", "--data", place.folder / CUSTOMERS, "--out", place.folder / "other.csv"
    )
    assert ran.code == 0, ran.err
    table, scores = str(place.folder / CUSTOMERS), place.folder / "other.csv"
    about = (clients_of(place.cloud), place.deployment, place.project, table, scores)
    assert ask_again(*about) == (60, [])
    lines = scores.read_text().splitlines(keepends=True)
    name, _, rest = lines[1].partition(",")
    scores.write_text("".join([lines[0], f"{name}9,{rest}", *lines[2:]]))
    asked, different = ask_again(*about)
    assert (asked, len(different)) == (60, 1)
    assert name in different[0]


def test_another_commit_takes_over_behind_a_canary(place: DeliveredProject, second: Pushed) -> None:
    assert second.delivery.succeeded, second.delivery.why + place.log()
    assert second.before is not None
    assert second.after.name == second.before.name
    assert second.after.config != second.before.config
    assert place.stack() == "UPDATE_COMPLETE"


def test_the_gate_refuses_a_worse_model_and_the_endpoint_stays(
    place: DeliveredProject, worse: Pushed
) -> None:
    assert worse.delivery.status == "Failed"
    assert "exit status 4" in worse.delivery.why, place.log()
    assert [each["stage"] for each in worse.delivery.actions] == ["Source", "Build"]
    assert "Not worse than the champion" in place.log()
    assert worse.after == worse.before
    assert place.registry.alias("champion") == len(place.registry.records()) == 2


def test_a_canary_that_fails_goes_back_by_itself_and_the_champion_with_it(
    place: DeliveredProject, broken: Pushed
) -> None:
    assert broken.delivery.status == "Failed"
    deploying = broken.delivery.actions[-1]
    assert (deploying["stage"], deploying["status"]) == ("Deploy", "Failed"), place.log()
    assert place.stack() == "UPDATE_ROLLBACK_COMPLETE"
    assert broken.before is not None
    assert (broken.after.status, broken.after.config) == ("InService", broken.before.config)
    restored = waited_for(place, 2)
    assert "the endpoint still serves version 2" in restored
    assert len(ask(place)) == 60


def waited_for(place: DeliveredProject, version: int) -> str:
    """Wait until a version is champion again; return the reason in the audit."""
    until = time.monotonic() + 3600
    while place.registry.alias("champion") != version:
        assert time.monotonic() < until, "the champion is not put back"
        time.sleep(0.1)
    return place.registry.audit()[-1].reason


def test_rollback_returns_to_the_previous_version_and_it_is_what_serves(
    place: DeliveredProject, first: Pushed, broken: Pushed
) -> None:
    waited_for(place, 2)
    before = ask(place)
    ran = place.command("aws", "endpoint", "rollback")
    assert ran.code == 0, ran.err
    live = place.live()
    assert live.config not in (broken.after.config, first.after.config)
    assert place.model_of_config(live.config) == live.model == first.after.model
    assert (ran.document["version"], ran.document["endpoint"]["config"]) == (1, live.config)
    assert place.registry.alias("champion") == 1
    assert ask(place) != before
    assert place.command("aws", "endpoint", "status").document["version"] == 1


def test_a_commit_cannot_give_itself_rights(place: DeliveredProject, first: Pushed) -> None:
    before = place.live()
    pushed = place.push(RIGHTS)
    assert pushed.status == "Failed"
    assert "holds data or rights, which a commit cannot change" in place.log()
    assert place.live() == before


def test_what_was_answered_instead_of_run_is_told(place: DeliveredProject, first: Pushed) -> None:
    told = " ".join(place.cloud.journal.unproven)
    assert "`make quick` was answered, not run" in told
    assert "pip install" in told
