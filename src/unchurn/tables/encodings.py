"""Which encoding text has that is not UTF-8, by the letters that it would then be made of."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from unchurn.artefacts import Finding

MIXED = "utf-8 and cp1252"
"""UTF-8, and Windows-1252 wherever a byte cannot be: files of two encodings, put together."""
NAMES = {
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "cp932": "Shift JIS",
    "euc_jp": "EUC-JP",
    "gb18030": "GB 18030 (Chinese)",
    "big5": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1250": "Windows-1250 (Central European)",
    "mac_roman": "Mac OS Roman",
    "cp850": "DOS code page 850",
}
_HANDLER = "unchurn.cp1252"
_MOST = 1 << 18
"""Bytes of lines that are looked at; what the letters are shows in far fewer."""
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_WESTERN = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]|\xe2\x82\xac")
"""What Western letters, quotes and the euro are in UTF-8, and hardly anything in Windows-1252."""
_TWICE = re.compile("Ã[\x80-\xbfŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|Â[\xa0-\xbf]|â€[\x80-\xbf˜™œ“”¦¢]|â‚¬")
"""What two bytes of a letter in UTF-8, or three of a quote or the euro, are as letters of Windows-1252."""
_WORD, _PARTED = 20, re.compile('[ \t\r\n,;|"]')
_HIGH = re.compile(rb"[\x80-\xff]")
_PAIRS = re.compile(rb"[\x80-\xff]{2,}")
_WORDS = re.compile(rb"[\x80-\xff]{3,}")
"""Letters of another script stand together; Western ones with an accent stand alone."""
_SHARE = 0.9
_MOSTLY = 0.6
_FEWEST = 4
_LOST = 0.005
_TOGETHER = 0.6
_TOUCHED = 0.3
"""Share of runs of foreign letters that may stand amid a Latin word: ``プランA`` does not."""
_ODD, _FEWEST_ODD = 0.25, 2
_BETTER = 0.25
_LATIN_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_LATIN = ("cp1250", "mac_roman", "cp850")
_WESTERN_LETTERS = "ªµºÀ-ÖØ-öø-ÿŒœŠšŽžŸƒĄ-ž"
_NO_WESTERN_WORD = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’.,&/()–—-](?=[^\W\d_])"  # a sign amid letters
    r"|(?<=[^\W\d_])[–—](?=[a-zß-öø-ÿ])"
    r"|(?<=[a-zß-öø-ÿ])[À-ÖØ-ÞŒŠŽŸ]|(?<=[^\W\d_])[À-ÖØ-ÞŒŠŽŸ](?=[a-zß-öø-ÿ])"  # a capital after small ones
    rf"|\ufffd|[^\x00-\x7f\W{_WESTERN_LETTERS}]"  # a letter of no such language
)
_MARKS = frozenset("\u00a0«»“”„’–—…·№€")
_KANA = re.compile("[ぁ-ヿ]")
_RUN = re.compile(r"[^\x00-\x7f]+")
_TOUCHING = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]+|[^\x00-\x7f](?=[A-Za-z])")
_ALONE = re.compile(
    r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])"
)
_ALPHABETS = ("cp1251", "koi8_r", "cp1253")
_NO_WORD = re.compile(r"ς(?=\w)|[а-яё](?=[А-ЯЁ])|[α-ωά-ώ](?=[Α-ΩΆ-Ώ])")


class Evidence:
    """Lines of a file that are not ASCII, as long as few are kept."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0

    def look(self, piece: bytes) -> None:
        """Keep what is not ASCII of a piece of a file."""
        if self._size >= _MOST or piece.isascii():
            return
        for line in re.split(rb"[\r\n]+", piece):
            if self._size >= _MOST:
                return
            if not line.isascii():
                self._lines.append(line)
                self._size += len(line)

    def encoding(self, undefined: bool) -> str:
        """Name the encoding; `undefined` tells whether bytes occur that Windows-1252 lacks."""
        text = b"\n".join(self._lines)
        high = len(_HIGH.findall(text))
        whole = _SEQUENCE.findall(text)
        if len(whole) >= _FEWEST and sum(map(len, whole)) >= _MOSTLY * high:
            return MIXED
        scored = [
            (_share(text, codec, usual), codec)
            for codec, together, usual in _SCRIPTS
            if sum(map(len, together.findall(text))) >= _TOGETHER * high
        ]
        best = max((share for share, _ in scored), default=0.0)
        if best >= _SHARE:
            return next(codec for share, codec in scored if share == best)
        if len(_WESTERN.findall(text)) > 1:
            return MIXED
        return _latin(text, undefined)


def decoder_of(encoding: str, errors: str = "strict") -> codecs.IncrementalDecoder:
    """Make a decoder of pieces. Raises `LookupError` where there is no such encoding."""
    if encoding != MIXED:
        return codecs.getincrementaldecoder(encoding)(errors)
    codecs.register_error(_HANDLER, _as_1252)
    return codecs.getincrementaldecoder("utf-8")(_HANDLER)


def _as_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    left = error.object[error.start : error.end]
    return "".join(_one_1252(left[n : n + 1]) for n in range(len(left))), error.end


def _one_1252(byte: bytes) -> str:
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _share(text: bytes, codec: str, usual: Callable[[str], bool]) -> float:
    """Return which share of what is not ASCII are letters that the script often has."""
    read = text.decode(codec, "replace")
    if read.count("\ufffd") > _LOST * len(read):
        return 0.0
    there = [each for each in read if each > "\x7f" and not _is_neutral(each)]
    odd = len(_NO_WORD.findall(read))
    touching = _TOUCHING if codec in _ALPHABETS else _ALONE
    if len(touching.findall(read)) > _TOUCHED * len(_RUN.findall(read)):
        return 0.0
    if codec == "euc_jp" and not _KANA.search(read):  # else Chinese and Korean read so, too
        return 0.0
    return (sum(map(usual, there)) - odd) / len(there) if there else 0.0


def _is_neutral(letter: str) -> bool:
    return letter in _MARKS or (letter >= "\u3000" and unicodedata.category(letter)[0] in "PZ")


def _in_rows(codec: str, low: int, high: int) -> Callable[[str], bool]:
    """Tell letters of the rows of a national standard that hold its usual ones."""

    def usual(letter: str) -> bool:
        try:
            return low <= letter.encode(codec)[0] <= high
        except UnicodeEncodeError:
            return False

    return usual


def _is_japanese(letter: str) -> bool:
    return "\u3041" <= letter <= "\u30ff" or _KANJI(letter)


def _is_greek(letter: str) -> bool:
    return letter in _GREEK


def _is_cyrillic(letter: str) -> bool:
    return "а" <= letter.lower() <= "я" or letter.lower() in "ёіїєў"


_GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ")
_KANJI = _in_rows("euc_jp", 0xB0, 0xCF)
_SCRIPTS: tuple[tuple[str, re.Pattern[bytes], Callable[[str], bool]], ...] = (
    ("cp932", _PAIRS, _is_japanese),
    ("cp1251", _WORDS, _is_cyrillic),
    ("koi8_r", _WORDS, _is_cyrillic),
    ("cp1253", _WORDS, _is_greek),
    ("euc_jp", _PAIRS, _is_japanese),
    ("cp949", _PAIRS, _in_rows("euc_kr", 0xB0, 0xC8)),
    ("gb18030", _PAIRS, _in_rows("gb2312", 0xB0, 0xD7)),
    ("big5", _PAIRS, _in_rows("big5", 0xA4, 0xC6)),
)
"""Encodings of other scripts; of two that read text equally well, the first."""


def _latin(text: bytes, undefined: bool) -> str:
    """Choose among those of Latin letters: signs and capitals amid words are no language's."""
    usual = "latin-1" if undefined else "cp1252"
    words = sorted({each for each in _LATIN_WORD.findall(text) if not each.isascii()})
    odd = _odd_words(words, "cp1252")
    if odd < max(_FEWEST_ODD, _ODD * len(words)):
        return usual
    others = {codec: _odd_words(words, codec) for codec in _LATIN}
    best = min(others, key=lambda codec: others[codec])
    return best if others[best] <= _BETTER * odd else usual


def _odd_words(words: Sequence[bytes], codec: str) -> int:
    return sum(bool(_NO_WESTERN_WORD.search(each.decode(codec, "replace"))) for each in words)


def twice_encoded(name: str, text: str) -> Iterator[Finding]:
    """Say that letters of a file that begins with `text` are two for one: UTF-8 was taken for Windows-1252."""
    found = list(_TWICE.finditer(text))
    if not found:
        return
    start = found[0].start()
    before, after = text[max(0, start - _WORD) : start], text[start : start + _WORD]
    word = _PARTED.split(before)[-1] + _PARTED.split(after)[0]
    meant = _TWICE.sub(_once, word)
    words = (
        f"Letters of {name} were encoded twice: {word!r} was {meant!r} once. They are read as they stand, which "
        "a file without that fault will not have; export it again."
    )
    yield Finding("twice-encoded", "warning", words, count=len(found))


def _once(letters: re.Match[str]) -> str:
    for codec in ("cp1252", "latin-1"):
        with suppress(UnicodeError):
            return letters[0].encode(codec).decode("utf-8")
    return letters[0]


def encoding_finding(name: str, encoding: str) -> Finding:
    """Say how a file was read that is not UTF-8."""
    if encoding == MIXED:
        words = (
            f"{name} is UTF-8 in most places, and not in all: there it was read as Windows-1252. "
            "Files of two encodings seem to be put together."
        )
        return Finding("encoding-guessed", "warning", words)
    words = f"{name} is not UTF-8; it was read as {NAMES[encoding]}."
    if encoding in ("cp1252", "latin-1"):
        return Finding("encoding-guessed", "note", words)
    hint = f"{words[:-1]} ({encoding}), by its letters. Where they look wrong, or are \ufffd, name another: --encoding."
    return Finding("encoding-guessed", "warning", hint)
