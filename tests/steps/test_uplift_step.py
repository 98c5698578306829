"""uplift: campaigns and their tables → a judged model, whatever rows are missing or repeated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ran_campaigns import made, ran
from scored_tables import hand_made
from unchurn.artefacts import Model, RanCampaigns
from unchurn.errors import DataError


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return hand_made(tmp_path_factory.mktemp("model"))


@pytest.mark.slow
def test_two_campaigns_of_other_shares(model: Model, tmp_path: Path) -> None:
    """Learned of together; who is in no table, or twice in one, counts once or not; order is nothing."""
    first, second = ran(tmp_path, "a", 1500, 0.5), ran(tmp_path, "b", 1500, 0.8, 2)
    found = made(model, tmp_path / "one", first, second)
    assert found.uplift["outcomes"] == 3000
    assert found.uplift["campaigns"] == ["a", "b"]
    assert found.uplift["learned_from"] + found.uplift["judged_on"] == 3000
    assert {path.stem for path in found.boosters.iterdir()} == set(found.uplift["boosters"])

    table = pq.read_table(first.table)
    mixed = pa.concat_tables([table.slice(700), table.slice(0, 700), table.slice(0, 50)])
    spaced = pa.array([f" {each} " for each in mixed["Phone"].to_pylist()])
    at = mixed.schema.get_field_index("Phone")
    pq.write_table(mixed.set_column(at, "Phone", spaced), tmp_path / "again.parquet")
    strangers = ("nobody", *first.customers), (True, *first.contacted), (True, *first.stayed)
    again = replace(
        first,
        table=tmp_path / "again.parquet",
        customers=strangers[0],
        contacted=strangers[1],
        stayed=strangers[2],
        risk=(0.5, *first.risk),
    )
    other = made(model, tmp_path / "two", again, second)
    assert other.uplift["qini"] == found.uplift["qini"]
    assert other.uplift["tenths"] == found.uplift["tenths"]


def test_a_campaign_without_one_of_its_groups_teaches_nothing(model: Model, tmp_path: Path) -> None:
    """Passed over; with it alone there is nothing to learn from, and with few not enough."""
    few = ran(tmp_path, "few", 300, 0.5)
    alone = replace(few, contacted=(False,) * 300)
    with pytest.raises(DataError, match="No campaign has customers of both groups"):
        made(model, tmp_path / "out", alone)
    with pytest.raises(DataError, match="Outcomes are too few to learn whom contact moves"):
        made(model, tmp_path / "out", alone, few)


def test_campaigns_are_known_by_what_they_hold(tmp_path: Path) -> None:
    """Another outcome is another one; another place of the table is not."""
    one = ran(tmp_path, "one", 20, 0.5)
    known = RanCampaigns((one,), ("abc",)).fingerprint()
    assert RanCampaigns((replace(one, table=tmp_path / "x"),), ("abc",)).fingerprint() == known
    other = replace(one, stayed=tuple(not each for each in one.stayed))
    assert RanCampaigns((other,), ("abc",)).fingerprint() != known
    assert RanCampaigns((one,), ("abd",)).fingerprint() != known
