"""``unchurn aws``, as a user meets it: without credentials, without the extra, with both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from command_line import Unchurn
from loopback_aws import loopback_aws
from unchurn.aws.clients import Clients
from unchurn.cli.aws import show_run
from unchurn.pipeline.answers import contact_words

NOBODY = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": "",
    "AWS_DEFAULT_REGION": "",
}
"""An environment without credentials, and without a region."""


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "customers.csv").write_text("id,Churn\n1,yes\n2,no\n")
    (tmp_path / "churn.toml").write_text(
        '[data]\ntrain = "customers.csv"\n[churn]\ntarget = "Churn"\n[aws]\nregion = "eu-west-1"\n'
    )
    return tmp_path


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        yield clients


def test_plan_needs_neither_credentials_nor_a_network(unchurn: Unchurn, project: Path) -> None:
    ran = unchurn(
        "aws",
        "plan",
        "--project",
        project,
        "--json",
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
        **NOBODY,
    )
    assert ran.code == 0, ran.err
    told = ran.document
    assert told["schema_version"] == 1
    assert told["changes"] is None
    kinds = {each["kind"] for each in told["resources"]}
    assert {"AWS::S3::Bucket", "AWS::StepFunctions::StateMachine", "AWS::Glue::Job"} <= kinds
    assert all(each["why"] and each["resources"] for each in told["permissions"])
    assert told["costs"]["training"]["total"] > 0


def test_plan_with_credentials_and_no_network_does_without_a_comparison(
    unchurn: Unchurn, project: Path
) -> None:
    somebody = {**NOBODY, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    ran = unchurn(
        "aws", "plan", "--project", project, AWS_ENDPOINT_URL="http://127.0.0.1:9", **somebody
    )
    assert ran.code == 0, ran.err
    assert "The role" in ran.out
    assert "Estimates." in ran.out


def test_a_dear_plan_is_shown_and_refused(unchurn: Unchurn, project: Path) -> None:
    with (project / "churn.toml").open("a") as stream:
        stream.write("tuning_jobs = 500\nmax_cost = 1.0\n")
    ran = unchurn("aws", "plan", "--project", project, "--json", **NOBODY)
    assert ran.code == 2
    assert "more than the $1.00 of max_cost" in ran.document["refused"]
    for verb in ("deploy", "train", "score"):
        refused = unchurn("aws", verb, "--project", project, **NOBODY)
        assert refused.code == 2
        assert "max_cost" in refused.err


@pytest.mark.parametrize("verb", ["deploy", "train", "score", "status", "logs", "destroy"])
def test_without_credentials_it_is_one_clear_sentence(
    unchurn: Unchurn, project: Path, verb: str
) -> None:
    ran = unchurn("aws", verb, "--project", project, "--quiet", **NOBODY)
    assert ran.code == 2
    assert ran.out == ""
    assert "credentials" in ran.err
    assert "unchurn aws rehearse" in ran.err
    assert len(ran.err.strip().splitlines()) == 2


def test_a_profile_that_is_not_there_is_named(unchurn: Unchurn, project: Path) -> None:
    for verb, code in (("train", 2), ("plan", 0)):
        ran = unchurn("aws", verb, "--project", project, **NOBODY, AWS_PROFILE="nobodys")
        assert ran.code == code
        assert verb == "plan" or "nobodys" in ran.err


def test_without_a_region_it_says_where_to_name_one(unchurn: Unchurn, project: Path) -> None:
    (project / "churn.toml").write_text("[data]\n")
    ran = unchurn("aws", "deploy", "--project", project, **NOBODY)
    assert ran.code == 2
    assert "No AWS region is named." in ran.err


def test_deploy_without_credentials_creates_nothing(
    unchurn: Unchurn, project: Path, aws: Clients
) -> None:
    before = aws.client("s3").list_buckets()["Buckets"]  # moto is one for the whole process
    ran = unchurn("aws", "deploy", "--project", project, AWS_ENDPOINT_URL=aws.endpoint, **NOBODY)
    assert ran.code == 2
    assert aws.client("cloudformation").list_stacks()["StackSummaries"] == []
    assert aws.client("s3").list_buckets()["Buckets"] == before


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("train", "is not deployed in us-east-1"),
        ("score", "is not deployed in us-east-1"),
        ("logs", "Nothing has run yet"),
    ],
)
def test_what_is_not_deployed_says_how_to_deploy_it(
    unchurn: Unchurn, project: Path, aws: Clients, verb: str, words: str
) -> None:
    ran = unchurn("aws", verb, "--project", project, "--region", "us-east-1")
    assert ran.code == 2
    assert words in ran.err
    assert "unchurn aws" in ran.err


def test_status_of_an_empty_account_is_no_error(
    unchurn: Unchurn, project: Path, aws: Clients
) -> None:
    ran = unchurn("aws", "status", "--project", project, "--region", "us-east-1", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["deployed"] is False
    assert {each["status"] for each in ran.document["stacks"]} == {None}


def test_destroy_asks_and_takes_no_silence_for_a_yes(
    unchurn: Unchurn, project: Path, aws: Clients
) -> None:
    ran = unchurn("aws", "destroy", "--project", project, "--region", "us-east-1")
    assert ran.code == 2
    assert "Nothing was deleted" in ran.err
    assert "Add --yes." in ran.err
    done = unchurn(
        "aws", "destroy", "--yes", "--project", project, "--region", "us-east-1", "--json"
    )
    assert (done.code, done.document["left"]) == (0, []), done.err


@pytest.mark.parametrize(
    ("module", "extra"),
    [("boto3", "aws"), ("yaml", "aws"), ("moto", "rehearse"), ("sqlglot", "rehearse")],
)
def test_a_missing_extra_is_the_line_that_installs_it(
    project: Path, module: str, extra: str
) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; from unchurn.cli import main; main()"
    verb = "rehearse" if extra == "rehearse" else "deploy" if module == "boto3" else "plan"
    ran = subprocess.run(
        [sys.executable, "-c", code, "aws", verb, "--project", str(project), "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 2, ran.stderr
    assert f"pip install 'unchurn[{extra}]'" in ran.stderr


def test_help_loads_nothing_of_the_wing() -> None:
    code = (
        "import sys; sys.argv = ['unchurn', 'aws', '--help']\n"
        "from unchurn.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith(('unchurn.aws', 'boto', 'yaml'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("[]")


def test_a_state_that_no_machine_has_cannot_fail(unchurn: Unchurn, project: Path) -> None:
    ran = unchurn("aws", "rehearse", "--project", project, "--fail", "Nonsense")
    assert ran.code == 2
    assert "has a task 'Nonsense'" in ran.err
    assert "'Etl'" in ran.err


def test_a_scoring_on_aws_ends_with_whom_to_contact(capsys) -> None:
    """As on this machine: the last line, on stderr."""
    counts = {"rows_in": 9, "rows_out": 9, "rejected": 0, "notes": []}
    contact = {"customers": 3, "value": 120.5, "currency": "£", "unknown": 1, "rule": "x"}
    told = contact_words({**counts, "contact": contact})
    document = {"run_id": "r", "status": "SUCCEEDED", "counts": counts, "contact_words": told}
    show_run({**document, "files": [], "artefacts": "there"}, Console())
    assert capsys.readouterr().err.strip() == (
        "Contact 3 of 9 customers (1 could not be judged: their own value is unknown): expected to "
        "bring in £120 more than contacting them costs."
    )
