"""Ids that differ only in case, marks or zeros are counted, with an example; others never are."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.tables.alike_ids import AlikeIds


def said(*batches: list[str]) -> tuple[int, str]:
    """Say how many ids are likely another's, and in which words."""
    both = []
    for repeats in (True, False):
        alike = AlikeIds("cid", repeats)
        for ids in batches:
            alike.look(pa.array(ids, pa.string()))
        both.append(list(alike.findings()))
    found = both[0]
    assert both[1] == found
    return (found[0].count, found[0].words) if found else (0, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("1001", each) for each in ("001001", "1,001", "1001.0", "#1001", "1001 ", '"1001"')),
        *(("C-17", each) for each in ("c-17", "#C-17", "C-17;", " c-17")),
        *(("ann smith", each) for each in ("Ann Smith", "ANN SMITH")),
    ],
)
def test_two_names_of_one_customer_are_said(one: str, other: str) -> None:
    """In one batch or in two, whichever comes first."""
    for ids in ([one, other], [other, one]):
        assert said(ids)[0] == 1
        assert said(ids[:1], ["x9"], ids[1:])[0] == 1
    count, words = said([one, "x9", other, other])
    assert count == 1
    assert repr(one) in words
    assert repr(other) in words


@pytest.mark.parametrize(
    "ids",
    [
        ["C1", "C-1", "C 1", "C10"],
        ["-1", "1", "1-", "10", "0"],
        ["1.001", "1.01", "1.1"],
        [f"aB{n}cD" for n in range(50)] + ["Ab7cD"],
        ["#", "##", "0", "00000"],
    ],
)
def test_what_may_be_two_customers_is_left_alone(ids: list[str]) -> None:
    """Marks within, signs, fractions, and case where it tells customers apart (15 letters of a CRM)."""
    assert said(ids) == (0, "")


@given(st.lists(st.lists(st.from_regex(r"\A#?0{0,2}[1-3][a-b]?\Z"), max_size=9), max_size=9))
def test_ids_are_counted_as_a_dictionary_would(batches: list[list[str]]) -> None:
    """However a table is cut into batches."""
    groups: dict[str, set[str]] = defaultdict(set)
    for each in {id for batch in batches for id in batch}:
        bare = each.strip("#")
        groups[bare.lstrip("0") if bare.isdecimal() else bare].add(each)
    count, words = said(*[list(batch) for batch in batches])
    assert count == sum(len(group) - 1 for group in groups.values())
    assert bool(words) == bool(count)


def test_the_case_of_mailboxes_means_nothing() -> None:
    """Where case tells coded ids apart, it still does not tell e-mail addresses."""
    mixed = [f"User{n}@Mail.com" for n in range(9)]
    assert said(mixed + [each.lower() for each in mixed])[0] == 9
    assert said([f"User{n}a" for n in range(9)] + [f"user{n}A" for n in range(9)])[0] == 0
