"""What a column's name says that it holds: a customer's id, another thing's, a contact, an amount.

Names are compared in lower case, without accents and without anything between the words, so
that ``Kunden-Nr.``, ``ID_Client`` and ``Código do cliente`` are all a customer's id.
"""

from __future__ import annotations

import re
from typing import Literal

from unchurn.modelling.columns.names import LETTERS, without_accents, words_of

Sense = Literal[
    "customer-id", "customer", "key", "account-id", "account", "contract-id", "thing-id",
    "contact", "person", "row", "quantity", "place", "",
]  # fmt: skip

_CUSTOMER = (
    "(?:customer|cust|client|clnt|kunden?|kd|cliente|klant(?:en)?|kund|asiakas|zakaznika?|klienta?|medlems?|"
    "ugyfel|musteri|顧客|お客様|会員|客户|客戶|用户|会员|고객|회원|契約者|社員|πελατη|клиента?|абонента?|consumer|buyer|"
    "shopper|subscriber|abonne|abonnenten?|abonado|assinante|suscriptor|user|usuario|utilisateur|"
    "nutzer|benutzer|gebruiker|utente|member|mitglieds?|miembro|membre|socio|guest|visitor|"
    "household|patient|student|employee|empl?|mitarbeiter|personal|empleado|funcionario|"
    "colaborador|salarie|staff|worker|policyholder|insured|cardholder|borrower|donor|player|"
    "party|person|adherent)"
)
_ACCOUNT = (
    "(?:account|acct?|konto|cuenta|compte|conta|rekening|company|organi[sz]ation|org|business|"
    "merchant|tenant|workspace)"
)
_CONTRACT = (
    "(?:policy|polic[ey]n?|polizza|poliza|apolice|contract|vertrags?|contrat|contrato|contratto|"
    "subscription|abonnements?|abo|assinatura|suscripcion|membership|service|line|sim|loan|"
    "(?:loyalty)?card|agreement|versicherungs?)"
)
_THING = (
    "(?:application|booking|case|device|invoice|order|record|session|transaction|ticket|payment)"
)
_NUMBER = (
    "(?:ids?|ident|identifier|identification|number|num|no|nr|nbr|n|key|ref|reference|code|cod|"
    "codigo|kod|kode|codice|guid|uuid|uid|hash|token|azonosito|tunnus|nummer|numero|kennung|schluessel|sk|pk|"
    "番号|编号|编码|号码?|代码|번호|아이디|номер|код|ид)"
)
_PREFIX = (
    "(?:unique|crm|global|internal|external|masked|hashed|anonymi[sz]ed|encrypted|primary|dim|fk)?"
)
_OF = "(?:de|del|della|do|da|du|di|d|of|des|dell|le|la|el|l)*"
_LED_BY = (
    "(?:id|ident|codigo|cod|code|codice|ref|chave|clave|identifiant|identificador|kod|номер|код|ид|"
    f"αριθμοσ|κωδικοσ){_OF}"
)
_COUNTED_BY = f"(?:numero|num|no|nr|n|cislo){_OF}"
_FOREIGN = (
    "(?:client|cliente|abonne|abonado|assinante|usuario|socio|membre|miembro|adherent|klienta?|"
    "zakaznika?)"
)
_PATTERNS: tuple[tuple[Sense, str], ...] = (
    ("row", r"row(number|num|no|id|index|names?|s)?|index|idx|unnamed0?|(serial|sr|sl|s)(number|no|num)|"
            r"serial|lfd(nr)?|zeile(nnummer)?|record(no|number|num)?|rownames|no|nr|n|"
            r"(index)?level0|sequence(no|number)?|seq(no)?"),
    ("customer-id", f"{_PREFIX}{_CUSTOMER}s?{_NUMBER}|{_LED_BY}{_CUSTOMER}|{_COUNTED_BY}{_FOREIGN}|"
                    "customeruser|msno|n?codpers"),
    ("key", "ids?|uid|uuid|guid|key|pk|identifier|identifiant|identificador|identificativo|ident|"
            "codigo|codice|matricule|matricola|matricula|cpf|cnpj|ssn|nif|dni|iban|imei|imsi|msisdn|"
            "objectid|externalid|uniqueid|(anonymous|distinct|pseudo|userpseudo|profile|contact|lead|hh)id|"
            "cif(no|number)?|rut|curp|rfc|mrn|pesel|bsn|personnummer|cedula|identificacion|идентификатор|"
            "pid|cid|ucid|crmid|numero|nummer|番号|编号|번호|номер|ид"),
    ("account-id", f"{_PREFIX}{_ACCOUNT}{_NUMBER}|{_LED_BY}{_ACCOUNT}|"
                   f"{_COUNTED_BY}(?:compte|cuenta|conta)"),
    ("contract-id", f"{_PREFIX}{_CONTRACT}{_NUMBER}|{_LED_BY}{_CONTRACT}|"
                    f"{_COUNTED_BY}(?:contrat|contrato|polizza|poliza|apolice|police)"),
    ("contact", "(home|work|primary|contact|customer|client|cust|billing)?(tele)?(phone|mobile|cell|fax|"
                "tel|telefono|telefon|telefone|telephone|handy|celular|movil|portable)s?(phone)?"
                "(number|num|no|nr|nummer|numero)?[0-9]?|(customer|client|user|contact|billing)?"
                "e?mail(address|id)?|correo(electronico)?|courriel|電話(番号)?|メール(アドレス)?"),
    ("person", "(sur|last|first|given|family|middle|full|customer|client|user|member|contact|"
               "employee|company|account|business)?names?|"
               "nom|prenom|nombres?|apellidos?|vorname|nachname|nome|sobrenome|cognome|naam|"
               "achternaam|nazwisko|氏名|名前|姓名|"
               "(home|street|postal|billing)?address(line)?[0-9]*"),
    ("place", "zip(code)?|plz|post(al)?code|postleitzahl|postnummer|postnr|codepostal|codigopostal|"
              "cep|邮编|郵便番号|latlong|lat(itude)?|lon(g|gitude)?|lng|coordinates|geo(point|hash)?"),
    ("customer", f"{_CUSTOMER}(?:e?s|n|en)?"),
    ("account", f"{_ACCOUNT}s?|policy|poliza|contract|subscription|membership|vertrag"),
    ("thing-id", f"{_THING}{_NUMBER}|[a-z0-9]*(?:{_CUSTOMER}|{_ACCOUNT}){_NUMBER}"),
)  # fmt: skip
_NAMES = tuple((sense, re.compile(pattern)) for sense, pattern in _PATTERNS)
_LAST_WORDS = frozenset({"id", "guid", "uuid", "hash", "identifier"})
_AMOUNTS = re.compile(
    "amount|amt|balance|charge|charges|price|cost|costs|fee|fees|salary|income|spend|spent|"
    "sales|value|total|sum|avg|average|mean|median|min|max|minutes|mins|seconds|secs|hours|"
    "days|weeks|months|years|age|tenure|count|cnt|calls|visits|logins|usage|mb|gb|kb|bytes|"
    "volume|score|rate|ratio|percent|pct|share|limit|credit|debit|paid|bill|premium|claim|"
    "duration|length|distance|weight|height|size|quantity|qty|points|units|orders|tickets|"
    "rank|epoch|ts|timestamp|time|date|ms|at|on|day|month|year|saldo|importe|monto|ingresos|"
    "montant|solde|prix|valor"
)
_STEMS = re.compile(
    "revenue|turnover|amount|balance|charges|salary|income|spend|minutes|umsatz|betrag|gehalt|"
    "einkommen|kosten|laufzeit|importe|ingreso|montant|salaire|revenu|receita|fattur|bedrag|omzet|"
    "timestamp|tenure|duration|premium|lifetime|金額|売上|금액|金额"
)


def sense_of(name: str) -> Sense:
    """Tell what a column holds by its name alone; empty where the name says nothing."""
    words = _plain_words(name)
    squashed = "".join(words)
    if not squashed:
        return "row"
    for sense, pattern in _NAMES:
        if pattern.fullmatch(squashed):
            return sense
    if words[-1] in _LAST_WORDS:
        return "thing-id"
    return (
        "quantity"
        if any(_AMOUNTS.fullmatch(word) for word in words) or _STEMS.search(squashed)
        else ""
    )


def _plain_words(name: str) -> tuple[str, ...]:
    """Split a name into words, in lower case and without accents; ``#`` is a number."""
    bare = without_accents(name.replace("#", " no "))
    words = words_of(bare.replace("º", "o").replace("°", "o "))
    return tuple(word.translate(LETTERS) for word in words)
