"""The registry of a stack: a DynamoDB table, safe for many people and Lambdas at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, Literal

from unchurn.aws.clients import Clients
from unchurn.aws.failure import asking_aws, code_of
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import (
    Item,
    RegistryBusy,
    RegistryDamaged,
    State,
    Table,
    move_key,
    persist,
    version_key,
)
from unchurn.errors import ConfigError, RegistryError
from unchurn.registry import (
    ANY,
    Alias,
    Change,
    Check,
    Entry,
    Move,
    Record,
    Registration,
    current_user,
)
from unchurn.registry.history import champions
from unchurn.registry.protocol import Action
from unchurn.registry.refusals import (
    NEVER_CHANGES,
    overtaken,
    require_earlier,
    require_loads,
    require_passed,
    unknown_version,
)
from unchurn.registry.rows import require_plain
from unchurn.registry.sqlite import utc_now


class DynamoRegistry:
    """A `Registry` in the table `name`. The clock (aware datetimes) and the user are given.

    Every method raises `ConfigError` when there are no credentials or no such table, `AwsError`
    when DynamoDB refuses, and `RegistryError` when others are faster at every attempt.
    """

    def __init__(
        self,
        clients: Clients,
        name: str,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        self._clients = clients
        self._name = name
        self._clock = clock
        self._who = who

    def register(
        self, entry: Entry, promote: bool, against: int | Literal["any"] | None = ANY
    ) -> Registration:
        """Add a version; see `Registry.register`."""
        require_passed(entry)
        require_plain(entry)
        plain, at, by = asdict(entry), self._now(), self._who()
        try:
            with self._open() as table:
                made = persist(
                    lambda: registration.register(table, plain, promote, against, at, by)
                )
        except registration.AnotherBundle as error:
            raise RegistryError(str(error), NEVER_CHANGES) from error
        except registration.RegistryRefused as error:
            raise RegistryError(str(error), "Register a run of another name.") from error
        return Registration(**made)

    def records(self) -> tuple[Record, ...]:
        """Return every version, oldest first."""
        return tuple(map(_record, self._items()))

    def get(self, version: int) -> Record:
        """Return one version; see `Registry.get`."""
        return _record(self._item(version))

    def model_url(self, version: int) -> str:
        """Return where a version's model.tar.gz is (s3://…); empty when a laptop keeps it."""
        return str(self._item(version).get("model_data_url", ""))

    def model_name(self, version: int) -> str:
        """Return the name of a version's model in SageMaker; empty when a laptop trained it."""
        return str(self._item(version).get("model_name", ""))

    def version_of(self, model_name: str) -> int | None:
        """Return the newest version whose model in SageMaker has that name, or None."""
        named = (each["version"] for each in self._items() if each.get("model_name") == model_name)
        return max(named, default=None)

    def alias(self, name: Alias) -> int | None:
        """Return the version that an alias points at, or None."""
        with self._open() as table:
            return table.alias(name)[0]

    def promote(self, version: int, by: str, reason: str, check: Check) -> Change:
        """Make a version the champion; see `Registry.promote`."""
        record = self.get(version)
        with self._open() as table:
            champion, seen = table.alias("champion")
        if champion == version:
            return Change(version, version, False, f"Version {version} is the champion already.")
        return self._change(record, champion, seen, "promote", by, reason, check)

    def rollback(self, by: str, check: Check) -> Change:
        """Put the previous champion back; see `Registry.rollback`."""
        moves = self.audit()
        stack = champions(moves)
        require_earlier(stack)
        seen = max(move.number for move in moves if move.alias == "champion")
        reason = f"rollback from version {stack[-1]}"
        record = self.get(stack[-2])
        return self._change(record, stack[-1], seen, "rollback", by, reason, check)

    def restore(self, version: int, instead_of: int, by: str, reason: str) -> bool:
        """Make `version` champion again where `instead_of` still is; tell whether it was.

        What it undoes is a promotion or a rollback, and so is what the audit calls it. Nothing is
        loaded: it is for a version that never ceased to serve.
        """
        with self._open() as table:

            def attempt() -> bool:
                state = table.state()
                if state.champion() != instead_of:
                    return False
                undone = champions(self.audit())[-2:] == [version, instead_of]
                action: Action = "rollback" if undone else "promote"
                table.change(state, self._now(), _moves(state, version, action, by, reason))
                return True

            return persist(attempt)

    def audit(self) -> tuple[Move, ...]:
        """Return every move of an alias, oldest first."""
        with self._open() as table:
            count = table.state().moves
            items = table.get_all([move_key(number) for number in range(1, count + 1)])
        return tuple(
            Move(**{field.name: item[field.name] for field in fields(Move)}) for item in items
        )

    def _change(
        self, record: Record, champion: int | None, seen: int,
        action: Action, by: str, reason: str, check: Check,
    ) -> Change:  # fmt: skip
        require_loads(record, action, check)
        with self._open() as table:

            def attempt() -> None:
                state = table.state()
                current, number = state.aliases["champion"]
                if number != seen:
                    raise overtaken(record.version, champion, current)
                moves = _moves(state, record.version, action, by, reason)
                table.change(state, self._now(), moves)

            persist(attempt)
        words = f"Version {record.version} is champion now, in place of version {champion}."
        return Change(record.version, champion, True, words)

    def _items(self) -> list[Item]:
        with self._open() as table:
            count = table.state().versions
            pointers = table.get_all([version_key(each) for each in range(1, count + 1)])
            return table.get_all([each["run"] for each in pointers])

    def _item(self, version: int) -> Item:
        with self._open() as table:
            found = table.version(version)
            if found is None:
                raise unknown_version(version, range(1, table.state().versions + 1))
            return found

    @contextmanager
    def _open(self) -> Iterator[Table]:
        from botocore.exceptions import ClientError

        try:
            with asking_aws("use the registry"):
                try:
                    yield Table(self._clients.client("dynamodb"), self._name)
                except ClientError as error:
                    if code_of(error) == "ResourceNotFoundException":
                        raise no_table(self._name, self._clients.region) from error
                    raise
        except (RegistryBusy, RegistryDamaged) as error:
            raise RegistryError(str(error), "Look with: unchurn registry list") from error

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")


def no_table(name: str, region: str) -> ConfigError:
    """Say that the registry's table is not there, and what to do."""
    return ConfigError(
        f"There is no DynamoDB table {name!r} in {region}.",
        "Make the stack with: unchurn aws deploy — or set [aws] stack, registry_table and "
        "region in churn.toml to those of an existing one.",
    )


def _moves(state: State, version: int, action: Action, by: str, reason: str) -> list[Item]:
    told = {"action": action, "by": by}
    moves: list[Item] = [{"alias": "champion", "version": version, "reason": reason, **told}]
    if state.aliases["challenger"][0] == version:
        end = {"alias": "challenger", "version": None, "reason": "became champion"}
        moves.append({**end, **told})
    return moves


def _record(item: Item) -> Record:
    try:
        plain: dict[str, Any] = json.loads(item["entry"])
        return Record(item["version"], Entry(**plain), item["created_at"], item["created_by"])
    except (KeyError, ValueError, TypeError) as error:
        raise RegistryError(
            f"The registry's item {item['run_id']!r} is damaged: {error}.",
            "Restore the table to a point in time before it was changed by hand.",
        ) from error
