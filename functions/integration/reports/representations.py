"""What a report can be beside JSON."""

from typing import Any

from core.http.representations import Form
from integration.reports.csv import csv_report
from shared_schemas.errors import Locale


def _picture(report: Any, locale: Locale) -> str:
    # Dates and figures of all languages are of no use to any other request, and would add to every cold start.
    from integration.charts.reports import picture

    return picture(report, locale)


FORMS = (
    Form(
        "csv",
        "text/csv; charset=utf-8",
        lambda report, _locale: csv_report(report.question, report.rows, type(report.totals)),
        {"Content-Disposition": 'attachment; filename="report.csv"'},
    ),
    # A browser that opens the picture by itself runs and fetches nothing for it.
    Form(
        "svg",
        "image/svg+xml; charset=utf-8",
        _picture,
        {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    ),
)
