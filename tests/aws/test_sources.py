"""Tables in S3 come here whole, once, and as the files they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws
from unchurn.aws.clients import Clients
from unchurn.aws.objects import list_table, parse_s3
from unchurn.aws.sources import Sources
from unchurn.errors import ConfigError, DataError
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table

CSV = b"id,Churn\n1,yes\n2,no\n"


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        yield clients


@pytest.fixture
def bucket(aws: Clients) -> str:
    name = f"customers-{uuid4()}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def sources(aws: Clients, tmp_path: Path) -> Sources:
    return Sources(aws, "unchurn", tmp_path / "sources", Silent())


def put(aws: Clients, bucket: str, **objects: bytes) -> None:
    for key, body in objects.items():
        aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_prefix_becomes_a_folder_of_its_tables(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    """Markers, hidden objects and neighbours whose names begin alike stay where they are."""
    tables = {"may/a.csv": CSV, "may/b.csv": CSV, "may/_SUCCESS": b"", "may/": b""}
    put(aws, bucket, **tables, **{"may/.x.csv": b"", "may/_tmp/c.csv": b"x", "maybe/d.csv": b"x"})
    folder = sources.fetch(f"s3://{bucket}/may")
    assert names(folder) == ["a.csv", "b.csv"]
    assert (folder / "a.csv").read_bytes() == CSV
    assert sources.fetch(f"s3://{bucket}/may/") != folder
    assert open_table(str(folder), Data(), Path()).columns == ("id", "Churn")


def test_copies_below_a_prefix_are_refused_when_they_are_read(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    """As in a folder here; in folders that name a column they are not the same."""
    many = b"id,Churn\n" + b"".join(b"%d,no\n" % n for n in range(20))
    put(aws, bucket, **{"may/a.csv": many, "may/zz.csv": many})
    put(aws, bucket, **{"june/plan=a/0.csv": many, "june/plan=b/0.csv": many})
    folder = sources.fetch(f"s3://{bucket}/may")
    with pytest.raises(DataError, match=r"zz.csv holds the very bytes of a.csv"):
        open_table(str(folder), Data(), Path())
    folder = sources.fetch(f"s3://{bucket}/june")
    assert len(open_table(str(folder), Data(), Path()).files) == 2


def test_one_object_is_a_table(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"may.csv": CSV, "may.csv.old": b"x"})
    assert names(sources.fetch(f"s3://{bucket}/may.csv")) == ["may.csv"]


def test_a_whole_bucket_is_a_table(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"a.csv": CSV})
    assert names(sources.fetch(f"s3://{bucket}")) == ["a.csv"]


def test_files_of_several_folders_are_kept_apart(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    put(aws, bucket, **{"t/x/part.csv": CSV, "t/y/part.csv": CSV})
    assert names(sources.fetch(f"s3://{bucket}/t")) == ["00000-part.csv", "00001-part.csv"]


def test_what_has_not_changed_is_not_read_again(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    put(aws, bucket, **{"t/a.csv": CSV})
    first = sources.fetch(f"s3://{bucket}/t")
    before = (first / "a.csv").stat().st_ino
    assert sources.fetch(f"s3://{bucket}/t") == first
    assert (first / "a.csv").stat().st_ino == before
    put(aws, bucket, **{"t/a.csv": CSV + b"3,no\n"})
    second = sources.fetch(f"s3://{bucket}/t")
    assert second != first
    assert (first / "a.csv").read_bytes() == CSV


def test_many_objects_are_all_listed(aws: Clients, bucket: str) -> None:
    """More than one page of a listing; put into moto itself, where a thousand are quick."""
    from moto.s3.models import s3_backends

    backend = s3_backends["123456789012"]["aws"]
    for number in range(1005):
        backend.put_object(bucket, f"t/{number:04d}.csv", b"x")
    assert len(list_table(aws.client("s3"), bucket, "t")) == 1005


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("s3://no-such-bucket-here/t", "There is no bucket 'no-such-bucket-here'"),
        ("s3://Not_A_Bucket/t", "'Not_A_Bucket' is not the name of a bucket"),
        ("s3://", "'' is not the name of a bucket"),
        ("s3:///t", "'' is not the name of a bucket"),
    ],
)
def test_a_bucket_that_is_not_there_is_named(sources: Sources, location: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        sources.fetch(location)


def test_an_empty_prefix_is_named(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"t/_SUCCESS": b"", "t/": b""})
    for key in ("t", "t/", "u", "t/*.csv"):
        with pytest.raises(ConfigError, match=f"no table at s3://{bucket}/{key[0]}"):
            sources.fetch(f"s3://{bucket}/{key}")


def test_a_partitioned_prefix_keeps_its_folders(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    """What the folders say of the customers is a column of the table."""
    put(aws, bucket, **{"t/region=north/a.csv": CSV, "t/region=south/a.csv": CSV})
    table = open_table(str(sources.fetch(f"s3://{bucket}/t")), Data(), Path())
    assert table.columns[-1] == "region"
    cells = [batch.column("region").to_pylist() for batch in table.batches(lambda *_: None)]
    assert {cell for batch in cells for cell in batch} == {"north", "south"}
    assert names(sources.fetch(f"s3://{bucket}/t/region=north")) == ["a.csv"]


def test_a_key_with_empty_parts_stays_in_its_folder(
    aws: Clients, bucket: str, sources: Sources, tmp_path: Path
) -> None:
    """Below ``t/`` the key ``t//tmp/…`` is no path from the root."""
    put(aws, bucket, **{f"t/{tmp_path}/region=north/a.csv": CSV})
    folder = sources.fetch(f"s3://{bucket}/t")
    assert (folder / str(tmp_path).lstrip("/") / "region=north" / "a.csv").is_file()
    assert not (tmp_path / "region=north").exists()


def test_a_format_that_is_not_known_is_refused_before_it_is_read(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    put(aws, bucket, **{"t/a.docx": b"x", "u/a.csv": CSV, "u/b.parquet": b"x"})
    with pytest.raises(ConfigError, match=r"a\.docx is not a table"):
        sources.fetch(f"s3://{bucket}/t")
    with pytest.raises(ConfigError, match="mixes formats"):
        sources.fetch(f"s3://{bucket}/u")
    assert not sources.folder.exists()


def test_an_object_that_changes_on_the_way_leaves_nothing(
    aws: Clients, bucket: str, sources: Sources
) -> None:
    put(aws, bucket, **{"t/a.csv": CSV, "t/b.csv": CSV})

    class Meddling(Silent):
        def task(self, name: str, total: float | None = None) -> Any:
            put(aws, bucket, **{"t/b.csv": CSV * 2})
            return super().task(name, total)

    meddled = Sources(aws, "", sources.folder, Meddling())
    with pytest.raises(DataError, match=r"t/b\.csv changed while it was being read"):
        meddled.fetch(f"s3://{bucket}/t")
    assert names(sources.folder) == []


def test_an_interrupted_reading_leaves_nothing(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"t/a.csv": CSV})

    class Interrupting(Silent):
        def task(self, name: str, total: float | None = None) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Sources(aws, "", sources.folder, Interrupting()).fetch(f"s3://{bucket}/t")
    assert names(sources.folder) == []


def test_readers_at_once_share_one_folder(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"t/a.csv": CSV * 1000})
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(sources.fetch(f"s3://{bucket}/t")))
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 4
    assert [path.name for path in sources.folder.iterdir()] == [found[0].name]


def test_the_progress_counts_bytes(aws: Clients, bucket: str, sources: Sources) -> None:
    put(aws, bucket, **{"t/a.csv": CSV * 200_000})
    counted: list[float] = []

    class Counting(Silent):
        def task(self, name: str, total: float | None = None) -> Any:
            counted.append(-(total or 0))
            return nullcontext(SimpleNamespace(advance=counted.append))

    Sources(aws, "", sources.folder, Counting()).fetch(f"s3://{bucket}/t")
    assert sum(counted) == 0
    assert len(counted) > 2


def test_access_denied_is_said_with_what_is_needed(
    bucket: str, sources: Sources, aws: Clients
) -> None:
    """moto keeps a bucket's policy, so a bucket may really be closed."""
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",'
        f' "Action": "s3:*", "Resource": ["arn:aws:s3:::{bucket}", "arn:aws:s3:::{bucket}/*"]}}]}}'
    )
    put(aws, bucket, **{"t/a.csv": CSV})
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    with pytest.raises(ConfigError, match=r"does not let you read(?s:.*)s3:ListBucket"):
        sources.fetch(f"s3://{bucket}/t")


def test_an_address_is_split() -> None:
    assert parse_s3("s3://a-bucket/x/y.csv") == ("a-bucket", "x/y.csv")
    assert parse_s3("s3://a-bucket") == ("a-bucket", "")
