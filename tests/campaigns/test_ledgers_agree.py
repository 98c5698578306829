"""Whatever is done to a ledger, every kind of it comes to the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unchurn.campaigns import Asked, Ledger, Member
from unchurn.errors import UnchurnError

NAMES = st.sampled_from(["spring", "summer", "autumn"])
MEMBERS = st.dictionaries(
    st.sampled_from(["007", "a", "b", "Ünal", "x y"]),
    st.tuples(
        st.sampled_from(["contact", "control"]),
        st.integers(0, 2),
        st.sampled_from(["", "call"]),
        st.floats(0, 1),
        st.floats(0, 10),
    ),
    min_size=1,
)
ASKED = st.builds(
    Asked,
    st.integers(0, 60).map(lambda days: date(2027, 3, 1) + timedelta(days)),
    st.integers(1, 60),
    st.integers(0, 60),
)
FACTS = st.dictionaries(
    st.tuples(st.sampled_from(["007", "a", "stranger"]), st.sampled_from(["contacted", "churned"])),
    st.booleans(),
)
REVENUE = st.dictionaries(st.sampled_from(["007", "b"]), st.floats(-1e6, 1e6))
DEEDS = st.one_of(
    st.tuples(st.just("write"), NAMES, ASKED, st.sampled_from(["r", "q"]), MEMBERS, st.booleans()),
    st.tuples(st.just("deliver"), NAMES, FACTS, REVENUE),
    st.tuples(st.just("cancel"), NAMES),
)


def done(ledger: Ledger, deed: tuple[Any, ...]) -> Any:
    """Do one thing, and return what it came to; a refusal by its words."""
    verb, name, *rest = deed
    try:
        if verb == "write":
            asked, request, members, late = rest
            rows = [Member(each, *row) for each, row in members.items()]
            seen = (0, 0) if late else ledger.left_alone(asked)[2]
            return ledger.write(name, asked, request, "c", {"contacted": 2}, rows, seen)
        if verb == "deliver":
            entry = ledger.get(name)
            ids = {each.customer for each in ledger.members(entry)}
            return ledger.deliver(entry, ids, rest[0], "t", rest[1])
        return ledger.cancel(name, "why")
    except UnchurnError as error:
        return str(error)


def state(ledger: Ledger, asked: Asked) -> Any:
    """Return everything that can be read of a ledger."""
    entries = ledger.entries()
    told = [ledger.told(each) for each in entries]
    known = [(dict(each.facts), dict(each.revenue)) for each in told]
    return entries, [ledger.members(each) for each in entries], known, ledger.left_alone(asked)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(DEEDS, min_size=2, max_size=8), ASKED)
def test_every_kind_of_ledger_comes_to_the_same(
    make_ledger: Any, deeds: list[Any], asked: Asked
) -> None:
    """Each deed is answered alike, in the same words, and leaves the same behind."""
    local, remote = (make_ledger(kind) for kind in ("sqlite", "dynamodb"))
    for deed in deeds:
        assert done(local, deed) == done(remote, deed)
    assert state(local, asked) == state(remote, asked)
