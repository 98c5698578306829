"""Built-in XGBoost on several instances: shards by key, one model through xgboost's collective."""

from __future__ import annotations

import io
import tarfile
from typing import Any

import numpy as np
import xgboost
from job_requests import CLUSTER, get, put, run
from supplied_jobs import as_csv, built_in, channel, put_channels, table, values

from rehearsal.cloud import Cloud

GIVEN = {"num_round": "5", "objective": "binary:logistic", "tree_method": "hist"}


def _on(hosts: int, name: str, **channels: Any) -> dict[str, Any]:
    request = built_in(name, **GIVEN, eval_metric="auc")
    request["ResourceConfig"] = CLUSTER | {"InstanceCount": hosts}
    train = channel("train", "shards", S3DataDistributionType="ShardedByS3Key", **channels)
    return request | {"InputDataConfig": [train, channel("validation")]}


def _predictions(cloud: Cloud, name: str) -> Any:
    packed = io.BytesIO(get(cloud, f"model/{name}/output/model.tar.gz"))
    with tarfile.open(fileobj=packed, mode="r:gz") as tar:
        assert tar.getnames() == ["xgboost-model"]
        stream = tar.extractfile("xgboost-model")
        assert stream is not None
        model = xgboost.Booster(model_file=bytearray(stream.read()))
    return model.predict(xgboost.DMatrix(table(50, seed=9)[:, 1:]))


def test_hosts_with_a_shard_each_make_the_model_of_all_rows(supplied: Cloud) -> None:
    put_channels(supplied)
    rows = table()
    for number, part in enumerate(np.array_split(rows, 3)):
        put(supplied, f"shards/part-{number}.csv", as_csv(part))
    together = run(supplied, "training", _on(2, "x-2"))
    assert together["TrainingJobStatus"] == "Completed", together["FailureReason"]
    alone = run(supplied, "training", _on(1, "x-1"))
    found, wanted = _predictions(supplied, "x-2"), _predictions(supplied, "x-1")
    assert np.allclose(found, wanted, atol=1e-4)
    assert abs(values(together)["validation:auc"] - values(alone)["validation:auc"]) < 1e-3
    assert any("between the instances" in words for words in supplied.journal.unproven)


def test_a_host_without_rows_still_takes_part(supplied: Cloud) -> None:
    put_channels(supplied)
    put(supplied, "shards/part-0.csv", as_csv(table()))
    together = run(supplied, "training", _on(2, "x-2"))
    assert together["TrainingJobStatus"] == "Completed", together["FailureReason"]
    run(supplied, "training", _on(1, "x-1"))
    assert np.allclose(_predictions(supplied, "x-2"), _predictions(supplied, "x-1"), atol=1e-4)


def test_when_one_host_fails_the_job_fails_with_its_reason(supplied: Cloud) -> None:
    put_channels(supplied)
    put(supplied, "shards/part-0.csv", as_csv(table()))
    put(supplied, "shards/part-1.csv", "")
    found = run(supplied, "training", _on(2, "x-2"))
    assert found["TrainingJobStatus"] == "Failed"
    assert "on line 1 of part-1.csv" in found["FailureReason"]
