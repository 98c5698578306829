"""Words that labels are made of, in the languages that exports come in.

All are compared without case and accents. What subscription systems call a state is here
too (Stripe, Chargebee, Recurly, Zuora, Paddle, Shopify and their like): some of these words
decide by themselves, others only beside ones that do, and are then said.
"""

from __future__ import annotations

import re
from typing import Literal

from unchurn.modelling.columns.names import folded, words_of

Standing = Literal["left", "stayed", "left?", "stayed?", "neither", "unknown"]
"""What a word says by itself; with a question mark, only where other words decide already."""


def _words(text: str) -> frozenset[str]:
    return frozenset(folded(word.replace("_", " ")) for word in text.split())


YES = _words(
    "1 true t yes y wahr ja j_a oui vrai sí sim verdadero verdadeiro vero tak prawda da evet ano "
    "kyllä igen jes ναι да истина так ya có نعم हाँ हां כן ใช่ doğru waar sant sand sann tosi pravda "
    "igaz adevărat はい 有 有り あり 是 是的 예 네"
)
NO = _words(
    "0 false f no n -1 falsch nein non faux não falso nee nej nei nie fałsz nu hayır ne ei nem "
    "όχι нет ложь ні tidak không لا नहीं לא ไม่ใช่ ไม่ yanlış onwaar falskt falsk usann epätosi "
    "nepravda hamis fals いいえ 無 無し なし 否 不是 아니오 아니요"
)
TICKS = frozenset("x×✓✔✗☑☒■●")
"""What a form is ticked with, where a blank is the other answer."""
INITIALS = frozenset({("j", "n"), ("s", "n"), ("o", "n"), ("d", "n"), ("e", "h"), ("д", "н")})
"""First letters of yes and no: ja/nein, sí/no, oui/non, da/nu, evet/hayır, да/нет."""

_LEFT = _words(
    "expired ended deleted stopped withdrawn departed deactivated disconnected discontinued "
    "not_renewed did_not_renew abgewandert gekündigt gekuendigt kündigung ausgetreten storno storniert "
    "verloren beendet résilié résiliée parti partie désabonné désabonnée perdu perdue annulé "
    "annulée baja de_baja dado_de_baja cancelado cancelada perdido perdida abandono abandonó "
    "abandonado fugado saiu desligado evadido encerrado disdetto disdetta cessato cessata perso "
    "abbandonato annullato opgezegd vertrokken beëindigd zrezygnował zrezygnowała rezygnacja "
    "odszedł odeszła utracony rozwiązana ayrıldı ayrılan iptal iptal_edildi terk_etti odešel "
    "odešla zrušeno zrušený ztracený plecat reziliat anulat pierdut uppsagd avslutad opsagt "
    "oppsagt sluttet ушел ушла ушёл отток отключен расторгнут отменен потерян 解約 解約済 解約済み "
    "退会 退会済 退会済み 離脱 流失 已流失 离开 已离开 注销 已注销 取消 已取消 이탈 해지 탈퇴"
)
_STAYED = _words(
    "live open subscribed in_force ongoing continuing renewing aktiv aktive aktiver geblieben "
    "bestehend bestandskunde actif resté restée fidèle conservé alta de_alta activo activa "
    "retenido vigente permanece permaneció ativo ativa retido permaneceu ficou attivo attiva "
    "rimasto rimasta fedele actief gebleven behouden aktywny aktywna został została pozostał "
    "obecny aktif kaldı devam devam_ediyor aktivní zůstal zůstala activ activă rămas kvar активен "
    "активный активна остался осталась действует действующий 継続 継続中 契約中 在籍 在籍中 有効 "
    "アクティブ 留存 未流失 在网 活跃 正常 未解約 유지 활성"
)
_LEFT_PERHAPS = _words("inactive inaktiv inactif inactivo inativo inattivo inactief nieaktywny")
_STAYED_PERHAPS = _words(
    "trialing trialling trial in_trial on_trial free_trial past_due pastdue overdue unpaid paused "
    "pause on_hold suspended dunning in_dunning grace in_grace grace_period delinquent frozen "
    "at_risk"
)
_NEITHER = _words(
    "joined new newly_joined incomplete incomplete_expired future not_started draft prospect lead "
    "pending_activation pending_acceptance trial_expired trial_ended expired_trial non_renewing "
    "pending_cancellation pending_cancel cancelling canceling cancel_at_period_end neu beigetreten "
    "nouveau nuevo novo nuovo nieuw nowy yeni новый 新規 新客户"
)
_UNKNOWN = _words(
    "unknown unk undefined undetermined not_known not_available n.a. tbd tba none missing unbekannt "
    "inconnu inconnue desconocido desconhecido sconosciuto onbekend nieznany nieznane bilinmiyor "
    "neznámý necunoscut неизвестно 不明 未知 없음"
)
_STANDINGS: tuple[tuple[frozenset[str], Standing], ...] = (
    (_NEITHER, "neither"),
    (_LEFT, "left"),
    (_STAYED, "stayed"),
    (_LEFT_PERHAPS, "left?"),
    (_STAYED_PERHAPS, "stayed?"),
    (_UNKNOWN, "unknown"),
)


def listed_standing(word: str) -> Standing | None:
    """Look one normalised word up; None where it is not listed."""
    plain = folded(word)
    return next((standing for words, standing in _STANDINGS if plain in words), None)


_CHURN_NAME = re.compile(
    r"churn|exit|attrit|cancel|lapse|left|leav|terminat|unsubscrib|closed|departed|defect|quit"
    r"|kundig|gekund|abwander|resili|desabonn|depart(?!ment|amento)|baja|abandon|cancelad|evas|disdett|cessat"
    r"|opgezegd|vertrok|rezygn|odejsc|iptal|ayril|отток|ушел|退会|解約|流失|이탈|해지"
)
_OTHERWISE = re.compile(r"\b(not?|non|never|anti|previous(ly)?|prior|prev)\b|churn ?free")
_STAYING = re.compile(
    "re(tain|tention|new|main)|stay|active|loyal|kept|still|alive|surviv|saved|continu|repurchas"
    "|bought_?again|subscribed|open$|is_?customer|(no|not|non|anti)_?churn|churn_?free|activo|bleibt"
    "|verl(ä|ae?)nger|actief|fid[eè]l|aktyw|活跃|継続",
    re.IGNORECASE,
)
_NOT_STAYING = re.compile(
    r"(not?|non|nicht|un|in|dis)[\W_]*(re(tain|new|main)|active|activo|loyal|kept|continu|subscribed)",
    re.IGNORECASE,
)
"""What takes a word of staying back: not renewed, inactive, discontinued."""


def speaks_of_churn(name: str) -> bool:
    """Tell whether a column's name says, in some language, that it is about leaving.

    What was before, and what did not happen, is about something else: ``previous_bookings_not_canceled``.
    """
    return bool(_CHURN_NAME.search(folded(name))) and not denies(name)


def denies(name: str) -> bool:
    """Tell a name that speaks of earlier times, or of what did not happen."""
    return bool(_OTHERWISE.search(folded(" ".join(words_of(name)))))


def speaks_of_staying(name: str) -> bool:
    """Tell whether the yes of a column of this name may mean staying: ``renewed``, ``is_active``."""
    return bool(_STAYING.search(_NOT_STAYING.sub("", name)))
