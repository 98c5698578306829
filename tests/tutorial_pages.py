"""What the tutorial's three tellings ask for: the notebook's, the document's and the README's."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
NOTEBOOK = REPOSITORY / "examples" / "tutorial.ipynb"
DOCUMENT = REPOSITORY / "docs" / "tutorial.md"
README = REPOSITORY / "README.md"
PRODUCTION = "Going to production"


def cells(kind: str = "code") -> list[str]:
    """Return the sources of the notebook's cells of a kind."""
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(each["source"]) for each in told if each["cell_type"] == kind]


def of_notebook(after: str = "") -> list[str]:
    """Return the commands of the notebook, in order; those below the heading that says `after`."""
    commands: list[str] = []
    below = not after
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    for cell in told:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if after and source.startswith("## "):
                below = source.splitlines()[0].endswith(after)
        elif not below:
            continue
        elif source.startswith("%%sh"):
            commands += _ours(source.splitlines())
        else:
            commands += re.findall(r'start\(f?"(unchurn [^"]+)"', source)
    return [each.replace("{port}", "8080").removesuffix(" --json") for each in commands]


def of_page(page: Path, section: str = "") -> list[str]:
    """Return the commands in the shell blocks of a page, or of one section of it."""
    text = page.read_text(encoding="utf-8")
    return _ours([line for block in blocks(part(text, section), "sh") for line in block])


def part(text: str, section: str) -> str:
    """Return what stands below a heading that ends with `section`; everything without one."""
    if not section:
        return text
    found = re.search(rf"^## [^\n]*{section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {section!r}"
    return found[1]


def blocks(text: str, language: str) -> list[list[str]]:
    """Return the lines of each fenced block of a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in found]


def settings_of_notebook() -> list[dict[str, Any]]:
    """Return what the notebook writes into churn.toml, time after time."""
    put = re.findall(r'^put\("""\n(.*?)"""\)', "\n".join(cells()), re.MULTILINE | re.DOTALL)
    return [tomllib.loads(text) for text in put]


def settings_of_document() -> list[dict[str, Any]]:
    """Return what the document asks to write into churn.toml, time after time."""
    found = blocks(DOCUMENT.read_text(encoding="utf-8"), "toml")
    return [tomllib.loads("\n".join(lines)) for lines in found]


def _ours(lines: list[str]) -> list[str]:
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("unchurn ")]
