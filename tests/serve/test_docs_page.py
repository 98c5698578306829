"""The page of a server, and the calls that the documentation shows."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran
from live_server import JSON, LINES, Live, refused
from served_month import Month

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "serve.md"


class Page(HTMLParser):
    """Collects what a page would load, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[tuple[str, str | None]] = []
        self.text = ""
        self.code = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [each for each in attrs if each[0] in ("src", "href", "srcset", "action")]
        assert tag not in ("script", "iframe", "link", "object")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.lasttag == "code" and not self.code:
            self.code = data


def call(words: str, live: Live, folder: Path) -> Any:
    """Run a command of a page as it stands there, but for the port."""
    assert "localhost:8080" in words
    here = words.replace("localhost:8080", f"localhost:{live.port}")
    done = subprocess.run(
        ["bash", "-ec", here], cwd=folder, capture_output=True, text=True, check=True, timeout=6000
    )
    return done.stdout


def test_the_documented_calls_answer_with_scores(live: Live, trained: tuple[Path, Ran]) -> None:
    """Each of the page's own curl commands, run literally in the demo's folder."""
    shown = next(
        block
        for block in re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL)
        if "curl" in block
    )
    commands = [f"curl -s{each}" for each in shown.split("curl")[1:]]
    assert len(commands) == 2
    many, one = (call(each, live, trained[0]) for each in commands)
    assert many.count("\n") == (trained[0] / "this_month.csv").read_text().count("\n")
    said = json.loads(one)
    assert said["predictions"][0]["Phone"] == "055-0536"
    assert said["predictions"][0]["reason_1"]
    assert any("'Satisfaction'" in note for note in said["notes"])


def test_the_page_loads_nothing_and_its_call_is_answered(
    live: Live, trained: tuple[Path, Ran]
) -> None:
    """It works without a network: no script, nothing from elsewhere; the call it shows is good."""
    answer = live.ask("GET", "/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    page = Page()
    page.feed(answer.body.decode())
    assert page.loaded == []
    assert json.loads(call(page.code.replace("curl", "curl -s", 1), live, trained[0]))[
        "predictions"
    ]
    for path in live.ask("GET", "/openapi.json").document["paths"]:
        assert path in page.text
    for column in live.ask("GET", "/schema").document["columns"]:
        assert column["name"] in page.text


@pytest.mark.parametrize("kind", [JSON, LINES])
def test_what_training_saw_missing_may_be_left_out(live: Live, month: Month, kind: str) -> None:
    """Left out by one, by some or by all is null, to the bit; what training always had is needed."""
    columns = live.ask("GET", "/schema").document["columns"]
    optional = [each["name"] for each in columns if each.get("optional")]
    needed = [each["name"] for each in columns if not each.get("optional")]
    assert {"Satisfaction", "VMail Message"} <= set(optional)
    assert {"Phone", "Day Calls"} <= set(needed)
    rows = [json.loads(line) for line in month.body(LINES, month.names, slice(0, 3)).splitlines()]

    def ask(sent: list[dict[str, Any]]) -> Any:
        lines = [json.dumps(row) for row in sent]
        body = "\n".join(lines) if kind == LINES else f"[{','.join(lines)}]"
        return live.score(body.encode(), kind, Accept="application/json")

    for who in ((0,), (1, 2), (0, 1, 2)):
        short = [
            {k: v for k, v in row.items() if n not in who or k not in optional}
            for n, row in enumerate(rows)
        ]
        null = [
            {k: None if n in who and k in optional else v for k, v in row.items()}
            for n, row in enumerate(rows)
        ]
        found, wanted = ask(short).document, ask(null).document
        assert found["predictions"] == wanted["predictions"]
        left = [note for note in found["notes"] if "leave" in note]
        assert len(left) == len(optional)
        assert set(wanted["notes"]) == set(found["notes"]) - set(left)
    del rows[1]["Day Calls"]
    said = refused(ask(rows))
    assert (said["row"], said["field"]) == (2, "Day Calls")


def test_a_cell_that_only_a_later_customer_has_is_read(live: Live, month: Month) -> None:
    """Columns are those of all customers, not of the first."""
    rows = [json.loads(line) for line in month.body(LINES, month.names, slice(0, 2)).splitlines()]
    whole = live.score(json.dumps(rows).encode(), JSON).document
    del rows[0]["Satisfaction"]
    found = live.score(json.dumps(rows).encode(), JSON).document
    assert found["predictions"][1] == whole["predictions"][1]
