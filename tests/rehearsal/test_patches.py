"""What the rehearsal replaces in moto exists there, and is put back as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehearsal.clients import Clients
from rehearsal.cloud import Cloud
from rehearsal.images import Images
from rehearsal.opening import all_patches, open_cloud
from rehearsal.patches import Patch, added, applied, around

NOWHERE = "http://127.0.0.1:9"


class Base:
    def greet(self) -> str:
        return "hello"

    @staticmethod
    def add(left: int, right: int) -> int:
        return left + right


class Derived(Base):
    pass


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud that is nowhere: enough to ask what would be replaced."""
    cloud = Cloud(NOWHERE, Clients("us-east-1", NOWHERE), tmp_path, Images(tmp_path))
    yield cloud
    cloud.closing.pop_all()


def test_it_is_the_moto_that_the_patches_were_written_for() -> None:
    import moto

    assert moto.__version__ == "5.2.5"


def test_everything_replaced_exists_and_nothing_added_does(closed: Cloud) -> None:
    unfit = [str(patch) for patch in all_patches(closed) if not patch.fits]
    assert not unfit


def test_nothing_is_replaced_twice(closed: Cloud) -> None:
    places = [(id(patch.owner), patch.name) for patch in all_patches(closed)]
    assert len(places) == len(set(places))


def test_a_patch_of_what_is_not_there_is_refused_and_nothing_stays_applied() -> None:
    patches = [Patch(Base, "greet", lambda self: "bye"), Patch(Base, "wave", None)]
    with pytest.raises(AttributeError, match=r"Base\.wave does not exist"), applied(patches):
        pass
    assert Base().greet() == "hello"


def test_what_moto_lacks_is_added_and_gone_again_and_refused_where_it_is_not_lacking() -> None:
    with applied([added(Base, "wave", lambda self: f"{self.greet()} again")]):
        assert Base().wave() == "hello again"  # type: ignore[attr-defined]
    assert not hasattr(Base, "wave")
    again = [added(Base, "greet", lambda self: "bye")]
    with pytest.raises(AttributeError, match=r"Base\.greet exists already"), applied(again):
        pass


def test_an_inherited_attribute_is_inherited_again() -> None:
    with applied([around(Derived, "greet", lambda original, self: original(self) + "!")]):
        assert Derived().greet() == "hello!"
        assert Base().greet() == "hello"
    assert "greet" not in vars(Derived)


def test_a_static_method_stays_one() -> None:
    with applied([around(Base, "add", lambda original, *both: -original(*both))]):
        assert Base().add(1, 2) == -3
    assert isinstance(vars(Base)["add"], staticmethod)


def test_settings_that_were_not_there_are_gone_again() -> None:
    settings = {"kept": "1"}
    with applied([Patch(settings, "kept", "2"), Patch(settings, "new", "3")]):
        assert settings == {"kept": "2", "new": "3"}
    assert settings == {"kept": "1"}


def test_two_rehearsals_follow_one_another_and_leave_moto_and_the_environment_as_they_were(
    closed: Cloud, tmp_path: Path
) -> None:
    places = [(patch.owner, patch.name) for patch in all_patches(closed)]
    before = [vars(owner).get(name, places) for owner, name in places if not _mapping(owner)]
    environment = dict(os.environ)
    for turn in ("first", "second"):
        with open_cloud(tmp_path / turn) as cloud:
            s3 = cloud.clients.client("s3")
            assert s3.list_buckets()["Buckets"] == []
            s3.create_bucket(Bucket="acme-left-behind")
    after = [vars(owner).get(name, places) for owner, name in places if not _mapping(owner)]
    assert all(left is right for left, right in zip(before, after, strict=True))
    assert dict(os.environ) == environment


def test_plain_moto_is_plain_afterwards(tmp_path: Path) -> None:
    import boto3
    from moto import mock_aws

    with open_cloud(tmp_path):
        pass
    with mock_aws():
        credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        formation = boto3.client("cloudformation", region_name="us-east-1", **credentials)
        formation.create_stack(
            StackName="acme",
            TemplateBody='{"Resources": {"Alerts": {"Type": "AWS::SNS::Topic"}}}',
        )
        assert formation.describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


def _mapping(owner: object) -> bool:
    return not isinstance(owner, type | SimpleNamespace) and hasattr(owner, "keys")
