"""`unchurn target` and `unchurn campaign` as a retention team uses them."""

from __future__ import annotations

import csv
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from calc import LANGUAGES, calc, opened
from command_line import Ran, Unchurn

OFFERS = """
[[campaign.offers]]
name = "call"
cost = 5
incentive = 20
[[campaign.offers]]
name = "gift"
cost = 9
incentive = 30
accept_rate = 0.6
capacity = 7
eligible = { Contract = ["monthly"] }
"""


def rows(path: Path) -> list[dict[str, str]]:
    """Read a list."""
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def target(unchurn: Unchurn, costed_project: Path, telecom: Path, tmp_path: Path) -> Any:
    """Run `unchurn target` on this month's customers."""

    def run(*words: object, name: str = "spring", data: Path | None = None) -> Ran:
        table = data or telecom / "this_month.csv"
        out = tmp_path / f"{name}.csv"
        fixed = ("--project", costed_project, "--name", name, "--data", table, "--out", out)
        return unchurn("target", *fixed, *words)

    return run


@pytest.mark.slow
def test_a_campaign_from_a_table_to_a_list(
    target: Any, unchurn: Unchurn, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """Forty calls, reasons for each, the last line says what the 41st would add; twice is once."""
    first = rows(telecom / "this_month.csv")[0]["Phone"]
    (tmp_path / "no.csv").write_text(f"Phone,reason\n{first},consent\nnobody,\n")
    asked = ("--capacity", 20, "--holdout", 0.2, "--exclude", tmp_path / "no.csv")
    made = target(*asked, "--keep", "State, Area Code")
    assert made.code == 0, made.err
    last = made.err.strip().splitlines()[-1]
    assert last.startswith("Contact 20 customers: expected to bring in")
    assert "the 21st customer would add" in last
    assert "4 customers of the 20 best" in made.out
    assert "'nobody') named nobody" in made.out
    listed = rows(tmp_path / "spring.csv")
    assert len(listed) == 20
    assert list(listed[0])[:5] == ["Phone", "State", "Area Code", "rank", "probability"]
    assert all(each["reason_1"] and each["State"] for each in listed)
    assert first not in {each["Phone"] for each in listed}
    worth = [float(each["expected_value"]) for each in listed]
    assert worth == sorted(worth, reverse=True)
    summary = json.loads((tmp_path / "spring.csv.campaign.json").read_text())
    assert float(listed[-1]["cumulative_value"]) == pytest.approx(summary["value"], abs=0.01)

    before = (tmp_path / "spring.csv").read_bytes()
    assert target(*asked, "--keep", "State,Area Code").code == 0
    assert (tmp_path / "spring.csv").read_bytes() == before
    other = target("--capacity", 3)
    assert other.code == 2
    assert "never changes" in other.err
    shown = unchurn("campaign", "list", "--project", costed_project, "--json").document["campaigns"]
    assert [(each["name"], each["contacted"], each["control"]) for each in shown] == [
        ("spring", 20, 4)
    ]

    # another campaign leaves controls alone, and whom this one contacts, until it is cancelled
    everybody = unchurn("campaign", "export", "spring", "--members", "--out", tmp_path / "m.csv", "--project", costed_project)  # fmt: skip
    assert everybody.code == 0, everybody.err
    members = {each["customer"]: each["arm"] for each in rows(tmp_path / "m.csv")}
    assert sorted(members.values()) == ["contact"] * 20 + ["control"] * 4
    second = target("--capacity", 20, "--no-holdout", "--json", name="second")
    assert second.code == 0, second.err
    found = {each["reason"]: each["customers"] for each in second.document["left_out"]}
    assert found["in the control group of another campaign"] == 4
    assert found["contacted in another campaign, not long ago or while this one runs"] == 20
    assert not members.keys() & {each["Phone"] for each in rows(tmp_path / "second.csv")}
    assert unchurn("campaign", "cancel", "spring", "--project", costed_project).code == 0
    third = target(
        "--capacity", 20, "--no-holdout", "--json", "--starts", "2040-01-01", name="third"
    )
    assert "in the control group of another campaign" not in json.dumps(third.document["left_out"])
    shown = unchurn("campaign", "show", "spring", "--project", costed_project)
    assert "cancelled" in shown.out


def test_offers_and_a_budget_are_kept_to(
    target: Any, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """Budget, capacities and who is eligible hold; shuffled, the table gives the same campaign."""
    with (costed_project / "churn.toml").open("a") as stream:
        stream.write(OFFERS)
    made = target("--budget", 1000, "--holdout", 0.1, "--keep", "Contract", "--json")
    assert made.code == 0, made.err
    document = made.document
    listed = rows(tmp_path / "spring.csv")
    cost = {"call": 25, "gift": 39}
    assert sum(cost[each["offer"]] for each in listed) == document["most_cost"] <= 1000
    gifts = [each for each in listed if each["offer"] == "gift"]
    assert 0 < len(gifts) <= 7
    assert {each["Contract"].strip().lower() for each in gifts} == {"monthly"}
    assert document["control"] >= 1

    lines = (telecom / "this_month.csv").read_text().splitlines()
    body = lines[1:]
    random.Random(1).shuffle(body)
    (tmp_path / "shuffled.csv").write_text("\n".join([lines[0], *body]) + "\n")
    other = tmp_path / "other"
    shutil.copytree(costed_project, other, ignore=shutil.ignore_patterns("campaigns*"))
    again = target(
        "--budget", 1000, "--holdout", 0.1, "--keep", "Contract", "--project", other,
        data=tmp_path / "shuffled.csv",
    )  # fmt: skip
    assert again.code == 0, again.err
    assert rows(tmp_path / "spring.csv") == listed


@pytest.mark.slow
def test_a_list_for_a_german_excel_is_read_back(
    target: Any, unchurn: Unchurn, costed_project: Path, tmp_path: Path
) -> None:
    """Semicolons and decimal commas; exported it is the same; as a list of exclusions all are known."""
    made = target("--capacity", 20, "--excel-locale", "de", "--keep", "Day Charge")
    assert made.code == 0, made.err
    text = (tmp_path / "spring.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfPhone;Day Charge;rank;")
    listed = list(csv.DictReader(text.decode("utf-8-sig").splitlines(), delimiter=";"))
    figures = [each[name] for each in listed for name in ("expected_value", "Day Charge")]
    assert any("," in each for each in figures)
    assert not any("." in each for each in figures)
    out = tmp_path / "again.csv"
    export = ("campaign", "export", "spring", "--project", costed_project, "--out", out)
    assert unchurn(*export, "--excel-locale", "DE").code == 0
    assert out.read_bytes() == text
    assert unchurn(*export, "--members", "--excel-locale", "fr").code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfcustomer;arm;")
    unchurn("campaign", "cancel", "spring", "--project", costed_project)
    second = target("--exclude", tmp_path / "spring.csv", "--json", name="second")
    found = {each["reason"]: each["customers"] for each in second.document["left_out"]}
    assert found["on spring.csv"] == 20
    assert second.document["notes"] == []
    refused = unchurn(*export, "--excel-locale", "klingon")
    assert refused.code == 2
    assert "'klingon', which is not known" in refused.err


@pytest.mark.slow
@pytest.mark.skipif(
    not calc(), reason="no LibreOffice on the PATH (apt install libreoffice-calc-nogui)"
)
def test_calc_shows_the_same_list_in_english_and_in_german(
    target: Any, unchurn: Unchurn, costed_project: Path, tmp_path: Path
) -> None:
    """A column each, numbers as numbers, ids and reasons as text, whichever marks a country has."""
    assert target("--capacity", 20, "--keep", "State,Day Charge").code == 0
    plain = rows(tmp_path / "spring.csv")
    for locale in LANGUAGES:
        out = tmp_path / f"{locale}.csv"
        export = ("campaign", "export", "spring", "--project", costed_project, "--out", out)
        assert unchurn(*export, "--excel-locale", locale).code == 0
        names, *shown = opened(out, locale, tmp_path)
        assert names == list(plain[0])
        assert len(shown) == len(plain) == 20
        for row, cells in zip(plain, shown, strict=True):
            found = dict(zip(names, cells, strict=True))
            assert (found["Phone"], found["State"]) == (row["Phone"], row["State"])
            assert found["reason_1"] == row["reason_1"]
            for name in ("probability", "expected_value", "rank", "Day Charge"):
                assert found[name] == pytest.approx(float(row[name])), (locale, name)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--capacity", 0), 2, "--capacity is 0; it must be more than 0"),
        (("--capacity", -5), 2, "--capacity is -5"),
        (("--budget", 0), 2, "--budget is 0.0"),
        (("--budget", "nan"), 2, "--budget is nan"),
        (
            ("--budget", "inf"),
            2,
            "--budget is inf; it must be more than 0, and at most 1,000,000,000",
        ),
        (("--holdout", 1), 2, "--holdout is 1.0; it must be above 0 and below 1"),
        (("--holdout", 0.3, "--no-holdout"), 2, "contradict each other"),
        (("--capacity", 2, "--holdout", 0.9), 2, "leaves nobody to contact"),
        (("--exclude", "missing.csv"), 2, "There is no file"),
        (("--keep", "Nmae"), 3, "'Nmae'"),
        (("--keep", "rank"), 2, "'rank' names a column of the table and one of the list"),
        (("--starts", "soon"), 2, "--starts is 'soon'"),
        (("--starts", "9999-12-31"), 2, "Name a day from 1900-01-01 to 2199-12-31"),
        (("--excel-locale", "xx"), 2, "--excel-locale is 'xx', which is not known"),
        (("--excel-locale", "de", "--out", "x.jsonl"), 2, "the list is 'x.jsonl'"),
    ],
)
def test_what_cannot_be_is_refused(
    target: Any,
    tmp_path: Path,
    costed_project: Path,
    words: tuple[object, ...],
    code: int,
    said: str,
) -> None:
    """With the value seen, and nothing written: no list, no campaign."""
    ran = target(*words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert not list(tmp_path.glob("spring.csv*"))
    assert not (costed_project / ".unchurn" / "campaigns.db").exists()


@pytest.mark.slow
def test_nobody_left_is_said_with_why(
    target: Any, costed_project: Path, telecom: Path, tmp_path: Path
) -> None:
    """A list that excludes everybody; a name that is none; more calls than customers; and a ledger that is gone."""
    shutil.copy(telecom / "this_month.csv", tmp_path / "all.csv")
    ran = target("--exclude", tmp_path / "all.csv")
    assert ran.code == 3
    assert "Nobody is left to contact" in ran.err
    assert "on all.csv" in ran.err
    assert target(name="../up").code == 2
    made = target("--capacity", 100_000)
    assert made.code == 0
    assert "nobody else is worth it" in made.err
    replaced = target("--exclude", tmp_path / "spring.csv", name="spring")
    assert replaced.code == 2
    assert "would replace it" in replaced.err
    assert "does not know" not in made.err
    (costed_project / ".unchurn" / "campaigns.db").unlink()
    lost = target("--capacity", 5, name="summer")
    assert "does not know 'spring', drawn here before" in " ".join(lost.err.split())


def test_costs_are_needed(
    unchurn: Unchurn, trained: tuple[Path, Ran], telecom: Path, tmp_path: Path
) -> None:
    """Without [decision] nobody can be said to be worth contacting."""
    out = tmp_path / "contact.csv"
    ran = unchurn("target", "--project", trained[0], "--name", "x", "--data", telecom / "this_month.csv", "--out", out)  # fmt: skip
    assert ran.code == 2
    assert "[decision] clv is not given" in ran.err


@pytest.mark.slow
def test_outcomes_give_a_verdict(
    target: Any, unchurn: Unchurn, costed_project: Path, tmp_path: Path
) -> None:
    """Too early while it runs; afterwards helped, by the draw; delivered twice it is the same."""
    assert target("--holdout", 0.3, "--starts", "2027-03-01").code == 0
    members = tmp_path / "members.csv"
    ran = unchurn(
        "campaign", "export", "spring", "--members", "--out", members, "--project", costed_project
    )
    assert ran.code == 0, ran.err
    lines = ["Phone,Churn?,contacted", "stranger,yes,no"]  # by the label's name
    for each in rows(members):
        control = each["arm"] == "control"
        lines.append(
            f"{each['customer']},{'yes' if control else 'no'},{'no' if control else 'yes'}"
        )
    (tmp_path / "outcomes.csv").write_text("\n".join(lines) + "\n")
    asked = ("campaign", "outcomes", "spring", "--project", costed_project)
    (tmp_path / "half.csv").write_text(
        "\n".join([lines[0], *(each for each in lines if each.endswith("yes,no"))]) + "\n"
    )
    none = unchurn(*asked, "--as-of", "2027-05-29")
    assert "Too early: who leaves until 2027-05-30 is not known yet." in none.out
    # who left is known so far, and only controls did
    half = unchurn(*asked, "--data", tmp_path / "half.csv", "--as-of", "2027-05-29")
    assert "warning" not in half.out
    assert "Helped so far: 0.0% (0 of" in half.out
    assert "95% however often you look: -100.0 to" in half.out
    assert "Who is not said to have left counts as staying; it is over on 2027-05-30." in half.out
    over = unchurn(*asked, "--as-of", "2027-05-30")
    assert "nobody is said to have stayed" in over.out
    early = unchurn(*asked, "--data", tmp_path / "outcomes.csv", "--as-of", "2027-05-29")
    assert early.code == 0, early.err
    assert "'stranger'; passed over" in early.out
    assert "passed over that may still change: until 2027-05-30 a no may become a yes" in early.out
    # what was said of who stays while it ran says nothing of the end
    unsaid = unchurn(*asked, "--as-of", "2027-05-30")
    assert "nobody is said to have stayed" in unsaid.out
    late = unchurn(*asked, "--data", tmp_path / "outcomes.csv", "--as-of", "2027-05-30", "--json")
    assert late.document["effect"]["verdict"] == "helped"
    assert late.document["effect"]["difference"]["value"] == -1
    assert "One customer is kept for every 1 contacted (95%: 1 to" in late.document["words"]
    assert late.document["warnings"] == []
    assert not late.document["notes"][0].startswith("0 facts taken in")
    twice = unchurn(*asked, "--data", tmp_path / "outcomes.csv", "--as-of", "2027-05-30")
    assert twice.out.startswith("0 facts taken in")
    assert late.document["money"] is None
    paid = ["customer,revenue"]  # as the list of members has them
    paid += [f"{e['customer']},{90 if e['arm'] == 'control' else 120.5}" for e in rows(members)]
    (tmp_path / "paid.csv").write_text("\n".join(paid) + "\n")
    page = ("--page", tmp_path / "effect.html")
    money = unchurn(*asked, "--data", tmp_path / "paid.csv", "--as-of", "2027-05-30", *page)
    assert "<h1>Contacting helped</h1>" in (tmp_path / "effect.html").read_text()
    assert unchurn(*asked, "--page", tmp_path / "effect.txt").code == 2
    strange = unchurn(*asked, "--data", "ftp://outcomes")
    assert (strange.code, "of a kind that is not known" in strange.err) == (2, True)
    assert "Revenue: +30.50 EUR for each drawn to be contacted" in money.out, money.err
    assert "of revenue for each 1 EUR spent (95%: +" in money.out
    assert "incentives counted as if all had accepted." in money.out
    taken = [f"{e['customer']},no" for e in rows(members) if e["arm"] == "contact"]
    (tmp_path / "taken.csv").write_text("\n".join(["Phone,accepted", *taken]) + "\n")
    rate = unchurn(*asked, "--data", tmp_path / "taken.csv", "--as-of", "2027-05-30")
    assert "of would-be churners accept and stay" in rate.out
    assert f"0 of {len(taken)} contacted accepted" in rate.out
    again = target("--no-holdout", "--starts", "2027-09-01", "--json", name="autumn")
    assert again.code == 0, again.err
    used = again.document["accept_rates"][0]
    assert again.document["offers"][0]["accept_rate"] == used["measured"] > 0.3
    assert json.loads((tmp_path / "autumn.csv.campaign.json").read_text())["accept_rates"] == [used]
    all_of = ("campaign", "together", "--project", costed_project, "--as-of")
    both = unchurn(*all_of, "2027-06-01", "--json").document
    assert [each["name"] for each in both["campaigns"]] == ["spring"]
    assert both["left_out"] == [{"name": "autumn", "why": "it is over on 2027-11-30"}]
    assert both["effect"]["verdict"] == "helped"
    said = unchurn(*all_of, "2027-12-01").out
    assert "Helped: over 1 campaign, 0.0% of" in said
    assert "autumn does not count: nobody was left alone" in said
    assert "Cannot tell: of no campaign that is over" in unchurn(*all_of, "2027-03-02").out
    (tmp_path / "other.csv").write_text("Phone,churned\nstranger,yes\n")
    before = unchurn(*asked, "--data", tmp_path / "outcomes.csv", "--as-of", "2027-02-28")
    assert (before.code, "before the campaign 'spring' begins" in before.err) == (3, True)
    refused = unchurn(*asked, "--data", tmp_path / "other.csv", "--as-of", "2027-05-30")
    assert refused.code == 3
    assert "is in the campaign 'spring'" in refused.err
    assert unchurn(*asked, "--as-of", "soon").code == 2
