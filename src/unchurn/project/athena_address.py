"""Addresses of Athena, and what unloads them. Standard library alone: a function on AWS reads them, too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

SCHEME = "athena://"
SHAPE = "athena://database/table or athena://database?query=SELECT …"

_ADDRESS = re.compile(
    r"athena://(?P<database>[^/?]*)(?:/(?P<table>[^/?]+))?(?:\?query=(?P<sql>.*))?", re.S
)
_SELECT = re.compile(r"\s*(select|with|\()", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """What to read. `database` may be empty where the query names its databases itself."""

    text: str
    database: str
    query: str

    def request(self, place: str) -> dict[str, Any]:
        """Return what Athena is asked, to unload the rows as Parquet to `place`, an empty prefix of S3."""
        # The query may end in a comment, which would take the bracket with it.
        statement = f"UNLOAD ({self.query}\n) TO '{place}' WITH (format = 'PARQUET')"
        context = {"Database": self.database} if self.database else {}
        return {"QueryString": statement, "QueryExecutionContext": context}


def read_address(location: str) -> Address:
    """Read ``athena://…``. Raises `ValueError` saying why it is no address of Athena."""
    found = _ADDRESS.fullmatch(location)
    if not found or (found["table"] is None) == (found["sql"] is None):
        raise ValueError(f"{location!r} is not an address of Athena.")
    database, table = found["database"], found["table"]
    if table is not None:
        if not database:
            raise ValueError(f"{location!r} names no database.")
        return Address(location, database, f"SELECT * FROM {_quoted(database)}.{_quoted(table)}")
    sql = found["sql"].strip().rstrip(";")
    if not _SELECT.match(sql):
        raise ValueError(
            f"The query of {location!r} does not read: it must begin with SELECT or WITH."
        )
    return Address(location, database, sql)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
