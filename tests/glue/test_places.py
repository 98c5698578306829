"""What the job's arguments name: S3 by each of Spark's names, folders, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unchurn.artefacts.folder import LINEAGE, MANIFEST, verify
from unchurn.errors import ConfigError
from unchurn.glue import etl, places
from unchurn.tables.engines.shared_folder import address


@pytest.mark.parametrize(
    "name", ["source", "project", "output", "snapshots", "champion", "scratch"]
)
@pytest.mark.parametrize("place", ["hdfs://head/clean", "gs://bucket/clean", "abfss://c@a/clean"])
def test_an_address_of_another_store_is_refused_before_anything_is_made(
    name: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had become a local folder of that name, and the job had said that all was well."""
    monkeypatch.chdir(tmp_path)
    given = {"source": "t.csv", "project": "churn.toml", "output": "out", name: place}
    with pytest.raises(ConfigError, match=f"{place}' is --{name}, and ") as caught:
        etl.run(etl.Places(**given))
    assert "s3://BUCKET/PREFIX" in caught.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("s3a://bucket/Clean/", "s3://bucket/Clean/"),
        ("S3n://bucket/x", "s3://bucket/x"),
        ("S3://bucket", "s3://bucket"),
        ("file:///mnt/a b", "/mnt/a b"),
        ("file:/mnt/x", "/mnt/x"),
        ("data/t.csv", "data/t.csv"),
        ("", ""),
    ],
)
def test_an_address_is_written_as_everybody_else_reads_it(place: str, meant: str) -> None:
    assert address(place) == meant
    assert places.is_remote(address(place)) == meant.startswith("s3://")


class Bucket(dict[str, bytes]):
    """A bucket: what it holds by key."""

    def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803
        self.pop(Key, None)

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        self[key] = Path(path).read_bytes()


def test_an_artefact_in_s3_is_replaced_whole_and_files_of_strangers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that only the earlier one had is none of the new manifest: nobody could load it."""
    bucket = Bucket({"data/customers.csv": b"ours", "data/clean/notes/why.txt": b"theirs"})
    monkeypatch.setattr(places, "_client", lambda: bucket)
    for names in (("customers.parquet", "contract.json", LINEAGE), ("customers.parquet",)):
        made = tmp_path / str(len(names))
        made.mkdir()
        for name in names:
            (made / name).write_bytes(b"{}\n")
        _publish(made)
        places.hand_over(made, "s3://bucket/data/clean/")
    came = tmp_path / "came"
    came.mkdir()
    for key in [each for each in bucket if each.startswith("data/clean/") and "notes" not in each]:
        (came / Path(key).name).write_bytes(bucket[key])
    verify(came)
    assert sorted(path.name for path in came.iterdir()) == ["customers.parquet", MANIFEST]
    assert {"data/customers.csv", "data/clean/notes/why.txt"} <= set(bucket)


def _publish(folder: Path) -> None:
    from unchurn.artefacts import folder as publishing

    write: Any = publishing._write_manifest
    write(folder)
