"""``python -m rehearsal`` as a stranger runs it: in an empty folder, with a stack of two states."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-m", "rehearsal"]
STACK = """
Parameters: {Name: {Type: String, Default: sums}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: states.amazonaws.com}, Action: "sts:AssumeRole"}
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: !Ref Name
      RoleArn: !GetAtt Role.Arn
      DefinitionString: |
        {"StartAt": "Add", "States": {
          "Add": {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($.a, $.b)"}, "Next": "End"},
          "End": {"Type": "Succeed"}}}
Outputs: {Machine: {Value: !Ref Machine}}
"""
CAPABLE = ("--capability", "CAPABILITY_IAM", "--capability", "CAPABILITY_NAMED_IAM")


@dataclass(frozen=True)
class Door:
    """A cloud that is up, the folder beside it, and the environment that leads into it."""

    process: subprocess.Popen[str]
    folder: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command line of ours inside."""
        return run(self.folder, self.environment, *words)

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """Ask it to end; return the exit code, and what it said on standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=3600)
        return self.process.returncode, said


def run(
    folder: Path, environment: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@contextmanager
def opened_door(folder: Path, *flags: str) -> Iterator[Door]:
    """Open a cloud beside a folder with the stack; kill it if the block has not ended it."""
    (folder / "stack.yaml").write_text(STACK)
    (folder / "in.json").write_text('{"a": 1, "b": 2}')
    lines = folder / "cloud.env"
    with lines.open("w") as out:
        process = subprocess.Popen(
            [*COMMAND, "up", *flags], cwd=folder, stdout=out, stderr=subprocess.PIPE, text=True
        )
    try:
        while "unset" not in lines.read_text():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        shell = ["sh", "-c", ". ./cloud.env && env -0"]  # as whoever reads the README does
        told = subprocess.run(shell, cwd=folder, check=True, capture_output=True).stdout.decode()
        inside = dict(each.split("=", 1) for each in told.split("\0") if each)
        yield Door(process, folder, {**os.environ, **inside})
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
