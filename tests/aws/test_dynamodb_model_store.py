"""The models of a stack, brought from the bucket and checked against the registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws, make_table
from unchurn.artefacts import Params
from unchurn.artefacts.archive import pack
from unchurn.aws.clients import Clients
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import Table
from unchurn.aws.model_store import AwsModelStore
from unchurn.errors import ArtefactError
from unchurn.registry import Record

BUCKET = "churn-models"
KEY = "runs/run-1/model/job/output/model.tar.gz"


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws(BUCKET) as clients:
        yield clients


@pytest.fixture
def store(aws: Clients, tmp_path: Path) -> AwsModelStore:
    """One version, whose bundle is a small artefact."""
    name = make_table(aws, f"t-{uuid4()}")
    digest = Params([{"name": "run-1"}]).save(tmp_path / "made")
    put(aws, tmp_path / "made")
    entry: dict[str, Any] = {"run_id": "run-1", "bundle": KEY, "bundle_sha256": digest}
    entry |= {f"{each}_sha256": "d" * 64 for each in ("data", "config", "code")}
    entry |= {"environment": {}, "metrics": {}, "lineage": {}, "verdict": {"verdict": "passed"}}
    where = {"model_name": "m", "model_data_url": f"s3://{BUCKET}/{KEY}", "image": "i"}
    table = Table(aws.client("dynamodb"), name)
    registration.register(table, entry, True, "any", "2024-01-01T00:00:00+00:00", "ada", **where)
    return AwsModelStore(aws, name, tmp_path / "cache")


@pytest.fixture
def record(store: AwsModelStore) -> Record:
    return store.registry.get(1)


def put(aws: Clients, folder: Path) -> None:
    archive = folder.with_suffix(".tar.gz")
    pack(folder, archive)
    aws.client("s3").upload_file(str(archive), BUCKET, KEY)


def test_a_bundle_is_brought_and_checked(store: AwsModelStore, record: Record) -> None:
    folder = store.check(record)
    assert Params.load(folder).configurations == [{"name": "run-1"}]
    assert store.address(record) == f"s3://{BUCKET}/{KEY}"
    assert [path.name for path in store.cache.iterdir()] == [folder.name]


def test_a_bundle_that_is_here_is_not_brought_again(
    aws: Clients, store: AwsModelStore, record: Record
) -> None:
    folder = store.folder(record)
    aws.client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    assert store.folder(record) == folder
    assert Params.load(folder)


def test_a_bundle_that_is_gone_is_named(aws: Clients, store: AwsModelStore, record: Record) -> None:
    aws.client("s3").delete_object(Bucket=BUCKET, Key=KEY)
    with pytest.raises(ArtefactError, match=f"version 1 is missing: there is no s3://{BUCKET}"):
        store.check(record)
    assert list(store.cache.iterdir()) == []


def test_another_bundle_in_its_place_is_found(
    aws: Clients, store: AwsModelStore, record: Record, tmp_path: Path
) -> None:
    """Sound in itself, and not what was registered; what was here stays as it was."""
    folder = store.folder(record)
    Params([{"name": "other"}]).save(tmp_path / "other")
    put(aws, tmp_path / "other")
    with pytest.raises(ArtefactError, match="not what was registered as version 1"):
        store.check(record)
    assert Params.load(folder).configurations == [{"name": "run-1"}]


def test_a_changed_file_in_the_bundle_is_found(
    aws: Clients, store: AwsModelStore, record: Record, tmp_path: Path
) -> None:
    (tmp_path / "made" / "params.json").write_text("[]")
    put(aws, tmp_path / "made")
    with pytest.raises(ArtefactError, match=r"params\.json has changed"):
        store.check(record)


def test_an_archive_that_is_none_is_refused(
    aws: Clients, store: AwsModelStore, record: Record
) -> None:
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"no archive")
    with pytest.raises(ArtefactError, match="cannot be read"):
        store.check(record)
    assert list(store.cache.iterdir()) == []
