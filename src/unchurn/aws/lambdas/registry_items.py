"""The registry in a DynamoDB table with the key ``run_id``, and the one way to change it.

    <run id>           a version: what was registered, where it is; never written again
    #version#00000003  the run of version 3; never written again
    #same#<sha256>     the run of the version with these hashes; never written again
    #move#00000007     one move of an alias; never written again
    #alias#champion    where the alias points now, and the number of the move that said so
    #counter           how many versions and moves there are

Keys that begin with ``#`` are reserved; a run id never does. Every change is one transaction that
replaces ``#counter`` only as it was read: of two at once one is refused, and reads again.
Standard library only: this file is zipped with the Lambdas that use it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

ALIASES = ("champion", "challenger")
COUNTER = "#counter"
ATTEMPTS = 40
"""How often a change is tried when others are faster."""

_RACES = {
    "None",
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}
_KEYS_A_CALL = 100
_LONGEST_WAIT = 0.5

Item = dict[str, Any]
Found = TypeVar("Found")


class RegistryBusy(Exception):  # noqa: N818 (Step Functions shows the name)
    """Others changed the registry at every attempt; trying again may help."""


class RegistryDamaged(Exception):  # noqa: N818
    """An item that must be there is not."""


class Raced(Exception):  # noqa: N818
    """Somebody else's change came between reading and writing; read again."""


@dataclass(frozen=True)
class State:
    """What a change builds on. `aliases`: name → (version or None, number of its last move)."""

    versions: int
    moves: int
    aliases: dict[str, tuple[int | None, int]]

    def champion(self) -> int | None:
        """Return the version in charge, or None."""
        return self.aliases["champion"][0]


class Table:
    """The items of one registry; `client` is boto3's of DynamoDB. Reads are consistent."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: str) -> Item | None:
        """Return one item, or None."""
        asked = {"TableName": self._name, "Key": _marshal({"run_id": key}), "ConsistentRead": True}
        found = self._client.get_item(**asked).get("Item")
        return _unmarshal(found) if found else None

    def get_all(self, keys: list[str]) -> list[Item]:
        """Return the items of `keys`, in their order. Raises `RegistryDamaged` for a lost one."""
        found: dict[str, Item] = {}
        for start in range(0, len(keys), _KEYS_A_CALL):
            asked = [_marshal({"run_id": key}) for key in keys[start : start + _KEYS_A_CALL]]
            while asked:
                request = {self._name: {"Keys": asked, "ConsistentRead": True}}
                page = self._client.batch_get_item(RequestItems=request)
                items = map(_unmarshal, page["Responses"].get(self._name, []))
                found |= {item["run_id"]: item for item in items}
                asked = page.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        lost = [key for key in keys if key not in found]
        if lost:
            raise RegistryDamaged(f"The table {self._name} lost the item {lost[0]!r}.")
        return [found[key] for key in keys]

    def state(self) -> State:
        """Read where everything stands; the counter first, so that a change after it is noticed."""
        counter = self.get(COUNTER) or {"versions": 0, "moves": 0}
        return State(counter["versions"], counter["moves"], {a: self.alias(a) for a in ALIASES})

    def alias(self, name: str) -> tuple[int | None, int]:
        """Return the version an alias points at, and the number of the move that said so."""
        item = self.get(f"#alias#{name}")
        return (item["version"], item["move"]) if item else (None, 0)

    def version(self, number: int) -> Item | None:
        """Return the item of a version, or None. Raises `RegistryDamaged` for a lost one."""
        pointer = self.get(version_key(number))
        found = self.get(pointer["run"]) if pointer else None
        if pointer and not found:
            raise RegistryDamaged(f"The table {self._name} lost the item {pointer['run']!r}.")
        return found

    def change(
        self, state: State, at: str, moves: list[Item], version: Item | None = None,
        known_by: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Add a version and move aliases, all or nothing, if the registry still is as in `state`.

        A move is {"alias", "action", "version", "by", "reason"}; `known_by` are keys of items that
        name the version's run, too. Raises `Raced` when it is not.
        """
        versions, aliases, writes = state.versions, dict(state.aliases), []
        if version is not None:
            versions += 1
            made = {**version, "kind": "version", "version": versions, "created_at": at}
            named = {"kind": "pointer", "run": version["run_id"]}
            keys = version_key(versions), *known_by
            writes += [self._new(made), *(self._new({"run_id": key, **named}) for key in keys)]
        for number, move in enumerate(moves, state.moves + 1):
            told = {"kind": "move", "number": number, "previous": aliases[move["alias"]][0]}
            writes.append(self._new({"run_id": move_key(number), **told, **move, "at": at}))
            aliases[move["alias"]] = (move["version"], number)
        for name in {move["alias"] for move in moves}:
            to, number = aliases[name]
            item = {"run_id": f"#alias#{name}", "kind": "alias", "version": to, "move": number}
            writes.append(self._put(item))
        writes.append(self._count(state, versions, state.moves + len(moves)))
        self._transact(writes)

    def _transact(self, writes: list[Item]) -> None:
        try:
            self._client.transact_write_items(TransactItems=writes)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [{}])
            if {reason.get("Code") for reason in reasons} <= _RACES:
                raise Raced from error
            raise

    def _new(self, item: Item) -> Item:
        return self._put(item, ConditionExpression="attribute_not_exists(run_id)")

    def _count(self, state: State, versions: int, moves: int) -> Item:
        item = {"run_id": COUNTER, "kind": "counter", "versions": versions, "moves": moves}
        if not state.moves:
            return self._new(item)
        seen = {":seen": {"N": str(state.moves)}}
        return self._put(item, ConditionExpression="moves = :seen", ExpressionAttributeValues=seen)

    def _put(self, item: Item, **condition: Any) -> Item:
        return {"Put": {"TableName": self._name, "Item": _marshal(item), **condition}}


def persist(attempt: Callable[[], Found]) -> Found:
    """Try a change until nobody comes between. Raises `RegistryBusy` after `ATTEMPTS`."""
    for number in range(ATTEMPTS):
        try:
            return attempt()
        except Raced:
            longest = min(_LONGEST_WAIT, 0.01 * 2**number)
            time.sleep(random.uniform(0, longest))  # noqa: S311 (it only spreads the waiters)
    raise RegistryBusy(f"The registry was changed by others at each of {ATTEMPTS} attempts.")


def version_key(number: int) -> str:
    """Key of the item that names the run of a version."""
    return f"#version#{number:08d}"


def move_key(number: int) -> str:
    """Key of the item of a move."""
    return f"#move#{number:08d}"


def _marshal(item: Item) -> Item:
    return {name: _typed(value) for name, value in item.items()}


def _typed(value: str | int | None) -> Item:
    if value is None:
        return {"NULL": True}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _unmarshal(item: Item) -> Item:
    return {name: _plain(*next(iter(typed.items()))) for name, typed in item.items()}


def _plain(kind: str, value: Any) -> Any:
    return None if kind == "NULL" else int(value) if kind == "N" else value
