"""Folders to objects and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from job_requests import BUCKET, keys, put

from rehearsal import objects
from rehearsal.cloud import Cloud
from rehearsal.errors import InputError


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("a/", ["b/c.txt", "d.txt"]),
        ("a", ["b/c.txt", "d.txt"]),
        ("a/d.txt", ["d.txt"]),
        ("a/d", ["d.txt"]),
        ("nothing/", []),
    ],
)
def test_names_are_below_the_prefix_as_s3_means_it(
    acme: Cloud, prefix: str, names: list[str]
) -> None:
    for key in ("a/b/c.txt", "a/d.txt", "a/empty/"):
        put(acme, key, "x")
    found = objects.found(acme, f"s3://{BUCKET}/{prefix}")
    assert [stored.name for stored in found] == names


def test_what_was_uploaded_comes_back(acme: Cloud, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.txt").write_text("one")
    (tmp_path / "in" / "b.crc").write_text("two")
    uri = f"s3://{BUCKET}/x/"
    assert objects.upload(acme, tmp_path / "in", uri, lambda name: ".crc" not in name) == 1
    assert keys(acme, "x/") == ["x/deep/a.txt"]
    assert objects.download(acme, uri, tmp_path / "out") == 1
    assert (tmp_path / "out" / "deep" / "a.txt").read_text() == "one"


def test_a_key_that_leaves_its_folder_is_refused(acme: Cloud) -> None:
    put(acme, "a/../../b.txt", "x")
    with pytest.raises(InputError, match="leaves its folder"):
        objects.found(acme, f"s3://{BUCKET}/a/")


@pytest.mark.parametrize("uri", ["https://b/k", "s3://", "b/k"])
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(InputError, match="not an address"):
        objects.split(uri)


def test_a_bucket_that_does_not_exist_is_named(acme: Cloud) -> None:
    with pytest.raises(InputError, match="no-such-bucket"):
        objects.found(acme, "s3://no-such-bucket/a/")
