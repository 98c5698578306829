"""Deploy: bring an account to what the templates, the code and churn.toml say, in one order.

    storage                  the bucket, which the rest needs
    code, churn.toml, table  uploaded; what is there already is not sent again
    alarms … build           the registry, the roles, the image's builder
    image                    built where this code's is not in the repository
    training … schedules     what uses all of it
    delivery                 the pipeline, where one is wanted

Nothing is remembered between deploys. Each stack is asked what it is, so that a deploy which was
cut short goes on, and a second one changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unchurn.aws import layout
from unchurn.aws.adoption import adopt
from unchurn.aws.apply_stacks import Works
from unchurn.aws.bundles import Bundles, pack
from unchurn.aws.catalogue import crawl, upload_tables
from unchurn.aws.change_sets import Applied, clear_dead
from unchurn.aws.clients import Clients
from unchurn.aws.delivery import check_source
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.image import ensure_image
from unchurn.aws.queries import check_queries, queried
from unchurn.aws.stack_state import read_stack
from unchurn.aws.templates import Template, read_templates
from unchurn.aws.uploads import (
    Uploaded,
    upload_code,
    upload_history,
    upload_project,
    upload_table,
)
from unchurn.errors import ConfigError
from unchurn.progress import Progress
from unchurn.project import Project


@dataclass(frozen=True)
class Deployed:
    """What a deploy did: every stack's fate, what was sent, whether an image was built.

    `tables`: what Athena finds, where tables were to be loaded.
    """

    deployment: Deployment
    stacks: tuple[Applied, ...]
    uploaded: Uploaded
    image_built: bool
    tables: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything is different from before."""
        moved = any(each.action != "unchanged" for each in self.stacks)
        return moved or self.image_built or self.uploaded.sent > 0

    @property
    def outputs(self) -> dict[str, str]:
        """Outputs of all stacks, by name."""
        return {key: value for each in self.stacks for key, value in each.outputs.items()}

    def document(self) -> dict[str, Any]:
        """The versioned document of ``unchurn aws deploy --json``."""
        return {
            "schema_version": 1,
            "stack": self.deployment.stack,
            "region": self.deployment.region,
            "changed": self.changed,
            "stacks": [
                {
                    "name": each.stack,
                    "action": each.action,
                    "changes": [change.words for change in each.changes],
                }
                for each in self.stacks
            ],
            "uploaded": self.uploaded.sent,
            "image_built": self.image_built,
            "tables": list(self.tables),
            "outputs": self.outputs,
        }


def deploy(
    clients: Clients,
    deployment: Deployment,
    project: Project,
    progress: Progress,
    bundles: Bundles | None = None,
    templates: tuple[Template, ...] | None = None,
    load: bool = False,
) -> Deployed:
    """Create or update everything; return what was done. With `load`, Athena has both tables.

    Raises `ConfigError` without credentials, with a bucket that is not there or for a query that
    cannot be asked, before anything is created, and `AwsError` in a build whose commit would change
    what only an administrator changes; `AwsError` with AWS's own reasons when a part of it fails.
    """
    check_queries(project, deployment.values)
    clients.account()
    check_existing(clients, deployment)
    bundles = bundles or pack(settings=project.aws)
    deployment = adopt(clients, deployment).with_values(bundles.values)
    works = Works(clients, deployment, progress, templates or read_templates())
    works.require_rights()
    works.apply("storage")
    bucket = works.outputs["Bucket"]
    uploaded = upload_code(clients, bucket, bundles, progress)
    uploaded += upload_project(clients, bucket, project)
    tables = upload_tables if load else _upload_training_table
    uploaded += tables(clients, bucket, project, progress)
    works.apply("alarms", "registry", "roles")
    stands = _stands(clients, deployment.stack_name("delivery"))
    if stands:
        # CloudFormation goes on using its role for the stacks below: what it may comes first.
        works.apply("delivery")
    works.apply("build")
    built = ensure_image(clients, works.outputs, bundles.image_tag, progress)
    works.apply("training", "inference", "effect", "captured", "schedules")
    if deployment.delivers and not stands:
        # A new pipeline starts by itself, and needs all of them.
        works.apply("delivery")
    if deployment.delivers:
        clear_dead(clients, deployment.stack_name("deploy-model"))
    found = tuple(crawl(clients, works.outputs, progress)) if load else ()
    return Deployed(deployment, tuple(works.applied), uploaded, built, found)


def check_existing(clients: Clients, deployment: Deployment) -> None:
    """Make sure that what the user names exists. Raises `ConfigError`."""
    from botocore.exceptions import ClientError

    bucket, table = deployment.existing_bucket, deployment.existing_table
    with asking_aws("look at the bucket and the table that you name"):
        try:
            if bucket:
                clients.client("s3").head_bucket(Bucket=bucket)
        except ClientError as error:
            if not is_missing(error):
                raise
            raise ConfigError(
                f"There is no bucket {bucket!r}.",
                f"Make it (aws s3 mb s3://{bucket}), or name none and the stack makes its own.",
            ) from error
        try:
            if table:
                clients.client("dynamodb").describe_table(TableName=table)
        except ClientError as error:
            if not is_missing(error):
                raise
            raise ConfigError(
                f"There is no DynamoDB table {table!r} in {clients.region}.",
                "Leave [aws] registry_table empty and the stack makes its own.",
            ) from error
    # A build may not look at this; whoever made the pipeline has.
    if bucket and deployment.values["DeliverySource"] == "s3" and not deployment.deploy_role:
        check_source(clients, bucket)


def _stands(clients: Clients, stack: str) -> bool:
    with asking_aws(f"look for the stack {stack}"):
        return read_stack(clients, stack) is not None


def _upload_training_table(
    clients: Clients, bucket: str, project: Project, progress: Progress
) -> Uploaded:
    """Upload [data] train, or [history], where it is on this machine; otherwise say why not."""
    table = "" if "train" in queried(project) else project.data.train
    try:
        if project.asks_history:
            return upload_history(clients, bucket, project, progress)
        if table:
            return upload_table(clients, bucket, layout.TRAIN, table, project.folder, progress)
    except ConfigError as error:
        # Deploying needs no table; training does, and says the same again.
        progress.note(f"No table was uploaded: {error.message}")
    return Uploaded(0, 0)
