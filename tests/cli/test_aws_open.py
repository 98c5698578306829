"""``unchurn aws rehearse --open``: other processes' commands run in it; it leaves nothing."""

from __future__ import annotations

import csv
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import QUICK, Unchurn, add_sections
from open_cloud import Open, carrying, open_by_command, still_running
from unchurn.aws.clients import Clients
from unchurn.aws.waiting import CLOUD_SECONDS, LOOPBACK_SECONDS, pace

BOTO3 = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'][0]['Name'])"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, telecom: Path) -> Path:
    folder = tmp_path_factory.mktemp("opened")
    for name in ("customers.csv", "this_month.csv"):
        (folder / name).write_bytes((telecom / name).read_bytes())
    (folder / "churn.toml").write_text(
        '[data]\ntrain = "customers.csv"\nscore = "this_month.csv"\n'
        '[churn]\ntarget = "Churn?"\npositive = "True."\nid = "Phone"\n'
        '[aws]\nbucket = "acme-of-ours"\nregion = "eu-west-1"\ntuning_jobs = 1\n'
    )
    add_sections(folder / "churn.toml", QUICK)
    return folder


@pytest.fixture(scope="module")
def cloud(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    misleading = {"AWS_PROFILE": "nobodys", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}
    temporary = tmp_path_factory.mktemp("temporary")
    with open_by_command(project, temporary, http_proxy="http://127.0.0.1:9", **misleading) as made:
        yield made


def test_the_first_line_says_how_to_get_in(cloud: Open) -> None:
    told = cloud.document
    assert (told["schema_version"], told["region"]) == (1, "eu-west-1")
    assert told["endpoint"].startswith("http://127.0.0.1:")
    assert told["environment"]["AWS_ENDPOINT_URL"] == told["endpoint"]
    assert told["environment"]["AWS_EC2_METADATA_DISABLED"] == "true"


def test_what_would_lead_past_the_cloud_is_overruled(cloud: Open) -> None:
    assert {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3"} <= set(cloud.document["unset"])
    assert cloud.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "false"
    assert "127.0.0.1" in cloud.environment["NO_PROXY"].split(",")


def test_plain_boto3_finds_the_bucket_that_the_project_names(cloud: Open) -> None:
    env = {**os.environ, **cloud.environment}
    for name in cloud.document["unset"]:
        env.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "-c", BOTO3], env=env, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "acme-of-ours"), ran.stderr


def test_commands_find_an_account_that_has_nothing_yet(
    cloud: Open, project: Path, unchurn: Unchurn
) -> None:
    status = unchurn("aws", "status", "--project", project, "--json", **cloud.environment)
    assert (status.code, status.document["deployed"]) == (0, False), status.err
    plan = unchurn("aws", "plan", "--project", project, "--json", **cloud.environment)
    assert (plan.code, plan.document["region"]) == (0, "eu-west-1"), plan.err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_well_and_says_so(project: Path, tmp_path: Path, number: int) -> None:
    with open_by_command(project, tmp_path) as made:
        assert list(tmp_path.iterdir())
        code, out, err = made.end(number)
    assert (code, out) == (0, "")
    assert "A cloud is open on" in err
    assert "Not proven here:\n  permissions that nothing done here asks for" in err
    assert "The cloud is closed" in err
    assert (still_running(made.mark), list(tmp_path.iterdir())) == ([], [])


@pytest.mark.slow
def test_the_lines_for_a_shell_are_the_same_as_the_document(project: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "unchurn", "aws", "rehearse", "--open", "--quiet"]
    process = subprocess.Popen(
        words,
        cwd=project,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    lines = [process.stdout.readline()]
    while not lines[-1].startswith("unset"):
        assert lines[-1].startswith("export ")
        lines.append(process.stdout.readline())
    process.terminate()
    process.communicate(timeout=3600)
    shown = subprocess.run(
        ["sh", "-c", "".join(lines) + "env"], capture_output=True, text=True, check=True
    )
    assert shlex.split(lines[-1])[:2] == ["unset", "AWS_PROFILE"]
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:" in shown.stdout


def test_flags_of_a_whole_rehearsal_are_refused(unchurn: Unchurn, project: Path) -> None:
    ran = unchurn("aws", "rehearse", "--open", "--fail", "Etl", "--keep", "--project", project)
    assert ran.code == 2
    assert "--keep, --fail cannot be meant" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--top", 5), "no `out` was given"),
        (("--out", "nowhere/list.csv"), "There is no folder nowhere"),
        (("--out", "list.txt"), "list.txt"),
        (("--out", "list.csv", "--sort", "age"), "'age'"),
        (("--out", "this_month.csv"), "this_month.csv"),
    ],
)
def test_a_list_that_cannot_be_is_refused_before_anything_runs(
    cloud: Open, project: Path, unchurn: Unchurn, words: tuple[object, ...], said: str
) -> None:
    """As by ``unchurn score``; the cloud has nothing deployed, and is not asked."""
    before = (project / "this_month.csv").read_bytes()
    ran = unchurn("aws", "score", *words, **cloud.environment, cwd=project)
    assert ran.code == 2 and said in ran.err, ran.err
    assert (project / "this_month.csv").read_bytes() == before


@pytest.mark.slow
def test_the_list_of_aws_is_arranged_as_that_of_this_machine(
    unchurn: Unchurn, project: Path, tmp_path: Path
) -> None:
    """Stood up, trained, scored and taken down by commands: the riskiest 20, by rounded figures."""
    out = tmp_path / "lists" / "list.csv"
    with open_by_command(project, tmp_path) as made:
        stood = script("standup.sh", "of-the-script", cwd=project, **made.environment)
        assert "In Athena, database of-the-script-db: infer, train" in stood
        assert 'STACK_NAME="of-the-script"' in (project / ".env").read_text()
        done = unchurn("aws", "train", "--quiet", **made.environment, cwd=project)
        assert done.code == 0, done.err
        flags = ("--out", out, "--make-folder", "--sort", "probability", "--top", 20, "--round", 2)
        ran = unchurn("aws", "score", *flags, "--json", **made.environment, cwd=project)
        assert ran.code == 0, ran.err
        assert "things are gone" in script(
            "delete_resources.sh", "--yes", cwd=project, **made.environment
        )
        (project / ".env").unlink()
    assert ran.document["out"] == str(out)
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    risks = [row["probability"] for row in rows]
    assert risks == sorted(risks, reverse=True) and len(risks) == 20
    assert all(re.fullmatch(r"[01]\.\d{1,2}", risk) for risk in risks)


@pytest.mark.slow
def test_closed_in_the_middle_of_a_training_no_process_is_left(
    unchurn: Unchurn, project: Path, tmp_path: Path
) -> None:
    with open_by_command(project, tmp_path) as made:
        there = Clients("us-east-1", made.environment["AWS_ENDPOINT_URL"])
        assert (pace(there), pace(Clients("us-east-1"))) == (LOOPBACK_SECONDS, CLOUD_SECONDS)
        done = unchurn("aws", "deploy", "--project", project, "--quiet", **made.environment)
        assert done.code == 0, done.err
        training = subprocess.Popen(
            [sys.executable, "-m", "unchurn", "aws", "train", "--quiet"],
            cwd=project,
            env={**os.environ, **made.environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        _wait_for_glue(made)
        code, _, err = made.end()
        _, told = training.communicate(timeout=3600)
    assert code == 0, err
    assert training.returncode == 1
    assert "Traceback" not in told
    assert (still_running(made.mark), list(tmp_path.iterdir())) == ([], [])


def script(name: str, *words: str, cwd: Path, **environment: str) -> str:
    """Run one of the repository's scripts in a project's folder; return what it prints."""
    done = subprocess.run(
        [Path(__file__).parents[2] / name, *words],
        cwd=cwd, env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _wait_for_glue(made: Open) -> None:
    """Return when the Glue job's process runs."""
    until = time.monotonic() + 3600
    while not any(b"spark" in _command(pid) for pid in carrying(made.mark)):
        assert time.monotonic() < until, "the Glue job never ran"
        time.sleep(0.05)


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
