"""The whole deployment, offline: it runs to its end, agrees with this machine, and leaves nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from command_line import QUICK, add_sections
from job_trees import Job
from ran_campaigns import hand_made_uplift
from unchurn.artefacts import Params, RunLineage, verify
from unchurn.artefacts.archive import extract
from unchurn.aws import machines
from unchurn.aws.rehearse import rehearse
from unchurn.aws.rehearse_tasks import MACHINES
from unchurn.aws.templates import read_template
from unchurn.container.captured import run_captured
from unchurn.container.folders import Folders
from unchurn.demo import write_demo
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.pipeline import scoring, targeting
from unchurn.pipeline.identity import code_sha256, environment
from unchurn.pipeline.monitoring import monitor
from unchurn.pipeline.scoring import INFERENCE
from unchurn.pipeline.training import TRAINING, own_metrics, take_champion, training_table
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.registry import Registry, open_registry
from unchurn.runner import Run, run_steps
from unchurn.tables import Table

pytestmark = pytest.mark.slow

SECTIONS = (
    QUICK
    + "\n[aws]\ntuning_jobs = 2\ncampaign = true\n[campaign]\nholdout_from = 10\n"
    + "[endpoint]\ncapture_percent = 100\n[aws.jobs.train]\ncount = 2\nspot = true\n"
)
CUSTOMERS, FRESH = 900, 200


@dataclass(frozen=True)
class Rehearsed:
    """A finished rehearsal: its document, the project, and the copy of the bucket."""

    document: dict[str, Any]
    project: Project
    bucket: Path

    def run(self, machine: str) -> str:
        return str(self.document[machine]["run_id"])

    def of_run(self, machine: str) -> Path:
        return self.bucket / "runs" / self.run(machine)

    @property
    def result(self) -> Path:
        return self.bucket / "data" / "inference_result" / self.run("inference")


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    folder = tmp_path_factory.mktemp("rehearsed")
    write_demo(folder, customers=CUSTOMERS, fresh=FRESH)
    text = (folder / "churn.toml").read_text().replace("accuracy = 0.90", "accuracy = 0.50")
    (folder / "churn.toml").write_text(text)
    add_sections(folder / "churn.toml", SECTIONS)
    project = Project.load(folder)
    hand_made_uplift(targeting.uplift_place(project), "Account Length")
    work = folder / "work"
    made = rehearse(project, "customers.csv", "this_month.csv", work, Silent(), keep=True)
    return Rehearsed(made.document(), project, work / "bucket")


@pytest.fixture(scope="module")
def local(rehearsed: Rehearsed) -> Run:
    """The same project on this machine, with the configurations that the training job fitted."""
    project = rehearsed.project
    extract(next(rehearsed.of_run("training").rglob("output.tar.gz")), project.folder / "fitted")
    lineage = RunLineage("local", "d" * 64, "c" * 64, code_sha256(), environment())
    given = {
        Table: training_table(project),
        RunLineage: lineage,
        Registry: open_registry(project.root),
        OwnMetrics: own_metrics(project, Silent()),
    }
    places = {Params: project.folder / "fitted" / "params"}
    where = Run(project.root / "runs" / "local", project, code_sha256(), given, places)
    where.folder.mkdir(parents=True)
    take_champion(where, given[Registry])
    run_steps(tuple(step for step in TRAINING if step.__name__ != "tune"), where)
    return where


def test_both_machines_succeed(rehearsed: Rehearsed) -> None:
    assert rehearsed.document["problems"] == []
    statuses = {name: rehearsed.document[name]["status"] for name in MACHINES}
    assert set(statuses.values()) == {"SUCCEEDED"}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_task_of_the_way_that_succeeds_is_executed(
    rehearsed: Rehearsed, machine: str
) -> None:
    """All tasks but the messages about a failure or a refusal, and what a history or a query needs."""
    visited = {each["state"] for each in rehearsed.document[machine]["states"]}
    values = dict.fromkeys(machines.placeholders(machine), "1")
    states = machines.definition(machine, values)["States"]
    tasks = {name for name, state in states.items() if state["Type"] == "Task"}
    tasks -= {"Observe", "Query"}
    assert {name for name in tasks - visited if not name.startswith("Notify")} == set()


def test_every_customer_is_in_the_result_once(rehearsed: Rehearsed) -> None:
    """Keyed by the id as it was read, with a probability, and reasons for the riskiest."""
    text = pacsv.ConvertOptions(column_types={"Phone": pa.string()})
    sent = pacsv.read_csv(rehearsed.project.folder / "this_month.csv", convert_options=text)
    got = pacsv.read_csv(rehearsed.result / "scores.csv", convert_options=text)
    assert Counter(got["Phone"].to_pylist()) == Counter(sent["Phone"].to_pylist())
    assert all(0 < value < 1 for value in got["probability"].to_pylist())
    assert sum(reason not in (None, "") for reason in got["reason_1"].to_pylist()) > 0


def test_the_parameters_are_those_an_endpoint_is_deployed_with(rehearsed: Rehearsed) -> None:
    path = rehearsed.of_run("training") / "cloudformation_parameters.json"
    parameters = json.loads(path.read_text())
    assert list(parameters) == ["Parameters"]
    assert set(parameters["Parameters"]) == set(read_template("deploy-model").parameters)
    assert parameters["Parameters"]["InstanceCount"] == "1"
    assert parameters["Parameters"]["ModelDataUrl"].endswith("/model.tar.gz")


def test_destroying_leaves_what_it_says_it_keeps(rehearsed: Rehearsed) -> None:
    assert {each["kind"] for each in rehearsed.document["left"]} == {"bucket"}
    exported = list((rehearsed.bucket / "registry").glob("*.jsonl"))
    assert exported == []  # the copy was taken before; the export is made by destroying


@pytest.mark.parametrize("name", ["clean", "prepared", "evaluation", "verdict"])
def test_an_artefact_is_byte_for_byte_that_of_this_machine(
    rehearsed: Rehearsed, local: Run, name: str
) -> None:
    assert verify(rehearsed.of_run("training") / name) == verify(local.folder / name)


def test_the_model_is_byte_for_byte_that_of_this_machine(
    rehearsed: Rehearsed, local: Run, tmp_path: Path
) -> None:
    """Its fits were shared out among the two instances of [aws.jobs.train], which Spot took away once."""
    extract(next(rehearsed.of_run("training").glob("model/**/model.tar.gz")), tmp_path)
    assert verify(tmp_path) == verify(local.folder / "model")
    unproven = " ".join(rehearsed.document["unproven"])
    assert "between the instances of a job" in unproven
    assert "lost them by a fault, and was started again" in unproven
    kept = rehearsed.bucket / "data" / "intermediate" / rehearsed.run("training") / "checkpoints"
    assert {path.suffix for path in kept.iterdir()} == {".fit"}


def test_the_scores_are_those_of_this_machine(rehearsed: Rehearsed, local: Run) -> None:
    """Every column but the name of the run that scored; the same order, to the last bit."""
    project = rehearsed.project
    made = scoring.score(project, project.folder / "this_month.csv")
    theirs = pq.read_table(rehearsed.of_run("inference") / "scores" / "scores.parquet")
    assert _sha256(theirs) == _sha256(pq.read_table(made.scores))


def test_the_watch_is_that_of_this_machine(rehearsed: Rehearsed, local: Run) -> None:
    """Of the day on which the run began; told by the command, and kept where later watches look."""
    project, theirs = rehearsed.project, rehearsed.of_run("inference") / "watch"
    told = rehearsed.document["inference"]["watch"]
    made = monitor(project, project.folder / "this_month.csv", as_of=told["as_of"])
    for name in ("statistics", "constraints", "constraint_violations"):
        assert (theirs / f"{name}.json").read_bytes() == (made.folder / f"{name}.json").read_bytes()
    assert (told["level"], told["words"]) == (made.made.watch["level"], made.made.watch["words"])
    kept = rehearsed.bucket / "data" / "watches" / rehearsed.run("inference") / "watch.json"
    assert kept.read_bytes() == (theirs / "watch.json").read_bytes()


def test_what_the_endpoint_was_asked_is_watched_as_it_was_captured(
    rehearsed: Rehearsed, tmp_path: Path
) -> None:
    """The rehearsal asks it for the first customers of the list again; the bucket has what SageMaker keeps."""
    scored, asked = rehearsed.of_run("inference"), rehearsed.document["endpoint"]["asked"]
    job = Job(tmp_path / "job").give("project", scored / "project" / "churn.toml")
    job.give("champion", scored / "champion").give("captured", rehearsed.bucket / "capture")
    job.give("earlier", rehearsed.bucket / "data" / "watches")
    (tmp_path / "work").mkdir()
    run_captured(Folders(job.base), tmp_path / "work", "asked", "2027-03-01")
    watch = json.loads((job.made("watch") / "watch.json").read_text())
    listed = pq.read_table(scored / "scores" / "scores.parquet")["probability"].slice(0, asked)
    assert watch["customers"] == asked == len(listed) > 0
    assert watch["score"]["mean"] == pytest.approx(pc.mean(listed).as_py(), rel=1e-12)
    assert not [each for each in watch["notes"] if each["code"].startswith("captured")]


def test_the_campaign_is_that_of_this_machine(
    rehearsed: Rehearsed, local: Run, tmp_path: Path
) -> None:
    """The callers' list and everybody in it, byte for byte; the ledger has it, and it was published.

    They are ranked by what this machine has learned of whom contact moves.
    """
    run = rehearsed.run("inference")
    opened = json.loads((rehearsed.of_run("inference") / "ledger" / "ledger.json").read_text())
    project, out = rehearsed.project, tmp_path / "contact.csv"
    table = project.folder / "this_month.csv"
    made = targeting.target(project, run, table, out, starts=opened["today"])
    published = rehearsed.bucket / "data" / "campaigns" / run
    assert (published / "contact.csv").read_bytes() == out.read_bytes()
    assert (
        published / "campaign" / "members.parquet"
    ).read_bytes() == made.made.members.read_bytes()
    assert made.made.summary["control"] > 0
    by = json.loads((published / "contact.csv.campaign.json").read_text())["uplift"]
    assert by == made.entry.summary["uplift"]
    assert by["sha256"] == verify(targeting.uplift_place(project))
    kept = rehearsed.bucket / "data" / "ledger" / f"{made.entry.members_sha256}.json.gz"
    assert kept.is_file()
    assert rehearsed.document["inference"]["campaign_words"] == made.made.summary["words"]


def test_every_step_of_the_pipeline_has_a_place_on_aws(rehearsed: Rehearsed) -> None:
    runs = {path.name for path in rehearsed.of_run("training").iterdir()}
    assert {"clean", "prepared", "model", "evaluation", "verdict", "record"} <= runs
    assert [step.__name__ for step in INFERENCE] == ["intake", "score"]


def _sha256(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    plain = table.drop_columns(["run_id"]).combine_chunks()
    with pa.ipc.new_stream(sink, plain.schema) as stream:
        stream.write_table(plain)
    return hashlib.sha256(sink.getvalue()).hexdigest()
