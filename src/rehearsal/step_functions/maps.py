"""Distributed Maps: their items read from the bucket, in batches, and failures that count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rehearsal.batches import batches
from rehearsal.cloud import Cloud
from rehearsal.patches import Patch, around
from rehearsal.step_functions.structure import State, every_state

MOST_AT_ONCE = 16
"""The most iterations that run side by side; AWS runs up to 10,000."""
_BATCHER = "ItemBatcher "
"""How the comment begins in which a batcher travels through moto's grammar, which has none."""
_FAILED = object
"""The output of a child that failed: a value that JSON has not, and that is itself when it is copied."""
_INPUTS = {None, "CSV", "JSON"}
_EXCEEDED = "States.ExceedToleratedFailureThreshold"


class _Batch(dict[str, Any]):
    """The input of one child of a Map with an ItemBatcher: several of its `Items`."""


def map_problems(name: str, state: State) -> Iterator[str]:
    """Say what of a Map the rehearsal cannot do."""
    reader = state.get("ItemReader", {})
    kind = reader.get("ReaderConfig", {}).get("InputType")
    if kind not in _INPUTS:
        yield f"the state {name!r} reads items of type {kind!r}; read are 'CSV' and 'JSON'"
    if "ResultWriter" in state:
        yield f"the state {name!r} has a ResultWriter, which is not rehearsed"
    for key in state.get("ItemBatcher", {}):
        if key.endswith("Path"):
            yield f"the state {name!r} has {key!r} in its ItemBatcher, which is not rehearsed"


def hurried(definition: str) -> bool:
    """Tell whether a distributed Map wants Express children, which run as Standard ones here."""
    if "DISTRIBUTED" not in definition:
        return False
    return any(
        state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("ExecutionType") == "EXPRESS"
        for _, state in every_state(json.loads(definition))
    )


EXPRESS = (
    "distributed Maps: children of type EXPRESS run as STANDARD ones, without their five minutes"
)


def grammatical(definition: str) -> str:
    """Return a machine as moto's grammar can read it, which knows less of a distributed Map."""
    if "DISTRIBUTED" not in definition:
        return definition
    content = json.loads(definition)
    for _, state in every_state(content):
        processor = state.get("ItemProcessor", {})
        config = processor.get("ProcessorConfig", {})
        if config.get("Mode") == "DISTRIBUTED":
            config["ExecutionType"] = "STANDARD"
            if "ItemBatcher" in state:
                processor["Comment"] = _BATCHER + json.dumps(state.pop("ItemBatcher"))
            if "ToleratedFailurePercentage" in state:
                state["ToleratedFailurePercentage"] = float(state["ToleratedFailurePercentage"])
            if not state.get("ItemReader", {}).get("ReaderConfig", True):
                del state["ItemReader"]["ReaderConfig"]
    return json.dumps(content)


def patches(cloud: Cloud) -> list[Patch]:
    """Return what reads items from this cloud's buckets, and counts what failed."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader import (
        item_reader_decl,
    )
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval import (
        resource_eval_s3,
    )
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
        distributed_iteration_component as distributed,
    )
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
        distributed_item_processor_worker as workers,
    )

    s3 = cloud.clients.client("s3")

    def objects(_: Any, env: Any, *__: Any) -> None:
        pages = s3.get_paginator("list_objects_v2").paginate(**env.stack.pop())
        env.stack.append([_item(found) for page in pages for found in page.get("Contents", ())])

    reader = resource_eval_s3.ResourceEvalS3
    return [
        around(reader, "_get_s3_client", lambda _, **__: s3),
        around(reader, "_handle_list_objects_v2", objects),
        around(item_reader_decl.ItemReader, "_eval_body", _read),
        around(distributed.DistributedIterationComponent, "_map_run", _map_run),
        around(workers.DistributedItemProcessorWorker, "_eval_job", _child),
    ]


def _read(original: Any, self: Any, env: Any) -> None:
    """Read the items of a Map; fail by its name where they cannot be read."""
    from botocore.exceptions import BotoCoreError, ClientError

    from rehearsal.step_functions.error_names import failure

    try:
        original(self, env)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise failure(env, "States.ItemReaderFailed", str(error)) from error


def _item(found: dict[str, Any]) -> dict[str, Any]:
    """Return an object as a Map gets it."""
    return {
        "Etag": found["ETag"],
        "Key": found["Key"],
        "LastModified": int(found["LastModified"].timestamp()),
        "Size": found["Size"],
        "StorageClass": found.get("StorageClass", "STANDARD"),
    }


def _map_run(_: Any, self: Any, env: Any, eval_input: Any) -> None:
    """Run a Map over its items; it fails when more of them failed than it tolerates."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import JobPool

    items = _batches(self._comment, env, eval_input)
    pool = JobPool(job_program=self._get_iteration_program(), job_inputs=items)
    record = eval_input.map_run_record
    for _worker in range(min(len(items), record.max_concurrency or len(items), MOST_AT_ONCE)):
        self._launch_worker(env=env, eval_input=eval_input, job_pool=pool)
    pool.await_jobs()
    error = pool.get_worker_exception()
    if error is not None:
        raise error
    _judge(env, eval_input, record.item_counter)
    outputs = [job.job_output for job in pool.get_closed_jobs()]
    env.stack.append([output for output in outputs if output is not _FAILED])


def _child(original: Any, self: Any, env: Any, job: Any) -> None:
    """Run a child; what counts are its items, and one that failed has no output, not null."""
    from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded

    original(self, env=env, job=job)
    counter, items = self._map_run_record.item_counter, job.job_input
    counted = [counter.total]
    if isinstance(env.program_state(), ProgramEnded):
        counted += [counter.succeeded, counter.results_written]
    else:
        counted.append(counter.failed)
        job.job_output = _FAILED
    for each in counted if isinstance(items, _Batch) else ():
        each.count(len(items["Items"]) - 1)


def _judge(env: Any, eval_input: Any, counter: Any) -> None:
    """Fail the Map where more items failed than its state tolerates."""
    from rehearsal.step_functions.error_names import failure

    told = counter.describe()
    failed = sum(told[key] for key in ("failed", "timedOut", "aborted"))
    if not failed:
        return
    count = eval_input.tolerated_failure_count or 0
    share = eval_input.tolerated_failure_percentage or 0.0
    part = told["total"] * share / 100
    within = [failed <= count] * bool(count) + [failed <= part] * bool(share)
    if not within or not all(within):
        raise failure(env, _EXCEEDED, "The specified tolerated failure threshold was exceeded")


def _batches(comment: Any, env: Any, eval_input: Any) -> list[Any]:
    """Return the items of a Map, or where it has a batcher, its batches of them."""
    items: list[Any] = env.stack.pop()
    text = getattr(comment, "comment", "") or ""
    if not text.startswith(_BATCHER):
        return items
    batcher = json.loads(text.removeprefix(_BATCHER))
    if eval_input.item_selector:
        items = [
            _selected(env, eval_input.item_selector, at, item) for at, item in enumerate(items)
        ]
        eval_input.item_selector = None
    shared = {}
    if "BatchInput" in batcher:
        shared = {"BatchInput": _filled(env, batcher["BatchInput"])}
    return [_Batch(shared | {"Items": batch}) for batch in _parted(items, batcher)]


def _parted(items: list[Any], batcher: dict[str, Any]) -> Iterator[list[Any]]:
    most = batcher.get("MaxItemsPerBatch") or len(items)
    heaviest = batcher.get("MaxInputBytesPerBatch") or float("inf")
    return batches(items, lambda item: len(json.dumps(item).encode()) + 1, most, heaviest)


def _selected(env: Any, selector: Any, index: int, item: Any) -> Any:
    """Return what a state's ItemSelector makes of an item."""
    given = env.states.get_input()
    frame = env.open_frame()
    try:
        frame.states.reset(input_value=given)
        frame.states.context_object.context_object_data["Map"] = {
            "Item": {"Index": index, "Value": item}
        }
        frame.stack.append(given)
        selector.eval(frame)
        return frame.stack.pop()
    finally:
        env.delete_frame(frame)


def _filled(env: Any, value: Any) -> Any:
    """Return a batch's own input with its paths filled in."""
    from moto.stepfunctions.parser.asl.utils.json_path import extract_json

    if isinstance(value, list):
        return [_filled(env, item) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {}
    for key, item in value.items():
        if key.endswith(".$") and isinstance(item, str):
            whole = item.startswith("$$")
            context = env.states.context_object.context_object_data
            found = extract_json(item[1:], context) if whole else None
            filled[key[:-2]] = found if whole else extract_json(item, env.states.get_input())
        else:
            filled[key] = _filled(env, item)
    return filled
