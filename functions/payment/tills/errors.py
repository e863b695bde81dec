"""Why a till does not do what it is asked to; sums are kopecks."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class TillNotFoundError(NotFoundError):
    code = "till_not_found"
    text = Text("There is no till {till_id}", "Кассы {till_id} нет")


class TillOpenError(ConflictError):
    """There is one drawer."""

    code = "till_already_open"
    text = Text(
        "A till is open already: close it before you open another",
        "Касса уже открыта: закройте её, прежде чем открывать новую",
    )


class NoTillOpenError(ConflictError):
    code = "no_till_open"
    text = Text(
        "No till is open: open one before you handle cash", "Касса не открыта: откройте её перед работой с наличными"
    )


class TillClosedError(ConflictError):
    code = "till_closed"
    text = Text("This till is closed", "Эта касса закрыта")


class TillNotLastError(ConflictError):
    """What was counted since would not be true any more."""

    code = "till_not_last"
    text = Text("Only the last till can be opened again", "Снова открыть можно только последнюю кассу")


class TillHasOpenPaymentsError(ConflictError):
    """`count` payments that the desk has asked for are still open; `numbers` are their bookings'."""

    code = "till_has_open_payments"
    text = Text(
        "Payments that were asked for at the desk are still open: {numbers}",
        "Ещё не завершены платежи, запрошенные на стойке: {numbers}",
    )


class NotEnoughInTillError(RejectedError):
    code = "not_enough_in_till"
    text = Text("There are only {there:money} in the till", "В кассе только {there:money}")
