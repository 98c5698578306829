"""A pipeline may take an image of a repository, and deploy to what cannot be here: it fails there."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError
from small_delivery import TEMPLATE, SmallDelivery

MEDIA = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = {
    "mediaType": "application/vnd.docker.container.image.v1+json",
    "size": 1,
    "digest": "sha256:1",
}
IMAGE = """\
            - Name: Image
              Namespace: Image
              ActionTypeId: {Category: Source, Owner: AWS, Provider: ECR, Version: "1"}
              Configuration: {RepositoryName: acme, ImageTag: v1}
              OutputArtifacts: [{Name: Image}]
"""
DEPLOY = """\
        - Name: Deploy
          Actions:
            - Name: Accounts
              RunOrder: 2
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormationStackSet, Version: "1"}
              Configuration: {StackSetName: acme, TemplatePath: "Image::stack.yaml", DeploymentTargets: a, Regions: b}
              InputArtifacts: [{Name: Image}]
            - Name: Instances
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
              Configuration: {ApplicationName: acme, DeploymentGroupName: acme}
              InputArtifacts: [{Name: Image}]
  Started:"""


def template() -> str:
    """Return the small pipeline with an image as its source, and instances as its target."""
    head, _, rest = TEMPLATE.partition("            - Name: Bundle\n")
    _, _, tail = rest.partition("\n  Started:")
    return f"{head}{IMAGE}{DEPLOY}{tail}"


def test_an_image_is_a_source_and_a_target_that_is_not_here_fails_its_action(
    delivery: SmallDelivery,
) -> None:
    ecr = delivery.cloud.clients.client("ecr")
    ecr.create_repository(repositoryName="acme")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MEDIA, "config": CONFIG, "layers": []})
    ecr.put_image(repositoryName="acme", imageTag="v1", imageManifest=manifest)
    assert delivery.deploy(template(), kind="UPDATE") == "UPDATE_COMPLETE"
    said = "\n".join(delivery.cloud.journal.unproven)
    assert "an action of CodeDeploy (Deploy/Instances) fails when it is reached" in said
    assert "an action of CloudFormationStackSet (Deploy/Accounts) fails" in said
    run = delivery.client.start_pipeline_execution(name="acme-delivery")["pipelineExecutionId"]
    assert delivery.ended(run) == "Failed"
    done = delivery.actions(run)
    assert done["Image"]["status"] == "Succeeded", done["Image"]
    (made,) = done["Image"]["output"]["outputArtifacts"]
    place = made["s3location"]
    found = delivery.cloud.clients.client("s3").get_object(Bucket=place["bucket"], Key=place["key"])
    with zipfile.ZipFile(io.BytesIO(found["Body"].read())) as archive:
        told = json.loads(archive.read("imageDetail.json"))
    assert told["ImageURI"].endswith(f".amazonaws.com/acme@{told['ImageDigest']}")
    assert done["Instances"]["status"] == "Failed"
    failed = done["Instances"]["output"]["executionResult"]
    assert "CodeDeploy deploys to instances, and a rehearsal has none." in json.dumps(failed)


def test_what_such_an_action_does_not_know_is_refused(delivery: SmallDelivery) -> None:
    wrong = template().replace("DeploymentGroupName: acme", "Group: acme")
    with pytest.raises(ClientError, match="does not know 'Group' of the action Deploy/Instances"):
        delivery.deploy(wrong, kind="UPDATE")
