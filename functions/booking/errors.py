"""Why the booking service refuses, with stable codes and texts in both languages."""

from collections.abc import Sequence

from shared_schemas.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    RejectedError,
    Text,
    UnavailableError,
    Violation,
)

HELD = Text(
    "cannot change while time to come is claimed of the hall as it is",
    "нельзя изменить, пока предстоящее время зала занято",
)


class HallNotFoundError(NotFoundError):
    code = "hall_not_found"
    text = Text("There is no hall {hall_id}", "Зал {hall_id} не найден")


class HallNameTakenError(ConflictError):
    code = "hall_name_taken"
    text = Text("Another hall is named {name}", "Зал с названием {name} уже есть")


class BookingNotFoundError(NotFoundError):
    """Also the answer for somebody else's booking, whose existence is nobody's business."""

    code = "booking_not_found"
    text = Text("There is no booking {booking_id}", "Бронирование {booking_id} не найдено")


class QuoteNotFoundError(NotFoundError):
    code = "quote_not_found"
    text = Text("There is no quote {quote_id}", "Расчёт {quote_id} не найден")


class QuoteExpiredError(GoneError):
    code = "quote_expired"
    text = Text("The quote was valid until {valid_until}", "Расчёт был действителен до {valid_until}")


class QuoteMismatchError(RejectedError):
    code = "quote_mismatch"
    text = Text(
        "The quote is for another hall, time or number of people",
        "Расчёт сделан для другого зала, времени или числа людей",
    )


class NoTariffError(RejectedError):
    """No rule is never a price of zero."""

    code = "no_tariff"
    text = Text("No tariff covers {start}", "Нет тарифа на {start}")


class SlotTakenError(ConflictError):
    code = "slot_taken"
    text = Text("The hall is taken at that time", "Зал в это время занят")


class InvalidTransitionError(ConflictError):
    code = "invalid_transition"
    text = Text("A booking that is {status} cannot be {target}", "Бронирование «{status}» не может стать «{target}»")


class ConcurrentUpdateError(ConflictError):
    code = "concurrent_update"
    text = Text("The booking has just been changed; try again", "Бронирование только что изменили; повторите")


class PaymentTooSmallError(RejectedError):
    code = "payment_too_small"
    text = Text("The booking needs {due} kopecks more", "Для подтверждения не хватает {due} коп.")


class PaymentNotCollectedError(ConflictError):
    """The payment service was asked, and has not taken this money for this booking: nobody else's word counts."""

    code = "payment_not_collected"
    text = Text(
        "No such payment of this booking was collected: {payment_id}",
        "Такого платежа за это бронирование не поступало: {payment_id}",
    )


class PaymentServiceUnavailableError(UnavailableError):
    code = "payment_service_unavailable"
    text = Text("The payment service does not answer", "Сервис платежей не отвечает")


class HallInUseError(ConflictError):
    """Time to come was claimed of the hall as it is; `violations` name the fields that cannot change until then."""

    code = "hall_in_use"
    text = Text(
        "The hall has bookings, closures or busy time to come",
        "У зала есть предстоящие бронирования, закрытия или занятое время",
    )

    def __init__(self, fields: Sequence[str] = (), **params: object) -> None:
        super().__init__(**params)
        self.violations = tuple(Violation(field, self.code, HELD, {}) for field in fields)


class VisitBegunError(ConflictError):
    """From its start on, a visit can only be ended or extended."""

    code = "visit_begun"
    text = Text("The visit began at {start}", "Визит начался в {start}")


class TooEarlyError(ConflictError):
    """Nobody can have come, or stayed away, before it is time."""

    code = "too_early"
    text = Text("The visit begins at {start}", "Визит начинается в {start}")


class OverrideNotAllowedError(ForbiddenError):
    """Setting the studio's rules aside is for staff."""

    code = "override_not_allowed"
    text = Text("Only staff may use {field}", "Поле {field} — только для сотрудников")


class InvalidPeriodError(RejectedError):
    code = "invalid_period"
    text = Text(
        "`to` must be after `from`, by at most {max_days} days",
        "to должно быть позже from, не более чем на {max_days} дн.",
    )
