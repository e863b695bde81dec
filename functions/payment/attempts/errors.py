"""Errors about stored payments."""

from shared_schemas.errors import ConflictError, GoneError, NotFoundError, RejectedError, Text


class PaymentNotFoundError(NotFoundError):
    """Also the answer for somebody else's payment."""

    code = "payment_not_found"
    text = Text("There is no payment {payment_id}", "Платёж {payment_id} не найден")


class ConcurrentUpdateError(ConflictError):
    code = "concurrent_update"
    text = Text("The payment has just been changed; try again", "Платёж только что изменили; повторите")


class HoldExpiredError(GoneError):
    code = "hold_expired"
    text = Text("The time to pay is over; book again", "Время на оплату вышло; забронируйте заново")


class BookingChangedError(ConflictError):
    """The booking became cheaper after the payment was requested; the next request charges what is due now."""

    code = "booking_changed"
    text = Text(
        "The booking was changed while the payment was being prepared; pay again",
        "Бронирование изменили, пока готовился платёж; оплатите ещё раз",
    )


class VisitBeingPaidError(ConflictError):
    """One of the two links has to be paid or to end first, so that nobody pays by both."""

    code = "visit_being_paid"
    text = Text(
        "Booking {number} is being paid by another link already: pay by that one, or wait until it ends",
        "Бронирование {number} уже оплачивается по другой ссылке: оплатите по ней или дождитесь её окончания",
    )


class PaymentRefusedError(RejectedError):
    """The gateway understood the request and declined it; another amount or method may work."""

    code = "payment_refused"
    text = Text("The payment gateway declined this payment: {reason}", "Платёжный шлюз отклонил платёж: {reason}")


class ForeignPaymentError(Exception):
    """The gateway's payment belongs to another attempt than the one it was matched with."""
