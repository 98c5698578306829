"""A bucket, a registry's table and the functions that use them, on loopback."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import unchurn.aws.lambdas
from loopback_aws import loopback_aws, make_table
from unchurn.aws.bundles import SHARED
from unchurn.aws.clients import Clients
from unchurn.aws.registry import DynamoRegistry
from unchurn.registry import ANY, Candidate, Entry

BUCKET = "churn-1"
FUNCTIONS = Path(unchurn.aws.lambdas.__file__).parent
CONTEXT = SimpleNamespace(aws_request_id="request-1")


@dataclass(frozen=True)
class Stage:
    """Where the functions play."""

    clients: Clients
    table: str

    @property
    def registry(self) -> DynamoRegistry:
        return DynamoRegistry(self.clients, self.table)

    def call(self, function: str, **event: Any) -> dict[str, Any]:
        """Call a function as Lambda does: an event in, an answer that is JSON out."""
        found = importlib.import_module(function).handler(event, CONTEXT)
        return dict(json.loads(json.dumps(found)))

    def put(self, key: str, body: bytes | str | dict[str, Any]) -> str:
        body = json.dumps(body) if isinstance(body, dict) else body
        raw = body.encode() if isinstance(body, str) else body
        self.clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=raw)
        return f"s3://{BUCKET}/{key}"

    def get(self, key: str) -> bytes:
        return bytes(self.clients.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def keys(self, prefix: str) -> list[str]:
        found = self.clients.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [each["Key"] for each in found.get("Contents", [])]

    def record(
        self,
        run: str,
        bundle: str = "a",
        against: int | str | None = ANY,
        card: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Put the record that the evaluate job of a run leaves."""
        candidate = Candidate("passed", bundle * 64, an_entry(run, bundle), True, against)  # type: ignore[arg-type]
        self.put(
            f"runs/{run}/record/record.json", replace(candidate, **more).to_plain() | {"card": card}
        )

    def register(self, run: str, image: str = "image:1") -> dict[str, Any]:
        """Call update_registry for a run whose record is there."""
        names = {"model_name": f"s-model-{run}", "image": image, "training_job": "job-1"}
        url = f"s3://{BUCKET}/runs/{run}/model/job-1/output/model.tar.gz"
        return self.call("update_registry", run_id=run, model_data_url=url, **names)


def an_entry(run: str, bundle: str = "a") -> Entry:
    verdict = {"verdict": "passed", "promote": True, "words": "Ünder the floor — “good”"}
    plain: dict[str, Any] = {"environment": {}, "metrics": {"auc": 0.1 + 0.2}, "lineage": {}}
    hashes = [bundle * 64, "d" * 64, sha256(run.encode()).hexdigest(), "e" * 64]
    return Entry(run, f"runs/{run}/model", *hashes, verdict=verdict, **plain)


def share_modules(patch: pytest.MonkeyPatch) -> None:
    """Let functions import what is zipped with them by its own name."""
    for home, file in SHARED.items():
        name = file.removesuffix(".py")
        patch.setitem(sys.modules, name, importlib.import_module(f"unchurn.{home}.{name}"))


@contextmanager
def staged() -> Iterator[Stage]:
    """Set the stage for a module of tests."""
    with loopback_aws() as clients, pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FUNCTIONS)
        share_modules(patch)
        clients.client("s3").create_bucket(Bucket=BUCKET)
        patch.setenv("BUCKET", BUCKET)
        yield Stage(clients, "")
        names = [path.stem for path in FUNCTIONS.glob("*.py")]
        for name in names:
            sys.modules.pop(name, None)


@contextmanager
def emptied(stage: Stage, name: str) -> Iterator[Stage]:
    """Give one test an empty bucket and a table of its own."""
    s3 = stage.clients.client("s3")
    for key in stage.keys(""):
        s3.delete_object(Bucket=BUCKET, Key=key)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_TABLE", make_table(stage.clients, name))
        yield replace(stage, table=name)
