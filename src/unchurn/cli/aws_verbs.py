"""``unchurn aws``: plan, deploy, train, score, status, logs, endpoint, destroy, rehearse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli.aws_endpoint_verbs import endpoint
from unchurn.cli.options import (
    Digits,
    Flags,
    MakeFolder,
    ProjectDir,
    Region,
    Sort,
    Stack,
    Strict,
    Top,
)
from unchurn.cli.outcomes_verb import Day
from unchurn.cli.outcomes_verb import Folder as OutcomesFolder
from unchurn.cli.verb import Verb, verb

HERE = Path()
Bucket = Annotated[str, typer.Option(help="Existing bucket to use; default: .env, churn.toml.")]
ObservedDay = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="Day of a history; default: the run's own.")
]
RunId = Annotated[str, typer.Option("--run", metavar="ID", help="A run; default: the latest.")]

aws = typer.Typer(
    help="Run the same project on AWS, or rehearse all of it offline.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
aws.add_typer(endpoint, name="endpoint")


@verb(aws)
def plan(
    stack: Stack = "",
    bucket: Bucket = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """List resources, permissions and costs before anything is made; needs no credentials."""
    from unchurn.cli import aws as body

    return (
        lambda progress: body.run_plan(project, (stack, bucket, region), progress),
        body.show_plan,
    )


@verb(aws)
def deploy(
    stack: Stack = "",
    bucket: Bucket = "",
    region: Region = "",
    load: Annotated[
        bool, typer.Option("--load", help="Upload both tables, and crawl them into Athena.")
    ] = False,
    remember: Annotated[
        bool, typer.Option("--remember", help="Keep stack, bucket and region in .env.")
    ] = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Create or update everything in the account; a second deploy changes nothing."""
    from unchurn.cli import aws as body

    place = (stack, bucket, region)
    return (
        lambda progress: body.run_deploy(project, place, load, remember, progress),
        body.show_deploy,
    )


@verb(aws)
def train(
    data: Annotated[
        str | None,
        typer.Option(help="Table to upload; '' trains on what lies there. Default: [data] train."),
    ] = None,
    training_job_name: Annotated[str, typer.Option(help="Name of the training job.")] = "",
    model_name: Annotated[str, typer.Option(help="Name of the model.")] = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Train, evaluate, gate and register a model on AWS; fetch what the run made."""
    from unchurn.cli import aws as body

    names = {"TrainingJobName": training_job_name, "ModelName": model_name}
    return (
        lambda progress: body.run_train(project, (stack, "", region), data, names, progress),
        body.show_run,
    )


@verb(aws)
def score(
    data: Annotated[
        str | None,
        typer.Option(help="Table to upload; '' scores what lies there. Default: [data] score."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The list once more, as a .csv, .parquet or .jsonl to read."),
    ] = None,
    make_folder: MakeFolder = False,
    strict: Strict = False,
    sort: Sort = "",
    top: Top = None,
    digits: Digits = None,
    as_of: ObservedDay = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Score customers on AWS with the champion; fetch the list."""
    from unchurn.cli import aws as body
    from unchurn.cli.score import agree_on_folder

    arranged = {"sort": sort, "top": top, "digits": digits}
    if out is not None:
        agree_on_folder(out, make_folder, flags)
    return (
        lambda progress: body.run_score(
            project, (stack, "", region), data, out, strict, arranged, as_of, progress
        ),
        body.show_run,
    )


@verb(aws)
def outcomes(
    as_of: Day = "",
    out: OutcomesFolder = None,
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Take in who left from the bucket, and say what came true of each scoring (exit 5: act)."""
    from unchurn.cli import outcomes as body

    return (
        lambda progress: body.outcomes_on_aws(project, (stack, "", region), as_of, out, progress),
        body.show_outcomes,
    )


@verb(aws)
def status(
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Say what is deployed, what ran last and which model is in charge."""
    from unchurn.cli import aws as body

    return (
        lambda _: body.run_status(project, (stack, "", region)),
        body.show_status,
    )


@verb(aws)
def logs(
    run: RunId = "",
    state: Annotated[str, typer.Option(help="Only this state's: Etl, Train, Collect, …")] = "",
    stack: Stack = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Print the states of a run, and what its jobs and functions wrote."""
    from unchurn.cli import aws as body

    return (
        lambda _: body.run_logs(project, (stack, "", region), run, state),
        body.show_logs,
    )


@verb(aws)
def destroy(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete the bucket, every version in it.")
    ] = False,
    stack: Stack = "",
    bucket: Bucket = "",
    region: Region = "",
    project: ProjectDir = HERE,
) -> Verb:
    """Delete the stacks, export the registry, keep the bucket; then list what is left."""
    from unchurn.cli import aws_destroy as body

    return (
        lambda progress: body.run_destroy(
            project, (stack, bucket, region), yes, delete_data, progress
        ),
        body.show_destroy,
    )


@verb(aws)
def rehearse(
    data: Annotated[str, typer.Option(help="Table to train on; default: [data] train.")] = "",
    score_data: Annotated[str, typer.Option(help="Table to score; default: [data] score.")] = "",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep a copy of the bucket and the work folder.")
    ] = False,
    fail: Annotated[str, typer.Option(metavar="STATE", help="Make this state fail.")] = "",
    thorough: Annotated[
        bool, typer.Option("--thorough", help="A build installs and runs its tests for real.")
    ] = False,
    as_of: ObservedDay = "",
    open: Annotated[
        bool, typer.Option("--open", help="Run nothing; keep the cloud open for other commands.")
    ] = False,
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Run the whole of it offline: deploy, train, score, destroy, on loopback."""
    if open:
        from unchurn.cli import aws_open

        given = {
            "--data": data,
            "--score-data": score_data,
            "--keep": keep,
            "--fail": fail,
            "--thorough": thorough,
            "--as-of": as_of,
        }
        return (
            lambda progress: aws_open.run_open(project, given, flags, progress),
            aws_open.show_open,
        )
    from unchurn.cli import aws_rehearse as body

    return (
        lambda progress: body.run_rehearse(
            project, data, score_data, keep, fail, thorough, as_of, progress
        ),
        body.show_rehearse,
    )
