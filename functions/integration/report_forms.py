"""What a report can be beside JSON."""

from core.forms import Form
from integration.csv_report import csv_report

FORMS = (
    Form(
        "csv",
        "text/csv; charset=utf-8",
        lambda report, _locale: csv_report(report.question, report.rows, type(report.totals)),
        {"Content-Disposition": 'attachment; filename="report.csv"'},
    ),
)
