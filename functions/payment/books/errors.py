"""Why a comparison is not shown."""

from shared_schemas.errors import NotFoundError, Text


class ReconciliationNotFoundError(NotFoundError):
    code = "reconciliation_not_found"
    text = Text("There is no comparison {reconciliation_id}", "Сверка {reconciliation_id} не найдена")
