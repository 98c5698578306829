"""What goes up: streamed, once, and never beside somebody else's table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from loopback_aws import loopback_aws
from ran_campaigns import hand_made_uplift
from unchurn.artefacts import verify
from unchurn.aws import layout
from unchurn.aws.bundles import Bundles
from unchurn.aws.clients import Clients
from unchurn.aws.failure import AwsError
from unchurn.aws.learned_uplift import ARCHIVE, unpack_uplift
from unchurn.aws.uploads import (
    Uploaded,
    upload_code,
    upload_history,
    upload_project,
    upload_table,
)
from unchurn.errors import ArtefactError, ConfigError
from unchurn.pipeline.targeting import accepted_uplift, uplift_place
from unchurn.progress import Silent
from unchurn.project import Project

PREFIX = layout.TRAIN


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws() as clients:
        yield clients


@pytest.fixture
def bucket(aws: Clients) -> str:
    name = f"uploads-{uuid4()}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


def keys(aws: Clients, bucket: str) -> list[str]:
    found = aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    return [item["Key"] for item in found]


def send(aws: Clients, bucket: str, location: str, folder: Path) -> Uploaded:
    return upload_table(aws, bucket, PREFIX, location, folder, Silent())


def test_a_table_is_sent_once(aws: Clients, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert send(aws, bucket, "a.csv", tmp_path) == Uploaded(1, 0)
    assert send(aws, bucket, "a.csv", tmp_path) == Uploaded(0, 1)
    (tmp_path / "a.csv").write_text("id\n2\n")
    assert send(aws, bucket, "a.csv", tmp_path) == Uploaded(1, 0)


def test_folders_that_name_a_column_go_along(aws: Clients, bucket: str, tmp_path: Path) -> None:
    """The values of such a column are in no file."""
    for region in ("north", "south"):
        (tmp_path / f"t/region={region}").mkdir(parents=True)
        (tmp_path / f"t/region={region}/part-0.csv").write_text("id\n1\n")
    send(aws, bucket, "t", tmp_path)
    assert keys(aws, bucket) == [
        f"{PREFIX}region={region}/part-0.csv" for region in ("north", "south")
    ]


def test_a_large_table_goes_in_parts(aws: Clients, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * (9 << 20))
    send(aws, bucket, "a.csv", tmp_path)
    head = aws.client("s3").head_object(Bucket=bucket, Key=f"{PREFIX}a.csv")
    assert head["ContentLength"] == 9 << 20
    assert head["ETag"].strip('"').endswith("-2"), "two parts"
    assert send(aws, bucket, "a.csv", tmp_path) == Uploaded(0, 1)


def test_another_table_takes_the_place_of_the_last(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    for name in ("may.csv", "june-1.csv", "june-2.csv"):
        (tmp_path / name).write_text("id\n1\n")
    send(aws, bucket, "may.csv", tmp_path)
    assert send(aws, bucket, "june-*.csv", tmp_path) == Uploaded(2, 0)
    assert keys(aws, bucket) == [f"{PREFIX}june-1.csv", f"{PREFIX}june-2.csv"]


def test_what_somebody_else_put_there_is_neither_deleted_nor_read_along(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    aws.client("s3").put_object(Bucket=bucket, Key=f"{PREFIX}theirs.csv", Body=b"id\n9\n")
    (tmp_path / "a.csv").write_text("id\n1\n")
    with pytest.raises(ConfigError, match=r"also holds .*theirs\.csv"):
        send(aws, bucket, "a.csv", tmp_path)
    assert keys(aws, bucket) == [f"{PREFIX}theirs.csv"]


def test_two_files_of_one_name_cannot_be_one_table(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    for folder in ("may", "june"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "part.csv").write_text("id\n1\n")
    with pytest.raises(ConfigError, match=r"several files of one name: 'part\.csv'"):
        send(aws, bucket, "*/part.csv", tmp_path)


def test_code_lies_where_its_contents_say(aws: Clients, bucket: str) -> None:
    packed = Bundles({"a.zip": b"one", "b.zip": b"two"})
    assert upload_code(aws, bucket, packed, Silent()) == Uploaded(2, 0)
    changed = Bundles({"a.zip": b"one", "b.zip": b"three"})
    assert upload_code(aws, bucket, changed, Silent()) == Uploaded(1, 1)
    assert len(keys(aws, bucket)) == 3, "the old one stays for what still uses it"
    assert packed.keys["a.zip"] == changed.keys["a.zip"]


def test_the_project_is_what_the_next_run_pins(aws: Clients, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text("[aws]\n")
    upload_project(aws, bucket, Project.load(tmp_path))
    body = aws.client("s3").get_object(Bucket=bucket, Key=layout.PROJECT)["Body"].read()
    assert body == b"[aws]\n"
    assert layout.OWN_CODE in keys(aws, bucket), "a run pins it, with nothing in it, too"
    assert layout.CONSTRAINTS in keys(aws, bucket), (
        "a watch reads the prefix, which must hold something"
    )


def test_the_constraints_that_a_team_names_go_along_and_are_checked_first(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "churn.toml").write_text('[cycle]\nconstraints = "ours.json"\n')
    (tmp_path / "ours.json").write_text('{"features": 1}')
    project = Project.load(tmp_path)
    with pytest.raises(ConfigError, match="no list of features"):
        upload_project(aws, bucket, project)
    assert keys(aws, bucket) == []
    (tmp_path / "ours.json").write_text('{"features": []}')
    upload_project(aws, bucket, project)
    body = aws.client("s3").get_object(Bucket=bucket, Key=layout.CONSTRAINTS)["Body"].read()
    assert body == b'{"features": []}'


def test_lists_of_whom_not_to_contact_go_along_where_a_campaign_is_asked_for(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    """One that is not there is named before anything is sent, and so are costs that are not given."""
    churn = '[aws]\ncampaign = true\n[campaign]\nexclude = ["lists/no.csv"]\n'
    (tmp_path / "churn.toml").write_text(churn)
    with pytest.raises(ConfigError, match=r"\[decision\] clv is not given"):
        upload_project(aws, bucket, Project.load(tmp_path))
    (tmp_path / "churn.toml").write_text(f"{churn}[decision]\nclv = 400\n")
    with pytest.raises(ConfigError, match=r"no file .*no\.csv"):
        upload_project(aws, bucket, Project.load(tmp_path))
    assert keys(aws, bucket) == []
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "no.csv").write_text("id\n1\n")
    upload_project(aws, bucket, Project.load(tmp_path))
    assert f"{layout.EXCLUDED}no.csv" in keys(aws, bucket)


def test_what_was_learned_of_whom_contact_moves_goes_along(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    """Where it was accepted, here; a machine that learned nothing leaves it there, one that refused takes it away."""
    campaigns = "[aws]\ncampaign = true\n[decision]\nclv = 400\n"
    projects = [tmp_path / name for name in ("learned", "build", "refused")]
    for folder in projects:
        folder.mkdir()
        (folder / "churn.toml").write_text(campaigns)
    learned, build, refused = map(Project.load, projects)
    sha256 = hand_made_uplift(uplift_place(learned), "Day Mins")
    hand_made_uplift(uplift_place(refused), "Day Mins", accepted=False)
    found = []
    for project in (build, learned, build, refused):
        upload_project(aws, bucket, project)
        given = tmp_path / f"given-{len(found)}"
        given.mkdir()
        aws.client("s3").download_file(bucket, layout.UPLIFT, str(given / ARCHIVE))
        there = replace(build, folder=given)
        unpack_uplift(given, there)
        found.append((place := accepted_uplift(there)) and verify(place))
    assert found == [None, sha256, sha256, None]
    assert upload_project(aws, bucket, refused).sent == 0, "the same again is not sent"


def test_what_was_learned_and_is_damaged_is_refused_before_anything_is_sent(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    """Where no scoring ends with a campaign, nobody asks for it."""
    (tmp_path / "churn.toml").write_text("[aws]\ncampaign = true\n[decision]\nclv = 400\n")
    project = Project.load(tmp_path)
    hand_made_uplift(uplift_place(project), "Day Mins")
    (uplift_place(project) / "uplift.json").write_text("{}")
    with pytest.raises(ArtefactError, match=r"(?s)uplift\.json.*Learn it anew"):
        upload_project(aws, bucket, project)
    assert keys(aws, bucket) == []
    upload_project(aws, bucket, replace(project, aws=replace(project.aws, campaign=False)))
    assert layout.UPLIFT in keys(aws, bucket), "an archive of nothing, for a run to pin"


def test_a_bucket_that_is_not_there_is_a_sentence(aws: Clients, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")
    with pytest.raises(AwsError, match=r"AWS refused to upload a\.csv to s3://nowhere-at-all"):
        send(aws, "nowhere-at-all", "a.csv", tmp_path)


def test_tables_of_a_history_lie_in_folders_of_their_names(
    aws: Clients, bucket: str, tmp_path: Path
) -> None:
    """A table that is named no more is gone; one that cannot be brought is refused before."""
    for name in ("logins", "orders"):
        (tmp_path / f"{name}.csv").write_text("customer,time\n1,2027-03-01\n")

    def sent(**events: str) -> Uploaded:
        tables = {name: {"data": data} for name, data in events.items()}
        plain = {"churn": {"event": "inactivity"}, "history": {"events": tables}}
        project = Project.from_plain(plain, tmp_path)
        return upload_history(aws, bucket, project, Silent())

    assert sent(orders="orders.csv", visits="logins.csv") == Uploaded(2, 0)
    orders, visits = (
        "data/history/events.orders/orders.csv",
        "data/history/events.visits/logins.csv",
    )
    assert keys(aws, bucket) == [orders, visits]
    with pytest.raises(ConfigError, match="athena://db/orders"):
        sent(orders="athena://db/orders")
    with pytest.raises(ConfigError, match=r"\[history.events.orders\] names no table"):
        sent(orders="")
    assert sent(orders="orders.csv") == Uploaded(0, 1)
    assert keys(aws, bucket) == [orders]
