"""A rehearsed build fails where a real one would at once, and leaves an image where it would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from image_projects import make_project
from rehearsal.cloud import Cloud
from unchurn.aws.failure import AwsError
from unchurn.aws.image import ensure_image, image_exists
from unchurn.aws.rehearse_open import clients_of, open_rehearsal
from unchurn.progress import Silent

OUTPUTS = {"RepositoryName": "acme", "BuildProject": "acme-image"}
RECIPE = b"FROM x AS y\nCOPY pins.txt *.whl ./\nCOPY --from=y /opt /opt\n"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with open_rehearsal(tmp_path / "cloud") as opened:
        opened.clients.client("s3").create_bucket(Bucket="acme-bucket")
        opened.clients.client("ecr").create_repository(repositoryName="acme")
        role = "arn:aws:iam::123456789012:role/build"
        source = "acme-bucket/code/source.zip"
        make_project(opened, "acme-image", source, "registry/acme:tag", role)
        yield opened


def zipped(**files: bytes) -> bytes:
    """Pack files; two underscores in a name stand for its dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def put_source(cloud: Cloud, **files: bytes) -> None:
    cloud.clients.client("s3").put_object(
        Bucket="acme-bucket", Key="code/source.zip", Body=zipped(**files)
    )


def test_an_image_is_built_once(cloud: Cloud) -> None:
    put_source(cloud, Dockerfile=RECIPE, pins__txt=b"", unchurn__whl=zipped())
    assert not image_exists(clients_of(cloud), "acme", "tag")
    assert ensure_image(clients_of(cloud), OUTPUTS, "tag", Silent())
    assert image_exists(clients_of(cloud), "acme", "tag")
    assert not ensure_image(clients_of(cloud), OUTPUTS, "tag", Silent())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"pins__txt": b"", "unchurn__whl": b""}, "Dockerfile"),
        ({"Dockerfile": RECIPE, "pins__txt": b""}, r"has no \*\.whl"),
        ({"Dockerfile": RECIPE}, r"has no pins\.txt and no \*\.whl"),
        ({"Dockerfile": RECIPE, "pins__txt": b"", "unchurn__whl": b"x"}, "Wheel is invalid"),
    ],
)
def test_a_source_that_cannot_be_built_is_a_failed_build(
    cloud: Cloud, files: dict[str, bytes], words: str
) -> None:
    put_source(cloud, **files)
    with pytest.raises(AwsError, match=rf"ended as FAILED in BUILD: .*{words}"):
        ensure_image(clients_of(cloud), OUTPUTS, "tag", Silent())
    assert not image_exists(clients_of(cloud), "acme", "tag")
