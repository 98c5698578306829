"""Any SDK works against a rehearsal: the AWS CLI, and the one of JavaScript, as they are published.

They are installed into folders of the test; where the network or node is absent, that is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from opened_door import Door, opened_door

PROGRAM = """
import { SFNClient, StartExecutionCommand, DescribeExecutionCommand } from "@aws-sdk/client-sfn";

const client = new SFNClient({});
const { executionArn } = await client.send(
  new StartExecutionCommand({ stateMachineArn: process.argv[2], input: '{"a": 40, "b": 2}' }),
);
let told;
do {
  await new Promise((resolve) => setTimeout(resolve, 50));
  told = await client.send(new DescribeExecutionCommand({ executionArn }));
} while (told.status === "RUNNING");
console.log(told.status, told.output);
"""
INSTALLING_SECONDS = 240


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("sdks")) as opened:
        yield opened


def _install(folder: Path, *command: str) -> None:
    """Install packages into `folder`, or skip with what the installer said."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=INSTALLING_SECONDS
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[0]} did not install in {INSTALLING_SECONDS} s: no network?")
    if done.returncode:
        pytest.skip(f"{command[-1]} could not be installed: {done.stderr.strip()[-300:]}")


def _run(folder: Path, environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_aws_cli_deploys_and_lists(door: Door, tmp_path: Path) -> None:
    cli = tmp_path / "cli"
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", str(cli))
    _install(cli, *pip, "awscli")
    aws = (sys.executable, str(cli / "bin" / "aws"))
    environment = {**door.environment, "PYTHONPATH": str(cli)}
    deploy = ("cloudformation", "deploy", "--template-file", "stack.yaml", "--stack-name", "cli")
    said = _run(
        door.folder, environment, *aws, *deploy, "--capabilities", "CAPABILITY_NAMED_IAM",
        "--parameter-overrides", "Name=by-cli",
    )  # fmt: skip
    assert "Successfully created" in said
    _run(door.folder, environment, *aws, "s3", "mb", "s3://acme-cli")
    _run(door.folder, environment, *aws, "s3", "cp", "in.json", "s3://acme-cli/in/")
    assert "in/in.json" in _run(
        door.folder, environment, *aws, "s3", "ls", "--recursive", "s3://acme-cli"
    )


@pytest.mark.skipif(not (shutil.which("npm") and shutil.which("node")), reason="needs node and npm")
def test_the_sdk_of_javascript_runs_a_machine(door: Door, tmp_path: Path) -> None:
    npm = ("npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(tmp_path))
    _install(tmp_path, *npm, "@aws-sdk/client-sfn")
    made = door.run("deploy", "stack.yaml", "--stack", "js", "--parameter", "Name=js",
                    "--capability", "CAPABILITY_NAMED_IAM")  # fmt: skip
    assert made.returncode == 0, made.stderr
    machine = made.stdout.split("Machine: ")[1].strip()
    (tmp_path / "run.mjs").write_text(PROGRAM)
    environment = {**os.environ, **door.environment}
    said = _run(tmp_path, environment, "node", "run.mjs", machine)
    assert said == 'SUCCEEDED {"sum":42}\n' or said == 'SUCCEEDED {"sum": 42}\n'
