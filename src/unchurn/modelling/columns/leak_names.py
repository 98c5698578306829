"""Column names that tell of something known only after the churn. A name alone is a warning."""

from __future__ import annotations

import re

from unchurn.modelling.columns.label_words import denies
from unchurn.modelling.columns.names import folded, words_of

_LEAVING = (
    "kundigung|gekundigt|abwander|austritt|storno|resiliation|desabonn|depart(?!ment|amento)|\\bbaja|abandono"
    "|cancelac|cancelam|evasao|disdetta|recesso|cessazione|opzegging|vertrek|rezygnac|odejsci|wypowiedz|iptal"
    "|ayrilma"
)
_TOLD = (
    "datum|\\btag\\b|grund|fecha|motivo|motif|\\bdate|\\bdata\\b|\\bdia\\b|raison|causa|reason|reden|powod|tarih|neden"
    "|sebep"
)
_ITSELF = "its name speaks of the churn itself"
_TELLING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(cancel|churn|exit|leav(?:e|ing)|closure|terminat|attrit|disconnect|deactivat)\w* .*"
                r"(reason|categor|caus|code|date|day|month|time|comment|note|type|survey)"),
     "it describes a departure"),
    (re.compile(r"(reason|categor|caus|date|day|month|time|survey)\w* .*"
                r"(cancel|churn|exit|leav(?:e|ing)|closure|terminat|attrit|disconnect|deactivat)"),
     "it describes a departure"),
    (re.compile(rf"({_LEAVING}).*({_TOLD})|({_TOLD}).*({_LEAVING})"), "it describes a departure"),
    (re.compile("(解約|退会|離脱|流失|이탈|해지|탈퇴).*(日|月|理由|原因|일|월|사유)"), "it describes a departure"),
    (re.compile(r"\b(lapsed?|lost|closed|unsubscribed?) (reason|date|day|on|at)\b|"
                r"\b(reason|date|day)( of)? (lapsed?|lost|closed|unsubscribed?)\b"),
     "it describes a departure"),
    (re.compile(r"\b(contract |account |service |subscription |policy |membership )?"
                r"(end|ended|closing|closed|expiry|termination|cancellation) (date|day|time|on|at)\b"),
     "it is a date that a departure sets"),
    (re.compile(r"\b(final|closing) (bill|invoice|statement|settlement)\b"),
     "it exists once the last bill is written"),
    (re.compile(r"\b(save|retention|winback|win back|rescue|saving) "
                r"(offer|call|desk|team|attempt|discount|outcome|result|agent|campaign)"),
     "it records an attempt to keep somebody who is leaving"),
    (re.compile(r"\b(churn|attrition|exit|retention|propensity|lapse)\w* (score|prob\w*|risk|"
                r"value|label|flag|prediction|predicted|index|segment|status)\b"),
     "it is an earlier answer to the same question"),
    (re.compile(r"\b(score|prob\w*|risk|predict\w*|propensity)( to| of)? "
                r"(churn|attrition|leave|exit|lapse|cancel)"),
     "it is an earlier answer to the same question"),
    (re.compile(r"\b(naive bayes|classifier|prediction|predicted|logit|xgb|model score)\b"),
     "it is the output of a model"),
    (re.compile(r"\b(churn|churned|attrition|attrited|exited|cancelled|canceled|deactivated|"
                r"terminated|unsubscribed|refund\w* after|customer status)\b"),
     _ITSELF),
)  # fmt: skip


def telling_name(name: str) -> str | None:
    """Say why a column's name hints at a leak, or None where it does not.

    What was before the churn, or did not happen, is no churn: ``previous_bookings_not_canceled``.
    """
    words = folded(" ".join(words_of(name)))
    why = next((why for pattern, why in _TELLING if pattern.search(words)), None)
    return None if why == _ITSELF and denies(name) else why
