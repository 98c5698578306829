"""What DataProcessing keeps of a record, path by path."""

from __future__ import annotations

import pytest

from rehearsal.sagemaker.data_processing import Processing, after, before
from rehearsal.sagemaker.jobs import JobFailedError

CSV, JSON = "text/csv", "application/json"


def _processing(path: str, kind: str = CSV, *, joined: bool = False) -> Processing:
    return Processing(path, joined, path, (kind, kind))


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("$", b"a,1,2\n"),
        ("$[0]", b"a\n"),
        ("$[-1]", b"2\n"),
        ("$[1:]", b"1,2\n"),
        ("$[0:1,2]", b"a,2\n"),
        ("$[*]", b"a,1,2\n"),
    ],
)
def test_places_and_ranges_of_csv(path: str, kept: bytes) -> None:
    assert before(_processing(path), b"a,1,2") == kept


def test_members_of_json_and_what_is_joined() -> None:
    record, answer = b'{"a": {"b": [1, 2]}, "c": 3}', b'{"score": 0.5}'
    assert before(_processing("$.a.b[1]", JSON), record) == b"2\n"
    kept = after(_processing("$['c','SageMakerOutput']", JSON, joined=True), record, answer)
    assert kept == b'{"c": 3, "SageMakerOutput": {"score": 0.5}}\n'


@pytest.mark.parametrize("path", ["a", "$.", "$[7]", "$[x]", "$..a", "$[?(@.a)]"])
def test_what_is_no_place_in_the_record_is_refused(path: str) -> None:
    with pytest.raises(JobFailedError, match="ClientError"):
        before(_processing(path), b"a,1,2")
