"""Column names that tell of something known only after the churn. A name alone is a warning."""

from __future__ import annotations

import re

from unchurn.modelling.columns.names import folded, words_of

_SPEAKS = "its name speaks of the churn itself"
_DEPARTURE = (
    r"(?:kundigung|kuendigung|gekundigt|austritt|storno|stornierung|abwanderung|baja|cancelacion|abandono|"
    r"cancelamento|desligamento|saida|resiliation|desabonnement|depart|disdetta|cessazione|recesso|"
    r"opzegging|opzeg|vertrek|rezygnacji|wypowiedzenia|ottoka|оттока|ухода)"
)
"""What other languages call a departure, and below what they put beside it; without accents."""
_FACT = (
    r"(?:datum|grund|gruende|art|tag|monat|motivo|motivos|fecha|data|causa|razon|razao|motif|raison|date|"
    r"reden|powod|дата|причина)"
)
_PAST = re.compile(r"\b(previous|prev|prior|past|earlier|not|never|non)\b")
"""Words that make of a departure another one, which was before, or none."""

_TELLING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(cancel|churn|exit|leav(?:e|ing)|closure|terminat|attrit|disconnect|deactivat)\w* .*"
                r"(reason|categor|caus|code|date|day|month|time|comment|note|type|survey)"),
     "it describes a departure"),
    (re.compile(r"(reason|categor|caus|date|day|month|time|survey)\w* .*"
                r"(cancel|churn|exit|leav(?:e|ing)|closure|terminat|attrit|disconnect|deactivat)"),
     "it describes a departure"),
    (re.compile(r"\b(contract |account |service |subscription |policy |membership )?"
                r"(end|ended|closing|closed|expiry|termination|cancellation) (date|day|time|on|at)\b"),
     "it is a date that a departure sets"),
    (re.compile(r"\b(lost|lapsed?|unsubscribe\w*|closed|ended) (date|day|reason|cause|time|month)\b|"
                r"\b(date|day|reason|cause|time|month)( of)? (lost|lapsed?|unsubscribe\w*|closed|ended)\b|"
                rf"\b{_DEPARTURE}s?(\b.*\b)?{_FACT}\b|\b{_FACT}\b.*\b{_DEPARTURE}s?\b"),
     "it describes a departure"),
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
     _SPEAKS),
)  # fmt: skip


def telling_name(name: str) -> str | None:
    """Say why a column's name hints at a leak, or None where it does not."""
    words = " ".join(folded(word) for word in words_of(name))
    found = next((why for pattern, why in _TELLING if pattern.search(words)), None)
    return None if found == _SPEAKS and _PAST.search(words) else found
