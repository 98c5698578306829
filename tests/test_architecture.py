"""The house keeps its rules: layers, cheap imports, no pickles, no clocks in what is computed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from unchurn.aws.bundles import NOT_COMPUTING

REPOSITORY = Path(__file__).parents[1]
HOUSE, TESTS = REPOSITORY / "src", REPOSITORY / "tests"
PACKAGE = HOUSE / "unchurn"
SOURCES = sorted(HOUSE.rglob("*.py"))
PICKLES = {"pickle", "cPickle", "_pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}
CLOCKS = {
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime",
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
}  # fmt: skip
COMPUTED = ("steps", "history", "modelling", "tables", "report", "artefacts")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


def _name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def _called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:])


def test_layers_hold() -> None:
    """import-linter keeps every contract of pyproject.toml; `make check` runs the same."""
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_no_ring_of_imports_is_long() -> None:
    """A change stays where it is: no more than ten files import one another in a circle.

    Imports inside functions count, and those for types alone: whoever reads follows both.
    """
    graph = grimp.build_graph("unchurn", "rehearsal", cache_dir=None)
    rings = {
        frozenset(graph.find_upstream_modules(each) & graph.find_downstream_modules(each) | {each})
        for each in graph.modules
    }
    assert len(graph.modules) > 400
    assert not [sorted(ring) for ring in rings if len(ring) > 10]


def test_jobs_import_nothing_that_their_image_leaves_out() -> None:
    """Not inside functions either: where the package is whole, nobody would notice."""
    graph = grimp.build_graph("unchurn", cache_dir=None)
    doors = [
        each for each in graph.modules if each.startswith(("unchurn.container", "unchurn.glue"))
    ]
    reached = set(doors).union(*map(graph.find_upstream_modules, doors))
    left_out = tuple(f"unchurn.{each.strip('/').replace('/', '.')}" for each in NOT_COMPUTING)
    assert len(reached) > 400
    assert not [each for each in sorted(reached) if each.startswith(left_out)]


@pytest.mark.parametrize("module", ["unchurn", "unchurn.project", "unchurn.cli"])
def test_imports_are_cheap(module: str) -> None:
    """The engines behind the names load on first use, never with the package."""
    heavy = {"xgboost", "duckdb", "rich", "pyarrow", "scipy", "numpy"}
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not heavy & set(done.stdout.split())


def test_help_loads_no_engine() -> None:
    """`unchurn --help` answers without loading an engine, a drawing or a terminal library."""
    program = (
        "import sys\nfrom unchurn.cli import main\nsys.argv = ['unchurn', '--help']\n"
        "try:\n    main()\nfinally:\n    sys.stderr.write(' '.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"xgboost", "duckdb", "pyarrow", "numpy"} & set(done.stderr.split())


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_pickle(path: Path) -> None:
    """Nothing is stored or read in a format that runs code when it is opened."""
    assert not PICKLES & set(_imported(_tree(path)))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_and_functions_are_short(path: Path) -> None:
    """A file reads in one sitting; a function on one screen."""
    tree = _tree(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    long = [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert not long


@pytest.mark.parametrize("package", COMPUTED)
def test_no_clock_in_what_is_computed(package: str) -> None:
    """The same customers give the same artefacts on any day: nobody asks for the date."""
    asked = {
        f"{_name(path)}: {call}"
        for path in (PACKAGE / package).rglob("*.py")
        for call in _called(_tree(path))
        if call in CLOCKS
    }
    assert not asked


SCRIPTS = "rehearsal/stand_ins/in_scripts/"
"""What others' scripts import: under the names that Glue gave it."""
WINGS = ("unchurn/aws/", "unchurn/glue/", "rehearsal/")
CLOUDS = {
    "boto3": WINGS, "botocore": WINGS,
    "moto": "rehearsal/", "awsglue": "unchurn/glue/",
    "pyspark": ("unchurn/glue/", "unchurn/tables/engines/", SCRIPTS),
}  # fmt: skip
"""Libraries of the cloud, and the folders that may import them."""


def test_clouds_are_imported_in_their_own_wing_alone() -> None:
    """boto3 below aws/, in the Spark job and in the rehearsal, moto there alone, PySpark in its engine and its job."""
    strays = [
        f"{_name(path)}: {library}"
        for path in SOURCES
        for library in CLOUDS.keys() & set(_imported(_tree(path)))
        if not _name(path).startswith(CLOUDS[library])
    ]
    assert not strays


def test_names_say_what_is_inside() -> None:
    """No file is named so that anything could be in it."""
    named = [_name(path) for path in SOURCES if path.stem in VAGUE]
    assert not [name for name in named if not name.startswith(SCRIPTS)]


def test_no_two_files_of_tests_have_one_name() -> None:
    """They lie in no package: pytest imports each by its name alone."""
    named = Counter(path.name for path in TESTS.rglob("*.py") if path.name != "conftest.py")
    assert not [name for name, files in named.items() if files > 1]


def test_every_step_has_its_own_file() -> None:
    """steps/ holds the steps of the pipelines and nothing else, one file each."""
    from unchurn.pipeline.learning import LEARNING
    from unchurn.pipeline.monitoring import WATCHING
    from unchurn.pipeline.observing import OBSERVING
    from unchurn.pipeline.scoring import INFERENCE
    from unchurn.pipeline.targeting import TARGETING
    from unchurn.pipeline.training import TRAINING

    steps = {
        step.__name__
        for step in (*OBSERVING, *TRAINING, *INFERENCE, *TARGETING, *LEARNING, *WATCHING)
    }
    files = {path.stem for path in (PACKAGE / "steps").glob("*.py")} - {"__init__"}
    assert files == steps


def test_no_registry_host_is_named() -> None:
    """Constraints hold exact versions and nothing of where they come from."""
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in pin and "/" not in pin and "@" not in pin for pin in pins)
