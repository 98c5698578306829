"""An account in this process, and the functions as they lie in their zip: flat."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from registry_stage import share_modules

import unchurn.aws.lambdas

FOLDER = Path(unchurn.aws.lambdas.__file__).parent
CONTEXT = SimpleNamespace(aws_request_id="request-1")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nobody",
    "AWS_DEFAULT_REGION": "us-east-1",
    "BUCKET": "a-bucket",
}


@pytest.fixture(scope="module")
def account() -> Iterator[Callable[[str], Any]]:
    """Give clients of an account that has a bucket; what a module makes there stays for it."""
    import boto3
    from moto import mock_aws

    client = cache(boto3.client)

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        client("s3").create_bucket(Bucket="a-bucket")
        yield client


@pytest.fixture(scope="module")
def function(account: Callable[[str], Any]) -> Iterator[Callable[[str], Any]]:
    """Give a function by its file, imported as Lambda imports it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        share_modules(patch)
        yield lambda name: lambda event: importlib.import_module(name).handler(event, CONTEXT)
    for name in {path.stem for path in FOLDER.glob("[a-z]*.py")} & set(sys.modules):
        del sys.modules[name]
