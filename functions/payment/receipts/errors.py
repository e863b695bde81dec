"""Why a fiscal receipt is not ordered."""

from shared_schemas.errors import ConflictError, NotFoundError, Text, UnavailableError


class ContactUnavailableError(UnavailableError):
    """A fiscal receipt needs an address, and the accounts service does not answer; the same request with the same key
    goes on."""

    code = "contact_unavailable"
    text = Text(
        "The address for the receipt cannot be looked up right now; try again",
        "Сейчас не удаётся узнать адрес для кассового чека",
    )


class ReceiptNotFoundError(NotFoundError):
    code = "receipt_not_found"
    text = Text("There is no receipt {receipt_id}", "Чек {receipt_id} не найден")


class ReceiptNotRetriableError(ConflictError):
    """Receipts of payments and refunds are ordered together with them, and only once."""

    code = "receipt_not_retriable"
    text = Text(
        "Only a settlement receipt that was rejected can be ordered again",
        "Заново можно заказать только отклонённый чек окончательного расчёта",
    )
