"""Reports for spreadsheets."""

import csv
import io
from datetime import date
from uuid import UUID

from integration.reports.csv import csv_report
from shared_schemas.common import Money, SignedMoney
from shared_schemas.integration.reports import (
    LeadTimeQuery,
    LeadTimeRow,
    PromoCodesQuery,
    PromoCodesRow,
    RevenueQuery,
    RevenueRow,
    UtilisationQuery,
    UtilisationRow,
)

PERIOD = {"from": date(2026, 12, 1), "to": date(2027, 1, 1)}
HALL = UUID(int=1)


def revenue(by: str, *names: str) -> str:
    rows = [
        RevenueRow(
            tariff=name,
            payments=1,
            gross=Money(amount=5),
            refunds=Money(amount=12_345),
            net=SignedMoney(amount=-12_340),
        )
        for name in names
    ]
    return csv_report(RevenueQuery.model_validate(PERIOD | {"by": by}), rows, RevenueRow)


def test_amounts_are_in_roubles_and_lines_end_as_the_standard_says() -> None:
    assert revenue("tariff", "Вечер") == (
        "tariff,payments,gross,refunds,net\r\nВечер,1,0.05,123.45,-123.40\r\n"
    )  # fmt: skip


def test_no_name_acts_as_a_formula_and_all_come_back_whole() -> None:
    names = ["=SUM(A1)", "+7", "-1", "@x", "\tx", 'a, "b"\r\nc', "plain = x"]

    read = list(csv.reader(io.StringIO(revenue("tariff", *names), newline="")))

    assert [row[0] for row in read[1:]] == [f"'{name}" for name in names[:5]] + names[5:]


def test_columns_follow_from_the_question_even_without_rows() -> None:
    assert revenue("month") == "date,payments,gross,refunds,net\r\n"
    assert revenue("hall") == "hall_id,hall_name,payments,gross,refunds,net\r\n"
    assert revenue("visit_purpose") == "visit_purpose,payments,gross,refunds,net\r\n"
    week = UtilisationQuery.model_validate(PERIOD | {"by": "weekday_hour"})
    row = UtilisationRow(weekday=1, hour=0, sold_minutes=30, outside_minutes=0, open_minutes=60, percent=50.0)
    figures = "sold_minutes,outside_minutes,open_minutes,percent"
    assert csv_report(week, [row], UtilisationRow) == f"weekday,hour,{figures}\r\n1,0,30,0,60,50.0\r\n"
    promo = csv_report(PromoCodesQuery.model_validate(PERIOD), [], PromoCodesRow)
    assert promo == "promo_code,created,confirmed,sold,discount\r\n"
    lead = csv_report(LeadTimeQuery.model_validate(PERIOD), [], LeadTimeRow)
    assert lead == "from_days,to_days,visits,percent,total,median_hours,p90_hours\r\n"
