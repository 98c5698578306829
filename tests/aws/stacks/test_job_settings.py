"""Instance, count, volume and network of each job: in the machine that is deployed, and in the plan."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from shipped_stacks import resolved, resources

from unchurn.aws import machines
from unchurn.aws.bundles import pack
from unchurn.aws.costs import estimate
from unchurn.aws.deployment import make_deployment
from unchurn.aws.permissions import read_permissions
from unchurn.errors import ConfigError
from unchurn.project import Project
from unchurn.project.places import Aws

NETWORK = {
    "vpc_subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
    "vpc_security_groups": ["sg-0a1b2c3d"],
}


def settings(**aws: Any) -> Aws:
    return Project.from_plain({"aws": aws}, Path()).aws


def states(machine: str, aws: Aws) -> dict[str, Any]:
    text = pack(settings=aws).files[f"{machine}.asl.json"].decode()
    found: dict[str, Any] = json.loads(re.sub(r": \$\{\w+\}", ": true", text))["States"]
    return found


def test_each_job_has_its_own() -> None:
    """What is not said stays; no other job is touched."""
    aws = settings(
        jobs={
            "prepare": {"instance": "ml.m5.4xlarge", "volume_gb": 200},
            "tune": {"instance": "ml.c5.xlarge", "volume_gb": 50},
            "train": {"count": 2},
            "score": {"instance": "ml.c5.large", "count": 3},
        }
    )
    training, inference = states("training", aws), states("inference", aws)
    cluster = training["Prepare"]["Parameters"]["ProcessingResources"]["ClusterConfig"]
    assert (cluster["InstanceType"], cluster["VolumeSizeInGB"]) == ("ml.m5.4xlarge", 200)
    trial = training["Tune"]["Parameters"]["TrainingJobDefinition"]["ResourceConfig"]
    assert trial == {"InstanceCount": 1, "InstanceType": "ml.c5.xlarge", "VolumeSizeInGB": 50}
    assert training["Train"]["Parameters"]["ResourceConfig"]["InstanceCount"] == 2
    fleet = inference["Score"]["Parameters"]["TransformResources"]
    assert fleet == {"InstanceCount": 3, "InstanceType": "ml.c5.large"}
    plain = states("training", settings())
    changed = {name for name in training if training[name] != plain[name]}
    assert changed == {"Prepare", "Tune", "Train"}


def test_the_plan_prices_them() -> None:
    jobs = {"train": {"instance": "ml.m5.4xlarge", "count": 2}, "score": {"count": 3}}
    more = estimate(make_deployment(Project.from_plain({"aws": {"jobs": jobs}}, Path())))
    plain = estimate(make_deployment(Project(Path())))
    hours = {each.what: each.quantity for each in (*plain.training, *more.training)}
    assert hours["Train on ml.m5.4xlarge"] == 2 * hours["Train on ml.m5.large"]
    named = "Batch transform on ml.m5.large"
    hours = [next(e.quantity for e in c.scoring if e.what == named) for c in (more, plain)]
    assert hours[0] == pytest.approx(3 * hours[1], abs=1e-3)


def test_trainings_and_trials_run_on_spot_where_that_is_asked_for() -> None:
    """As AWS takes it: with a wait no shorter than the run, and a place of the run's own for checkpoints."""
    training = states("training", settings(jobs={"train": {"spot": True}, "tune": {"spot": True}}))
    plain = states("training", settings())
    where = "States.Format('s3://${Bucket}/data/intermediate/{}/checkpoints/', $$.Execution.Name)"
    for name in ("Train", "Tune"):
        state, before = training[name], plain[name]["Parameters"]
        job = state["Parameters"].get("TrainingJobDefinition", state["Parameters"])
        assert job["EnableManagedSpotTraining"] is True
        assert job["CheckpointConfig"] == {"LocalPath": "/opt/ml/checkpoints", "S3Uri.$": where}
        limits = before.get("TrainingJobDefinition", before)["StoppingCondition"]
        assert job["StoppingCondition"] == {**limits, "MaxWaitTimeInSeconds": 86_400}
        assert limits["MaxRuntimeInSeconds"] <= 86_400 < state["TimeoutSeconds"]
        assert "CheckpointConfig" not in json.dumps(before)
    assert {name for name in training if training[name] != plain[name]} == {"Train", "Tune"}


def test_the_plan_says_that_spot_is_counted_as_on_demand() -> None:
    jobs = {"train": {"spot": True}}
    spot = estimate(make_deployment(Project.from_plain({"aws": {"jobs": jobs}}, Path())))
    plain = estimate(make_deployment(Project(Path())))
    usd = {each.what: each.usd for each in (*plain.training, *spot.training)}
    assert usd["Train (Spot, at most) on ml.m5.large"] == usd["Train on ml.m5.large"]
    assert "Tune (4 jobs) on ml.m5.large" in {each.what for each in spot.training}
    assert "Spot prices change" in spot.document()["note"]


def test_jobs_and_models_run_in_a_network_of_ones_own() -> None:
    """Off the internet as before; the role may join that network, and only then."""
    inside = {"SecurityGroupIds": ["sg-0a1b2c3d"], "Subnets": NETWORK["vpc_subnets"]}
    found = 0
    for machine in machines.NAMES:
        for name, state in states(machine, settings(**NETWORK)).items():
            job = state.get("Parameters", {})
            where = job.get("NetworkConfig") or job.get("TrainingJobDefinition") or job
            if "EnableNetworkIsolation" in where:
                assert where["VpcConfig"] == inside, name
                assert where["EnableNetworkIsolation"] is True
                found += 1
    assert found == 11
    told = {p.action for p in read_permissions(resolved(VpcSubnets="subnet-1")["roles"])}
    assert "ec2:CreateNetworkInterface" in told
    assert not [p for p in read_permissions(resolved()["roles"]) if p.action.startswith("ec2:")]


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"aws": {"jobs": {"prepar": {}}}}, r"\[aws.jobs.prepar\] is of no job.\n.*'prepare'"),
        ({"aws": {"jobs": {"train": {"instance": "m5.large"}}}}, "begin with ml"),
        ({"aws": {"jobs": {"tune": {"count": 2}}}}, "shared out are .train., .score."),
        ({"aws": {"jobs": {"score": {"volume_gb": 9}}}}, "a batch transform takes none"),
        ({"aws": {"jobs": {"prepare": {"spot": True}}}}, "has spot: it is for .tune., .train."),
        ({"aws": {"vpc_subnets": ["subnet-0a1b2c3d"]}}, "but not both"),
        ({"aws": {**NETWORK, "vpc_subnets": ["mine"]}}, "vpc_subnets has 'mine'"),
        ({"aws": NETWORK, "endpoint": {"serverless": True}}, "exclude each other"),
        ({"aws": {"jobs": {"train": {"instanse": "x"}}}}, "'instance'"),
    ],
)
def test_what_aws_would_not_take_is_refused(sections: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make_deployment(Project.from_plain(sections, Path()))


def test_the_glue_job_installs_the_duckdb_that_is_tested() -> None:
    """Its rows are held against those made here, and Spark's workers refuse another version."""
    pinned = re.search(
        r"^duckdb==.+$",
        (Path(__file__).parents[3] / "constraints.txt").read_text("utf-8"),
        re.MULTILINE,
    )
    assert pinned is not None
    jobs = [
        made["DefaultArguments"]["--additional-python-modules"]
        for _, _, kind, made in resources()
        if kind == "AWS::Glue::Job"
    ]
    assert [each.split(",")[1:] for each in jobs] == [[pinned[0]]]
