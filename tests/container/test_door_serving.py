"""The serving door over HTTP: healthy only with a whole model, and every refusal in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from door_runs import Doors, Local

from job_trees import Job, ask, serving
from unchurn.container.serve import count_workers
from unchurn.container.serve import limits as read_limits
from unchurn.serve.limits import Limits
from unchurn.serve.workers import cpus


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, local: Local) -> Iterator[int]:
    job = a_server(tmp_path_factory.mktemp("server"), local)
    with serving(job, SAGEMAKER_MAX_PAYLOAD_IN_MB="1") as found:
        yield found


def a_server(folder: Path, local: Local) -> Job:
    return Job(folder).lay("model", local.training / "model")


@pytest.fixture(scope="module")
def lines(doors: Doors) -> bytes:
    return next(doors.intake.made("lines").iterdir()).read_bytes()


def test_each_line_is_answered_with_row_id_and_scores(port: int, lines: bytes) -> None:
    status, answer = ask(port, "POST", "/invocations", lines)
    assert status == 200
    sent, got = ([json.loads(line) for line in body.splitlines()] for body in (lines, answer))
    assert [list(each.items())[:2] for each in got] == [list(each.items())[:2] for each in sent]
    assert {"probability", "decile", "band", "decision", "reason_1", "run_id"} <= set(got[0])
    assert (got[0]["model_version"], got[0]["run_id"]) == (None, "")


def test_another_name_of_json_lines_is_understood(port: int, lines: bytes) -> None:
    one = lines.splitlines()[0]
    assert ask(port, "POST", "/invocations", one, "application/x-ndjson; charset=utf-8")[0] == 200


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"{}", "application/jsonlines", 400, "lacks columns"),
        (b"{", "application/jsonlines", 400, "Line 1 is not JSON"),
        (b"a,b\n1,2\n", "text/csv", 400, "names no column of the model"),
        (b"<p>", "text/html", 415, "'text/html' cannot be read"),
        (b"{}\n" * 500_000, "application/jsonlines", 413, "longer than 1,048,576 bytes"),
    ],
)
def test_a_refusal_says_why(port: int, body: bytes, kind: str, status: int, words: str) -> None:
    found, answer = ask(port, "POST", "/invocations", body, kind)
    assert found == status
    assert words in json.loads(answer)["error"]


def test_a_live_endpoint_is_asked_in_csv(port: int, local: Local) -> None:
    body = local.customers.read_bytes()
    status, answer = ask(port, "POST", "/invocations", body, "text/csv")
    assert status == 200
    header, *rows = answer.decode().splitlines()
    assert "probability" in header
    assert len(rows) == len(body.decode().splitlines()) - 1


def test_ping_is_answered_and_other_paths_are_not(port: int) -> None:
    assert ask(port, "GET", "/ping") == (200, b"")
    assert ask(port, "GET", "/nothing")[0] == 404


def test_settings_come_from_the_environment(tmp_path: Path, local: Local, lines: bytes) -> None:
    """As the champion function passes them on."""
    settings = {"decision": {"clv": 0}, "score": {"reasons": "none", "bands": [0.2, 0.4]}}
    with serving(a_server(tmp_path, local), UNCHURN_SETTINGS=json.dumps(settings)) as port:
        answer = ask(port, "POST", "/invocations", lines)[1]
    got = [json.loads(line) for line in answer.splitlines()]
    assert {each["decision"] for each in got} == {None}
    assert {each["reason_1"] for each in got} == {None}


def test_a_models_own_settings_come_in_parts(tmp_path: Path, local: Local, lines: bytes) -> None:
    """A variable of a model holds little; what a transform job says comes before it."""
    text = json.dumps({"decision": {"clv": 0}, "score": {"reasons": "none"}})
    parts = {"UNCHURN_SETTINGS_1": text[:20], "UNCHURN_SETTINGS_2": text[20:]}
    with serving(a_server(tmp_path / "model", local), **parts) as port:
        got = json.loads(ask(port, "POST", "/invocations", lines)[1].splitlines()[0])
    assert (got["decision"], got["reason_1"]) == (None, None)
    own = {**parts, "UNCHURN_SETTINGS": '{"score": {"reasons": "all"}}'}
    with serving(a_server(tmp_path / "job", local), **own) as port:
        got = json.loads(ask(port, "POST", "/invocations", lines)[1].splitlines()[0])
    assert got["reason_1"]


def test_a_damaged_bundle_never_becomes_healthy(tmp_path: Path, local: Local) -> None:
    job = a_server(tmp_path, local)
    (tmp_path / "model" / "model.json").write_text("{}")
    done = job.run("serve", SAGEMAKER_BIND_TO_PORT="0")
    assert done.returncode == 1
    assert "has changed since it was published" in job.failure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UNCHURN_SETTINGS", "{"),
        ("UNCHURN_SETTINGS", '{"gate": {}}'),
        ("UNCHURN_MODEL_VERSION", "one"),
        ("SAGEMAKER_BIND_TO_PORT", "http"),
    ],
)
def test_a_strange_environment_is_refused(
    tmp_path: Path, local: Local, name: str, value: str
) -> None:
    job = a_server(tmp_path, local)
    assert job.run("serve", **{name: value}).returncode == 2
    assert name in job.failure


def test_an_address_that_others_reach_asks_for_a_token(
    tmp_path: Path, local: Local, lines: bytes
) -> None:
    """As `unchurn serve` does, 0.0.0.0 included: none given, nothing is served; one given, it is asked."""
    everywhere = {"UNCHURN_HOST": "0.0.0.0"}
    job = a_server(tmp_path / "none", local)
    assert job.run("serve", **everywhere).returncode == 2
    assert "there is no token" in job.failure
    token = {"UNCHURN_TOKEN": "0123456789abcdef"}
    with serving(a_server(tmp_path / "one", local), **everywhere, **token) as port:
        assert ask(port, "POST", "/invocations", lines)[0] == 401


@pytest.mark.parametrize(
    ("environment", "limits", "workers"),
    [
        ({}, Limits(6 << 20, 50_000), cpus()),
        ({"SAGEMAKER_MAX_PAYLOAD_IN_MB": "2"}, Limits(2 << 20, 50_000), cpus()),
        ({"SAGEMAKER_MODEL_SERVER_WORKERS": "7"}, Limits(), 7),
        ({"SAGEMAKER_BATCH": "true", "SAGEMAKER_MAX_PAYLOAD_IN_MB": "9"}, Limits(9 << 20, None), cpus()),
        ({"SAGEMAKER_BATCH": "true", "SAGEMAKER_MAX_PAYLOAD_IN_MB": "0"}, Limits(1 << 40, None), cpus()),
        ({"SAGEMAKER_BATCH": "true", "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "1"}, Limits(6 << 20, None), 1),
    ],
)  # fmt: skip
def test_the_environment_sets_the_limits(
    environment: dict[str, str], limits: Limits, workers: int
) -> None:
    """A batch job says how much it sends; how many customers that is, is its own affair."""
    assert read_limits(environment) == limits
    assert count_workers(environment) == workers


@pytest.mark.slow
def test_a_batch_of_many_short_rows_is_one_request(
    tmp_path: Path, local: Local, lines: bytes
) -> None:
    """More customers than a live request may have."""
    many = lines.splitlines()[0] + b"\n"
    with serving(
        a_server(tmp_path, local),
        SAGEMAKER_BATCH="true",
        SAGEMAKER_MAX_PAYLOAD_IN_MB="100",
        UNCHURN_SETTINGS='{"score": {"reasons": "none"}}',
    ) as port:
        status, answer = ask(port, "POST", "/invocations", many * 50_001)
    assert (status, answer.count(b"\n")) == (200, 50_001)
