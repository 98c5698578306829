"""Names that tell of something known only afterwards."""

from __future__ import annotations

import pytest

from unchurn.modelling.columns.leak_names import telling_name


@pytest.mark.parametrize(
    "name",
    [
        "cancel_reason", "CancellationDate", "Churn Reason", "contract_end_date", "EndDate",
        "final_bill_amount", "save_offer_made", "ChurnScore", "churn_probability",
        "Naive_Bayes_Classifier_Attrition_Flag_1", "risk_of_churn", "Customer Status",
        "reason for leaving", "retention offer", "Kündigungsdatum", "Kündigungsgrund", "Datum Austritt",
        "motivo_baja", "fecha_baja", "motif_resiliation", "Data Cancelamento", "Opzegreden",
        "lapse_date", "lost_reason", "Date Closed", "unsubscribe_date",
    ],
)  # fmt: skip
def test_telling_names_are_told(name: str) -> None:
    """Reasons, end dates, final bills, save offers and earlier scores are suspect."""
    assert telling_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Contract", "tenure", "Months_Inactive_12_mon", "monthly_charges", "closed_tickets",
        "Total_Trans_Ct", "last_login_days", "Day Mins", "close_friends_month", "", "名前",
        "previous_bookings_not_canceled", "data_usage", "Artikel", "lost_items", "Datum Beginn",
        "fecha_alta", "Stornogebühr", "art_department",
    ],
)  # fmt: skip
def test_ordinary_names_are_not(name: str) -> None:
    """Words that merely resemble telling ones are left alone."""
    assert telling_name(name) is None
