"""Reports for spreadsheets: RFC 4180, UTF-8, one header line, amounts in roubles, no cell that acts as a formula."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from integration.spreadsheets import harmless
from shared_schemas.common import Money, SignedMoney
from shared_schemas.integration.reports import ReportRow

NAMES = ("tariff", "provider", "purpose", "promo_code", "from_days", "to_days")
"""Columns that name a row, beside those of every report."""
KEYS = {
    "hall": ("hall_id", "hall_name"),
    "weekday_hour": ("weekday", "hour"),
    "day": ("date",),
    "week": ("date",),
    "month": ("date",),
    None: ("promo_code", "from_days", "to_days"),
}


def csv_report(question: BaseModel, rows: Sequence[ReportRow], model: type[ReportRow]) -> str:
    """Lines end with CR LF; the columns depend on the question alone."""
    columns = _columns(getattr(question, "by", None), model)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(getattr(row, column)) for column in columns] for row in rows)
    return text.getvalue()


def _columns(by: str | None, model: type[ReportRow]) -> list[str]:
    keys = KEYS.get(by, (by,))
    names = {*ReportRow.model_fields, *NAMES}
    wanted = [name for name in model.model_fields if name in keys]
    return wanted + [name for name in model.model_fields if name not in names]


def _cell(value: Any) -> Any:
    if isinstance(value, Money | SignedMoney):
        roubles, kopecks = divmod(abs(value.amount), 100)
        return f"{'-' if value.amount < 0 else ''}{roubles}.{kopecks:02}"
    return harmless(value) if isinstance(value, str) else value
