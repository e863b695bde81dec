"""The route of the trail."""

from core.http.paging import InvalidCursorError
from integration import composition
from integration.api import api
from integration.trail.csv import FORMS
from integration.trail.errors import TooManyLinesError
from shared_schemas.common import Page
from shared_schemas.integration.trail import OperatorAction, OperatorActionsQuery


@api.endpoint("GET /v1/operator-actions", errors=[InvalidCursorError, TooManyLinesError], forms=FORMS)
def list_operator_actions(query: OperatorActionsQuery) -> Page[OperatorAction]:
    """Who of the staff did what, when, and from where, newest first; sign-ins of the staff are there, too.

    It has no personal data: `(text)` stands for what people wrote. As `csv` all of the period comes at once."""
    trail = composition.app().trail
    return trail.file(query) if query.format == "csv" else trail.page(query)
