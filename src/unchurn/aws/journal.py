"""The events of a stack's ledger as DynamoDB has them, and the objects that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from unchurn.aws.clients import Clients
from unchurn.aws.deployment import Deployment
from unchurn.aws.failure import asking_aws, code_of, is_missing
from unchurn.aws.lambdas.event_table import KEPT, EventLost, EventTable
from unchurn.aws.registry import no_table
from unchurn.aws.stack_state import outputs_of
from unchurn.campaigns.campaign_events import (
    Event,
    LedgerDamaged,
    checked,
    following,
    kept_name,
)
from unchurn.campaigns.journal import JournalLedger
from unchurn.errors import ConfigError, RegistryError


def ledger_of(clients: Clients, deployment: Deployment) -> JournalLedger:
    """Return the ledger of a deployment; AWS is asked once it is used."""

    def bucket() -> str:
        named = deployment.existing_bucket
        if named:
            return named
        with asking_aws("find the stack's bucket"):
            found = outputs_of(clients, deployment.stack_name("storage")).get("Bucket")
        if not found:
            raise ConfigError(
                f"The stack {deployment.stack!r} has no bucket in {clients.region}, where members of "
                "campaigns are kept.",
                "Make it with: unchurn aws deploy — or set [aws] bucket in churn.toml.",
            )
        return found

    return JournalLedger(DynamoJournal(clients, deployment.registry_table, bucket))


class DynamoJournal:
    """A `Journal` in the registry's table; `bucket` says in which one things are kept.

    Every method raises `ConfigError` when there are no credentials or no such table, and `AwsError`
    when AWS refuses.
    """

    def __init__(self, clients: Clients, table: str, bucket: Callable[[], str]) -> None:
        self._clients = clients
        self._table = table
        self._find_bucket = bucket

    def events(self) -> list[Event]:
        """Return every event; see `Journal.events`."""
        with self._open() as table:
            return checked([Event(*row) for row in table.events()])

    def append(self, text: str, before: list[Event]) -> bool:
        """Add an event; see `Journal.append`."""
        with self._open() as table:
            return table.append(len(before) + 1, *following(text, before))

    def keep(self, sha256: str, content: bytes) -> None:
        """Put an object, named by the hash of what it holds."""
        place = {"Bucket": self._bucket, "Key": KEPT + kept_name(sha256)}
        with asking_aws("keep who is in a campaign"):
            self._clients.client("s3").put_object(**place, Body=content)

    def kept(self, sha256: str) -> bytes:
        """Read an object; see `Journal.kept`."""
        from botocore.exceptions import ClientError

        bucket, key = self._bucket, KEPT + kept_name(sha256)
        with asking_aws(f"read s3://{bucket}/{key}"):
            try:
                found = self._clients.client("s3").get_object(Bucket=bucket, Key=key)
                return bytes(found["Body"].read())
            except ClientError as error:
                if not is_missing(error):
                    raise
                raise RegistryError(
                    f"The ledger of campaigns is damaged: there is no s3://{bucket}/{key}.",
                    JournalLedger.restore,
                ) from error

    @cached_property
    def _bucket(self) -> str:
        return self._find_bucket()

    @contextmanager
    def _open(self) -> Iterator[EventTable]:
        from botocore.exceptions import ClientError

        with asking_aws("use the ledger of campaigns"):
            try:
                yield EventTable(self._clients.client("dynamodb"), self._table)
            except (EventLost, LedgerDamaged) as error:
                raise RegistryError(str(error), JournalLedger.restore) from error
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    raise no_table(self._table, self._clients.region) from error
                raise
