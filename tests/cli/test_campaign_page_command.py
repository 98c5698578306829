"""The page to print of a campaign, beside the list and by `campaign export --page`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command_line import Unchurn


@pytest.mark.slow
def test_the_page_holds_whom_to_contact_and_never_a_control(
    unchurn: Unchurn, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """Everybody contacted, nobody left alone or excluded; exported it is the same, and so is the list."""
    with (telecom / "this_month.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    (tmp_path / "no.csv").write_text(f"Phone\n{rows[0]['Phone']}\nnobody-known\n")
    asked = (
        "--capacity",
        20,
        "--holdout",
        0.2,
        "--keep",
        "State",
        "--exclude",
        tmp_path / "no.csv",
    )
    out = tmp_path / "contact.csv"
    named = ("--project", costed_project, "--name", "spring", "--data", telecom / "this_month.csv")
    made = unchurn("target", *named, *asked, "--out", out)
    assert made.code == 0, made.err
    page = tmp_path / "contact.csv.campaign.html"
    assert f"The same to print: {page}" in made.out
    html = page.read_text(encoding="utf-8")

    export = ("campaign", "export", "spring", "--project", costed_project)
    assert unchurn(*export, "--members", "--out", tmp_path / "members.csv").code == 0
    with (tmp_path / "members.csv").open(newline="") as stream:
        members = {each["customer"]: each["arm"] for each in csv.DictReader(stream)}
    named_there = {each["Phone"] for each in rows if each["Phone"] in html}
    assert named_there == {name for name, arm in members.items() if arm == "contact"}
    assert "nobody-known" not in html
    assert "4 customers of the 20 best were drawn to be left alone" in html

    again = unchurn(*export, "--page", tmp_path / "again.html", "--json")
    assert again.code == 0, again.err
    assert again.document["out"] is None
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()
    before = out.read_bytes()
    both = unchurn(*export, "--out", out, "--page", tmp_path / "again.html")
    assert f"{out}, {tmp_path / 'again.html'}" in both.out
    assert out.read_bytes() == before

    locked = tmp_path / ("x" * 250 + ".html")
    full = unchurn(*export, "--page", locked)
    assert (full.code, "could not be written" in full.err) == (1, True), full.err
    for words, said in (
        ((), "Neither a list nor a page is named"),
        (("--page", tmp_path / "again.pdf"), "cannot be written as 'again.pdf'"),
        (("--page", tmp_path / "gone" / "x.html"), "There is no folder"),
        (("--page", tmp_path / "again.html", "--members"), "--members are a list"),
        (("--page", tmp_path / "again.html", "--excel-locale", "de"), "no list is written"),
    ):
        refused = unchurn(*export, *words)
        assert (refused.code, said in refused.err) == (2, True), refused.err
