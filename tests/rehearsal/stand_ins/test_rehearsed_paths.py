"""Objects of S3 as the files that a script reads: fetched as they are now, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from job_requests import BUCKET, get, keys, put

from rehearsal.cloud import Cloud
from rehearsal.stand_ins.in_scripts.rehearsed_paths import objects


@pytest.fixture
def near(supplied: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(objects, "_ROOT", [tmp_path])
    monkeypatch.setattr(objects, "_KNOWN", {})
    return supplied


def test_a_folder_is_fetched_as_it_is_now(near: Cloud) -> None:
    put(near, "in/a.csv", "1")
    put(near, "in/b.csv", "2")
    put(near, "inner/c.csv", "3")
    place = Path(objects.fetched(f"s3a://{BUCKET}/in/"))
    assert sorted(path.name for path in place.iterdir()) == ["a.csv", "b.csv"]
    put(near, "in/a.csv", "one")
    near.clients.client("s3").delete_object(Bucket=BUCKET, Key="in/b.csv")
    place = Path(objects.fetched(f"s3://{BUCKET}/in"))
    assert {path.name: path.read_text() for path in place.iterdir()} == {"a.csv": "one"}


def test_a_pattern_stays_one_and_has_its_files(near: Cloud) -> None:
    put(near, "in/a.csv", "1")
    place = Path(objects.fetched(f"s3n://{BUCKET}/in/*.csv"))
    assert place.name == "*.csv"
    assert [path.name for path in place.parent.glob("*.csv")] == ["a.csv"]


def test_what_is_not_there_is_a_path_that_does_not_exist(near: Cloud) -> None:
    assert not Path(objects.fetched(f"s3://{BUCKET}/no/such.csv")).exists()


@pytest.mark.parametrize("key", ["in/../../out.csv", "in//out.csv", "in/./out.csv"])
def test_a_key_that_leaves_its_folder_is_refused(near: Cloud, key: str) -> None:
    put(near, key, "1")
    with pytest.raises(ValueError, match="leaves its folder"):
        objects.fetched(f"s3://{BUCKET}/in/")


def test_what_is_staged_is_stored_once_it_is_written(near: Cloud) -> None:
    with objects.staged(f"s3://{BUCKET}/out/") as place:
        (place / "deep").mkdir(parents=True)
        for name in ("deep/a.csv", "_SUCCESS", ".a.csv.crc"):
            (place / name).write_text("1")
    assert keys(near, "out/") == ["out/deep/a.csv"]
    with objects.staged(f"s3://{BUCKET}/out/b.csv") as place:
        place.write_text("2")
    assert get(near, "out/b.csv") == b"2"


def test_nothing_is_stored_where_writing_failed(near: Cloud) -> None:
    with pytest.raises(RuntimeError), objects.staged(f"s3://{BUCKET}/out/b.csv") as place:
        place.write_text("2")
        raise RuntimeError
    assert keys(near, "out/") == []


@pytest.mark.parametrize("path", ["/local/s3", "file:///a", "s3x://a/b", None, 3])
def test_other_paths_are_left_alone(path: object) -> None:
    assert not objects.is_remote(path)
