"""The ledger of campaigns in the registry's table, one item an event.

    #campaign#00000007  the seventh event; never written again

An event is written under the next number, and only if nobody has: of two at once one is refused, and
reads again. What events name by a hash are objects of the bucket, below `KEPT`.
Standard library only: this file is zipped with the Lambda that uses it.
"""

from __future__ import annotations

from typing import Any

Row = tuple[str, str]
"""An event's text and its hash, as `unchurn.campaigns.campaign_events` has them."""
KEPT = "data/ledger/"
_KEYS_A_CALL = 100
_LOOKS = 5
"""How often a page is read in which an event is missing before a later one."""


class EventLost(Exception):  # noqa: N818 (Step Functions shows the name)
    """An event that must be there is not."""


class EventTable:
    """The events of one ledger; `client` is boto3's of DynamoDB. Reads are consistent."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def events(self) -> list[Row]:
        """Return every event, oldest first, unchecked. Raises `EventLost`."""
        found: list[Row] = []
        while len(found) % _KEYS_A_CALL == 0:
            page = self._page(len(found) + 1)
            if not page:
                break
            found += page
        return found

    def append(self, number: int, text: str, sha256: str) -> bool:
        """Add the event of a number, counted from 1; tell whether it is there, and nobody else's."""
        item = {
            **{"run_id": {"S": _key(number)}, "kind": {"S": "campaign_event"}},
            **{"number": {"N": str(number)}, "text": {"S": text}, "sha256": {"S": sha256}},
        }
        try:
            self._client.put_item(
                TableName=self._name,
                Item=item,
                ConditionExpression="attribute_not_exists(run_id)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            # A request that was taken and whose answer was lost is sent again, and finds itself.
            return self._page(number)[:1] == [(text, sha256)]
        return True

    def _page(self, first: int) -> list[Row]:
        """Return the events from a number on, at most as many as a call may ask for."""
        numbers = range(first, first + _KEYS_A_CALL)
        for _ in range(_LOOKS):
            found = self._get(numbers)
            if set(found) == set(numbers[: len(found)]):
                return [found[number] for number in sorted(found)]
            # One that is written while others are read may be seen without the one before it.
        raise EventLost(f"The table {self._name} lost an event of the ledger of campaigns.")

    def _get(self, numbers: range) -> dict[int, Row]:
        found: dict[int, Row] = {}
        asked = [{"run_id": {"S": _key(number)}} for number in numbers]
        while asked:
            request = {self._name: {"Keys": asked, "ConsistentRead": True}}
            page = self._client.batch_get_item(RequestItems=request)
            for item in page["Responses"].get(self._name, []):
                found[int(item["number"]["N"])] = item["text"]["S"], item["sha256"]["S"]
            asked = page.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        return found


def _key(number: int) -> str:
    return f"#campaign#{number:08d}"
