"""What a column's name says that it holds."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.id_names import sense_of
from unchurn.proposal.history_names import CUSTOMER

NAMES = {
    "customer-id": "Customer ID |CUST_ID|cust no|Client #|Customer No.|CustomerKey|customer.id|"
    "dim_customer_sk|customer_uid|Subscriber No|MemberNo|Emp No|Kundennummer|Kunden-Nr.|Kundnr|"
    "ID_Client|numéro client|n° client|id_cliente|código cliente|Código do cliente|codice_cliente|"
    "klantnummer|kundenummer|Asiakasnumero|asiakastunnus|id_klienta|číslo zákazníka|Müşteri No|"
    "ügyfél_azonosító|Номер клиента|ID клиента|msno|ncodpers|customerUser|Αριθμός πελάτη|顧客ID|お客様番号|客户编号|客户号|고객번호",
    "key": "id|uid|guid|MSISDN|IMSI|CPF|dni|cedula|CIF_NO|unique_id|anonymous_id|identifiant",
    "account-id": "account_no|Acct #|AccountId|kontonummer|company_id|tenant_id|nº de cuenta",
    "contract-id": "policy_no|Policy Number|Vertrags-Nr.|subscription_id|loyalty_card_no|LoanID",
    "customer": "customer|Client|Kunde|cliente|subscriber|顧客",
    "account": "account|policy|Vertrag|tenant",
    "thing-id": "invoice_no|order_id|session_id|Record ID|store_id|account_manager_id",
    "contact": "billing_email|Phone|phone number|E-Mail|Telefon|correo electrónico",
    "person": "Surname|Employee_Name|Nachname|nombre|氏名|Address",
    "row": "RowNumber|index|Unnamed: 0|Lfd. Nr.|S.No|#",
    "place": "Zip Code|PLZ|postcode|Código Postal|Latitude|Lat Long",
    "quantity": "annual_revenue|salary|customer_age|phone_calls|signup_ms|Jahreseinkommen|orders",
    "": "customer_type|Kundenzufriedenheit|客户等级|num_customers|plan|nationality|NPS",
}


@pytest.mark.parametrize(
    ("name", "sense"),
    [(name, sense) for sense, names in NAMES.items() for name in names.split("|")],
)
def test_names_say_what_a_column_holds(name: str, sense: str) -> None:
    """In any case, with accents or without, joined or apart, in many languages."""
    assert sense_of(name) == sense


@pytest.mark.parametrize("name", CUSTOMER)
def test_what_names_a_historys_customers_names_those_of_one_table(name: str) -> None:
    """Else it is a feature there, and a customer's rows lie on both sides of the split."""
    assert sense_of(name) in {"customer-id", "customer", "key", "account-id", "contact", "thing-id"}


def test_a_name_without_a_letter_is_of_a_row() -> None:
    """A blank header stands over row numbers."""
    assert sense_of(" ") == sense_of("") == "row"
