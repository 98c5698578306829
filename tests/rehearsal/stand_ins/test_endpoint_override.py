"""SDKs that name AWS's own address of a service stay on loopback, wherever they run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from deployed import FUNCTION, made
from job_requests import get, put, run
from supplied_jobs import scripted

from rehearsal.cloud import Cloud
from rehearsal.stand_ins import in_pythons

_ASKS = """
import boto3, botocore.session
sts = boto3.client("sts", region_name="eu-west-1", endpoint_url="https://sts.eu-west-1.amazonaws.com")
account = sts.get_caller_identity()["Account"]
"""
_JOB = f"""
import os
from pathlib import Path
{_ASKS}
base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
(base / "processing/output/copied/account").write_text(account)
"""
_OTHERWISE = """
from importlib.util import find_spec
assert find_spec("botocore.session")  # as libraries ask whether another is there
import botocore.session
session = botocore.session.get_session()
named = session.create_client("sts", "eu-west-1", endpoint_url="http://127.0.0.1:9")
print(named.meta.endpoint_url, session.create_client("sts", "eu-west-1").meta.endpoint_url)
"""


def test_a_job_reaches_the_rehearsal_by_the_address_of_aws(supplied: Cloud) -> None:
    put(supplied, "in/a.csv", "1")
    found = run(supplied, "processing", scripted(supplied, "p-1", _JOB))
    assert found["ProcessingJobStatus"] == "Completed", found["FailureReason"]
    assert get(supplied, "out/account").decode() == supplied.account


def test_a_function_reaches_it_as_well(supplied: Cloud) -> None:
    lines = [*_ASKS.strip().splitlines(), "def handler(event, context): return account"]
    code = "".join(f"          {line}\n" for line in lines)
    made(supplied, f"Resources:\n{FUNCTION}      Code:\n        ZipFile: |\n{code}")
    functions = supplied.clients.client("lambda")
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    answer = functions.invoke(FunctionName=name)
    assert json.loads(answer["Payload"].read()) == supplied.account


@pytest.mark.parametrize("ignored", ["false", "true"])
def test_a_client_that_names_another_goes_there_and_one_that_knows_none_is_told(
    supplied: Cloud, ignored: str
) -> None:
    """A botocore from before 1.31 does as today's does where configured endpoints are ignored."""
    environment = in_pythons.with_override(
        supplied.child_env() | {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ignored}
    )
    command = [sys.executable, "-c", _OTHERWISE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["http://127.0.0.1:9", supplied.endpoint]
