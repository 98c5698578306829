"""What every registry promises. Only the protocol is used, whatever it is stored in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loopback_aws import loopback_aws, make_table
from unchurn.aws.clients import Clients
from unchurn.aws.registry import DynamoRegistry
from unchurn.errors import ArtefactError, ConfigError, RegistryError
from unchurn.registry import Alias, Entry, Move, Record, Registry
from unchurn.registry.history import champions
from unchurn.registry.sqlite import SqliteRegistry


def a_clock() -> Callable[[], datetime]:
    times = (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=n) for n in range(10_000))
    return lambda: next(times)


def a_sqlite_registry(folder: Path) -> Registry:
    return SqliteRegistry(folder, a_clock(), lambda: "ada")


@cache
def aws() -> Clients:
    """The one server of this module; it goes with the process."""
    return closing.enter_context(loopback_aws())


def a_dynamodb_registry(folder: Path) -> Registry:
    return DynamoRegistry(aws(), make_table(aws(), f"t-{uuid4()}"), a_clock(), lambda: "ada")


REGISTRIES = {"sqlite": a_sqlite_registry, "dynamodb": a_dynamodb_registry}
closing = ExitStack()


@pytest.fixture(scope="module", autouse=True)
def close_aws() -> Iterator[None]:
    with closing:
        yield
    aws.cache_clear()


@pytest.fixture(params=REGISTRIES)
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    yield REGISTRIES[request.param](tmp_path / "root")


def an_entry(run: str = "run-1", bundle: str = "a") -> Entry:
    return Entry(
        run_id=run,
        bundle=f"runs/{run}/model",
        bundle_sha256=sha256(f"{run}{bundle}".encode()).hexdigest(),
        data_sha256="d" * 64,
        config_sha256=sha256(run.encode()).hexdigest(),
        code_sha256="e" * 64,
        environment={"xgboost": "3.2.0"},
        metrics={"roc_auc": {"value": 0.9, "low": 0.85, "high": None}},
        verdict={"verdict": "passed", "promote": True, "words": "Ünder the floor — “good”"},
        lineage={"rows": {"train": 800}},
    )


def filled(registry: Registry, versions: int, promote: bool = True) -> None:
    for number in range(1, versions + 1):
        registry.register(an_entry(f"run-{number}"), promote)


def fine(record: Record) -> None:
    """Load and score, without fault."""


def refuse(record: Record) -> None:
    raise ArtefactError(f"booster of version {record.version} is damaged.", "Restore it.")


def state(registry: Registry) -> tuple[object, ...]:
    names: tuple[Alias, ...] = ("champion", "challenger")
    return (registry.records(), registry.audit(), *map(registry.alias, names))


def test_an_empty_registry_has_nothing(registry: Registry) -> None:
    """Before the first registration there are no versions, aliases or moves."""
    assert state(registry) == ((), (), None, None)


def test_the_first_version_becomes_champion(registry: Registry) -> None:
    """The first model that passes its gate is champion even when promotion was not asked for."""
    made = registry.register(an_entry(), promote=False)
    assert (made.version, made.promoted) == (1, True)
    assert (registry.alias("champion"), registry.alias("challenger")) == (1, None)


def test_a_version_comes_back_as_it_was_given(registry: Registry) -> None:
    """Hashes, metrics, verdict, lineage and environment survive, with who and when beside them."""
    registry.register(an_entry(), promote=True)
    record = registry.get(1)
    assert record.entry == an_entry()
    assert (record.created_by, registry.records()) == ("ada", (record,))
    assert record.created_at == "2020-01-01T00:00:00.000+00:00"


def test_a_later_version_takes_over_when_promoted(registry: Registry) -> None:
    """The gate's rule decides: promoted, it is champion; the old one is no longer."""
    registry.register(an_entry("run-1"), promote=True)
    assert registry.register(an_entry("run-2"), promote=True).promoted
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, None)


def test_a_later_version_that_is_not_promoted_is_challenger(registry: Registry) -> None:
    """The champion stays in charge, and the newest that passed is the challenger."""
    filled(registry, 3, promote=False)
    assert (registry.alias("champion"), registry.alias("challenger")) == (1, 3)


def test_a_verdict_against_another_champion_does_not_promote(registry: Registry) -> None:
    """A model judged against none or an old champion becomes challenger, and the audit says why."""
    filled(registry, 2)
    for against in (None, 1):
        made = registry.register(an_entry(f"late-{against}"), promote=True, against=against)
        assert not made.promoted
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 4)
    assert "against champion version 1, but it is version 2 by now" in registry.audit()[-1].reason
    assert registry.register(an_entry("timely"), promote=True, against=2).promoted


def test_registering_a_run_again_gives_its_version_back(registry: Registry) -> None:
    """A step that is killed after registering may simply run again."""
    first = registry.register(an_entry("run-1"), promote=True)
    second = registry.register(an_entry("run-2"), promote=False)
    before = state(registry)
    again = registry.register(an_entry("run-1"), promote=True)
    assert (again.version, again.promoted) == (first.version, True)
    again = registry.register(an_entry("run-2"), promote=True)
    assert (again.version, again.promoted) == (second.version, False)
    assert state(registry) == before


def test_a_run_with_another_bundle_is_refused(registry: Registry) -> None:
    """A version never changes: the same run with other files is an error, and changes nothing."""
    registry.register(an_entry("run-1", "a"), promote=True)
    before = state(registry)
    with pytest.raises(RegistryError, match="'run-1' is registered already as version 1, with ano"):
        registry.register(an_entry("run-1", "b"), promote=True)
    assert state(registry) == before


@pytest.mark.parametrize("verdict", ["refused", "cannot tell", None])
def test_only_passed_models_are_registered(registry: Registry, verdict: str | None) -> None:
    """A model that did not pass its gate never gets in."""
    with pytest.raises(RegistryError, match="only models that passed"):
        registry.register(replace(an_entry(), verdict={"verdict": verdict}), promote=True)
    assert registry.records() == ()


def test_metrics_that_cannot_be_kept_are_refused(registry: Registry) -> None:
    """An infinite metric is refused by name, and leaves nothing behind."""
    with pytest.raises(RegistryError, match=r"metrics of run 'run-1' cannot be kept"):
        registry.register(replace(an_entry(), metrics={"lift": float("inf")}), promote=True)
    assert registry.records() == ()


@pytest.mark.parametrize(
    "bundle", ["/etc", "../other/model", "runs/../../x", "", "runs\\..\\x", "."]
)
def test_a_bundle_outside_the_root_is_refused(bundle: str) -> None:
    """A path that tries to escape never becomes an entry."""
    with pytest.raises(RegistryError, match="below the registry's root"):
        replace(an_entry(), bundle=bundle)


@pytest.mark.parametrize("digest", ["", "abc", "A" * 64, "g" * 64])
def test_a_bundle_without_a_sha256_is_refused(digest: str) -> None:
    """A bundle is identified by 64 lower-case hex digits and nothing else."""
    with pytest.raises(RegistryError, match="64 lower-case hex digits"):
        replace(an_entry(), bundle_sha256=digest)


def test_an_unknown_version_names_those_there_are(registry: Registry) -> None:
    """Asking for a version that is not there lists the ones that are, or says there are none."""
    with pytest.raises(ConfigError, match="no version 1: nothing is registered"):
        registry.get(1)
    filled(registry, 2)
    for version in (0, -1, 3, 2**62):
        with pytest.raises(ConfigError, match=rf"no version {version}.\nRegistered .*'2', '1'"):
            registry.get(version)
        with pytest.raises(ConfigError, match=f"no version {version}"):
            registry.promote(version, "eve", "", fine)


def test_promotion_is_kept_in_the_audit(registry: Registry) -> None:
    """Who, when, from, to and why are all there."""
    filled(registry, 2, promote=False)
    done = registry.promote(2, "eve", "better in the field", fine)
    assert (done.version, done.previous, done.changed) == (2, 1, True)
    champion = [move for move in registry.audit() if move.alias == "champion"][-1]
    when = champion.at
    assert champion == Move(
        champion.number, "champion", "promote", 1, 2, when, "eve", "better in the field"
    )
    assert datetime.fromisoformat(when).utcoffset() == timedelta(0)


def test_a_promoted_challenger_is_no_longer_challenger(registry: Registry) -> None:
    """A version is never both; another challenger stays one."""
    filled(registry, 3, promote=False)
    registry.promote(2, "eve", "", fine)
    assert (registry.alias("champion"), registry.alias("challenger")) == (2, 3)
    registry.promote(3, "eve", "", fine)
    assert (registry.alias("champion"), registry.alias("challenger")) == (3, None)


def test_promoting_the_champion_changes_nothing_and_says_so(registry: Registry) -> None:
    """No check, no move: the answer is that it is champion already."""
    filled(registry, 1)
    before = state(registry)
    done = registry.promote(1, "eve", "again", refuse)
    assert (done.changed, done.words) == (False, "Version 1 is the champion already.")
    assert state(registry) == before


def test_a_version_that_does_not_score_is_not_promoted(registry: Registry) -> None:
    """The check's own words and hint come through, and nothing has changed."""
    filled(registry, 2, promote=False)
    before = state(registry)
    with pytest.raises(RegistryError, match=r"(?s)2 was not promoted.*booster of.*Restore it"):
        registry.promote(2, "eve", "", refuse)
    assert state(registry) == before


def test_rollback_puts_the_previous_champion_back(registry: Registry) -> None:
    """One step back, as a move of its own."""
    filled(registry, 2)
    done = registry.rollback("eve", fine)
    assert (done.version, done.previous, done.changed) == (1, 2, True)
    assert registry.alias("champion") == 1
    last = registry.audit()[-1]
    assert (last.action, last.previous, last.version, last.by) == ("rollback", 2, 1, "eve")


def test_rolling_back_again_goes_further_back(registry: Registry) -> None:
    """Rolling back does not swing between two versions; at the first it is refused."""
    filled(registry, 3)
    assert [registry.rollback("eve", fine).version for _ in range(2)] == [2, 1]
    with pytest.raises(RegistryError, match=r"no earlier champion .* version 1 is the first one"):
        registry.rollback("eve", fine)
    assert registry.alias("champion") == 1


def test_rollback_after_a_new_promotion_starts_from_there(registry: Registry) -> None:
    """Back to 2, then on to 1 by hand: rolling back gives 2 again, not 3."""
    filled(registry, 3)
    registry.rollback("eve", fine)
    registry.promote(1, "eve", "", fine)
    assert registry.rollback("eve", fine).version == 2


def test_rollback_without_any_champion_is_refused(registry: Registry) -> None:
    """An empty registry has nothing to go back to."""
    with pytest.raises(RegistryError, match="there is no champion"):
        registry.rollback("eve", fine)


def test_rollback_to_a_version_that_does_not_score_is_refused(registry: Registry) -> None:
    """The champion stays, and the message says which version could not come back."""
    filled(registry, 2)
    before = state(registry)
    with pytest.raises(RegistryError, match="Version 1 was not put back"):
        registry.rollback("eve", refuse)
    assert state(registry) == before


def test_a_champion_changed_during_the_check_stops_the_change(registry: Registry) -> None:
    """Somebody else was faster: promotion and rollback are refused, and their change stands."""
    filled(registry, 3)

    def while_others_promote(record: Record) -> None:
        other = 2 if registry.alias("champion") == 1 else 1
        registry.promote(other, "mallory", "", fine)

    with pytest.raises(RegistryError, match="somebody else changed the champion from 3 to 1"):
        registry.promote(2, "eve", "", while_others_promote)
    with pytest.raises(RegistryError, match="somebody else changed the champion from 1 to 2"):
        registry.rollback("eve", while_others_promote)
    assert registry.alias("champion") == 2


def test_a_check_that_is_interrupted_changes_nothing(registry: Registry) -> None:
    """Ctrl-C while the model loads leaves the champion alone and the registry usable."""
    filled(registry, 2, promote=False)
    before = state(registry)

    def interrupted(record: Record) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        registry.promote(2, "eve", "", interrupted)
    assert state(registry) == before


def test_threads_registering_at_once_get_consecutive_versions(registry: Registry) -> None:
    """Eight at once: eight versions, no gap, one champion."""
    found = in_threads(8, lambda n: registry.register(an_entry(f"run-{n}"), promote=False))
    assert sorted(made.version for made in found) == list(range(1, 9))
    assert [made.version for made in found if made.promoted] == [1]


def test_the_same_run_registered_at_once_is_one_version(registry: Registry) -> None:
    """Two doors finishing one run agree on its version."""
    found = in_threads(4, lambda _: registry.register(an_entry(), promote=True).version)
    assert (found, len(registry.records())) == ([1] * 4, 1)


@pytest.mark.slow
@settings(max_examples=15)
@given(st.data())
def test_aliases_always_follow_from_the_audit(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """After any sequence of actions the moves chain, and the champion tops their stack."""
    kind = data.draw(st.sampled_from(sorted(REGISTRIES)))
    registry = REGISTRIES[kind](tmp_path_factory.mktemp("registry"))
    for number in range(data.draw(st.integers(1, 8))):
        act(registry, data.draw(st.sampled_from(["register", "promote", "rollback"])), number, data)
    for alias in ("champion", "challenger"):
        moves = [move for move in registry.audit() if move.alias == alias]
        assert all(before.version == after.previous for before, after in pairwise(moves))
        assert registry.alias(alias) == (moves[-1].version if moves else None)
    stack = champions(registry.audit())
    assert registry.alias("champion") == (stack[-1] if stack else None)
    assert registry.alias("challenger") is None or registry.alias("challenger") != stack[-1]


def act(registry: Registry, action: str, number: int, data: st.DataObject) -> None:
    versions = len(registry.records())
    if action == "register" or not versions:
        registry.register(an_entry(f"run-{number}"), data.draw(st.booleans()))
    elif action == "promote":
        registry.promote(data.draw(st.integers(1, versions)), "eve", "", fine)
    elif len(champions(registry.audit())) > 1:
        registry.rollback("eve", fine)


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    start, found, lost = threading.Barrier(count), [], []

    def one(number: int) -> None:
        start.wait()
        try:
            found.append(work(number))
        except Exception as error:
            lost.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    return found


def test_the_same_model_and_settings_are_the_version_they_were(registry: Registry) -> None:
    """Whatever the run is called and whoever is champion: nothing has changed, nothing moves."""
    first = an_entry("run-1")
    registry.register(first, promote=True)
    registry.register(an_entry("run-2"), promote=True)
    moves = registry.audit()
    again = replace(first, run_id="run-3", bundle="runs/run-3/model", data_sha256="f" * 64)
    made = registry.register(again, promote=True)
    assert (made.version, made.promoted, made.unchanged) == (1, False, True)
    assert "othing has changed" in made.words and "not the champion" in made.words
    assert (len(registry.records()), registry.audit(), registry.alias("champion")) == (2, moves, 2)
