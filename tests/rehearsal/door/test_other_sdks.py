"""Any SDK works against a rehearsal: the AWS CLI, and the one of JavaScript, as they are published.

They are installed into folders of the test; where the network or node is absent, that is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Installing:
    """Packages on their way into a folder."""

    folder: Path
    process: subprocess.Popen[str]

    def done(self) -> Path:
        """Return the folder once they are there, or skip with what the installer said."""
        try:
            _, said = self.process.communicate(timeout=INSTALLING_SECONDS)
        except subprocess.TimeoutExpired:
            pytest.skip(f"nothing was installed in {INSTALLING_SECONDS} s: no network?")
        if self.process.returncode:
            pytest.skip(f"could not be installed: {said.strip()[-300:]}")
        return self.folder


@contextmanager
def _installing(folder: Path, *command: str) -> Iterator[Installing]:
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with process:
        yield Installing(folder, process)
        process.kill()


@pytest.fixture(scope="module", autouse=True)
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installing]:
    """The AWS CLI; it comes while the cloud opens and the other SDK comes."""
    folder = tmp_path_factory.mktemp("cli")
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", str(folder))
    with _installing(folder, *pip, "awscli") as begun:
        yield begun


@pytest.fixture(scope="module", autouse=True)
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installing | None]:
    """The SDK of JavaScript for Step Functions; None where there is no npm."""
    folder, npm = tmp_path_factory.mktemp("sdk"), shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        yield None
        return
    # Where there is no network npm would ask again for minutes.
    flags = ("--no-audit", "--no-fund", "--silent", "--ignore-scripts", "--fetch-retries", "0")
    with _installing(
        folder, npm, "install", *flags, "--prefix", str(folder), "@aws-sdk/client-sfn"
    ) as begun:
        yield begun


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("sdks")) as opened:
        yield opened


def _run(folder: Path, environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_aws_cli_deploys_and_lists(door: Door, cli: Installing) -> None:
    there = cli.done()
    aws = (sys.executable, str(there / "bin" / "aws"))
    environment = {**door.environment, "PYTHONPATH": str(there)}
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


def test_the_sdk_of_javascript_runs_a_machine(door: Door, sdk: Installing | None) -> None:
    if sdk is None:
        pytest.skip("needs node and npm")
    there = sdk.done()
    made = door.run("deploy", "stack.yaml", "--stack", "js", "--parameter", "Name=js",
                    "--capability", "CAPABILITY_NAMED_IAM")  # fmt: skip
    assert made.returncode == 0, made.stderr
    machine = made.stdout.split("Machine: ")[1].strip()
    (there / "run.mjs").write_text(PROGRAM)
    environment = {**os.environ, **door.environment}
    said = _run(there, environment, "node", "run.mjs", machine)
    assert said == 'SUCCEEDED {"sum":42}\n' or said == 'SUCCEEDED {"sum": 42}\n'
