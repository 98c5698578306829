"""``unchurn campaign``: what its verbs do and print."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.campaigns import Entry
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import here, open_ledger
from unchurn.errors import ConfigError, UnchurnError, counted
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.report.campaign import accept_words
from unchurn.report.campaign_effect import parts_words
from unchurn.report.wording import money

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.tables.excel_locales import CsvForm

Document = dict[str, Any]
_LISTED = ("contacted", "control", "value", "currency")


def campaign_list(folder: Path) -> Outcome:
    """List every campaign, newest first."""
    entries = open_ledger(Project.load(folder)).entries()
    return Outcome({"schema_version": 1, "campaigns": [_line(each) for each in reversed(entries)]})


def campaign_show(folder: Path, name: str) -> Outcome:
    """Give everything about one campaign. Raises `ConfigError` for an unknown one."""
    entry = open_ledger(Project.load(folder)).get(name)
    return Outcome({"schema_version": 1, **entry.summary, **_line(entry)})


def campaign_export(
    folder: Path,
    name: str,
    out: Path | None,
    page: Path | None,
    members: bool,
    excel_locale: str,
) -> Outcome:
    """Write the callers' list again, a page to print, or everybody in a campaign as the ledger has them.

    Raises `ConfigError` where neither a list nor a page is named, or one that cannot be.
    """
    from unchurn.pipeline.campaign_files import check_page, write_campaign, write_page
    from unchurn.pipeline.scoring import planned_list
    from unchurn.pipeline.targeting import made_before
    from unchurn.tables.excel_locales import csv_form

    project = Project.load(folder)
    ledger = open_ledger(project)
    entry = ledger.get(name)
    place, _ = planned_list(project, out, None)
    form = csv_form(excel_locale, place)
    _require_something(place, page, members)
    if page is not None:
        check_page(page)
    rows = ledger.members(entry) if members else []
    if members and place is not None:
        _write_members([each._asdict() for each in rows], place, form)
    if page is not None or not members:
        made = made_before(project, entry)
        if place is not None and not members:
            write_campaign(made, entry, place, form)
        if page is not None:
            write_page(made, entry, page)
    document = {
        "schema_version": 1,
        "name": name,
        "customers": len(rows) if members else entry.summary["contacted"],
        "out": None if out is None else str(out),
        "page": None if page is None else str(page),
    }
    return Outcome(document)


def _require_something(out: Path | None, page: Path | None, members: bool) -> None:
    if out is None and page is None:
        raise ConfigError(
            "Neither a list nor a page is named.",
            "Give --out contact.csv, --page spring.html, or both.",
        )
    if out is None and members:
        raise ConfigError(
            "--members are a list, and the page to print names nobody who is left alone.",
            "Give --out members.csv.",
        )


def campaign_cancel(folder: Path, name: str, reason: str) -> Outcome:
    """Cancel a campaign. Raises `ConfigError` for an unknown one."""
    ledger = open_ledger(Project.load(folder))
    changed = ledger.cancel(name, reason)
    now = "is cancelled" if changed else "was cancelled before"
    words = f"The campaign {name} {now}; its {{}} are free for others."
    summary = ledger.get(name).summary
    people = counted(summary["contacted"] + summary["control"], "customer")
    return Outcome(
        {"schema_version": 1, "name": name, "changed": changed, "words": words.format(people)}
    )


def campaign_outcomes(
    folder: Path, name: str, data: str, as_of: str, page: Path | None, progress: Progress
) -> Outcome:
    """Take in outcomes and measure the effect; see `pipeline.campaign_outcomes`. Writes a page where one is named."""
    from unchurn.pipeline.campaign_files import check_page, write_effect
    from unchurn.pipeline.campaign_outcomes import outcomes

    if page is not None:
        check_page(page)
    project = Project.load(folder)
    given = here(data, project, progress) if data else ""
    found = outcomes(project, name, given, as_of, ledger=open_ledger(project))
    if page is not None:
        write_effect(found, page)
    return Outcome({**found, "page": None if page is None else str(page)})


def campaign_together(folder: Path, as_of: str) -> Outcome:
    """Measure what all campaigns that are over changed together."""
    from unchurn.pipeline.campaign_outcomes import together

    project = Project.load(folder)
    return Outcome(together(project, as_of, ledger=open_ledger(project)))


def _write_members(rows: list[Document], out: Path, form: CsvForm) -> None:
    import pyarrow as pa

    from unchurn.tables.contact_list import MEMBERS
    from unchurn.tables.output import write_table
    from unchurn.tables.parquet import write_parquet

    table = pa.Table.from_pylist(rows, schema=MEMBERS)
    try:
        with tempfile.TemporaryDirectory(prefix="unchurn-members-") as kept:
            path = Path(kept) / "members.parquet"
            write_parquet(table.to_batches(), path, table.schema)
            write_table(path, out, form)
    except OSError as error:
        raise UnchurnError(
            f"{out} could not be written: {error.strerror or error}.",
            "Free some space or choose another place for the list.",
        ) from error


def _line(entry: Entry) -> Document:
    return {
        "name": entry.name,
        "number": entry.number,
        "starts": str(entry.starts),
        "ends": str(entry.ends),
        "created_at": entry.created_at,
        "created_by": entry.created_by,
        "campaign_sha256": entry.campaign_sha256,
        "cancelled": entry.cancelled and dict(entry.cancelled),
        **{name: entry.summary.get(name) for name in _LISTED},
    }


def show_list(document: Document, console: Console) -> None:
    """Print one line a campaign."""
    if not document["campaigns"]:
        console.print("No campaigns yet: unchurn target --name NAME makes one.")
    for each in document["campaigns"]:
        console.print(_said(each), markup=False)


def _said(line: Document) -> str:
    state = "cancelled" if line["cancelled"] else f"until {line['ends']}"
    worth = money(line["value"], line["currency"])
    return (
        f"{line['name']}: {line['starts']}, {state}; {line['contacted']:,} to contact, "
        f"{line['control']:,} left alone, worth {worth}"
    )


def show_campaign(document: Document, console: Console) -> None:
    """Print what a campaign is, who was left out, and how its groups compare."""
    console.print(_said(document), markup=False)
    console.print(document["words"], markup=False)
    for each in document["left_out"]:
        console.print(f"  {each['customers']:,} left out: {each['reason']}", markup=False)
    for each in document["strata"]:
        line = (
            f"  stratum {each['stratum']}: {each['contacted']:,} to contact "
            f"(risk {each['risk_contacted']:.1%}), {each['control']:,} left alone "
            f"(risk {each['risk_control']:.1%})"
        )
        console.print(line, markup=False)
    if document["cancelled"]:
        about = document["cancelled"]
        console.print(
            f"Cancelled {about['at'][:10]} by {about['by']}: {about['reason'] or '–'}", markup=False
        )


def show_export(document: Document, console: Console) -> None:
    """Print where the list is, and the page."""
    who = counted(document["customers"], "customer")
    where = ", ".join(document[each] for each in ("out", "page") if document[each])
    console.print(f"{who} of the campaign {document['name']}: {where}", markup=False)


def show_cancel(document: Document, console: Console) -> None:
    """Print what became of it."""
    console.print(document["words"], markup=False)


def show_together(document: Document, console: Console) -> None:
    """Print the verdict, each campaign that counts, and which do not, with why."""
    console.print(document["words"], markup=False)
    for each in document["campaigns"]:
        contacted, control = (
            f"{each[side]['churned']:,} of {each[side]['customers']:,}"
            for side in ("contacted", "control")
        )
        line = (
            f"  {each['name']}, {each['starts']}: {contacted} contacted left, {control} left alone"
        )
        console.print(line, markup=False)
    for each in document["left_out"]:
        console.print(f"  {each['name']} does not count: {each['why']}", markup=False)


def show_outcomes(document: Document, console: Console) -> None:
    """Print what was taken in, who did not keep to the draw, and what contacting changed."""
    for warning in document["warnings"]:
        console.print(f"warning: {warning}", markup=False)
    for note in document["notes"]:
        console.print(note, markup=False)
    if document["controls_contacted"]:
        who = counted(document["controls_contacted"], "customer")
        console.print(f"{who} to be left alone were contacted; they count as left alone.")
    if document["not_reached"]:
        who = counted(document["not_reached"], "customer")
        console.print(f"{who} to be contacted were not; they count as contacted.")
    parts = [
        each for each in (document["effect"] or {}).get("by_stratum", []) if each["difference"]
    ]
    for each in parts:
        line = "  stratum {}: {:+.1f} points ({:+.1f} to {:+.1f})".format(
            each["stratum"],
            *(100 * each["difference"][end] for end in ("value", "low", "high")),
        )
        console.print(line, markup=False)
    if len(parts) > 1:
        console.print(parts_words(parts), markup=False)
    for rate in document["accept_rates"]:
        console.print(accept_words(rate), markup=False)
    for words in ("words", "compliers_words", "money_words", "return_words"):
        if document[words]:
            console.print(document[words], markup=False)
