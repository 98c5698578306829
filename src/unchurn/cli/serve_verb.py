"""``unchurn serve``: its flags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.options import ProjectDir
from unchurn.cli.verb import Verb


def serve(
    version: Annotated[
        str, typer.Option("--version", metavar="N|champion", help="Which version answers.")
    ] = "champion",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8080,
    workers: Annotated[int, typer.Option(help="Processes; 0 means one a CPU.", min=0)] = 0,
    host: Annotated[str, typer.Option(help="Address; others than loopback need a token.")] = (
        "127.0.0.1"
    ),
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token; else UNCHURN_TOKEN.")
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Name that requests may be for; give it more than once."),
    ] = None,
    project: ProjectDir = Path(),
) -> Verb:
    """Answer requests for scores over HTTP until Ctrl-C or SIGTERM."""
    from unchurn.cli import serve as body

    return (
        lambda progress: body.run_serve(
            project, version, host, port, workers, token_file, allow_host or (), progress
        ),
        body.show_serve,
    )
