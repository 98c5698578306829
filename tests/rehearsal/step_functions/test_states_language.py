"""The States Language, case by case: what the specification and the guide say of each."""

from __future__ import annotations

import json
from collections.abc import Iterator

import language_choices
import language_errors
import language_intrinsics
import language_paths
import pytest
from botocore.exceptions import ClientError
from language_case import REFUSED, Case
from small_machines import made, ran

from rehearsal.cloud import Cloud
from rehearsal.opening import open_cloud

CASES = [
    case
    for part in (language_intrinsics, language_choices, language_paths, language_errors)
    for case in part.CASES
]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An empty cloud."""
    with open_cloud(tmp_path_factory.mktemp("cloud")) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_machine_does_what_its_language_says(cloud: Cloud, case: Case) -> None:
    if case.error == REFUSED:
        with pytest.raises(ClientError, match="Invalid State Machine Definition"):
            made(cloud, case.states)
        return
    told = ran(cloud, case.states, case.given)
    assert (told["error"], bool(case.error)) == (case.error, told["status"] == "FAILED"), told
    assert json.dumps(told["output"]) == json.dumps(case.output)


def test_no_two_cases_have_one_name() -> None:
    names = [(case.name, case.source, json.dumps(case.states)) for case in CASES]
    assert len(set(names)) == len(names)
