"""What came true of scorings on AWS: what they left in the bucket, and files of who left, judged here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from unchurn.aws import layout
from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import asking_aws
from unchurn.aws.fetch import fetch_judged
from unchurn.aws.journal import ledger_of
from unchurn.aws.model_store import AwsModelStore
from unchurn.aws.run import deployed
from unchurn.disk import scratch
from unchurn.errors import ConfigError, counted, listing
from unchurn.pipeline.day import day_of_moment, require_day
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.realised import Realised, realised
from unchurn.pipeline.taking_in import Landed
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.registry.sqlite import utc_now
from unchurn.tables.hidden_files import is_mark


def outcomes(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    out: Path | None,
    as_of: str,
    progress: Progress,
) -> Realised:
    """Judge every scoring of the stack by the files that lie under ``data/outcomes/``.

    Scores, watches and evaluations that are not here yet are brought to the project's runs, where `unchurn runs`
    and `unchurn outcomes` find them, too; scores without a watch stay there, and a note says so. Today, and the day
    on which a file came and is known from, are days of [churn] timezone; yes and no are about the run of the folder.
    Raises what `realised` raises, `AwsError`, and `ConfigError` where versions are not the stack's.
    """
    require_day(as_of, "--as-of")
    if project.registry.kind != "dynamodb":
        raise ConfigError(
            f"[registry] kind is {project.registry.kind!r}, and scorings on AWS name versions of the stack's.",
            'Set kind = "dynamodb" under [registry].',
        )
    bucket = deployed(clients, deployment, "InferenceStateMachineArn")["Bucket"]
    store = AwsModelStore(clients, deployment.registry_table, project.root / "registry")
    with kept_for_readers(project), _landed(clients, bucket, project) as files:
        left = fetch_judged(clients, bucket, project.root, progress)
        return realised(
            project,
            out=out,
            as_of=as_of or day_of_moment(utc_now().isoformat(), project.churn.timezone),
            progress=progress,
            store=store,
            ledger=ledger_of(clients, deployment),
            landed=files,
            notes=_unwatched(left),
        )


def _unwatched(runs: Sequence[str]) -> list[str]:
    """Say which scorings cannot be judged, for nothing that was brought says which customers they are of."""
    if not runs:
        return []
    who = counted(len(runs), "scoring stays", "scorings stay")
    what = "table" if len(runs) == 1 else "tables"
    return [
        f"{who} in the bucket and cannot be judged, for want of a watch: {listing(runs, 3)}. Score the same "
        f"{what} again."
    ]


@contextmanager
def _landed(clients: Clients, bucket: str, project: Project) -> Iterator[tuple[Landed, ...]]:
    """Bring the files of who left for the length of the block, the earliest first."""
    s3, found, near = clients.client("s3"), [], project.root / "sources"
    with scratch(near) as room, asking_aws(f"fetch s3://{bucket}/{layout.OUTCOMES}"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=layout.OUTCOMES)
        items = [item for page in pages for item in page.get("Contents", [])]
        for number, item in enumerate(sorted(items, key=lambda each: each["LastModified"])):
            key = str(item["Key"]).removeprefix(layout.OUTCOMES)
            run, _, name = key.rpartition("/")
            if not name or is_mark(name, item["Size"]):
                continue
            path = room / str(number) / name
            path.parent.mkdir()
            s3.download_file(bucket, item["Key"], str(path))
            day = day_of_moment(item["LastModified"].isoformat(), project.churn.timezone)
            found.append(Landed(str(path), day, run, f"s3://{bucket}/{item['Key']}"))
        yield tuple(found)
