"""The trail for spreadsheets: one line for each action, what changed as JSON."""

import csv
import io
import json
from typing import Any

from core.http.representations import Form
from integration.spreadsheets import harmless
from shared_schemas.common import Page
from shared_schemas.integration.trail import OperatorAction


def csv_trail(page: Page[OperatorAction]) -> str:
    """RFC 4180; no cell acts as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(OperatorAction.model_fields)
    for action in page.data:
        writer.writerow([_cell(value) for value in action.model_dump(mode="json").values()])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return harmless(value) if isinstance(value, str) else value


FORMS = (
    Form(
        "csv",
        "text/csv; charset=utf-8",
        lambda page, _locale: csv_trail(page),
        {"Content-Disposition": 'attachment; filename="operator-actions.csv"'},
    ),
)
