from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.disk import replacing


def test_a_file_takes_the_place_of_another_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "list.csv"
    for text in (b"one", b"another"):
        with replacing(target) as stream:
            stream.write(text)
            assert not target.exists() or target.read_bytes() == b"one"
        assert target.read_bytes() == text
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("stopped", [OSError, KeyboardInterrupt])
def test_what_is_cut_short_leaves_the_file_and_the_folder_as_they_were(
    tmp_path: Path, stopped: type[BaseException]
) -> None:
    target = tmp_path / "list.csv"
    target.write_bytes(b"before")
    with pytest.raises(stopped), replacing(target) as stream:
        stream.write(b"half")
        raise stopped
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]
