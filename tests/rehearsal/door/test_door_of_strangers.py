"""Whoever has a stack deploys it and runs it with three commands, and nothing is left of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from opened_door import CAPABLE, STACK, Door, opened_door, run

import rehearsal


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("stranger")) as opened:
        made = opened.run("deploy", "stack.yaml", *CAPABLE)
        assert made.returncode == 0, made.stderr
        yield opened


def test_a_machine_is_deployed_and_followed_to_its_end(door: Door) -> None:
    made = door.run(
        "deploy", "stack.yaml", "--stack", "mine", "--parameter", "Name=plus", "--json", *CAPABLE
    )
    document = json.loads(made.stdout)
    assert (document["schema_version"], document["status"]) == (1, "CREATE_COMPLETE"), made.stderr
    assert sorted(document["resources"]) == ["Machine", "Role"]
    machine = document["outputs"]["Machine"]
    ended = door.run("start", machine, "--input", "in.json", "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["status"], told["output"]) == (0, "SUCCEEDED", {"sum": 3})
    assert told["states"] == ["Add", "End"]
    assert ended.stderr.split() == ["Add", "End"]


def test_what_is_deployed_already_is_left_as_it_is(door: Door) -> None:
    again = door.run("deploy", "stack.yaml", *CAPABLE)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "stack: CREATE_COMPLETE")


def test_a_failed_execution_exits_1_and_says_why(door: Door) -> None:
    ended = door.run("start", "sums")
    assert ended.returncode == 1
    assert "States.Runtime" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_refused_template_exits_1_and_says_why(door: Door) -> None:
    refused = door.run("deploy", "stack.yaml", "--stack", "incapable")
    assert refused.returncode == 1
    assert "[CAPABILITY_IAM]" in refused.stderr


def test_a_retired_runtime_is_refused_with_the_way_to_run_it(door: Door, tmp_path: Path) -> None:
    function = {
        "Handler": "index.handler",
        "Runtime": "python3.6",
        "Role": "arn:aws:iam::123456789012:role/acme",
        "Code": {"ZipFile": "def handler(event, context): pass"},
    }
    old = {"Resources": {"Old": {"Type": "AWS::Lambda::Function", "Properties": function}}}
    (tmp_path / "old.json").write_text(json.dumps(old))
    refused = door.run("deploy", str(tmp_path / "old.json"))
    assert refused.returncode == 1
    assert "python3.6 is no longer supported" in refused.stderr
    assert "`up --successors`" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("deploy", "nowhere.yaml"), "nowhere.yaml cannot be read"),
        (("deploy", "stack.yaml", "--parameter", "Name"), "it must be KEY=VALUE"),
        (("start", "nobody"), "There is no state machine 'nobody'.\nThere are: "),
        (("start", "sums", "--input", "stack.yaml"), "is no JSON"),
        (("up", "--image", "acme"), "it must be PATTERN=COMMAND"),
        (("up", "--image", "acme='"), "No closing quotation"),
        (("up", "--repository", "acme"), "it must be NAME=FOLDER"),
        (("up", "--repository", "acme=nowhere"), "is not the top of a git repository"),
        (("up", "--application", "acme=a.yaml"), "it must be ARN=TEMPLATE"),
        (("up", "--application", "arn:aws:a=nowhere"), "there is no file"),
        (("sideways",), "invalid choice"),
    ],
)
def test_what_cannot_be_meant_exits_2(door: Door, words: tuple[str, ...], said: str) -> None:
    refused = door.run(*words)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nothing_is_deployed_where_the_environment_names_no_rehearsal(door: Door) -> None:
    """Not in an account, whoever's credentials are there, and not at another emulator."""
    real = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
    away = {"AWS_ENDPOINT_URL": "https://example.com"}
    for misleading in (real, away, {"AWS_ENDPOINT_URL": ""}):
        refused = run(door.folder, {**door.environment, **misleading}, "deploy", "stack.yaml")
        assert refused.returncode == 2
        assert "python -m rehearsal up" in refused.stderr


def test_ctrl_c_ends_it_with_all_that_it_started(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    os.environ["TMPDIR"], before = str(temporary), os.environ.get("TMPDIR")
    try:
        with opened_door(tmp_path) as opened:
            assert list(temporary.iterdir())
            code, said = opened.end()
    finally:
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before
    assert code == 0
    assert "The cloud is closed" in said
    assert not list(temporary.iterdir())


def test_it_opens_from_an_empty_folder_without_a_library_of_data(tmp_path: Path) -> None:
    """What queries, Glue jobs and churn need is imported by whoever calls for it."""
    program = """
    import sys
    from pathlib import Path
    from rehearsal.door.deploy import deploy
    from rehearsal.door.start import start
    from rehearsal.opening import open_cloud
    with open_cloud(Path("work")) as cloud:
        made = deploy(cloud.clients, "mine", sys.argv[1], None, ["CAPABILITY_NAMED_IAM"])
        assert made.succeeded, made
        assert start(cloud.clients, made.outputs["Machine"], '{"a": 1, "b": 1}').succeeded
    print(*sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), STACK],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    heavy = {"unchurn", "xgboost", "pyarrow", "numpy", "duckdb", "scipy", "pandas", "pyspark"}
    assert not heavy & {name.partition(".")[0] for name in done.stdout.split()}


def test_the_ten_lines_of_the_readme_run(tmp_path: Path) -> None:
    page = Path(rehearsal.__file__).with_name("README.md").read_text(encoding="utf-8")
    commands = page.split("```sh\n")[1].split("```")[0].splitlines()[1:]
    (tmp_path / "template.yaml").write_text(page.split("```yaml\n")[1].split("```")[0])
    script = "\n".join(["set -e", *commands]).replace("python", sys.executable)
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '{"sum": 3}' in done.stdout


def test_the_fixture_gives_each_test_an_empty_cloud(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["rehearsal.pytest_fixture"]\n')
    (tmp_path / "test_mine.py").write_text(
        "import boto3, pytest\n"
        '@pytest.mark.parametrize("time", [1, 2])\n'
        "def test_mine(rehearsed, time):\n"
        '    boto3.client("sqs").create_queue(QueueName=f"acme-{time}")\n'
        '    assert len(boto3.client("sqs").list_queues()["QueueUrls"]) == 1\n'
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", "-c", os.devnull, str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr
