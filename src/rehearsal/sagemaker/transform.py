"""Batch transform: objects cut into payloads, sent to the serving container, put together again."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.errors import InputError
from rehearsal.objects import Stored
from rehearsal.sagemaker import data_processing, running, serving
from rehearsal.sagemaker.jobs import Job, JobFailedError, JobStoppedError

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

MEGABYTE = 1 << 20
REPLY_CHARACTERS = 300


def transform(cloud: Cloud, job: Job) -> None:
    """Run one transform job, as the role of its model."""
    model = cloud.clients.client("sagemaker").describe_model(ModelName=job.request["ModelName"])
    role = model.get("ExecutionRoleArn", "")
    with cloud.permissions.as_role(role, "sagemaker", "SageMaker", job.arn):
        _transform(cloud, job)


def _transform(cloud: Cloud, job: Job) -> None:
    request = job.request
    running.single_host(request["TransformResources"])
    data_processing.asked(request)  # refused before anything is started
    inputs = _inputs(cloud, request["TransformInput"])
    server = serving.start(
        cloud, request["ModelName"], job.folder, _environment(request), job.stopped
    )
    try:
        for stored in inputs:
            _transform_one(cloud, job, server, stored)
    finally:
        server.stop()


def _inputs(cloud: Cloud, source: Mapping[str, Any]) -> list[Stored]:
    running.require({"CompressionType": "None"}, source, "transforms")
    where = source["DataSource"]["S3DataSource"]
    running.require({"S3DataType": "S3Prefix"}, where, "transforms")
    try:
        inputs = objects.found(cloud, where["S3Uri"])
    except InputError as error:
        raise JobFailedError(f"ClientError: {error.message}") from error
    if not inputs:
        raise JobFailedError(f"ClientError: No S3 objects found under {where['S3Uri']}")
    return inputs


def _environment(request: Mapping[str, Any]) -> dict[str, str]:
    return {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(request.get("MaxPayloadInMB", 6)),
        "SAGEMAKER_BATCH_STRATEGY": _strategy(request),
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": str(request.get("MaxConcurrentTransforms", 1)),
        **request.get("Environment", {}),
    }


def _strategy(request: Mapping[str, Any]) -> str:
    return str(request.get("BatchStrategy", "MultiRecord"))


def _transform_one(cloud: Cloud, job: Job, server: serving.Chain, stored: Stored) -> None:
    """Send one object through the container; its answers become ``<name>.out``."""
    source = job.folder / "input"
    objects.fetch(cloud, stored, source)
    output, target = job.request["TransformOutput"], job.folder / "output"
    end = b"\n" if output.get("AssembleWith", "None") == "Line" else b""
    chunks = payloads(source.read_bytes(), job.request)
    with (
        ThreadPoolExecutor(max(1, job.request.get("MaxConcurrentTransforms", 1))) as pool,
        target.open("wb") as assembled,
    ):
        for answer in pool.map(lambda chunk: _answer(job, server, chunk), chunks):
            assembled.write(answer.rstrip(b"\n") + end if end else answer)
    objects.put(cloud, target, f"{output['S3OutputPath'].rstrip('/')}/{stored.name}.out")


def _answer(job: Job, server: serving.Chain, payload: bytes) -> bytes:
    """Return the answer to a payload; with DataProcessing, a line for each of its records."""
    processing = data_processing.asked(job.request)
    if processing.idle:
        return _invoke(job, server, payload)
    records = [line for line in payload.splitlines() if line.strip()]
    told = _invoke(
        job, server, b"".join(data_processing.before(processing, each) for each in records)
    )
    answers = [line for line in told.splitlines() if line.strip()]
    if len(answers) != len(records):
        raise JobFailedError(
            f"ClientError: {len(records)} records were answered with {len(answers)} lines, which "
            "DataProcessing cannot tell apart."
        )
    pairs = zip(records, answers, strict=True)
    return b"".join(data_processing.after(processing, record, answer) for record, answer in pairs)


def payloads(content: bytes, request: Mapping[str, Any]) -> Iterator[bytes]:
    """Cut `content` into what is sent at once.

    By SplitType ``Line`` each payload holds whole lines: one (SingleRecord), or as many as
    MaxPayloadInMB has room for. Raises `JobFailedError` for a piece that is larger than that.
    """
    limit = request.get("MaxPayloadInMB", 6) * MEGABYTE or len(content) + 1
    split = request["TransformInput"].get("SplitType", "None")
    running.require(
        {"SplitType": split if split in {"None", "Line"} else "Line"},
        request["TransformInput"],
        "transforms",
    )
    records = [content] if split == "None" else content.splitlines(keepends=True)
    most = 1 if _strategy(request) == "SingleRecord" else len(records)
    held: list[bytes] = []
    size = 0
    for record in records:
        if len(record) > limit:
            raise JobFailedError(
                f"ClientError: a record of {len(record):,} bytes is larger than "
                f"MaxPayloadInMB={request.get('MaxPayloadInMB', 6)}."
            )
        if held and (len(held) >= most or size + len(record) > limit):
            yield b"".join(held)
            held, size = [], 0
        held.append(record)
        size += len(record)
    if held:
        yield b"".join(held)


def _invoke(job: Job, server: serving.Chain, payload: bytes) -> bytes:
    request = job.request
    patience = request.get("ModelClientConfig", {})
    headers = {"Content-Type": request["TransformInput"].get("ContentType", "")}
    if "Accept" in request["TransformOutput"]:
        headers["Accept"] = request["TransformOutput"]["Accept"]
    told = ""
    for _ in range(1 + patience.get("InvocationsMaxRetries", 0)):
        if job.stopped.is_set():
            raise JobStoppedError("Stopped")
        try:
            reply = server.ask(payload, headers, patience.get("InvocationsTimeoutInSeconds", 600))
        except (OSError, http.client.HTTPException) as error:
            told = f"AlgorithmError: Model container failed to respond: {error}"
            continue
        if reply.status == 200:
            return reply.body
        begins = reply.body[:REPLY_CHARACTERS].decode(errors="replace")
        told = f"ClientError: Bad HTTP status received from algorithm: {reply.status}: {begins}"
    raise JobFailedError(told)
