"""The shipped stacks, deployed, over jobs that end at once; runs of the machines and what came of them."""

from __future__ import annotations

import json
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from failure_table import Row

from open_queue import open_queue
from rehearsal.cloud import Cloud
from rehearsal.images import every_image
from unchurn.aws.deploy import deploy
from unchurn.aws.deployment import Deployment, make_deployment
from unchurn.aws.endpoint.moving import Mover
from unchurn.aws.endpoint.settings import parameters_of_first
from unchurn.aws.execution import start
from unchurn.aws.history import Visit, read_visits
from unchurn.aws.layout import PROJECT, TOLD, RunLayout
from unchurn.aws.machines import Name
from unchurn.aws.registry import DynamoRegistry
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.tuner import jobs_of, tuner_config
from unchurn.progress import Silent
from unchurn.project import Project

DOOR = Path(__file__).with_name("quick_door.py")
CHURN = """
[churn]
target = "churn"
[aws]
stack = "acme"
tuning_jobs = 2
parallel_tuning_jobs = 2
campaign = true
[decision]
clv = 400
"""
OBSERVING = CHURN.replace("[churn]", '[churn]\nevent = "inactivity"')
ASKING = (
    """
[data]
train = "athena://acme-db/train"
score = "athena://acme-db?query=SELECT * FROM history"
"""
    + CHURN
)
WAYS = {"Observe": OBSERVING, "Query": ASKING}
"""States that a run comes to by another churn.toml."""
CUSTOMERS = b"id,churn,calls\na1,yes,3\na2,no,1\na3,no,4\n"
SEED = "seed"
"""The run whose model is the champion of every other."""
ASKED = "capture/e-1/AllTraffic/2027/03/01/03/00-01-002-seed.jsonl"
"""What an endpoint captured in the hour that ends one before `MOMENT`."""
MOMENT = "2027-03-01T05:30:00Z"
OUTCOMES = f"{RunLayout(SEED).campaign}{TOLD}april.csv"
"""A file of outcomes that is empty, so that it has not started a measurement."""
ANY = "any"
"""The name for a word to every run that has none of its own: whom an alarm starts has no name beforehand."""
LOOK = 0.25
"""Seconds between two looks at a run: each costs as much as a state."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it left behind."""

    run: str
    status: str
    error: str
    cause: str
    visits: tuple[Visit, ...]
    faults: dict[str, tuple[str, ...]]
    message: str
    output: str
    registered: bool
    parameters: bool
    published: bool
    champion: int | None

    @property
    def blames(self) -> str:
        """The error that the cause names; nothing, where the cause is in plain words."""
        return str(json.loads(self.cause)["Error"]) if self.cause.startswith("{") else ""

    @property
    def came_to(self) -> tuple[str, str]:
        """What came of the campaign, and in which words."""
        entry = json.loads(self.output)["entry"]
        return entry["came_to"], entry["words"]

    @property
    def states(self) -> list[str]:
        return [visit.state for visit in self.visits]

    def tries(self, state: str) -> int:
        """How often the task of a state was tried when the state was first come to."""
        return next(visit.tries for visit in self.visits if visit.state == state)


@dataclass
class Stage:
    """A cloud in which everything is deployed and a champion is in charge."""

    cloud: Cloud
    words: Path
    deployment: Deployment = field(init=False)
    bucket: str = ""
    table: str = ""
    _queue: str = ""
    _messages: list[str] = field(default_factory=list)
    _listening: Lock = field(default_factory=Lock)
    _numbers: Iterator[int] = field(default_factory=count)

    def raise_curtain(self, folder: Path) -> None:
        """Deploy, upload a table of each kind, listen to the topic, train the champion."""
        (folder / "churn.toml").write_text(ASKING)
        project = Project.load(folder)
        self.deployment = make_deployment(project)
        outputs = deploy(clients_of(self.cloud), self.deployment, project, Silent()).outputs
        self.bucket, self.table = outputs["Bucket"], outputs["RegistryTable"]
        self.put(PROJECT, CHURN.encode())
        for kind in ("train", "infer", "history"):
            self.put(f"data/{kind}/customers.csv", CUSTOMERS)
        self.put(OUTCOMES, b"")
        self.put(ASKED, b"{}")
        sqs, sns = (self.cloud.clients.client(service) for service in ("sqs", "sns"))
        self._queue, arn = open_queue(sqs, "acme-hears")
        sns.subscribe(TopicArn=outputs["TopicArn"], Protocol="sqs", Endpoint=arn)
        seed = self.run("training", SEED)
        assert (seed.status, seed.champion) == ("SUCCEEDED", 1), seed.cause

    def tell(self, run: str, state: str, word: str) -> None:
        """Leave a word for the job of a state of a run."""
        (self.words / run).mkdir(parents=True, exist_ok=True)
        (self.words / run / state).write_text(word)

    def suffer(self, machine: Name, state: str, row: Row) -> Ended:
        """Run a machine once with the fault of `row`."""
        with ExitStack() as arranged:
            for prefix in row.without:
                arranged.enter_context(self.without(prefix))
            if row.beside:
                arranged.enter_context(self.beside(row.beside))
            if row.uncatalogued:
                self.forget(row.uncatalogued)
            return self.suffer_all(machine, {state: row})

    def suffer_all(self, machine: Name, rows: dict[str, Row]) -> Ended:
        """Run a machine once with a fault in each state that `rows` names."""
        run = f"r{next(self._numbers)}-{next(iter(rows))}"
        for state, row in rows.items():
            for place, word in row.words:
                self.tell(run, place, word)
            for aimed, kind, times in row.faults:
                self.cloud.faults.add(aimed or state, kind, times, run)
        if not any(row.fatal for row in rows.values()):
            self.tell(run, "Record", "challenger")
        return self.run(machine, run)

    def run(self, machine: Name, run: str, **names: str) -> Ended:
        """Run a machine to its end, through its function, or as events and schedules start it."""
        clients = clients_of(self.cloud)
        if machine == "training" or machine == "inference":
            arn = start(clients, "acme", machine, run, **names)
        else:
            arn = self._begin(machine, run)
        machines, until = clients.client("stepfunctions"), time.monotonic() + 3600
        while (told := machines.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < until, f"{run} does not end"
            time.sleep(LOOK)
        events = machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        champion = self.item("#alias#champion")
        return Ended(
            run,
            told["status"],
            told.get("error", ""),
            told.get("cause", ""),
            read_visits(events),
            _faults(events),
            self._heard(run),
            told.get("output", ""),
            self.item(run) is not None,
            bool(self.keys(RunLayout(run).parameters)),
            bool(self.keys(RunLayout(run).result)),
            int(champion["version"]["N"]) if champion else None,
        )

    def runs_of(self, machine: Name) -> dict[str, str]:
        """Return the status of each run that there is of a machine, however it was started."""
        machines = self.cloud.clients.client("stepfunctions")
        found = machines.list_executions(stateMachineArn=self._arn(machine))["executions"]
        return {each["name"]: each["status"] for each in found}

    def started(self, machine: Name, before: dict[str, str]) -> str:
        """Wait until another run of a machine than those of `before` has ended; name it."""
        until = time.monotonic() + 3600
        while not (new := set(self.runs_of(machine)) - set(before)) or (
            "RUNNING" in self.runs_of(machine).values()
        ):
            assert time.monotonic() < until, f"no run of {machine} comes to its end"
            time.sleep(LOOK)
        (run,) = new
        return run

    def _arn(self, machine: Name) -> str:
        region, account = self.cloud.region, self.cloud.account
        return f"arn:aws:states:{region}:{account}:stateMachine:acme-{machine}"

    def _begin(self, machine: Name, run: str) -> str:
        """Start a machine with what the event of a file and a schedule say; return the execution's ARN."""
        event = json.dumps({"detail": {"object": {"key": OUTCOMES}}, "AsOf": MOMENT})
        begun = self.cloud.clients.client("stepfunctions").start_execution(
            stateMachineArn=self._arn(machine), name=run, input=event
        )
        return str(begun["executionArn"])

    def ringing(self) -> set[str]:
        """Name the alarms that ring."""
        found = self.cloud.clients.client("cloudwatch").describe_alarms(StateValue="ALARM")
        return {each["AlarmName"] for each in found["MetricAlarms"]}

    def silence(self) -> None:
        """Let the alarms that ring be silent again, as they are minutes after a month."""
        alarms = self.cloud.clients.client("cloudwatch")
        for name in self.ringing():
            alarms.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="no data")

    def serve(self) -> tuple[int, str]:
        """Bring the champion to the endpoint, as the verb does; return the version that serves, and what was done."""
        clients, project = clients_of(self.cloud), Project.load(self.words.parent)
        registry = DynamoRegistry(clients, self.table)
        moved = Mover(clients, make_deployment(project), registry, "ada", bool, Silent(), False)
        served = moved.deploy().served
        assert served is not None
        assert registry.version_of(served.live.model) == served.version
        return served.version, served.action

    def told_of(self, alarm: str) -> int:
        """Count the messages of the topic that an alarm has sent."""
        self._heard("")
        return sum(f'"AlarmName": "{alarm}"' in each for each in self._messages)

    def item(self, key: str) -> dict[str, Any] | None:
        """Return an item of the registry's table."""
        tables = self.cloud.clients.client("dynamodb")
        found = tables.get_item(TableName=self.table, Key={"run_id": {"S": key}})
        return found.get("Item")

    def put(self, key: str, body: bytes) -> None:
        self.cloud.clients.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def read(self, key: str) -> bytes:
        body = self.cloud.clients.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"]
        return bytes(body.read())

    def keys(self, prefix: str) -> list[str]:
        s3 = self.cloud.clients.client("s3")
        rows = s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return [row["Key"] for row in rows]

    def queried(self, machine: Name, run: str) -> list[str]:
        """Return the objects that a query left for a run."""
        below = "data/intermediate" if machine == "inference" else "runs"
        return self.keys(f"{below}/{run}/queried/")

    @contextmanager
    def without(self, prefix: str) -> Iterator[None]:
        """Take the objects below a prefix away while the block lasts."""
        s3, held = self.cloud.clients.client("s3"), {}
        for key in self.keys(prefix):
            held[key] = s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            s3.delete_object(Bucket=self.bucket, Key=key)
        assert held, f"there is nothing below {prefix}"
        try:
            yield
        finally:
            for key, body in held.items():
                self.put(key, body)

    @contextmanager
    def beside(self, key: str) -> Iterator[None]:
        """Put one more file of customers there while the block lasts."""
        self.put(key, CUSTOMERS)
        try:
            yield
        finally:
            self.cloud.clients.client("s3").delete_object(Bucket=self.bucket, Key=key)

    @contextmanager
    def observing(self, state: str) -> Iterator[None]:
        """Let the customers be a history's, or a query's, while the block lasts, for a state of those alone."""
        if state in WAYS:
            self.put(PROJECT, WAYS[state].encode())
        try:
            yield
        finally:
            self.put(PROJECT, CHURN.encode())

    @contextmanager
    def without_item(self, key: str) -> Iterator[None]:
        """Take an item of the registry away while the block lasts."""
        tables, item = self.cloud.clients.client("dynamodb"), self.item(key)
        tables.delete_item(TableName=self.table, Key={"run_id": {"S": key}})
        try:
            yield
        finally:
            tables.put_item(TableName=self.table, Item=item)

    @contextmanager
    def beside_item(self, key: str) -> Iterator[Callable[[], None]]:
        """Put an item into the registry, and give what takes it away again."""
        tables, named = self.cloud.clients.client("dynamodb"), {"run_id": {"S": key}}
        tables.put_item(TableName=self.table, Item=named)
        yield lambda: tables.delete_item(TableName=self.table, Key=named)

    def forget(self, table: str) -> None:
        """Delete a table of the catalogue; the next crawl that finds something makes it again."""
        self.cloud.clients.client("glue").delete_table(DatabaseName="acme-db", Name=table)

    def _heard(self, run: str) -> str:
        """Return what the topic told of a run, or nothing."""
        with self._listening:
            while heard := self._receive():
                self._messages += heard
        told = [each for each in self._messages if each.split()[1].rstrip(":") == run]
        assert len(told) < 2, told
        return told[0] if told else ""

    def _receive(self) -> list[str]:
        sqs = self.cloud.clients.client("sqs")
        answer = sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        found = answer.get("Messages", [])
        for each in found:
            sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(each["Body"])["Message"] for each in found]


def _faults(events: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return, by state, the error of every try that failed."""
    found: dict[str, tuple[str, ...]] = {}
    state = ""
    for event in events:
        if event["type"] == "TaskStateEntered":
            state = event["stateEnteredEventDetails"]["name"]
        for details in ("taskFailedEventDetails", "taskTimedOutEventDetails"):
            if details in event:
                found[state] = (*found.get(state, ()), event[details]["error"])
    return found


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """Open a cloud and make everything ready in it."""
    with open_rehearsal(folder / "cloud") as cloud:
        words = folder / "words"
        words.mkdir()
        project = Project.from_plain(tomllib.loads(CHURN), folder)
        told = {
            "tuning": {"jobs": jobs_of(project), "config": tuner_config(project)},
            "endpoint": parameters_of_first(project),
        }
        (words / "settings.json").write_text(json.dumps(told))
        door = [sys.executable, "-I", "-S", str(DOOR), str(words)]
        cloud.images.rules, cloud.glue_command = [every_image(door)], [*door, "etl"]
        stage = Stage(cloud, words)
        stage.raise_curtain(folder)
        yield stage
