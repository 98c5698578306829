"""An image whose every job ends at once, and the script of the Glue job: canned outputs, no imports.

Its first argument is a folder of words: the file <run>/<State> says how the job of that state is
to fail in that run, and any/<State> in a run that has no words of its own. The run of a training is known
by what `prepare` left for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

WORDS = Path(sys.argv[1])
ML = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
INPUT, OUTPUT = ML / "processing/input", ML / "processing/output"
LATE = ("late", "always late")
PASSED = {"verdict": "passed", "promote": True, "words": "Passed.", "rules": []}


def told(run: str, state: str) -> str:
    """Return what was left for a job; one that is to fail says why and ends here."""
    files = (WORDS / name / state for name in (run, "any"))
    word = next((file.read_text() for file in files if file.is_file()), "")
    if word == "exit":
        (ML / "output").mkdir(parents=True, exist_ok=True)
        (ML / "output/failure").write_text(f"{state} could not go on")
        sys.exit(1)
    return word


def put(name: str, content: object) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (OUTPUT / name).write_text(text)


def etl(arguments: list[str]) -> None:
    """Copy the source; a file of it may be called ``z-exit.csv`` or ``z-nothing.csv``.

    Of a history, the day's customers are what is made.
    """
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    source = Path(given["--source"])
    rows = sorted(source.iterdir()) if source.is_dir() else []
    names = [path.name for path in rows]
    if not rows or "z-exit.csv" in names:
        sys.exit("Etl could not go on" if rows else "There is nothing to read")
    if "z-nothing.csv" not in names:
        observes = "--as-of" in given
        output = Path(given["--snapshots" if observes else "--output"])
        output.mkdir(parents=True, exist_ok=True)
        name = "customers.csv" if observes else "rows.csv"
        (output / name).write_bytes(rows[0].read_bytes())


def prepare(run: str) -> None:
    word = told(run, "Prepare")
    if word != "nothing":
        put("prepared/run.txt", run)
    if word != "no-settings":
        put("settings/settings.json", (WORDS / "settings.json").read_text())


def train() -> None:
    hyperparameters = json.loads((ML / "input/config/hyperparameters.json").read_text())
    run = (ML / "input/data/prepared/run.txt").read_text()
    if hyperparameters["task"] == "trial":
        told(run, "Tune")
        sys.stdout.write(f"validation_log_loss={hyperparameters['eta']}\n")
        return
    told(run, "Train")
    (ML / "model/model.json").write_text(json.dumps(hyperparameters))
    (ML / "output/data/params.json").write_text(json.dumps(hyperparameters))


def evaluate(run: str) -> None:
    word = told(run, "Evaluate")
    if word == "nothing":
        return
    verdict = json.loads(told(run, "Gate") or json.dumps(PASSED))
    offer = {"entry": None, "promote": False, "against": "any", "verdict": verdict["verdict"]}
    if verdict["verdict"] == "passed":
        promote = told(run, "Record") != "challenger"
        card = {"model_overview": {"model_version": 0}}
        offer |= {"entry": entry(run, verdict), "promote": promote, "card": card}
    put("evaluation/evaluation.json", {"unchurn": {"metrics": {"roc_auc": 0.84}}})
    put("verdict/verdict.json", verdict)
    if word != "no-record":
        put("record/record.json", offer)


def entry(run: str, verdict: dict[str, object]) -> dict[str, object]:
    """Return a registry's Entry as plain data."""
    shas = ("bundle_sha256", "data_sha256", "config_sha256", "code_sha256")
    return {
        "run_id": run,
        "bundle": f"runs/{run}/model",
        **dict.fromkeys(shas, hashlib.sha256(run.encode()).hexdigest()),
        "environment": {"python": "3.12"},
        "metrics": {"roc_auc": 0.84},
        "verdict": verdict,
        "lineage": {},
    }


def intake(run: str) -> None:
    word = told(run, "Intake")
    (table,) = (INPUT / "customers").iterdir()
    # what Athena unloads is Parquet, of which nothing is read here
    rows = table.read_text().splitlines()[1:] if table.suffix == ".csv" else ["a1,yes,3"]
    if word != "no-batch":
        put("batch/customers.csv", "\n".join(rows))
    if word != "nothing":
        lines = [json.dumps({"__row__": number, "id": row}) for number, row in enumerate(rows)]
        put("lines/part-00000.jsonl", "\n".join(lines))


def collect(run: str) -> None:
    word = told(run, "Collect")
    answers = (INPUT / "transformed/part-00000.jsonl.out").read_text().splitlines()
    ids = [json.loads(line)["id"] for line in answers]
    if word != "no-scores":
        put("scores/scores.json", ids)
    put("result/scores.csv", "\n".join(["id,probability", *(f"{each},0.5" for each in ids)]))


def target(run: str) -> None:
    """Offer a campaign of nobody; once too late, where that is the word, or always; or say that none can be."""
    word = told(run, "Target")
    if word == "nobody":
        put("entry/entry.json", {"nobody": "Nobody is left to contact."})
        return
    if word == "late":
        (WORDS / run / "Target").unlink()
    events = json.loads((INPUT / "ledger/ledger.json").read_text())["events"]
    days = {"starts": "2027-03-01", "ends": "2027-06-01"}
    shas = {f"{each}_sha256": run for each in ("request", "campaign", "members")}
    event = {"kind": "campaign", "name": run, **days, **shas, "at": "", "by": ""}
    event |= {"summary": {"words": "Contact nobody."}}
    put("campaign/contact.csv", "id")
    (OUTPUT / "entry/kept").mkdir(parents=True)
    put(f"entry/kept/{run}.json.gz", "")
    if word != "no-entry":
        put(
            "entry/entry.json",
            {"text": json.dumps(event), "number": len(events) + (word not in LATE)},
        )


def measure(run: str) -> None:
    """Say which file was given; the ledger learns nothing of it."""
    word = told(run, "Measure")
    put("campaign/effect.json", [path.name for path in (INPUT / "told").iterdir()])
    events = json.loads((INPUT / "ledger/ledger.json").read_text())["events"]
    if word != "no-entry":
        put("entry/entry.json", {"number": len(events) + 1})


def monitor(run: str) -> None:
    watch(told(run, "Monitor"), (INPUT / "scores/scores.json").read_text())


def captured(run: str) -> None:
    """Say which files were given."""
    files = sorted(path.name for path in (INPUT / "captured").rglob("*.jsonl"))
    watch(told(run, "Captured"), json.dumps(files))


def watch(word: str, customers: str) -> None:
    """Say what the word has: nothing, or the level and whether customers have changed, not the table."""
    word = word or "0 0"
    put("watch/watch.json", {"customers": customers})
    put("watched/watch.json", {"as_of": sys.argv[-1]})
    if word != "no-metrics":
        values = zip(("Level", "Changed"), word.split(), strict=True)
        metrics = [{"MetricName": name, "Value": int(value)} for name, value in values]
        put("watched/metrics.json", {"broken": word == "2 0", "metrics": metrics})


def serve() -> None:
    """Answer every payload with itself."""
    told(os.environ.get("UNCHURN_RUN_ID", "endpoint"), "Score")
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Echo(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.reply(b"")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    HTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Echo).serve_forever()


if __name__ == "__main__":
    verb, *rest = sys.argv[2:]
    made = (prepare, evaluate, intake, collect, monitor, target, measure, captured)
    steps = {each.__name__: each for each in made}
    if verb == "etl":
        etl(rest[1:])
    elif verb == "step":
        steps[rest[0]](rest[2])
    else:
        {"train": train, "serve": serve}[verb]()
