"""A pipeline's source is the last commit of a local git folder, given for a repository."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_delivery import BUCKET, BUILDSPEC, MADE, TEMPLATE, SmallDelivery
from small_delivery import packed as packed_files

from rehearsal.cloud import Setup
from rehearsal.delivery.artefacts import read as read_file
from rehearsal.delivery.repositories import is_repository, latest, packed
from rehearsal.door.deploy import deploy
from rehearsal.opening import open_cloud

OUT = "OutputFileName: out.json\n                "
TOPIC = "arn:aws:sns:us-east-1:123456789012:acme-told"
S3 = "S3Bucket: acme-bucket, S3ObjectKey: delivery/source.zip, PollForSourceChanges: false"
CONNECTION = (
    "CodeStarSourceConnection",
    "ConnectionArn: !Ref Connection, FullRepositoryId: acme/churn",
)
COMMIT = "CodeCommit", "RepositoryName: !GetAtt Repository.Name"
MORE = """
  Connection:
    Type: AWS::CodeStarConnections::Connection
    Properties: {ConnectionName: hub, ProviderType: GitHub}
  Repository: {Type: "AWS::CodeCommit::Repository", Properties: {RepositoryName: churn}}
"""
CLONING = BUILDSPEC.replace(
    'WORD="$COLOUR"', 'WORD="$(git rev-parse HEAD) $(git rev-list HEAD | wc -l)"'
)


def git(folder: Path, *words: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    command = ["git", "-C", str(folder), *who, *words]
    done = subprocess.run(command, capture_output=True, check=True, env=os.environ | own)
    return done.stdout.decode().strip()


def commit(folder: Path, message: str, **files: str) -> str:
    for name, text in files.items():
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--date", "2026-02-03T04:05:06+02:00", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of two commits, with something that is not committed."""
    made = tmp_path_factory.mktemp("churn")
    git(made, "init", "-q", "-b", "main")
    commit(made, "First", **{"made.yaml": MADE, "name.txt": "zero", "buildspec.yml": CLONING})
    commit(made, "Second\n\nand why", **{"name.txt": "one"})
    (made / "name.txt").write_text("uncommitted")
    return made


@pytest.fixture(scope="module")
def delivery(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDelivery]:
    setup = Setup(repositories={"acme/churn": folder, "churn": folder}, enforce=False)
    with open_cloud(tmp_path_factory.mktemp("cloud"), setup=setup) as cloud:
        cloud.clients.client("s3").create_bucket(Bucket=BUCKET)
        yield SmallDelivery(cloud)


def template(provider: str, settings: str, more: str = "BranchName: main") -> str:
    changed = TEMPLATE.replace("Provider: S3", f"Provider: {provider}")
    changed = changed.replace(S3, f"{settings}, {more}")
    return changed.replace("\n  Started:", f"{MORE}\n  Started:")


def released(delivery: SmallDelivery, text: str) -> tuple[str, dict[str, dict[str, Any]]]:
    kind = "UPDATE" if delivery.queue else "CREATE"
    assert delivery.deploy(text, kind=kind) == f"{kind}_COMPLETE"
    if kind == "CREATE":
        started = delivery.executions()[0]["pipelineExecutionId"]
    else:
        started = delivery.client.start_pipeline_execution(name="acme-delivery")[
            "pipelineExecutionId"
        ]
    return delivery.ended(started), delivery.actions(started)


def test_a_connection_s_source_is_the_committed_tree(delivery: SmallDelivery, folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    form = "BranchName: main, OutputArtifactFormat: CODEBUILD_CLONE_REF"
    status, actions = released(delivery, template(*CONNECTION, form))
    # A build clones it with its history; the stack's template is in no archive then, as on AWS.
    assert actions["Make"]["status"] == "Succeeded", actions["Make"]
    assert actions["Make"]["output"]["outputVariables"]["WORD"] == f"{head} 2"
    assert (status, actions["Stack"]["status"]) == ("Failed", "Failed")
    status, actions = released(delivery, template(*CONNECTION).replace("standard", "another"))
    assert actions["Make"]["status"] == "Succeeded", actions["Make"]
    assert status == "Succeeded", actions["Stack"]
    told = actions["Bundle"]["output"]["outputVariables"]
    assert told["CommitId"] == head
    assert told["CommitMessage"] == "Second\n\nand why"
    assert told["AuthorDate"] == "2026-02-03T02:05:06Z"
    assert (told["AuthorDisplayName"], told["FullRepositoryName"]) == ("Ada", "acme/churn")
    assert "RepositoryName" not in told
    stack = delivery.cloud.clients.client("cloudformation").describe_stacks(StackName="acme-made")
    assert stack["Stacks"][0]["Outputs"][0]["OutputValue"] == "acme-one"


def test_a_repository_of_codecommit_tells_its_own_variables(
    delivery: SmallDelivery, folder: Path
) -> None:
    if not delivery.queue:
        delivery.deploy(template(*CONNECTION))
    head = commit(folder, "Third", **{"name.txt": "three"})
    status, actions = released(delivery, template(*COMMIT))
    assert status == "Succeeded", actions
    told = actions["Bundle"]["output"]["outputVariables"]
    assert (told["RepositoryName"], told["CommitId"]) == ("churn", head)
    assert "CommitterDate" in told
    assert delivery.executions()[0]["sourceRevisions"][0]["revisionId"] == head


def test_a_repository_of_github_s_first_action_is_the_same_folder(
    delivery: SmallDelivery, folder: Path
) -> None:
    if not delivery.queue:
        delivery.deploy(template(*CONNECTION))
    settings = "Owner: acme, Repo: churn, OAuthToken: secret, PollForSourceChanges: false"
    text = template("GitHub", settings, "Branch: main").replace(
        "Owner: AWS, Provider: GitHub", "Owner: ThirdParty, Provider: GitHub"
    )
    status, actions = released(delivery, text)
    assert status == "Succeeded", actions
    told, head = actions["Bundle"]["output"]["outputVariables"], git(folder, "rev-parse", "HEAD")
    assert (told["RepositoryName"], told["CommitId"]) == ("churn", head)
    assert told["CommitUrl"] == f"https://github.com/acme/churn/commit/{head}"


def test_what_a_stack_puts_out_is_an_artefact_of_its_action(delivery: SmallDelivery) -> None:
    if not delivery.queue:
        delivery.deploy(template(*CONNECTION))
    read = "InputArtifacts: [{Name: Source}, {Name: Build}]"
    text = template(*CONNECTION).replace(
        "ActionMode: CREATE_UPDATE", f"{OUT}ActionMode: REPLACE_ON_FAILURE"
    )
    text = text.replace(read, f"{read}\n              OutputArtifacts: [{{Name: Told}}]")
    status, actions = released(delivery, text)
    assert status == "Succeeded", actions
    place = actions["Stack"]["output"]["outputArtifacts"][0]["s3location"]
    s3 = delivery.cloud.clients.client("s3")
    content = s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
    assert json.loads(read_file(content, "out.json"))["Queue"].startswith("acme-")


def test_a_repository_with_code_has_it_as_its_first_commit(delivery: SmallDelivery) -> None:
    if not delivery.queue:
        delivery.deploy(template(*CONNECTION))
    files = {"made.yaml": MADE, "name.txt": "four", "buildspec.yml": BUILDSPEC, ".git/config": "["}
    s3 = delivery.cloud.clients.client("s3")
    s3.put_object(Bucket=BUCKET, Key="seed.zip", Body=packed_files(files))
    code = "Code: {BranchName: trunk, S3: {Bucket: acme-bucket, Key: seed.zip}}"
    triggers = f"Triggers: [{{Name: t, DestinationArn: {TOPIC}, Events: [all]}}]"
    text = template(*COMMIT, "BranchName: trunk").replace(
        "{RepositoryName: churn}", f"{{RepositoryName: seeded, {code}, {triggers}}}"
    )
    status, actions = released(delivery, text)
    assert status == "Succeeded", actions
    told = actions["Bundle"]["output"]["outputVariables"]
    assert (told["RepositoryName"], told["CommitMessage"]) == ("seeded", "Initial commit")
    kept = delivery.cloud.work / "repositories"
    assert [each.name for each in kept.iterdir()] == ["seeded"]
    released(delivery, template(*CONNECTION))
    assert not list(kept.iterdir())


@pytest.mark.parametrize("key", ["gone.zip", "text.zip"])
def test_a_repository_whose_code_is_not_there_is_not_made(
    delivery: SmallDelivery, key: str
) -> None:
    delivery.cloud.clients.client("s3").put_object(Bucket=BUCKET, Key="text.zip", Body=b"text")
    code = {"S3": {"Bucket": BUCKET, "Key": key}}
    resources = {
        "Repository": {
            "Type": "AWS::CodeCommit::Repository",
            "Properties": {"RepositoryName": "empty", "Code": code},
        }
    }
    text = json.dumps({"Resources": resources})
    found = deploy(delivery.cloud.clients, f"code-{key[:4]}", text)
    assert found.status == "ROLLBACK_COMPLETE"
    assert key in found.failures[0]
    with pytest.raises(ClientError, match="RepositoryDoesNotExist"):
        delivery.cloud.clients.client("codecommit").get_repository(repositoryName="empty")


def test_a_branch_that_is_not_there_fails_the_source(delivery: SmallDelivery) -> None:
    if not delivery.queue:
        delivery.deploy(template(*CONNECTION))
    status, actions = released(delivery, template(*CONNECTION, "BranchName: gone"))
    said = actions["Bundle"]["output"]["executionResult"]["errorDetails"]["message"]
    assert (status, said.partition(" in ")[0]) == (
        "Failed",
        "No Branch [gone] found for FullRepositoryName [acme/churn]",
    )


def test_a_form_of_artefact_that_does_not_exist_is_refused_while_it_is_planned(
    delivery: SmallDelivery,
) -> None:
    form = "BranchName: main, OutputArtifactFormat: CODE_TAR"
    kind = "UPDATE" if delivery.queue else "CREATE"
    with pytest.raises(ClientError, match="OutputArtifactFormat of the action Source/Bundle"):
        delivery.deploy(template(*CONNECTION, form), kind=kind)


def test_only_the_top_of_a_repository_is_one(folder: Path, tmp_path: Path) -> None:
    inside = folder / "inside"
    inside.mkdir(exist_ok=True)
    bare, tree = tmp_path / "bare", tmp_path / "tree"
    git(folder, "clone", "-q", "--bare", str(folder), str(bare))
    git(folder, "worktree", "add", "-q", str(tree), "-b", "side")
    assert [is_repository(each) for each in (folder, bare, tree)] == [True] * 3
    assert [is_repository(each) for each in (inside, tmp_path, tmp_path / "none")] == [False] * 3


def test_a_link_that_leads_outside_is_left_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "out").symlink_to("/etc/hostname")
    commit(tmp_path, "Links", **{"a.txt": "a"})
    found = latest(tmp_path, "main")
    assert found is not None
    assert b"a.txt" in packed(tmp_path, found.id)
    assert b"out" not in packed(tmp_path, found.id)
