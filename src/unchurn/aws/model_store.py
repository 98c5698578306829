"""The versions of a stack: DynamoDB says which there are, the bucket holds their models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts import verify
from unchurn.artefacts.archive import extract
from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws, is_missing
from unchurn.aws.registry import DynamoRegistry
from unchurn.disk import publish, scratch
from unchurn.errors import ArtefactError
from unchurn.registry import Record, require_registered

_REMEDY = "Restore the object (the bucket keeps earlier versions)"


@dataclass(frozen=True)
class AwsModelStore:
    """The registry in the table, and models brought below `cache`, one folder a bundle."""

    clients: Clients
    table: str
    cache: Path

    @property
    def registry(self) -> DynamoRegistry:
        """The registry of the stack."""
        return DynamoRegistry(self.clients, self.table)

    def address(self, record: Record) -> str:
        """Return where the model.tar.gz is, as the registry's item says."""
        return self.registry.model_url(record.version) or record.entry.bundle

    def folder(self, record: Record) -> Path:
        """Return the bundle as it was brought before, else bring it; see `ModelStore.folder`."""
        kept = self._kept(record)
        return require_registered(kept, record, _REMEDY) if kept.is_dir() else self.check(record)

    def check(self, record: Record) -> Path:
        """Bring the model anew and check it; see `ModelStore.check`."""
        kept = self._kept(record)
        with scratch(kept.parent) as room:
            archive, folder = room / "model.tar.gz", room / "model"
            self._download(record, archive)
            extract(archive, folder)
            verify(folder)
            require_registered(folder, record, _REMEDY)
            publish(folder, kept)
        return kept

    def _kept(self, record: Record) -> Path:
        return self.cache / record.entry.bundle_sha256[:16]

    def _download(self, record: Record, archive: Path) -> None:
        from botocore.exceptions import ClientError

        url = self.address(record)
        bucket, _, key = url.removeprefix("s3://").partition("/")
        if not url.startswith("s3://") or not key:
            raise ArtefactError(
                f"Version {record.version} is not in the bucket of the stack, but at {url!r}.",
                "Promote a version that was trained with: unchurn aws train",
            )
        with asking_aws(f"read {url}"):
            try:
                self.clients.client("s3").download_file(bucket, key, str(archive))
            except ClientError as error:
                if not is_missing(error):
                    raise
                raise ArtefactError(
                    f"The model of version {record.version} is missing: there is no {url}.",
                    "Restore the object (the bucket keeps earlier versions), or promote another.",
                ) from error
