"""The shipped templates are deployed, changed, deployed again, destroyed and deployed anew."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rehearsal.cloud import Cloud
from unchurn.aws.bundles import PACKAGE, Bundles, pack
from unchurn.aws.deploy import Deployed, deploy
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.aws.destroy import destroy, stand
from unchurn.aws.plan import make_plan, planned_changes
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.run import deployed
from unchurn.aws.sources import Sources
from unchurn.aws.status import find_execution, read_status
from unchurn.aws.templates import read_templates
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

pytestmark = pytest.mark.slow

REGION = Named(region="us-east-1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("acme")
    (made / "customers.csv").write_text("id,Churn\n1,yes\n2,no\n")
    (made / "churn.toml").write_text(
        '[data]\ntrain = "customers.csv"\n[churn]\ntarget = "Churn"\nid = "id"\n'
        '[aws]\nstack = "acme"\n'
    )
    return made


@pytest.fixture(scope="module")
def project(folder: Path) -> Project:
    return Project.load(folder)


@pytest.fixture(scope="module")
def deployment(project: Project) -> Deployment:
    return make_deployment(project, REGION)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is now, whatever is edited meanwhile."""
    copy = tmp_path_factory.mktemp("package") / "unchurn"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def packed(package: Path) -> Bundles:
    return pack(package)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with open_rehearsal(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture(scope="module")
def first(cloud: Cloud, deployment: Deployment, project: Project, packed: Bundles) -> Deployed:
    return deploy(clients_of(cloud), deployment, project, Silent(), packed)


def actions(done: Deployed) -> dict[str, str]:
    return {each.template: each.action for each in done.stacks}


def test_an_empty_account_gets_everything(first: Deployed, cloud: Cloud, packed: Bundles) -> None:
    assert set(actions(first).values()) == {"created"}
    assert first.image_built
    assert first.uploaded.sent == len(packed.files) + 5, (
        "the bundles, churn.toml, its code, constraints and what campaigns taught, and the table"
    )
    keys = cloud.clients.client("s3").list_objects_v2(Bucket=first.outputs["Bucket"])["Contents"]
    assert {"data/train/customers.csv", "project/churn.toml"} <= {each["Key"] for each in keys}
    json.dumps(first.document())


def test_what_was_planned_is_what_was_made(
    first: Deployed, deployment: Deployment, cloud: Cloud, packed: Bundles
) -> None:
    plan = make_plan(deployment, packed, read_templates())
    planned = {(each.stack, each.id, each.kind) for each in plan.resources}
    formation = cloud.clients.client("cloudformation")
    made = {
        (stack.stack, each["LogicalResourceId"], each["ResourceType"])
        for stack in first.stacks
        for each in formation.list_stack_resources(StackName=stack.stack)["StackResourceSummaries"]
    }
    assert planned == made


def test_a_second_deploy_changes_nothing_and_says_so(
    first: Deployed, cloud: Cloud, deployment: Deployment, project: Project, packed: Bundles
) -> None:
    again = deploy(clients_of(cloud), deployment, project, Silent(), packed)
    assert set(actions(again).values()) == {"unchanged"}
    assert not again.changed
    assert again.outputs == first.outputs
    words = planned_changes(
        clients_of(cloud), deployment.with_values(packed.values), read_templates()
    )
    assert words is not None
    assert all(line.endswith("nothing to change") for line in words)


def test_a_changed_lambda_and_parameter_touch_only_those(
    first: Deployed, cloud: Cloud, folder: Path, package: Path, tmp_path: Path
) -> None:
    edited = tmp_path / "unchurn"
    shutil.copytree(package, edited)
    with (edited / "aws" / "lambdas" / "champion.py").open("a") as stream:
        stream.write("# changed\n")
    text = (folder / "churn.toml").read_text()
    (tmp_path / "churn.toml").write_text(text + 'training_schedule = "rate(7 days)"\n')
    changed = Project.load(tmp_path)
    deployment = make_deployment(changed, REGION)
    done = deploy(clients_of(cloud), deployment, changed, Silent(), pack(edited))
    touched = {each.template: each.action for each in done.stacks if each.action != "unchanged"}
    assert touched == {"training": "updated", "schedules": "updated"}
    words = [change.words for each in done.stacks for change in each.changes]
    assert words == [
        "change ChampionFunction (AWS::Lambda::Function): Code",
        "add Retraining (AWS::Scheduler::Schedule)",
    ]
    assert not done.image_built
    third = deploy(clients_of(cloud), deployment, changed, Silent(), pack(edited))
    assert not third.changed


def test_status_tells_the_stacks_and_that_nothing_ran(
    first: Deployed, cloud: Cloud, deployment: Deployment
) -> None:
    told = read_status(clients_of(cloud), deployment)
    assert told["deployed"]
    assert (told["executions"], told["champion"]) == ([], None)
    with pytest.raises(ConfigError, match="Nothing has run yet"):
        find_execution(clients_of(cloud), deployment)


def test_loaded_tables_are_in_athena_before_anything_is_trained(
    first: Deployed, cloud: Cloud, folder: Path, tmp_path: Path, packed: Bundles
) -> None:
    """Both, with the customers that were uploaded; a project that names one only is refused."""
    shutil.copytree(folder, tmp_path / "both")
    with pytest.raises(ConfigError, match=r"\[data\] score names no table"):
        loaded(cloud, tmp_path / "both", packed)
    (tmp_path / "both" / "now.csv").write_text("id\n7\n8\n9\n")
    text = (folder / "churn.toml").read_text()
    named = text.replace("[data]\n", '[data]\nscore = "now.csv"\n')
    (tmp_path / "both" / "churn.toml").write_text(named)
    made = loaded(cloud, tmp_path / "both", packed)
    assert made.tables == ("infer", "train") == loaded(cloud, tmp_path / "both", packed).tables
    sources = Sources(clients_of(cloud), "acme", tmp_path / "sources", Silent())
    for name, rows in (("infer", 3), ("train", 2)):
        found = sources.fetch(f"athena://{made.outputs['DatabaseName']}/{name}")
        assert sum(pq.read_metadata(each).num_rows for each in found.iterdir()) == rows


def loaded(cloud: Cloud, folder: Path, packed: Bundles) -> Deployed:
    project = Project.load(folder)
    deployment = make_deployment(project, REGION)
    return deploy(clients_of(cloud), deployment, project, Silent(), packed, load=True)


def test_destroy_keeps_the_bucket_and_a_deploy_after_it_uses_it_again(
    first: Deployed, cloud: Cloud, deployment: Deployment, project: Project, packed: Bundles
) -> None:
    bucket = first.outputs["Bucket"]
    tables = cloud.clients.client("dynamodb")
    tables.put_item(TableName="acme-registry", Item={"run_id": {"S": "run"}})
    standing = stand(clients_of(cloud), deployment)
    done = destroy(clients_of(cloud), deployment, standing, False, Silent())
    assert [(each["kind"], each["name"]) for each in done["left"]] == [("bucket", bucket)]
    key = done["registry_export"].removeprefix(f"s3://{bucket}/")
    body = cloud.clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert json.loads(body) == {"run_id": {"S": "run"}}
    with pytest.raises(ConfigError, match="'acme' is not deployed in us-east-1"):
        deployed(clients_of(cloud), deployment, "TrainingStateMachineArn")

    anew = deploy(clients_of(cloud), deployment, project, Silent(), packed)
    assert set(actions(anew).values()) == {"created"}
    assert anew.outputs["Bucket"] == bucket
    assert not deploy(clients_of(cloud), deployment, project, Silent(), packed).changed

    models = cloud.clients.client("sagemaker")
    for stack in ("acme", "acme-model-b"):
        models.create_model(
            ModelName=f"{stack}-model-run-1",
            ExecutionRoleArn=anew.outputs["SageMakerRoleArn"],
            PrimaryContainer={"Image": "anybodys"},
            Tags=[{"Key": "StackName", "Value": stack}],
        )
    standing = stand(clients_of(cloud), deployment)
    assert destroy(clients_of(cloud), deployment, standing, True, Silent())["left"] == []
    standing = stand(clients_of(cloud), deployment)
    assert destroy(clients_of(cloud), deployment, standing, True, Silent())["gone"] == []
    left = [each["ModelName"] for each in models.list_models()["Models"]]
    assert left == ["acme-model-b-model-run-1"], "another stack's, whose name begins alike"


def test_a_bucket_and_a_table_of_the_users_are_used_and_never_deleted(
    cloud: Cloud, project: Project, folder: Path, tmp_path: Path, packed: Bundles
) -> None:
    text = (folder / "churn.toml").read_text().replace('"acme"', '"beta"')
    (tmp_path / "churn.toml").write_text(
        text + 'bucket = "their-bucket"\nregistry_table = "their-table"\n'
    )
    theirs = Project.load(tmp_path)
    deployment = make_deployment(theirs, REGION)
    with pytest.raises(ConfigError, match="There is no bucket 'their-bucket'"):
        deploy(clients_of(cloud), deployment, theirs, Silent(), packed)
    s3, tables = cloud.clients.client("s3"), cloud.clients.client("dynamodb")
    s3.create_bucket(Bucket="their-bucket")
    kept = ["data/campaigns/r/outcomes/may.csv", "reports/may.txt"]
    for key in (*kept, "data/campaigns/r/effect.json"):
        s3.put_object(Bucket="their-bucket", Key=key, Body=b"mine")
    with pytest.raises(ConfigError, match="There is no DynamoDB table 'their-table'"):
        deploy(clients_of(cloud), deployment, theirs, Silent(), packed)
    tables.create_table(
        TableName="their-table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
    )
    done = deploy(clients_of(cloud), deployment, theirs, Silent(), packed)
    assert done.outputs["Bucket"] == "their-bucket"
    standing = stand(clients_of(cloud), deployment)
    left = destroy(clients_of(cloud), deployment, standing, True, Silent())["left"]
    assert {(each["kind"], each["name"]) for each in left} == {
        ("bucket", "their-bucket"),
        ("table", "their-table"),
    }
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="their-bucket")["Contents"]]
    assert keys == kept, "what unchurn wrote is gone, what they had is there"
