"""A crawler leaves out what its target excludes, refuses what is not crawled here, and says the rest."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from job_requests import BUCKET, put
from small_listener import waited

from rehearsal.cloud import Cloud
from rehearsal.door.deploy import deploy
from rehearsal.glue.crawler_settings import is_excluded

ROLE = "arn:aws:iam::123456789012:role/acme-glue"
TEMPLATE = """
Resources:
  Crawler:
    Type: AWS::Glue::Crawler
    Properties:
      Role: acme-glue
      DatabaseName: acme
      Targets:
        S3Targets: [{Path: "s3://acme-bucket/data/"}]
        DynamoDBTargets: [{Path: missing}]
"""


@pytest.mark.parametrize(
    ("pattern", "left_out", "kept"),
    [
        ("*.csv", "a.csv", "b/a.csv"),
        ("**.csv", "b/c/a.csv", "a.json"),
        ("b/**", "b/c/a.csv", "a/b/c.csv"),
        ("*/a?.csv", "b/a1.csv", "b/a12.csv"),
        ("[a-c].csv", "b.csv", "d.csv"),
        ("[!a-c].csv", "d.csv", "b.csv"),
        ("*.{csv,json}", "a.json", "a.txt"),
        ("a\\*", "a*", "ab"),
        ("a,b.csv", "a,b.csv", "a"),
    ],
)
def test_what_a_pattern_leaves_out(pattern: str, left_out: str, kept: str) -> None:
    """As "Include and exclude patterns" in the guide of Glue has it."""
    assert is_excluded(left_out, [pattern])
    assert not is_excluded(kept, [pattern])


def crawled(cloud: Cloud, **given: Any) -> list[dict[str, Any]]:
    """Crawl data/train without its text files; return the tables that are there then."""
    glue = cloud.clients.client("glue")
    target = {"Path": f"s3://{BUCKET}/data/train/", "Exclusions": ["**.txt"]}
    glue.create_crawler(
        Name="c", Role=ROLE, DatabaseName="acme", Targets={"S3Targets": [target]}, **given
    )
    glue.start_crawler(Name="c")
    told = waited(lambda: glue.get_crawler(Name="c")["Crawler"].get("LastCrawl"), "no end")
    assert told["Status"] == "SUCCEEDED", told
    return list(glue.get_tables(DatabaseName="acme")["TableList"])


def test_what_is_excluded_makes_no_table_and_what_is_not_heeded_is_said(acme: Cloud) -> None:
    acme.clients.client("glue").create_database(DatabaseInput={"Name": "acme"})
    put(acme, "data/train/a.csv", "id,n\na,1\n")
    put(acme, "data/train/notes/b.txt", "x,y,z\n1,2,3\n")
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    (table,) = crawled(
        acme, SchemaChangePolicy=policy, RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    )
    assert table["Name"] == "train"
    said = [each for each in acme.journal.unproven if each.startswith("A crawler's")]
    assert said == [
        'A crawler\'s SchemaChangePolicy DeleteBehavior "DELETE_FROM_DATABASE" is not heeded.',
        'A crawler\'s RecrawlPolicy RecrawlBehavior "CRAWL_NEW_FOLDERS_ONLY" is not heeded.',
    ]


def test_a_table_that_is_there_stays_where_changes_are_only_logged(acme: Cloud) -> None:
    glue = acme.clients.client("glue")
    glue.create_database(DatabaseInput={"Name": "acme"})
    glue.create_table(DatabaseName="acme", TableInput={"Name": "train", "Description": "mine"})
    put(acme, "data/train/a.csv", "id,n\na,1\n")
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    (table,) = crawled(acme, SchemaChangePolicy=policy)
    assert table["Description"] == "mine"


def test_a_target_that_is_not_crawled_here_is_refused_by_name(acme: Cloud) -> None:
    with pytest.raises(ClientError, match="DynamoDBTargets are not rehearsed"):
        deploy(acme.clients, "acme", TEMPLATE)
    glue = acme.clients.client("glue")
    with pytest.raises(glue.exceptions.InvalidInputException, match="JdbcTargets"):
        glue.create_crawler(
            Name="c",
            Role=ROLE,
            DatabaseName="acme",
            Targets={"JdbcTargets": [{"ConnectionName": "c", "Path": "p"}]},
        )
