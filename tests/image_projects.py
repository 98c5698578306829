"""A CodeBuild project that builds an image, made without the stack that has one."""

from __future__ import annotations

from rehearsal.cloud import Cloud

SPEC = "version: 0.2\nphases: {build: {commands: [docker build ., docker push]}}\n"


def make_project(cloud: Cloud, name: str, location: str, image: str, role: str) -> None:
    """Make the project `name`, which builds the source at `location` in S3 into `image`."""
    cloud.clients.client("codebuild").create_project(
        name=name,
        source={"type": "S3", "location": location, "buildspec": SPEC},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "standard",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "IMAGE", "value": image}],
        },
        serviceRole=role,
    )
