"""No variable of the user's shell leads a rehearsal past the cloud, and none is lost."""

from __future__ import annotations

import os

import pytest

from rehearsal.variables import astray, of_programs, set_aside, unproxied


def test_profiles_and_endpoints_of_one_service_lead_astray() -> None:
    found = astray({"AWS_ENDPOINT_URL_SQS": "a", "AWS_ENDPOINT_URL": "b", "HOME": "c"})
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_SQS"} <= set(found)
    assert not {"AWS_ENDPOINT_URL", "HOME"} & set(found)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "intranet"}, "intranet,127.0.0.1,localhost"),
        ({"no_proxy": "a,localhost", "NO_PROXY": "b"}, "a,127.0.0.1,localhost"),
    ],
)
def test_no_proxy_stands_before_this_machine(given: dict[str, str], made: str) -> None:
    assert unproxied(given) == {"NO_PROXY": made, "no_proxy": made}


def test_programs_are_found_by_what_is_no_program_s_own_setting() -> None:
    found = {"PATH": "a", "LD_LIBRARY_PATH": "b", "https_proxy": "c", "NODE_EXTRA_CA_CERTS": "d"}
    assert of_programs(found | {"TABLE_NAME": "e", "TZ": "f", "DATABASE_URL": "g"}) == found


def test_what_was_set_aside_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    with pytest.raises(ValueError, match="within"), set_aside():
        assert "AWS_PROFILE" not in os.environ
        raise ValueError("within")
    assert os.environ["AWS_PROFILE"] == "mine"
