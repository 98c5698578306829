"""A build that is started by itself runs its buildspec, from a bucket or from nothing."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_listener import waited

from rehearsal.cloud import Cloud

BUCKET = "acme-bucket"
NONE = {"type": "NO_SOURCE", "location": "no_source"}


def spec(*commands: str, more: str = "") -> str:
    return f"version: 0.2\nphases: {{build: {{commands: {list(commands)}}}}}\n{more}"


def project(cloud: Cloud, source: dict[str, Any], **artifacts: Any) -> None:
    cloud.clients.client("codebuild").create_project(
        name="acme",
        source=source,
        artifacts={"type": "NO_ARTIFACTS"} | artifacts,
        environment={
            "type": "LINUX_CONTAINER",
            "image": "standard",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "COLOUR", "value": "red"}],
        },
        serviceRole="arn:aws:iam::123456789012:role/build",
    )


def built(cloud: Cloud, **given: Any) -> dict[str, Any]:
    """Start a build, and return it once it has ended."""
    client = cloud.clients.client("codebuild")
    identity = client.start_build(projectName="acme", **given)["build"]["id"]

    def ended() -> dict[str, Any]:
        (told,) = client.batch_get_builds(ids=[identity])["builds"]
        return dict(told) if told["buildComplete"] else {}

    return waited(ended, "the build does not end")


def failed(build: dict[str, Any]) -> tuple[str, str]:
    assert build["buildStatus"] == "FAILED"
    (phase,) = [each for each in build["phases"] if each.get("phaseStatus") == "FAILED"]
    return phase["phaseType"], phase["contexts"][0]["message"]


def test_a_buildspec_in_the_project_is_run_without_a_source(acme: Cloud) -> None:
    project(acme, NONE | {"buildspec": spec("test $COLOUR = blue")})
    assert failed(built(acme))[0] == "BUILD"
    blue = [{"name": "COLOUR", "value": "blue", "type": "PLAINTEXT"}]
    assert built(acme, environmentVariablesOverride=blue)["buildStatus"] == "SUCCEEDED"
    where, why = failed(built(acme, buildspecOverride=spec("exit 3")))
    assert (where, "exit status 3" in why) == ("BUILD", True)
    assert (
        len(acme.clients.client("codebuild").list_builds_for_project(projectName="acme")["ids"])
        == 3
    )


def test_a_token_that_comes_again_starts_no_second_build(acme: Cloud) -> None:
    """API reference of StartBuild: valid for five minutes, and a changed parameter is refused."""
    project(acme, NONE | {"buildspec": spec("true")})
    first, again = (built(acme, idempotencyToken="once")["id"] for _ in range(2))
    assert first == again != built(acme)["id"]
    with pytest.raises(ClientError, match="parameters differ from those sent with once before"):
        built(acme, idempotencyToken="once", buildspecOverride=spec("false"))


@pytest.mark.parametrize(("said", "result"), [("", "FAILED"), ("blue", "SUCCEEDED")])
def test_a_rule_starts_a_build_with_what_its_target_says(
    acme: Cloud, said: str, result: str
) -> None:
    """A target's Input holds parameters of StartBuild; without one the project is built as it is."""
    project(acme, NONE | {"buildspec": spec("test $COLOUR = blue")})
    builds, events = (acme.clients.client(each) for each in ("codebuild", "events"))
    override = {"environmentVariablesOverride": [{"name": "COLOUR", "value": said}]}
    given = {"Input": json.dumps(override)} if said else {}
    arn = builds.batch_get_projects(names=["acme"])["projects"][0]["arn"]
    role = "arn:aws:iam::123456789012:role/build"
    events.put_rule(Name="sold", EventPattern='{"source": ["acme"]}')
    events.put_targets(Rule="sold", Targets=[{"Id": "1", "Arn": arn, "RoleArn": role, **given}])
    events.put_events(Entries=[{"Source": "acme", "DetailType": "sold", "Detail": "{}"}])

    def ended() -> str:
        ids = builds.list_builds_for_project(projectName="acme")["ids"]
        told = builds.batch_get_builds(ids=ids)["builds"] if ids else []
        return str(told[0]["buildStatus"]) if told and told[0]["buildComplete"] else ""

    assert waited(ended, "no build was started, or it does not end") == result


def test_a_source_in_a_bucket_is_built_and_its_artefact_goes_where_the_project_says(
    acme: Cloud,
) -> None:
    """As "ProjectArtifacts" of CodeBuild's API has path, name and packaging."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        files = "artifacts: {files: [out/*]}\n"
        archive.writestr(
            "buildspec.yml", spec("mkdir out", "tr a-z A-Z < a.txt > out/b.txt", more=files)
        )
        archive.writestr("a.txt", "hello")
    s3 = acme.clients.client("s3")
    s3.put_object(Bucket=BUCKET, Key="code/source.zip", Body=stream.getvalue())
    project(
        acme,
        {"type": "S3", "location": f"{BUCKET}/code/source.zip"},
        **{"type": "S3", "location": BUCKET, "path": "made", "name": "it"},
    )
    build = built(acme)
    assert build["buildStatus"] == "SUCCEEDED", build["phases"]
    assert s3.get_object(Bucket=BUCKET, Key="made/it/out/b.txt")["Body"].read() == b"HELLO"


@pytest.mark.parametrize(
    ("source", "phase", "words"),
    [
        (
            {"type": "S3", "location": f"{BUCKET}/none.zip"},
            "DOWNLOAD_SOURCE",
            "cannot be downloaded",
        ),
        ({"type": "GITHUB", "location": "https://github.com/a/b"}, "DOWNLOAD_SOURCE", "in GITHUB"),
        (NONE, "DOWNLOAD_SOURCE", "does not exist"),
        (NONE | {"buildspec": spec("docker build .")}, "BUILD", "the variable IMAGE names"),
    ],
)
def test_what_cannot_be_built_is_a_failed_build_that_says_why(
    acme: Cloud, source: dict[str, str], phase: str, words: str
) -> None:
    project(acme, source)
    where, why = failed(built(acme))
    assert (where, words in why) == (phase, True), why


def test_what_is_not_heeded_of_a_start_is_refused_by_name(acme: Cloud) -> None:
    project(acme, NONE | {"buildspec": spec("true")})
    with pytest.raises(ClientError, match="cacheOverride"):
        built(acme, cacheOverride={"type": "NO_CACHE"})
