"""A function knows what Lambda tells it, and nothing of the shell that opened the cloud."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from typing import Any

import pytest

from rehearsal.cloud import Cloud

PYTHON = """
import os, time

def handler(event, context):
    told = {"cwd": os.getcwd(), "zone": time.tzname[0], "env": dict(os.environ)}
    return told | {"identity": context.identity.cognito_identity_id, "client": context.client_context}
"""
NODE = """
exports.handler = async () => ({
  cwd: process.cwd(), env: process.env, zone: new Date(0).getTimezoneOffset() ? "" : "UTC"
});
"""


def _asked(cloud: Cloud, runtime: str, file: str, code: str) -> dict[str, Any]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(file, code)
    role = cloud.clients.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    functions = cloud.clients.client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime=runtime,
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": stream.getvalue()},
        Environment={"Variables": {"WORD": "own", "NODE_PATH": "mine"}},
    )
    answer = functions.invoke(FunctionName="f", Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


@pytest.mark.parametrize(
    ("runtime", "file", "code"),
    [
        ("python3.12", "index.py", PYTHON),
        pytest.param(
            *("nodejs22.x", "index.js", NODE),
            marks=pytest.mark.skipif(not shutil.which("node"), reason="needs node"),
        ),
    ],
)
def test_a_function_has_lambda_s_variables_and_clock_and_not_the_shell_s(
    acme: Cloud, monkeypatch: pytest.MonkeyPatch, runtime: str, file: str, code: str
) -> None:
    """Lambda's guide, Defined runtime environment variables; a template that forgot one is found out."""
    monkeypatch.setenv("TABLE_NAME", "the shell's")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    told = _asked(acme, runtime, file, code)
    seen = told["env"]
    assert ("TABLE_NAME" in seen, seen["WORD"], told["zone"]) == (False, "own", "UTC")
    assert seen["NODE_PATH"] == "mine"  # which Lambda does not reserve
    assert (seen["TZ"], seen["_HANDLER"]) == (":UTC", "index.handler")
    assert seen["LAMBDA_TASK_ROOT"] == told["cwd"]
    assert seen["_X_AMZN_TRACE_ID"].endswith("Sampled=0")
    assert seen["AWS_ENDPOINT_URL"] == acme.endpoint
    assert told.get("identity", told.get("client")) is None
