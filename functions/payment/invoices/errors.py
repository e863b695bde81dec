"""Refusals about invoices."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text, UnavailableError


class InvoiceNotFoundError(NotFoundError):
    code = "invoice_not_found"
    text = Text("There is no invoice {invoice_id}", "Счёт {invoice_id} не найден")


class StudioRequisitesMissingError(ConflictError):
    """Invoices need the studio's legal name, INN and bank account."""

    code = "studio_requisites_missing"
    text = Text(
        "Fill in the studio's legal name, INN and bank account first",
        "Сначала заполните юридическое название, ИНН и банковский счёт студии",
    )


class StudioUnknownError(UnavailableError):
    code = "studio_unavailable"
    text = Text("The studio's requisites cannot be read just now", "Реквизиты студии сейчас недоступны")


class BookingInvoicedError(ConflictError):
    """`invoice` is the number of the open invoice."""

    code = "booking_invoiced"
    text = Text(
        "An open invoice has this booking already: void it first",
        "На это бронирование уже выставлен счёт: сначала отмените его",
    )


class InvoiceTooLargeError(RejectedError):
    code = "invoice_too_large"
    text = Text("The lines come to more than one paper may have", "Сумма строк больше, чем допускает один документ")


class InvoiceClosedError(ConflictError):
    """`status` is `paid` or `void`."""

    code = "invoice_closed"
    text = Text("The invoice is paid or void", "Счёт уже оплачен или отменён")


class InvoicePaidError(ConflictError):
    """Money has come for it."""

    code = "invoice_paid"
    text = Text(
        "Money has come for this invoice, so it cannot be voided", "По этому счёту есть оплата, отменить его нельзя"
    )


class MoreThanInvoicedError(RejectedError):
    """`left` is what is still to be paid, in kopecks."""

    code = "more_than_invoiced"
    text = Text(
        "That is more than is still to be paid of this invoice: {left:money}",
        "Это больше, чем осталось заплатить по счёту: {left:money}",
    )
