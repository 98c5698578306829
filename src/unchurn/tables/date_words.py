"""Names of months and days of the week, as they are written in many languages, folded.

Folded text is lower case, without accents, its digits ASCII, its blanks and dashes plain ones.
"""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.glyphs import ascii_digits

_MONTHS = (
    # en de fr es it pt nl sv da no id · pl cs sk · fi hu ro tr · ru uk bg · el
    "jan january januar janner jaenner janv janvier ene enero gen gennaio janeiro januari "
    "sty styczen stycznia leden ledna januara tammi tammikuu tammikuuta januar ianuarie ian "
    "oca ocak янв январь января сiч сiчень сiчня януари ян ιανουαριοσ ιανουαριου ιαν",
    "feb february februar feber febr fev fevr fevrier febrero febbraio fevereiro februari "
    "lut luty lutego uno unor unora februara helmi helmikuu helmikuuta februarie "
    "sub subat фев февр февраль февраля лют лютий лютого peb pebruari февруари φεβρουαριοσ φεβρουαριου φεβ",
    "mar march mars marz maerz mrz marzo marco mrt maart marts mac maret "
    "marzec marca bre brezen brezna marec maalis maaliskuu maaliskuuta marcius martie mart "
    "мар март марта бер березень березня μαρτιοσ μαρτιου μαρ",
    "apr april avr avril abr abril aprile kwi kwiecien kwietnia dub duben dubna aprila "
    "huhti huhtikuu huhtikuuta aprilis aprilie nis nisan апр апрель апреля квiт квiтень квiтня април απριλιοσ απριλιου απρ",
    "may mai mayo mag maggio maio mei maj mag kve kvet kveten kvetna maja majus toukokuu touko "
    "toukokuuta mayis май мая трав травень травня μαιοσ μαιου μαι",
    "jun june juni juin junio giu giugno junho cze czerwiec czerwca cvn cerven cervna juna kesa "
    "kesakuu kesakuuta junius iunie iun haz haziran июн июнь июня черв червень червня юни ιουνιοσ ιουνιου ιουν",
    "jul july juli juil juillet julio lug luglio julho lip lipiec lipca cvc cervenec cervence jula "
    "heina heinakuu heinakuuta julius iulie iul tem temmuz июл июль июля лип липень липня юли ιουλιοσ ιουλιου ιουλ",
    "aug august aout ago agosto augustus augusti sie sierpien sierpnia srp srpen srpna augusta "
    "elo elokuu elokuuta augusztus agu agustus agt agustos авг август августа серп серпень серпня αυγουστοσ αυγουστου αυγ",
    "sep sept september septembre septiembre set sett settembre setembro setiembre wrz wrzesien "
    "wrzesnia zar zari septembra syys syyskuu syyskuuta szeptember szept septembrie eyl eylul "
    "сен сент сентябрь сентября вер вересень вересня септември септ σεπτεμβριοσ σεπτεμβριου σεπ σεπτ",
    "oct october okt oktober octobre octubre ott ottobre out outubro paz pazdziernik "
    "pazdziernika rij rijen rijna oktobra loka lokakuu lokakuuta octombrie eki ekim "
    "окт октябрь октября жовт жовтень жовтня октомври οκτωβριοσ οκτωβριου οκτ",
    "nov november novembre noviembre novembro lis listopad listopada listopadu lisu novembra marras "
    "marraskuu marraskuuta noiembrie kas kasim ноя нояб ноябрь ноября листопад листопада nopember ноември ноем νοεμβριοσ νοεμβριου νοε νοεμ",
    "dec december dez dezember decembre dic diciembre dicembre dezembro gru grudzien grudnia "
    "prosinec prosince decembra joulu joulukuu joulukuuta decembrie ara aralik des desember "
    "дек декабрь декабря груд грудень грудня декември δεκεμβριοσ δεκεμβριου δεκ",
)
_DAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday "
    "sun sunday mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so "
    "sonntag lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche "
    "lunes martes mie miercoles jue jueves vie viernes sab sabado dom domingo "
    "lunedi martedi mercoledi gio giovedi venerdi sabato domenica "
    "seg segunda segunda-feira ter terca terca-feira qua quarta quarta-feira qui quinta "
    "quinta-feira sex sexta sexta-feira ma maandag dinsdag wo woensdag donderdag vr vrijdag za "
    "zaterdag zo zondag man mandag mandag tir tirsdag ons onsdag tor torsdag fre fredag lor lordag "
    "son sondag tis tisdag lordag pon poniedzialek wt wtorek sr sroda czw czwartek pt piatek sobota "
    "niedz niedziela po pondeli ut utery st streda ct ctvrtek pa patek so ne nedele "
    "pzt pazartesi sal sali car carsamba per persembe cum cuma cmt cumartesi paz pazar "
    "пн понедельник вт вторник ср среда чт четверг пт пятница сб суббота вс воскресенье"
)
_LETTERS = {
    "ø": "o",
    "ł": "l",
    "ß": "ss",
    "æ": "ae",
    "đ": "d",
    "ı": "i",
    "і": "i",
    "œ": "oe",
    "ς": "σ",
}
_DASHES = "[\u2010-\u2015\u2212\ufe63\uff0d]"
_CJK = (
    (
        r"\([日月火水木金土一二三四五六월화수목금토일]\)|[月火水木金土日]曜日|[월화수목금토일]요일",
        " ",
    ),
    # what stands before the sign for a year is one, and no day, however few digits it has
    (r"^\s*([0-6][0-9])\s*[年년]", r"20\1-"),
    (r"^\s*([7-9][0-9])\s*[年년]", r"19\1-"),
    ("^(?:中[華华])?民[國国]", ""),
    ("[年년]", "-"),
    ("[月월]", "-"),
    ("[日일号號]", " "),
    ("上午|午前|오전", " am "),
    ("下午|午後|오후", " pm "),
    ("[時时시点]", ":"),
    ("[分분]", ":"),
    (":? *[秒초]", " "),
)


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word)
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter)).lower()
    return "".join(_LETTERS.get(letter, letter) for letter in bare)


def _either(words: str) -> str:
    return "|".join(sorted({_plain(word) for word in words.split()}, key=lambda w: (-len(w), w)))


MONTHS = {
    _plain(word): number for number, words in enumerate(_MONTHS, start=1) for word in words.split()
}
"""Folded names of months and their numbers."""
MONTH = (
    r"^(?P<before>[^\pL]*(?:[0-9](?:st|nd|rd|th|er|re|o|a|e))?[^\pL]*(?:(?:de|of|den|the) )?)"
    r"(?P<name>\pL{3,})\.?(?P<after>(?:[^\pL].*)?)$"
)
"""What takes folded text apart at its first word, which may be a month's name."""
WEEKDAY = rf"^(?:{_either(_DAYS)})[.,]* +"
"""What finds the day of the week that a folded date begins with."""
_WORDS = {_plain(word) for text in (*_MONTHS, _DAYS) for word in text.split() if word.isascii()}
_STARTS = sorted({word[:3] for word in _WORDS if len(word) > 2})
_SHORT = sorted(word for word in _WORDS if len(word) < 3)
BEGINS = (
    r"^[\"']?[0-9\p{Nd}]|^(?i:isodate)\(|^.{0,2}[^\x00-\x7f].{0,24}?\p{Nd}|^(?i:[qt][1-4][-/' ]|k?w ?[0-9]{1,2}[-/ ]|"
    rf"(?:{'|'.join(_STARTS)}).{{0,24}}?[0-9]|(?:{'|'.join(_SHORT)})[., ]+[0-9])"
)
"""What text begins with that may be a date; it says no only to what is none."""


def fold(cells: pa.Array) -> pa.Array:
    """Fold text cells (null stays null)."""
    if pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return pc.utf8_lower(cells)
    text = pc.utf8_normalize(cells, form="NFKC")
    for pattern, plain in _CJK:
        text = pc.replace_substring_regex(text, pattern, plain)
    text = pc.replace_substring_regex(text, _DASHES, "-")
    text = pc.replace_substring_regex(pc.utf8_normalize(text, form="NFKD"), r"\p{Mn}", "")
    text = pc.utf8_lower(text)
    for letter, plain in _LETTERS.items():
        text = pc.replace_substring(text, letter, plain)
    text = ascii_digits(text)
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"[\s\p{Z}]+", " "))
