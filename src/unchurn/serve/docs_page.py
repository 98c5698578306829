"""GET /docs: what the server answers and what a customer needs, as a page without anything else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c1c1c;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ccc;"
    "vertical-align:top}pre{background:#f3f3f3;padding:1rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}code{font-size:.95em}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#262626}"
    "th,td{border-color:#444}}"
)
HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}


def docs_page(openapi: dict[str, Any], schema: dict[str, Any], version: dict[str, Any]) -> str:
    """Write the page from the documents that the server answers with."""
    answers = [
        (f"{method.upper()} {path}", told["summary"])
        for path, methods in openapi["paths"].items()
        for method, told in methods.items()
    ]
    columns = [
        (each["name"], each["kind"], _needed(each), _usual(each)) for each in schema["columns"]
    ]
    parameters = [
        (each["name"], _choices(each["schema"]))
        for each in openapi["paths"]["/invocations"]["post"]["parameters"]
    ]
    named = version["model_version"]
    model = f"version {named}" if named else f"run {version['model_run_id']}"
    body = json.dumps([schema["example"]], ensure_ascii=False).replace("'", "\\u0027")
    call = f"curl -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  localhost:8080/invocations"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>unchurn: {escape(model)}'
        f'</title><meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main><h1>Scores by {escape(model)}</h1>"
        f"<p>Ask for them with the server's own address:</p><pre><code>{escape(call)}</code></pre>"
        f"<h2>What is answered</h2>{_table(('address', 'answers'), answers)}"
        f"<h2>What a customer needs</h2>"
        f"{_table(('column', 'kind', 'in JSON', 'usual, or examples'), columns)}"
        f"<h2>Parameters of /invocations</h2>{_table(('name', 'values'), parameters)}"
        f"<p>Formats read: {escape(', '.join(schema['formats']['read']))}. Written, as Accept "
        f"says: {escape(', '.join(schema['formats']['written']))}.</p></main></html>\n"
    )


def _needed(column: dict[str, Any]) -> str:
    return "may be left out" if column.get("optional") else "needed; null if not known"


def _usual(column: dict[str, Any]) -> str:
    if column.get("values"):
        shown = [str(value) for value in column["values"][:6]]
        return ", ".join([*shown, "…"] if len(column["values"]) > len(shown) else shown)
    return "" if column.get("usual") is None else str(column["usual"])


def _choices(schema: dict[str, Any]) -> str:
    parts = schema.get("anyOf", [schema])
    return ", ".join(
        ", ".join(part["enum"]) if "enum" in part else f"{part['minimum']} to {part['maximum']}"
        for part in parts
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
