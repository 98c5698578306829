"""A pipeline puts an artefact into a bucket, whole or file by file, as the role of its action."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from small_delivery import BUCKET, SOURCE, TEMPLATE, SmallDelivery, packed

from rehearsal.opening import open_cloud

SERVICES = "[codepipeline.amazonaws.com, codebuild.amazonaws.com, events.amazonaws.com]"
ALLOWED = """
      Policies:
        - PolicyName: works
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["s3:GetObject*", "s3:GetBucket*"], Resource: "*"}
              - {Effect: Allow, Action: "s3:PutObject*", Resource: ["arn:aws:s3:::acme-bucket/*", "arn:aws:s3:::acme-site/*"]}
"""


def template(settings: str, **place: str) -> str:
    """Return the small pipeline with a source and a publishing action alone."""
    head, _, rest = TEMPLATE.partition("        - Name: Build\n")
    more = "".join(f"              {key}: {value}\n" for key, value in place.items())
    stage = f"""\
        - Name: Site
          Actions:
            - Name: Publish
{more}              ActionTypeId: {{Category: Deploy, Owner: AWS, Provider: S3, Version: "1"}}
              Configuration: {{{settings}}}
              InputArtifacts: [{{Name: Source}}]
"""
    _, _, tail = rest.partition("\n  Started:")
    text = f"{head}{stage}  Started:{tail}"
    text = text.replace("{Service: codepipeline.amazonaws.com}", f"{{Service: {SERVICES}}}")
    return text.replace("\n  Topic:", f"{ALLOWED}\n  Topic:", 1)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDelivery]:
    with open_cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        s3 = cloud.clients.client("s3")
        for bucket in (BUCKET, "acme-site", "acme-closed"):
            s3.create_bucket(Bucket=bucket)
        files = {"index.html": "<p>hi</p>", "data/one.json": "{}", "data/": ""}
        s3.put_object(Bucket=BUCKET, Key=SOURCE, Body=packed(files))
        made = SmallDelivery(cloud)
        assert made.deploy(template("BucketName: acme-site, Extract: true")) == "CREATE_COMPLETE"
        made.ended(made.executions()[0]["pipelineExecutionId"])
        yield made


def published(delivery: SmallDelivery, settings: str) -> dict[str, Any]:
    """Change the action and run the pipeline; return the action as it ended."""
    delivery.deploy(template(settings), kind="UPDATE")
    started = delivery.client.start_pipeline_execution(name="acme-delivery")["pipelineExecutionId"]
    delivery.ended(started)
    return delivery.actions(started)["Publish"]


def test_the_files_of_an_artefact_are_objects(delivery: SmallDelivery) -> None:
    s3 = delivery.cloud.clients.client("s3")
    listed = s3.list_objects_v2(Bucket="acme-site")["Contents"]
    assert [each["Key"] for each in listed] == ["data/one.json", "index.html"]
    assert s3.get_object(Bucket="acme-site", Key="index.html")["ContentType"] == "text/html"


def test_an_artefact_is_one_object_under_its_key(delivery: SmallDelivery) -> None:
    done = published(delivery, 'BucketName: acme-site, Extract: "false", ObjectKey: all/it.zip')
    assert done["status"] == "Succeeded", done
    s3 = delivery.cloud.clients.client("s3")
    assert s3.get_object(Bucket="acme-site", Key="all/it.zip")["Body"].read()[:2] == b"PK"


def test_the_role_has_to_be_allowed_to_put(delivery: SmallDelivery) -> None:
    done = published(delivery, "BucketName: acme-closed, Extract: true, ObjectKey: below")
    assert done["status"] == "Failed"
    said = json.dumps(done["output"]["executionResult"])
    assert "s3:PutObject" in said
    assert "acme-closed/below/" in said


def test_a_pipeline_is_refused_with_every_reason(delivery: SmallDelivery) -> None:
    text = template("BucketName: acme-site, Extract: true, Colour: red", Region="eu-west-1")
    text = text.replace("Provider: S3, Version", "Provider: Nobody, Version", 1)
    with pytest.raises(ClientError) as refused:
        delivery.deploy(text, kind="UPDATE")
    said = str(refused.value)
    assert "refused for 3 reasons" in said
    assert "does not know the action AWS/Source/Nobody" in said
    assert "'Colour' of the action Site/Publish" in said
    assert "Site/Publish is done in eu-west-1; the rehearsal is of us-east-1 alone." in said
