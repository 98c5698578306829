"""Queries: started, answered in a thread, described with what became of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from rehearsal import objects
from rehearsal.athena import results, statements, tables, trino
from rehearsal.errors import RehearsalError
from rehearsal.faults import Kind
from rehearsal.glue.states import settle
from rehearsal.patches import Patch, around
from rehearsal.permissions.actions import Need
from rehearsal.permissions.s3_actions import bucket_arn
from rehearsal.permissions.sessions import calling, under

if TYPE_CHECKING:
    from rehearsal.cloud import Cloud

FAULTS: dict[Kind, str] = {
    "fails": "GENERIC_INTERNAL_ERROR: made to fail on purpose",
    "stopped": "Query timeout (a fault made on purpose)",
    "data-missing": "TABLE_NOT_FOUND: Table does not exist (a fault made on purpose)",
}
"""What a query ends with that suffers a fault of its work group."""
NO_PLACE = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)


class Executions:
    """Every query of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._threads: list[Thread] = []

    def patches(self) -> list[Patch]:
        """Return what makes queries answer."""
        from moto.athena.models import AthenaBackend
        from moto.athena.responses import AthenaResponse

        return [
            around(AthenaBackend, "start_query_execution", self._start),
            around(AthenaResponse, "get_query_execution", self._describe),
        ]

    def close(self) -> None:
        """Wait for what still runs."""
        for thread in list(self._threads):
            thread.join()

    def _start(
        self,
        original: Any,
        backend: Any,
        query: str,
        context: Any,
        config: Any,
        workgroup: str | None,
        execution_parameters: list[str] | None,
    ) -> str:
        from moto.athena.exceptions import InvalidArgumentException

        group = backend.work_groups[workgroup or "primary"]
        place = _output(group.configuration, config or {})
        if not place.get("OutputLocation"):
            raise InvalidArgumentException(NO_PLACE)
        bucket = objects.split(place["OutputLocation"])[0]
        if self.cloud.permissions.ask(
            [Need("s3:GetBucketLocation", bucket_arn(bucket))], calling()
        ):
            raise InvalidArgumentException(f"Unable to verify/create output bucket {bucket}")
        number: str = original(
            backend, query, context or {}, place, workgroup or "primary", execution_parameters
        )
        execution = backend.executions[number]
        settle(execution, "RUNNING")
        work = under(calling(), self._run)  # a query reads as whoever asks
        about = (backend, execution, self._fault(workgroup or "primary"))
        thread = Thread(target=work, args=about, name=number, daemon=True)
        self._threads.append(thread)
        thread.start()
        return number

    def _describe(self, original: Any, response: Any) -> str:
        told = json.loads(original(response))
        described = told["QueryExecution"]
        execution = response.athena_backend.executions[described["QueryExecutionId"]]
        status = described["Status"]
        if reason := getattr(execution, "reason", ""):
            status["StateChangeReason"] = reason
            status["AthenaError"] = {"ErrorCategory": 2, "ErrorMessage": reason}
        if status["State"] in {"QUEUED", "RUNNING"}:
            status.pop("CompletionDateTime", None)
        described["Statistics"] |= getattr(execution, "statistics", {})
        return json.dumps(told)

    def _fault(self, group: str) -> RehearsalError | None:
        """Return the fault that is aimed at a work group; its query then ends so, without running."""
        suffered = (why for kind, why in FAULTS.items() if self.cloud.faults.take(group, kind))
        return next((statements.QueryError(why) for why in suffered), None)

    def _run(self, backend: Any, execution: Any, fault: RehearsalError | None) -> None:
        started, status, why = time.monotonic(), "SUCCEEDED", ""
        try:
            self._answer(backend, execution, fault)
        except RehearsalError as error:
            status, why = "FAILED", error.message
        except Exception as error:  # a query must end whatever happens
            status, why = "FAILED", f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}"
        seconds = time.monotonic() - started
        execution.reason, execution.end_time = why, time.time()
        self.cloud.journal.remark(trino.UNLIKE)
        self.cloud.journal.note("athena", execution.id, status, seconds, why)
        settle(execution, status)
        self.cloud.bell.ring()

    def _answer(self, backend: Any, execution: Any, fault: RehearsalError | None) -> None:
        import duckdb
        from moto.athena.models import QueryResults

        if fault:
            raise fault
        database = str(execution.context.get("Database", "default"))
        given = execution.execution_parameters or []
        statement = statements.read(execution.query, given, database)
        folder = self.cloud.work / "athena" / execution.id
        folder.mkdir(parents=True)
        with duckdb.connect() as connection:
            scanned = tables.attach(self.cloud, connection, statement.tables, folder)
            execution.statistics = {"DataScannedInBytes": scanned}
            try:
                if statement.to:
                    self._unload(connection, execution, statement, folder)
                    return
                answer = connection.execute(statement.sql)
                described, rows = answer.description, answer.fetchall()
            except duckdb.Error as error:
                raise statements.QueryError(_reason(error)) from error
        names = trino.named(name for name, *_ in described)
        backend.query_results[execution.id] = QueryResults(
            rows=results.as_rows(names, rows), column_info=results.columns(names, described)
        )
        self._put(execution.config["OutputLocation"], results.as_csv(names, rows))

    def _unload(
        self, connection: Any, execution: Any, statement: statements.Statement, folder: Path
    ) -> None:
        """Write the rows as one Parquet object, of no rows none, and the manifest that names it."""
        if objects.found(self.cloud, statement.to):
            raise statements.QueryError(
                f"HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: "
                f"{statement.to}. You may need to manually clean the data at location."
            )
        file = folder / "unloaded.parquet"
        described = connection.execute(f"SELECT * FROM ({statement.sql}) LIMIT 0").description
        (rows,) = connection.execute(
            f"COPY ({trino.unloaded(statement.sql, described)}) TO '{file}' (FORMAT parquet, COMPRESSION {statement.compression})"
        ).fetchone()
        written = f"{statement.to.rstrip('/')}/{execution.id.replace('-', '_')}_0"
        if rows:
            objects.put(self.cloud, file, written)
        place = execution.config["OutputLocation"].removesuffix(".csv")
        execution.statistics["DataManifestLocation"] = f"{place}-manifest.csv"
        self._put(f"{place}-manifest.csv", f"{written}\n".encode() if rows else b"")

    def _put(self, uri: str, body: bytes) -> None:
        bucket, key = objects.split(uri)
        self.cloud.clients.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _reason(error: Exception) -> str:
    """Return Athena's reason for an error of DuckDB, in its words where they are known."""
    if "Division by zero" in str(error):
        return "DIVISION_BY_ZERO: Division by zero"
    return f"GENERIC_USER_ERROR: {error}"


def _output(group: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the ResultConfiguration that counts: an enforced work group's before one's own."""
    shared = group.get("ResultConfiguration") or {}
    enforced = group.get("EnforceWorkGroupConfiguration") and shared.get("OutputLocation")
    return dict(shared if enforced or not own.get("OutputLocation") else own)
