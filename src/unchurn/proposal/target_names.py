"""What the column that says who churned is called, surest first; what only leavers have is called."""

from __future__ import annotations

import re

from unchurn.modelling.columns.label_words import denies
from unchurn.modelling.columns.names import folded, squashed, words_of

_EVENT = (
    "(churn|churned|exited|attrition|attrited|cancelled|canceled|lapse|lapsed|surrendered|left)"
)
_OF_EVENT = "(flag|label|value|status|indicator|ind|target|class|event|binary)?"
_ABROAD = (
    "abwanderung|abgewandert|kundigung|gekundigt|gekuendigt|kuendigung|resiliation|resilie|attrition"
    "|desabonne|baja|bajacliente|abandono|fuga|cancelacion|cancelado|cancelamento|evasao|saiu"
    "|disdetta|abbandono|opgezegd|opzegging|vertrokken|rezygnacja|odejscie|iptal|ayrildi|odchod"
    "|zruseno|отток|ушел|退会|解約|解約フラグ|流失|是否流失|이탈|이탈여부|해지"
)
_WHEN = re.compile(
    f"{_EVENT}(date|on|at|day|time)|(date|day)(of)?{_EVENT}|{_EVENT}(reason|category)|"
    "cancellation(date|reason)|(churn|cancel|exit|leave|leaving)(date|day|reason)|kundigungsdatum|"
    "datederesiliation"
)
_ENDING = re.compile(
    r"(^|[^a-z])(end|ended|ending|stop|lost)([^a-z]|$)|end(date|ed|at)|deactivat|expir|austritt|vertragsende|sortie|salida"
    r"|uscita|einde|koniec|終了"
)
_STATUS = re.compile("status|state|statut|estado|stato|situacao|situacion|lifecycle(stage|status)?")
NAMES = (
    re.compile("churn|churned|ischurn|ischurned|haschurned|churnyn|churnornot|churner"),
    re.compile(f"{_EVENT}{_OF_EVENT}"),
    re.compile(f"({folded(_ABROAD)})(flag|status|kennzeichen|jn|ja|o?n)?"),
    re.compile(
        f"(is|has|did|target|label|flag|customer|client|member|y){_EVENT}{_OF_EVENT}|churnrisk"
    ),
)
_AMONG = re.compile(r"churn|attrit|\blapsed?\b|abwander|abgewand|kundig|gekund|resili")
_BESIDE = re.compile(
    r"predict|prognos|forecast|score|prob|risk|propens|likel|segment|model|offer|campaign|survey"
    r"|reason|categor|\b(last|past|ever|before|history)\b"
)
_STATUSES = re.compile(
    "(customer|client|member|membership|account|subscription|subscriber|contract|kunden|klant)"
    "(status|state)|statut(client)?|estado(cliente)?|stato(cliente)?|kundenstatus"
)
_LABELS = re.compile("target|label|outcome|class|y")
"""Names that say churn and nothing else, surest first."""
LOOSE = (
    _STATUSES,
    re.compile("unsubscribed|defected|departed|terminated|closed|hasleft|willleave|departure"),
    re.compile(f"{_LABELS.pattern}|default|event|response"),
    _STATUS,
)
"""Names that a target has, and other columns too, surest first."""


def is_named(pattern: re.Pattern[str], name: str) -> bool:
    """Tell whether a column's whole name is one of a pattern's, in any case and with accents or without."""
    return bool(pattern.fullmatch(folded(squashed(name))))


def is_plain_status(name: str) -> bool:
    """Tell a name that many things have: a target only where its values say so themselves."""
    return is_named(_STATUS, name)


def is_label(name: str) -> bool:
    """Tell a name that says that the column is the label, and not of what."""
    return is_named(_LABELS, name)


def says_churn(name: str) -> bool:
    """Tell a name with churn among its words, and none that makes it a prediction or something past."""
    words = folded(" ".join(words_of(name)))
    return bool(_AMONG.search(words)) and not is_beside(name)


def is_beside(name: str) -> bool:
    """Tell a name of what stands beside a churn label: a score, a reason, what was before."""
    return denies(name) or bool(_BESIDE.search(folded(" ".join(words_of(name)))))


def is_of_leavers(name: str) -> bool:
    """Tell names of columns that only leavers have a value in: a day, a reason."""
    return is_named(_WHEN, name)


def is_of_an_end(name: str) -> bool:
    """Tell names of days on which something ended; for a person to judge whether customers left then."""
    return bool(_ENDING.search(folded(name)))
