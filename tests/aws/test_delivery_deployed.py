"""The pipeline's stack deployed where it is wanted, and what a commit's build may then deploy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from waited_pipelines import soon, waiting, zipped

from rehearsal.cloud import Cloud
from unchurn.aws.apply_stacks import GUARDED
from unchurn.aws.bundles import PACKAGE, Bundles, pack
from unchurn.aws.change_sets import apply_template
from unchurn.aws.delivery import SOURCE_KEY
from unchurn.aws.deploy import Deployed, deploy
from unchurn.aws.deployment import Deployment, Named, make_deployment
from unchurn.aws.destroy import destroy, stand
from unchurn.aws.failure import AwsError
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.aws.stack_state import read_stack
from unchurn.aws.stacks import FOLDER
from unchurn.aws.status import read_status
from unchurn.aws.templates import Template, parse, planned_templates
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project

REGION = Named(region="us-east-1")
PIPELINE = '[aws]\nstack = "acme"\n[delivery]\nsource = "s3"\n'
pytestmark = pytest.mark.slow


def project(folder: Path, text: str = PIPELINE) -> Project:
    (folder / "churn.toml").write_text(text)
    return Project.load(folder)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return project(tmp_path_factory.mktemp("acme"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is now, whatever is edited meanwhile."""
    copy = tmp_path_factory.mktemp("package") / "unchurn"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def bundles(package: Path) -> Bundles:
    return pack(package)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One account, through which the tests go in order."""
    with open_rehearsal(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.fixture(scope="module")
def administrators(cloud: Cloud, ours: Project, bundles: Bundles) -> Deployed:
    return deploy(clients_of(cloud), make_deployment(ours, REGION), ours, Silent(), bundles)


@pytest.fixture
def built(administrators: Deployed, cloud: Cloud, ours: Project) -> Deployment:
    """The deployment as a commit's build makes it: with the role that it is given."""
    (role,) = (
        each["Arn"]
        for each in cloud.clients.client("iam").list_roles()["Roles"]
        if "DeliveryDeployRole" in each["RoleName"]
    )
    return replace(make_deployment(ours, REGION), deploy_role=role)


@pytest.fixture
def asked(cloud: Cloud) -> Iterator[list[dict[str, Any]]]:
    """What CloudFormation is asked: the change sets, as they are sent."""
    found: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        found.append(dict(params))

    events, name = clients_of(cloud).client("cloudformation").meta.events, "CreateChangeSet"
    events.register(f"provide-client-params.cloudformation.{name}", note, unique_id="noted")
    yield found
    events.unregister(f"provide-client-params.cloudformation.{name}", unique_id="noted")


def edited(bundles: Bundles, name: str) -> Bundles:
    return replace(bundles, files={**bundles.files, name: bundles.files[name] + b" "})


def with_text(name: str, old: str, new: str) -> tuple[Template, ...]:
    """Return the templates, one of them edited."""
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    assert old in text
    changed = Template(name, text.replace(old, new), parse(text.replace(old, new)))
    return tuple(changed if each.name == name else each for each in planned_templates(True))


def test_the_pipeline_comes_after_all_that_it_needs(administrators: Deployed) -> None:
    assert administrators.stacks[-1].template == "delivery"
    assert {each.action for each in administrators.stacks} == {"created"}
    assert administrators.outputs["PipelineName"] == "acme-delivery"


def test_renewed_it_comes_before_what_its_role_deploys(
    administrators: Deployed, cloud: Cloud, ours: Project, bundles: Bundles
) -> None:
    again = deploy(clients_of(cloud), make_deployment(ours, REGION), ours, Silent(), bundles)
    assert not again.changed
    order = [each.template for each in again.stacks]
    assert order.index("roles") < order.index("delivery") < order.index("training")


def test_a_build_changes_code_as_the_role_that_it_is_given(
    built: Deployment, cloud: Cloud, ours: Project, bundles: Bundles, asked: list[dict[str, Any]]
) -> None:
    code = edited(bundles, "model_url.zip")
    done = deploy(clients_of(cloud), built, ours, Silent(), code)
    changed = [each.template for each in done.stacks if each.action != "unchanged"]
    assert changed == ["training"]
    given = {each["StackName"]: each.get("RoleARN") for each in asked}
    guarded = {built.stack_name(name) for name in GUARDED}
    assert {name for name, role in given.items() if role is None} == guarded
    assert {role for name, role in given.items() if name not in guarded} == {built.deploy_role}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("roles", "Action: s3:GetObject\n", "Action: [s3:GetObject, s3:DeleteObject]\n"),
        ("delivery", "TimeoutInMinutes: 2160", "TimeoutInMinutes: 60"),
        ("storage", "BlockPublicAcls: true", "BlockPublicAcls: false"),
        ("registry", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
    ],
)
def test_a_commit_that_changes_rights_or_what_holds_data_is_refused(
    administrators: Deployed,
    built: Deployment,
    cloud: Cloud,
    ours: Project,
    bundles: Bundles,
    name: str,
    old: str,
    new: str,
) -> None:
    templates = with_text(name, old, new)
    code = edited(bundles, "read_verdict.zip")
    with pytest.raises(AwsError, match=f"The stack acme-{name} holds data or rights") as caught:
        deploy(clients_of(cloud), built, ours, Silent(), code, templates)
    assert "This commit would: change " in caught.value.message
    assert "unchurn aws deploy" in str(caught.value.hint)
    formation = cloud.clients.client("cloudformation")
    left = formation.list_change_sets(StackName=f"acme-{name}")["Summaries"]
    assert not [each for each in left if each["ExecutionStatus"] == "AVAILABLE"]
    keys = cloud.clients.client("s3").list_objects_v2(Bucket=administrators.outputs["Bucket"])
    sent = {each["Key"] for each in keys["Contents"]}
    assert code.keys["read_verdict.zip"] not in sent, "refused before anything is changed"


def test_once_an_administrator_has_deployed_it_the_same_commit_goes_through(
    built: Deployment, cloud: Cloud, ours: Project, bundles: Bundles
) -> None:
    templates = with_text("roles", "Action: s3:GetObject\n", "Action: [s3:GetObject]\n")
    deploy(clients_of(cloud), replace(built, deploy_role=""), ours, Silent(), bundles, templates)
    released = deploy(clients_of(cloud), built, ours, Silent(), bundles, templates)
    assert not released.changed
    deploy(clients_of(cloud), replace(built, deploy_role=""), ours, Silent(), bundles)


def test_new_code_of_the_pipelines_own_function_waits_and_stops_nobody(
    built: Deployment, cloud: Cloud, ours: Project, bundles: Bundles
) -> None:
    code = edited(edited(bundles, "model_url.zip"), "restore_champion.zip")
    done = deploy(clients_of(cloud), built, ours, Silent(), code)
    assert {each.action for each in done.stacks if each.template == "delivery"} == {"unchanged"}


def test_an_endpoint_that_never_came_up_is_out_of_the_next_ones_way(
    built: Deployment, cloud: Cloud, ours: Project, bundles: Bundles
) -> None:
    formation = cloud.clients.client("cloudformation")
    taken = {
        "Resources": {
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/taken"}}
        }
    }
    cloud.clients.client("logs").create_log_group(logGroupName="/taken")
    broken = Template("deploy-model", json.dumps(taken), taken)
    with pytest.raises(AwsError, match="ROLLBACK_COMPLETE"):
        apply_template(clients_of(cloud), broken, "acme-deploy-model", {})
    status = formation.describe_stacks(StackName="acme-deploy-model")["Stacks"][0]["StackStatus"]
    assert status == "ROLLBACK_COMPLETE"
    deploy(clients_of(cloud), built, ours, Silent(), bundles)
    assert read_stack(clients_of(cloud), "acme-deploy-model") is None


def test_without_a_source_the_pipeline_goes_and_the_roles_stay(
    administrators: Deployed, cloud: Cloud, tmp_path: Path, bundles: Bundles
) -> None:
    off = project(tmp_path, PIPELINE.replace("s3", "none"))
    done = deploy(clients_of(cloud), make_deployment(off, REGION), off, Silent(), bundles)
    assert "PipelineName" not in done.outputs
    assert cloud.clients.client("codepipeline").list_pipelines()["pipelines"] == []
    on = project(tmp_path)
    again = deploy(clients_of(cloud), make_deployment(on, REGION), on, Silent(), bundles)
    assert again.outputs["PipelineName"] == "acme-delivery"


def test_nothing_is_destroyed_while_a_commit_is_delivered(
    built: Deployment, cloud: Cloud, tmp_path: Path, bundles: Bundles
) -> None:
    asks = project(tmp_path, PIPELINE + "approval = true\n")
    deployment = make_deployment(asks, REGION)
    done = deploy(clients_of(cloud), deployment, asks, Silent(), bundles)
    write = "echo {} > cloudformation_parameters.json"
    phases = f'phases: {{build: {{commands: ["{write}"]}}}}\n'
    files = "artifacts: {files: [cloudformation_parameters.json]}\n"
    cloud.clients.client("s3").put_object(
        Bucket=done.outputs["Bucket"],
        Key=SOURCE_KEY,
        Body=zipped({"buildspec.yml": f"version: 0.2\n{phases}{files}"}),
    )
    approval = waiting(cloud, "acme-delivery")
    told = read_status(clients_of(cloud), deployment)["delivery"]
    assert told["status"] == "InProgress"
    with pytest.raises(ConfigError, match="is delivering a commit") as caught:
        destroy(clients_of(cloud), deployment, stand(clients_of(cloud), deployment), True, Silent())
    assert told["execution_id"] in str(caught.value.hint)
    assert read_stack(clients_of(cloud), "acme-training") is not None
    cloud.clients.client("codepipeline").put_approval_result(
        pipelineName="acme-delivery",
        stageName="Approve",
        actionName="Approve",
        token=approval,
        result={"status": "Rejected", "summary": "not today"},
    )
    settled = soon(
        lambda: read_status(clients_of(cloud), deployment)["delivery"]["status"] == "Failed"
    )
    assert settled


def test_it_is_destroyed_last_for_the_others_go_by_its_role(
    built: Deployment, cloud: Cloud
) -> None:
    told: list[str] = []

    class Told(Silent):
        def note(self, text: str) -> None:
            told.append(text)

    done = destroy(clients_of(cloud), built, stand(clients_of(cloud), built), True, Told())
    assert done["left"] == []
    stacks = [each.removesuffix(": deleted") for each in told if each.endswith(": deleted")]
    assert stacks[-1] == "acme-delivery"


def test_a_bucket_of_theirs_must_keep_versions_and_tell_of_objects(
    cloud: Cloud, tmp_path: Path, bundles: Bundles
) -> None:
    theirs = project(tmp_path, PIPELINE.replace('"acme"', '"beta"\nbucket = "their-bucket"'))
    deployment, s3 = make_deployment(theirs, REGION), cloud.clients.client("s3")
    s3.create_bucket(Bucket="their-bucket")
    with pytest.raises(ConfigError, match="'their-bucket' keeps no versions"):
        deploy(clients_of(cloud), deployment, theirs, Silent(), bundles)
    s3.put_bucket_versioning(Bucket="their-bucket", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(ConfigError, match="sends no events to EventBridge"):
        deploy(clients_of(cloud), deployment, theirs, Silent(), bundles)
    s3.put_bucket_notification_configuration(
        Bucket="their-bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert deploy(clients_of(cloud), deployment, theirs, Silent(), bundles).outputs["PipelineName"]
