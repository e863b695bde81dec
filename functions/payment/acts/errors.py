"""Refusals about acts."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class ActNotFoundError(NotFoundError):
    code = "act_not_found"
    text = Text("There is no act {act_id}", "Акт {act_id} не найден")


class VisitsNotOverError(ConflictError):
    """An act says that the services were rendered; `numbers` are those of bookings that are not completed."""

    code = "visits_not_over"
    text = Text(
        "Not all visits of this invoice are over: {numbers}", "Не все визиты по этому счёту завершены: {numbers}"
    )


class ActIssuedError(ConflictError):
    """`act` is its number."""

    code = "act_issued"
    text = Text("There is an act for this invoice already", "По этому счёту уже есть акт")


class ActVoidError(ConflictError):
    code = "act_void"
    text = Text("The act is void already", "Акт уже отменён")


class InvoiceVoidError(ConflictError):
    code = "invoice_void"
    text = Text("The invoice is void: there is nothing to confirm", "Счёт отменён: подтверждать нечего")


class ActTooEarlyError(RejectedError):
    """`earliest` is the day of the invoice."""

    code = "act_date"
    text = Text(
        "An act is dated between its invoice and today: {earliest} – {latest}",
        "Дата акта — не раньше счёта и не позже сегодняшнего дня: {earliest} – {latest}",
    )
