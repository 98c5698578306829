"""Two cycles of a project at once: the second waits, or is refused with what is under way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from unchurn.errors import ArtefactError, UnchurnError
from unchurn.pipeline.cycle_lock import only_cycle
from unchurn.progress import Silent


class Heard(Silent):
    """Remembers what was noted."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.waiting = threading.Event()

    def note(self, words: str) -> None:
        """Keep the line."""
        self.words.append(words)
        self.waiting.set()


def test_the_second_is_refused_with_what_holds_it(tmp_path: Path) -> None:
    """Its day and process; when it is over, the next goes on."""
    with (
        only_cycle(tmp_path, "2027-03-01", True, Silent()),
        pytest.raises(UnchurnError, match=r"as of 2027-03-01, process \d+") as refused,
        only_cycle(tmp_path, "2027-04-01", False, Silent()),
    ):
        pass
    assert "--no-wait" in refused.value.hint
    with only_cycle(tmp_path, "2027-04-01", False, Silent()):
        pass


def test_the_second_waits_and_says_for_what(tmp_path: Path) -> None:
    """It begins when the first has ended."""
    order, heard = [], Heard()

    def second() -> None:
        with only_cycle(tmp_path, "2027-04-01", True, heard):
            order.append("second")

    thread = threading.Thread(target=second)
    with only_cycle(tmp_path, "2027-03-01", True, Silent()):
        thread.start()
        assert heard.waiting.wait(3600)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    assert "as of 2027-03-01" in heard.words[0]


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cycles").write_text("")
    with (
        pytest.raises(ArtefactError, match="cannot be written"),
        only_cycle(tmp_path / "cycles", "2027-03-01", True, Silent()),
    ):
        pass
