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
        "Austrittsdatum", "motivo_baja", "fecha_baja", "FechaBaja", "date_resiliation", "motif_départ",
        "Data disdetta", "data_cancelamento", "reden_opzegging", "解約日", "退会理由", "lapse_date",
        "lost_reason", "Date Closed", "unsubscribe_date", "canceled", "cancelled_at",
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
        "previous_bookings_not_canceled", "PreviouslyCancelled", "department_date", "trabajador_fecha",
        "data_left_gb", "Vertragsdatum", "time_lapse", "Grundgebühr", "lost_calls", "fecha_alta",
    ],
)  # fmt: skip
def test_ordinary_names_are_not(name: str) -> None:
    """Words that merely resemble telling ones are left alone."""
    assert telling_name(name) is None
