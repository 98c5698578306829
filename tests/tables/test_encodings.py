"""Text that is not UTF-8 is read in the encoding whose letters it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import open_table

WESTERN = ["Größe", "Müller", "Straße", "Été", "façade", "Código", "Antigüedad", "l’été", "São"]
JAPANESE = ["解約", "有", "無", "基本", "標準", "顧客番号", "契約月数", "東京都", "プラン"]
RUSSIAN = ["Отток", "да", "нет", "Москва", "Базовый", "Санкт-Петербург", "КЛИЕНТ"]
GREEK = ["Ναι", "Όχι", "Αθήνα", "Θεσσαλονίκη", "πελάτης", "Βασικό"]
KOREAN = ["이탈여부", "예", "아니오", "기본", "요금제", "서울", "고객번호"]
CHINESE = ["流失", "是", "否", "客户编号", "北京", "基础套餐", "广州", "在线", "学校"]
TAIWANESE = ["流失", "是", "否", "客戶編號", "台北", "高雄", "基本方案", "線上", "學校"]
POLISH = ["Łódź", "Kraków", "zażółć", "gęślą", "jaźń", "Święty", "życie", "Gdańsk"]


def write(path: Path, words: list[str], encoding: str) -> Path:
    """Write a table of words, an id before each and a number behind."""
    rows = "".join(f"K{n},{word},{n}\n" for n, word in enumerate(words))
    path.write_bytes(f"id,{words[0]},n\n{rows}".encode(encoding))
    return path


def words_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the second column's cells, and the severities of what is said of the encoding."""
    table = open_table(path.name, Data(), path.parent)
    batches = list(table.batches(lambda *_: None))
    cells = [cell for batch in batches for cell in batch.column(-2).to_pylist()]
    return cells, [note.severity for note in table.notes if note.code == "encoding-guessed"]


@pytest.mark.parametrize("run", ["x", "é", "é ", "xé"])
def test_a_long_cell_takes_no_longer_than_its_length(tmp_path: Path, run: str) -> None:
    """However its letters stand: a pattern that begins anew at each would not come to an end."""
    cells, said = words_of(write(tmp_path / "t.csv", ["Größe", run * 100_000], "cp1252"))
    assert (len(cells[1]), said) == (len(run) * 100_000, ["note"])


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "cp1253"),
        (KOREAN, "cp949"),
        (CHINESE, "gb18030"),
        (TAIWANESE, "big5"),
        (POLISH, "cp1250"),
        (WESTERN, "mac_roman"),
        (WESTERN[:7], "cp850"),
        (["Größe", "Mün"], "cp850"),
        (["Plan A", "プランA", "プランB", "iPhoneプラン", "通常"], "cp932"),
    ],
)
def test_encodings_of_other_scripts_and_systems_are_known_by_their_letters(
    tmp_path: Path, words: list[str], encoding: str
) -> None:
    """Every cell comes out as it was written, and a warning says how it was read."""
    assert words_of(write(tmp_path / "a.csv", words, encoding)) == (words, ["warning"])


@pytest.mark.parametrize(
    "words",
    [
        WESTERN,
        ["Größe"],
        ["SÃO"],
        ["Plzeò", "Øíèany"],
        ["Müller–Lüdke", "Smith–Jones", "Ann–Bob"],
        ["Größe", "é", "“z”", "N“ULL"],
        ["ñ", "it”s"],
        ["é"],
        ["5 €"],
        ["Spaß“", "é"],
    ],
)
def test_western_text_is_windows_1252(tmp_path: Path, words: list[str]) -> None:
    """A few letters are enough not to be taken for another script."""
    assert words_of(write(tmp_path / "a.csv", words, "cp1252")) == (words, ["note"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("GrÃ¶Ã\x9fe", "Größe"),
        ("SpaÃŸ", "Spaß"),
        ("5 â‚¬", "€"),
        ("itâ€™s", "it’s"),
        ("12Â\xa0000", "12\xa0000"),
    ],
)
def test_letters_that_were_encoded_twice_are_said(tmp_path: Path, written: str, meant: str) -> None:
    """They are read as they stand; the word that was meant is named. Right ones are nothing to say."""
    write(tmp_path / "a.csv", [meant, "SÃO", *WESTERN], "utf-8")
    assert open_table("a.csv", Data(), tmp_path).notes == []
    write(tmp_path / "b.csv", [written, "SÃO"], "utf-8")
    (note,) = open_table("b.csv", Data(), tmp_path).notes
    assert (note.code, note.severity) == ("twice-encoded", "warning")
    assert f"was {meant!r} once" in note.words


@pytest.mark.parametrize("parts", [("utf-8", "cp1252"), ("cp1252", "utf-8")])
def test_files_of_two_encodings_put_together_are_read_each_in_its_own(
    tmp_path: Path, parts: tuple[str, str]
) -> None:
    """One part in UTF-8 and one in Windows-1252: the same words, and a warning."""
    path = tmp_path / "a.csv"
    first, second = ("".join(f"K{n},{word},1\n" for n, word in enumerate(WESTERN)) for _ in "ab")
    path.write_bytes(b"id,word,n\n" + first.encode(parts[0]) + second.encode(parts[1]))
    assert words_of(path) == (WESTERN + WESTERN, ["warning"])


def test_a_stated_encoding_is_not_doubted(tmp_path: Path) -> None:
    """`[data] encoding` decides, whatever the letters say."""
    path = write(tmp_path / "a.csv", WESTERN, "cp1252")
    table = open_table(path.name, Data(encoding="cp1252"), tmp_path)
    assert not [note for note in table.notes if note.code == "encoding-guessed"]


@pytest.mark.parametrize(("stated", "seen"), [("utf-8", "E9"), ("shift_jis", "holds")])
def test_a_stated_encoding_that_is_wrong_is_refused_in_words(
    tmp_path: Path, stated: str, seen: str
) -> None:
    """The bytes that were seen, what to do, and nothing of a codec."""
    (tmp_path / "a.csv").write_bytes(b"id,name\n1,Andr\xe9\n2,\xff\n")
    with pytest.raises(DataError, match=f"a.csv is not {stated}: it holds") as refused:
        open_table("a.csv", Data(encoding=stated), tmp_path)
    assert seen in refused.value.message
    assert "codec" not in refused.value.message
