"""Crawlers: each target becomes a table of the catalogue, as the objects below it are."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.errors import RehearsalError
from rehearsal.glue.crawler_settings import is_excluded, unheeded
from rehearsal.glue.inference import table_input
from rehearsal.glue.notices import tell_crawl
from rehearsal.glue.states import settle
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Place
from rehearsal.permissions.unseen import logging

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

_WORDS = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}
"""How a crawl's last status is called in LastCrawl."""


_AT_ONCE = 100
"""The most partitions that one call may make."""


class Crawlers:
    """Every crawl of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._threads: list[Thread] = []

    def patches(self) -> list[Patch]:
        """Return what makes crawlers read."""
        from moto.glue.models import FakeCrawler

        return [
            around(FakeCrawler, "start_crawler", self._start),
            around(FakeCrawler, "as_dict", self._describe),
        ]

    def close(self) -> None:
        """Wait for what still crawls."""
        for thread in list(self._threads):
            thread.join()

    def _start(self, original: Any, crawler: Any) -> None:
        original(crawler)
        crawl = crawler.crawls[-1]
        settle(crawl, "RUNNING")
        thread = Thread(target=self._run, args=(crawler, crawl), name=crawler.name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _describe(self, original: Any, crawler: Any) -> dict[str, Any]:
        """Tell of the last crawl that ended; moto tells of one that runs, in other words."""
        described: dict[str, Any] = original(crawler)
        described.pop("LastCrawl", None)
        ended = [crawl for crawl in crawler.crawls if crawl.status in _WORDS]
        if ended:
            last = ended[-1]
            described["LastCrawl"] = {
                "Status": _WORDS[last.status],
                "LogGroup": last.log_group,
                "LogStream": last.log_stream,
                "MessagePrefix": last.message_prefix,
                "StartTime": last.start_time,
                "ErrorMessage": getattr(last, "error_message", ""),
            }
        return described

    def _run(self, crawler: Any, crawl: Any) -> None:
        started, status, why = time.monotonic(), "COMPLETED", ""
        try:
            tell_crawl(self.cloud, crawler.name, "Started")
            self._suffer(crawler.name)
            arn = f"arn:aws:glue:{self.cloud.region}:{self.cloud.account}:crawler/{crawler.name}"
            with self.cloud.permissions.as_role(crawler.role, "glue", "AWS-Crawler", arn):
                place = Place(self.cloud.region, self.cloud.account)
                self.cloud.permissions.ask(logging(place, "/aws-glue/crawlers", crawler.name, True))
                for sentence in unheeded(crawler):
                    self.cloud.journal.remark(sentence)
                for target in crawler.targets.get("S3Targets", []):
                    self._crawl(crawler, target["Path"], target.get("Exclusions") or [])
        except RehearsalError as error:
            status, why = "FAILED", error.message
        except Exception as error:  # a crawl must end whatever happens
            status, why = "FAILED", f"{type(error).__name__}: {error}"
        crawl.error_message = why
        seconds = time.monotonic() - started
        self.cloud.journal.note("crawl", crawler.name, _WORDS[status], seconds, why)
        ended = "STOPPED" if crawl.status == "STOPPING" else status
        settle(crawl, ended)
        if ended != "STOPPED":  # of which nothing is told
            tell_crawl(self.cloud, crawler.name, _WORDS[status].capitalize(), why, seconds)

    def _suffer(self, name: str) -> None:
        if self.cloud.faults.take(name, "fails"):
            raise RehearsalError("Internal Service Exception: a fault made on purpose")

    def _crawl(self, crawler: Any, path: str, excluded: list[str]) -> None:
        """Make or refresh the table of one target; none when there is nothing to read.

        With UpdateBehavior LOG a table that is there stays as it is: see "SchemaChangePolicy" in the
        API of Glue.
        """
        glue = self.cloud.clients.client("glue")
        database = crawler.database_name
        stored = [
            item
            for item in objects.found(self.cloud, path)
            if _is_data(item) and not is_excluded(item.name, excluded)
        ]
        keeps = (crawler.schema_change_policy or {}).get("UpdateBehavior") == "LOG"
        name = f"{crawler.table_prefix or ''}{_table_name(path)}"
        if self.cloud.faults.take(crawler.name, "data-missing"):
            stored = []
            _forget(glue, database, name)
        if not stored:
            return
        for wanted in self._tables(name, path, stored, crawler.table_prefix or ""):
            wanted["Parameters"]["UPDATED_BY_CRAWLER"] = crawler.name
            try:
                glue.create_table(DatabaseName=database, TableInput=wanted)
            except glue.exceptions.AlreadyExistsException:
                if not keeps:
                    glue.update_table(DatabaseName=database, TableInput=wanted)
            if wanted["PartitionKeys"]:
                _register(glue, database, wanted, stored)

    def _tables(
        self, name: str, path: str, stored: list[objects.Stored], prefix: str
    ) -> list[dict[str, Any]]:
        """Describe a target as one table, or as one a folder where folders hold different columns."""
        folder, top = self.cloud.work / "crawl", path.rstrip("/")
        parts = {
            part: table_input(
                self.cloud, f"{prefix}{_table_name(part)}", f"{top}/{part}", held, folder
            )
            for part, held in _by_folder(stored).items()
        }
        columns = {str(each["StorageDescriptor"]["Columns"]) for each in parts.values()}
        if len(columns) < 2:
            return [table_input(self.cloud, name, path, stored, folder)]
        for item in stored:
            if "/" not in item.name:  # a file beside the folders is a table of its own
                wanted = table_input(
                    self.cloud, f"{prefix}{_table_name(item.name)}", path, [item], folder
                )
                wanted["StorageDescriptor"]["Location"] = f"{top}/{item.name}"
                parts[item.name] = wanted
        return list(parts.values())


def _is_data(item: objects.Stored) -> bool:
    """Tell whether Glue would read it: not empty, no name in it hidden by a dot or underscore."""
    parts = item.name.split("/")
    return item.size > 0 and not any(part.startswith(("_", ".")) for part in parts)


def _by_folder(stored: list[objects.Stored]) -> dict[str, list[objects.Stored]]:
    """Part objects by the first folder they lie in; folders of partitions (``key=value``) are none."""
    found: dict[str, list[objects.Stored]] = {}
    for item in stored:
        part, inside, rest = item.name.partition("/")
        if inside and "=" not in part:
            found.setdefault(part, []).append(replace(item, name=rest))
    return found


def _table_name(path: str) -> str:
    last = path.rstrip("/").rpartition("/")[2].lower()
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in last)


def _register(
    glue: Any, database: str, table: dict[str, Any], stored: list[objects.Stored]
) -> None:
    """Make a partition of each folder that holds objects of a table; those that are there stay."""
    location = table["StorageDescriptor"]["Location"]
    prefix = objects.split(location)[1]
    folders = {
        item.key.removeprefix(prefix).rpartition("/")[0]: None
        for item in stored
        if item.key.startswith(prefix)
    }
    made = [
        {
            "Values": [part.partition("=")[2] or part for part in folder.split("/")],
            "StorageDescriptor": table["StorageDescriptor"] | {"Location": f"{location}{folder}/"},
        }
        for folder in folders
        if folder and folder.count("/") + 1 == len(table["PartitionKeys"])
    ]
    for first in range(0, len(made), _AT_ONCE):
        glue.batch_create_partition(
            DatabaseName=database,
            TableName=table["Name"],
            PartitionInputList=made[first : first + _AT_ONCE],
        )


def _forget(glue: Any, database: str, name: str) -> None:
    try:
        glue.delete_table(DatabaseName=database, Name=name)
    except glue.exceptions.EntityNotFoundException:
        return
