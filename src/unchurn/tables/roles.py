"""What churn.toml says of a table's columns: which it names, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from unchurn.artefacts import Column, Role
from unchurn.errors import ConfigError, DataError
from unchurn.project import Churn, Columns
from unchurn.tables.matching import match_columns
from unchurn.tables.spelling import spelled


def named_columns(headers: Sequence[str], churn: Churn, columns: Columns) -> dict[str, str]:
    """Map every column that the config names to the table's header for it.

    Raises `ConfigError` naming the key and the column that the table lacks, or the columns that
    would be called the same.
    """
    if not churn.target:
        raise ConfigError(
            "[churn] target is empty: it must name the column that says who churned.",
            "Set it in churn.toml, or run: unchurn init --data YOUR_TABLE --target COLUMN",
        )
    named = {
        "[churn] target": [churn.target],
        "[churn] id": [churn.id],
        "[churn] snapshot_date": [churn.snapshot_date],
        "[columns] drop": columns.drop,
        "[columns] allow": columns.allow,
        "[columns] types": columns.types,
        "[columns] decimal": columns.decimal if isinstance(columns.decimal, dict) else (),
        "[columns] epoch": columns.epoch,
        "[columns] missing": columns.missing,
        "[columns] names": columns.names,
        "[columns] actionable": columns.actionable,
        "[columns] protected": columns.protected,
        "[columns] date_order": () if isinstance(columns.date_order, str) else columns.date_order,
    }
    found: dict[str, str] = {}
    for key, names in named.items():
        found |= _found(key, [name for name in names if name], headers)
    spelled(columns, headers)
    return found


def _found(key: str, names: Sequence[str], headers: Sequence[str]) -> dict[str, str]:
    try:
        return match_columns(names, headers)
    except DataError as error:
        raise ConfigError(f"{key} in churn.toml: {error.message}", error.hint) from error


def give_roles(
    found: Sequence[Column], churn: Churn, columns: Columns, names: dict[str, str]
) -> list[Column]:
    """Give each column the role that the config names it for; all others are features.

    Raises `ConfigError` when one column is given two roles that exclude each other.
    """
    roles: dict[str, tuple[Role, str]] = {}
    for each in columns.drop:
        roles[names[each]] = ("dropped", "named in [columns] drop")
    stated: list[tuple[Role, str, str]] = [
        ("snapshot", churn.snapshot_date, "[churn] snapshot_date"),
        ("id", churn.id, "[churn] id"),
        ("target", churn.target, "[churn] target"),
    ]
    for role, name, key in stated:
        if not name:
            continue
        header = names[name]
        if header in roles and roles[header][0] != "dropped":
            raise ConfigError(
                f"{key} and {roles[header][1].removeprefix('named as ')} name the same column, "
                f"{header!r}.",
                "Name a column for each.",
            )
        roles[header] = (role, f"named as {key}")
    return [_with_role(column, *roles.get(column.name, ("feature", ""))) for column in found]


def _with_role(column: Column, role: Role, reason: str) -> Column:
    if role == "snapshot" and column.kind != "date":
        raise ConfigError(
            f"[churn] snapshot_date names {column.name!r}, which holds no dates (read as "
            f"{column.kind}).",
            'Name a date column, or force it: [columns] types = { column = "date" }.',
        )
    kind = "text" if role == "id" else column.kind
    return replace(column, role=role, reason=reason, kind=kind)
