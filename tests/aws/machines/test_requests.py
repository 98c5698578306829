"""What the tasks ask of AWS: valid requests, on the bucket's layout, for what the door takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from filled_machines import AS_OF, BUCKET, LONGEST_RUN, RUN, STACK, VALUES, asked, filled, tasks

from unchurn.aws import machines
from unchurn.aws.endpoint.settings import parameters_of_first
from unchurn.aws.layout import HISTORY, PROJECT, UPLIFT, WATCHES, RunLayout
from unchurn.aws.learned_uplift import ARCHIVE
from unchurn.aws.templates import read_template
from unchurn.aws.tuner import METRICS
from unchurn.project import Project

PLACE = RunLayout(RUN)
ROOT = "/opt/ml/processing"
FOLDERS = {
    "Prepare": (
        {"project": "", "clean": PLACE.artefact("clean")},
        {name: PLACE.artefact(name) for name in ("prepared", "settings")},
    ),
    "Evaluate": (
        {
            "project": "",
            "prepared": PLACE.artefact("prepared"),
            "model": "runs/x/model/job/output/model.tar.gz",
            "champion": PLACE.artefact("champion"),
        },
        {name: PLACE.artefact(name) for name in ("evaluation", "verdict", "record")},
    ),
    "Intake": (
        {"project": "", "champion": PLACE.artefact("champion"), "customers": "data/train/"},
        {"batch": PLACE.batch, "lines": PLACE.lines},
    ),
    "Collect": (
        {
            "project": "",
            "champion": PLACE.artefact("champion"),
            "batch": PLACE.batch,
            "transformed": PLACE.transformed,
        },
        {"scores": PLACE.artefact("scores"), "result": PLACE.result},
    ),
    "Monitor": (
        {
            "project": "",
            "champion": PLACE.artefact("champion"),
            "batch": PLACE.batch,
            "scores": PLACE.artefact("scores"),
            "earlier": WATCHES,
        },
        {"watch": PLACE.artefact("watch"), "watched": PLACE.watched},
    ),
    "Target": (
        {
            "champion": PLACE.artefact("champion"),
            "customers": "data/train/",
            "batch": PLACE.batch,
            **{name: PLACE.artefact(name) for name in ("scores", "ledger")},
        },
        {name: PLACE.artefact(name) for name in ("campaign", "entry")},
    ),
    "Measure": (
        {name: PLACE.artefact(name) for name in ("ledger", "told")},
        {name: PLACE.artefact(name) for name in ("campaign", "entry")},
    ),
    "Captured": (
        {
            "champion": PLACE.artefact("champion"),
            "captured": PLACE.artefact("captured") + "manifest.json",
            "earlier": WATCHES,
        },
        {"watch": PLACE.artefact("watch"), "watched": PLACE.captured},
    ),
}
MORE_WORDS = {
    "Monitor": ["--as-of", AS_OF],
    "Captured": ["--as-of", AS_OF],
    "Measure": ["--campaign", RUN],
}
"""What jobs are told besides the run."""
JOBS_OF_SPARK: tuple[tuple[machines.Name, str], ...] = (
    ("training", "Etl"),
    ("inference", "Observe"),
)
each = pytest.mark.parametrize("name", machines.NAMES)


def request(name: machines.Name, state: str, run: str = RUN) -> dict[str, Any]:
    found: dict[str, Any] = asked(filled(name)["States"][state]["Parameters"], run)
    return found


def shape_of(resource: str) -> tuple[Any, str]:
    """Return the shape of the request behind an integration, and the service's name."""
    import botocore.session

    service, _, action = resource.partition(":states:::")[2].removeprefix("aws-sdk:").partition(":")
    action = action.removesuffix(".sync")
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(action[0].upper() + action[1:]).input_shape, service


def breaches(shape: Any, value: Any, where: str = "") -> list[str]:
    """Return where a request breaks the lengths, patterns and choices of the service's model."""
    if shape.type_name == "structure":
        return [b for k, v in value.items() for b in breaches(shape.members[k], v, f"{where}.{k}")]
    if shape.type_name == "list":
        return [b for n, v in enumerate(value) for b in breaches(shape.member, v, f"{where}[{n}]")]
    if shape.type_name == "map":
        return [b for k, v in value.items() for b in breaches(shape.value, v, f"{where}.{k}")]
    if shape.type_name != "string":
        return []
    found, known = [], shape.metadata
    if len(value) > known.get("max", 10**6):
        found.append(f"{where} is longer than {known['max']}: {value}")
    if len(value) < known.get("min", 0):
        found.append(f"{where} is shorter than {known['min']}: {value}")
    if not matches(known.get("pattern", ""), value):
        found.append(f"{where} is not like {known['pattern']}: {value}")
    if shape.enum and value not in shape.enum:
        found.append(f"{where} is none of {shape.enum}: {value}")
    return found


def matches(pattern: str, value: str) -> bool:
    """Tell whether a value has the service's pattern; Java's classes are left to the service."""
    java = "\\p{" in pattern or "\\u" in pattern
    return java or not pattern or re.fullmatch(pattern, value) is not None


@each
@pytest.mark.parametrize("run", [RUN, LONGEST_RUN, "d41d8cd98f00b204e9800998ecf8427e"])
def test_every_request_is_valid_for_its_service(name: machines.Name, run: str) -> None:
    """With the longest names that a stack and a run may have."""
    from botocore.validate import ParamValidator

    for state, body in tasks(name):
        shape, service = shape_of(body["Resource"])
        parameters = asked(body["Parameters"], run)
        if service == "lambda" or state == "WriteParameters":
            parameters = {k: "{}" if k in ("Payload", "Body") else v for k, v in parameters.items()}
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), f"{state}: {report.generate_report()}"
        assert breaches(shape, parameters, state) == []


@each
def test_processing_jobs_run_steps_on_the_folders_of_the_layout(name: machines.Name) -> None:
    for state, body in tasks(name):
        if not body["Resource"].endswith("createProcessingJob.sync"):
            continue
        job = request(name, state)
        step = state.lower()
        inputs = {i["InputName"]: i["S3Input"] for i in job["ProcessingInputs"]}
        outputs = {o["OutputName"]: o["S3Output"] for o in job["ProcessingOutputConfig"]["Outputs"]}
        words = ["step", step, "--run-id", RUN, *MORE_WORDS.get(state, [])]
        assert job["AppSpecification"]["ContainerArguments"] == words
        wanted_in, wanted_out = FOLDERS[state]
        wanted_in = wanted_in | {"project": PLACE.project.removesuffix("churn.toml")}
        assert {n: i["S3Uri"] for n, i in inputs.items()} == uris(wanted_in)
        assert {n: o["S3Uri"] for n, o in outputs.items()} == uris(wanted_out)
        assert all(i["LocalPath"] == f"{ROOT}/input/{n}" for n, i in inputs.items())
        assert all(o["LocalPath"] == f"{ROOT}/output/{n}" for n, o in outputs.items())


def uris(keys: dict[str, str]) -> dict[str, str]:
    return {name: f"s3://{BUCKET}/{key}" for name, key in keys.items()}


@each
def test_every_job_is_named_and_tagged_by_stack_and_run(name: machines.Name) -> None:
    named = 0
    for state, body in tasks(name):
        if ":sagemaker:" in body["Resource"]:
            job = request(name, state)
            tags = {tag["Key"]: tag["Value"] for tag in job["Tags"]}
            assert tags == {"StackName": STACK, "RunId": RUN}, state
            own = [v for k, v in job.items() if k.endswith("JobName") or k == "ModelName"]
            assert own[0].startswith(f"{STACK}-"), state
            named += 1
    assert named == {"training": 5, "inference": 5, "effect": 1, "captured": 1}[name]


@each
def test_no_job_reaches_the_network(name: machines.Name) -> None:
    for state, body in tasks(name):
        job = body["Parameters"]
        where = job.get("NetworkConfig") or job.get("TrainingJobDefinition") or job
        if ":sagemaker:" in body["Resource"] and state != "Score":
            assert where["EnableNetworkIsolation"] is True, state


@each
def test_names_that_a_job_cannot_carry_are_hashed(name: machines.Name) -> None:
    """UUIDs of consoles and schedules, and the double ones of EventBridge, are too long."""
    states = filled(name)["States"]
    (choice,) = states["FitName"]["Choices"]
    assert {test["StringMatches"] for test in choice["Or"]} == {"*_*", "*.*", "*-*-*-*-*"}
    hashed = states["HashName"]["Parameters"]["suffix.$"]
    assert hashed == "States.Hash($$.Execution.Name, 'MD5')"


@each
def test_the_run_keeps_its_own_copy_of_the_project(name: machines.Name) -> None:
    pinned = request(name, "PinProject")
    assert pinned["CopySource"] == f"{BUCKET}/{PROJECT}"
    assert (pinned["Bucket"], pinned["Key"]) == (BUCKET, PLACE.project)


def test_a_scoring_keeps_its_own_copy_of_who_is_moved_where_its_campaign_looks() -> None:
    pinned = request("inference", "PinUplift")
    assert pinned["CopySource"] == f"{BUCKET}/{UPLIFT}"
    assert pinned["Key"] == f"{PLACE.project.rpartition('/')[0]}/{ARCHIVE}"


@pytest.mark.parametrize("objective", list(METRICS))
def test_the_tuner_reads_the_line_that_the_door_prints(objective: str) -> None:
    definition = request("training", "Tune")["TrainingJobDefinition"]
    metrics = {
        each["Name"]: each["Regex"]
        for each in definition["AlgorithmSpecification"]["MetricDefinitions"]
    }
    assert set(metrics) == {name for name, _ in METRICS.values()}
    name, _ = METRICS[objective]
    line = " ".join(f"{each}=0.{number}" for number, each in enumerate(metrics, 11))
    assert re.findall(metrics[name], line) == re.findall(rf"{name}=(0\.\d+)", line)
    assert definition["StaticHyperParameters"] == {"task": "trial"}


def test_what_a_run_is_told_is_read_from_its_own_folder() -> None:
    """Without a search there is no tuner, and the training is of what churn.toml names."""
    read = request("training", "ReadSettings")
    assert (read["Bucket"], read["Key"]) == (BUCKET, PLACE.artefact("settings") + "settings.json")
    states = filled("training")["States"]
    assert states["Searches"]["Choices"] == [
        {"Variable": "$.settings.of_run.tuning.jobs", "NumericGreaterThan": 0, "Next": "Tune"}
    ]
    none = states[states["Searches"]["Default"]]
    assert none["Result"]["hyperparameters"] == {"task": "train"}
    assert none["Next"] == states["BestHyperparameters"]["Next"] == "Train"


def test_tuning_and_training_read_the_same_channels() -> None:
    trial = request("training", "Tune")["TrainingJobDefinition"]
    train = request("training", "Train")
    assert trial["InputDataConfig"] == train["InputDataConfig"]
    found = {
        c["ChannelName"]: c["DataSource"]["S3DataSource"]["S3Uri"] for c in train["InputDataConfig"]
    }
    folder = PLACE.project.removesuffix("churn.toml")
    assert found == uris({"prepared": PLACE.artefact("prepared"), "project": folder})
    assert train["HyperParameters"] == {
        "eta": "0.0512",
        "grow_policy": "depthwise",
        "task": "train",
    }


def test_the_parameters_file_alone_deploys_the_endpoint() -> None:
    """The origin's file, with every parameter that the template asks for, and no other."""
    written = request("training", "WriteParameters")
    assert written["Key"] == PLACE.parameters
    of_run = request("training", "EndpointOfRun")
    assert of_run == {
        "StackName": STACK,
        "Bucket": BUCKET,
        "TopicArn": VALUES["TopicArn"],
        "ModelName": f"{STACK}-model-{LONGEST_RUN}",
        "ModelDataUrl": f"s3://{BUCKET}/runs/x/model/job/output/model.tar.gz",
        "TrainingImage": VALUES["Image"],
        "InstanceType": "ml.t2.medium",
        "InstanceCount": "1",
        "RoleArn": VALUES["SageMakerRoleArn"],
    }
    told = parameters_of_first(Project(Path()))
    assert set(told).isdisjoint(of_run)
    assert {*told, *of_run} == set(read_template("deploy-model").parameters)
    assert written["Body"]["Parameters"] == told | of_run


def test_names_given_as_input_win() -> None:
    """TrainingJobName and ModelName of the execution's input replace the derived ones."""
    states = filled("training")["States"]
    chosen = states["ChosenNames"]["Parameters"]["names.$"]
    assert chosen == "States.JsonMerge($.defaults, $$.Execution.Input, false)"
    defaults = asked(states["DefaultNames"]["Parameters"], RUN)
    assert defaults == {
        "TrainingJobName": f"{STACK}-train-{RUN}",
        "ModelName": f"{STACK}-model-{RUN}",
    }


def test_a_history_is_observed_where_the_runs_own_settings_ask_one() -> None:
    """In training by the job that cleans; in scoring on the day of the input, else that of the start."""
    for name, way in (("training", "History"), ("inference", "Observe")):
        states = filled(name)["States"]
        choice = {"Variable": "$.champion.observes", "BooleanEquals": True, "Next": way}
        assert (states["Observes"]["Choices"], states["Observes"]["Default"]) == (
            [choice],
            "Queries",
        )
    states = filled("inference")["States"]
    assert states["DefaultDay"]["Parameters"] == {"AsOf.$": "$$.Execution.StartTime"}
    chosen = states["ChosenDay"]["Parameters"]["asked.$"]
    assert chosen == "States.JsonMerge($.defaults, $$.Execution.Input, false)"


def test_requests_are_those_of_the_hours_before_the_moment_that_was_meant() -> None:
    """The input wins, so that any hours can be watched by hand; without a request there is no job."""
    states = filled("captured")["States"]
    assert states["Defaults"]["Parameters"] == {"AsOf.$": "$$.Execution.StartTime", "Hours": 24}
    chosen = states["Chosen"]["Parameters"]["asked.$"]
    assert chosen == "States.JsonMerge($.defaults, $$.Execution.Input, false)"
    listed = request("captured", "Champion")["Payload"]
    assert listed == {"run_id": RUN, "until": AS_OF, "hours": 24}
    (some,) = states["AnythingCaptured"]["Choices"]
    assert (some["NumericGreaterThan"], some["Next"]) == (0, "Captured")
    assert states["AnythingCaptured"]["Default"] == "Done"


def test_athena_is_asked_where_the_runs_own_settings_say_so_but_for_an_uploaded_table() -> None:
    """What it unloads is the table that follows, as a table that was crawled would be."""
    for name, key, after in (("training", "train", "Etl"), ("inference", "score", "Intake")):
        states = filled(name)["States"]
        uploaded, asked_for = states["Queries"]["Choices"]
        assert {each["Variable"] for each in uploaded["And"]} == {"$$.Execution.Input.Data"}
        assert uploaded["And"][1]["StringEquals"] == "bucket"
        assert uploaded["Next"] == states["Queries"]["Default"] == "FindTable"
        assert asked_for == {"Variable": "$.champion.query", "IsNull": False, "Next": "Query"}
        assert states["Champion"]["Parameters"]["Payload"]["table"] == key
        assert states["Champion"]["ResultSelector"]["query.$"] == "$.Payload.query"
        queried = states[states["Query"]["Next"]]
        assert queried["Parameters"] == {"location.$": "$.champion.query.location"}
        assert (queried["ResultPath"], queried["Next"]) == ("$.table", after)
        assert states["FindTable"]["Next"] == after


def test_a_query_that_is_asked_again_is_the_same_query() -> None:
    """Athena knows it by its token; whatever else runs under the same name asks another."""
    names: tuple[machines.Name, ...] = ("training", "inference")
    for name in names:
        token = filled(name)["States"]["Query"]["Parameters"]["ClientRequestToken.$"]
        assert token == "States.Hash($$.Execution.Id, 'SHA-256')"


def test_the_job_of_spark_works_on_the_folders_of_the_layout() -> None:
    """What it observes for a scoring is what intake reads."""
    clean, day = (request(*each)["Arguments"] for each in JOBS_OF_SPARK)
    run = {name: PLACE.artefact(name) for name in ("clean", "snapshots", "scratch", "champion")}
    shared = {"--project": PLACE.project, "--scratch": run["scratch"]}
    cleaned = {"--source": "data/train/", "--output": run["clean"], "--snapshots": run["snapshots"]}
    assert clean == uris({**shared, **cleaned})
    observed = {"--source": HISTORY, "--champion": run["champion"], "--snapshots": run["snapshots"]}
    assert day == uris({**shared, **observed}) | {"--as-of": "2027-03-01T05:00:00.000Z"}
    states = {name: filled(name)["States"] for name in machines.NAMES}
    assert states["training"]["History"]["Parameters"] == {"location": f"s3://{BUCKET}/{HISTORY}"}
    assert asked(states["inference"]["Observed"]["Parameters"], RUN) == {
        "location": day["--snapshots"]
    }


def test_batch_transform_takes_and_gives_lines() -> None:
    job = request("inference", "Score")
    assert (
        job["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
        == f"s3://{BUCKET}/{PLACE.lines}"
    )
    assert job["TransformOutput"]["S3OutputPath"] == f"s3://{BUCKET}/{PLACE.transformed}"
    assert job["TransformInput"]["SplitType"] == job["TransformOutput"]["AssembleWith"] == "Line"
    assert job["Environment"] == {
        "UNCHURN_RUN_ID": RUN,
        "UNCHURN_MODEL_VERSION": "3",
        "UNCHURN_MODEL_RUN_ID": RUN,
        "UNCHURN_SETTINGS": "{}",
    }
