"""Why an exception from opening hours is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import NotFoundError, Text


class DateOverrideNotFoundError(NotFoundError):
    code = "date_override_not_found"
    text = Text("There is no date override {override_id}", "Исключение {override_id} не найдено")
