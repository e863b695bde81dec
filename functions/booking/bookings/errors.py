"""Why a booking, or a change of one, is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import ConflictError, LimitedError, NotFoundError, RejectedError, Text, UnavailableError


class BookingNotFoundError(NotFoundError):
    """Also the answer for somebody else's booking: a client must not learn that it exists."""

    code = "booking_not_found"
    text = Text("There is no booking {booking_id}", "Бронирование {booking_id} не найдено")


class InvalidTransitionError(ConflictError):
    code = "invalid_transition"
    text = Text(
        "In its present state, this cannot be done to the booking", "В нынешнем состоянии бронирования это невозможно"
    )


class NothingToUndoError(ConflictError):
    """Neither checked in, completed, missed nor called off after it was confirmed."""

    code = "nothing_to_undo"
    text = Text(
        "There is nothing to undo: only a check-in, the end of a visit, a no-show and the cancellation of a confirmed"
        " booking can be undone",
        "Отменять нечего: отменить можно отметку о приходе, завершение визита, неявку и отмену подтверждённого"
        " бронирования",
    )


class ConcurrentUpdateError(ConflictError):
    code = "concurrent_update"
    text = Text("The booking has just been changed; try again", "Бронирование только что изменили; повторите")


class PaymentTooSmallError(RejectedError):
    code = "payment_too_small"
    text = Text("The booking needs {due:money} more", "Для подтверждения не хватает {due:money}")


class PaymentNotCollectedError(ConflictError):
    """The payment service, which alone knows, has not taken this money for this booking."""

    code = "payment_not_collected"
    text = Text(
        "No payment {payment_id} was collected for this booking",
        "Такого платежа за это бронирование не поступало: {payment_id}",
    )


class PaymentServiceUnavailableError(UnavailableError):
    code = "payment_service_unavailable"
    text = Text("The payment service is not responding", "Сервис платежей не отвечает")


class VisitBegunError(ConflictError):
    """From its start on, a visit can only be ended or extended."""

    code = "visit_begun"
    text = Text("The visit began at {start}", "Визит начался в {start}")


class TooEarlyError(ConflictError):
    """A check-in or a no-show is not possible so early."""

    code = "too_early"
    text = Text("The visit begins at {start}", "Визит начинается в {start}")


class TooManyHoldsError(LimitedError):
    """A limit of the studio's policy."""

    code = "too_many_unpaid_bookings"
    text = Text(
        "At most {max_bookings} unpaid bookings, and {max_hours} hours, can be held at once: pay for some, or cancel"
        " them",
        "Одновременно можно держать не больше {max_bookings} неоплаченных бронирований и {max_hours} ч: оплатите или"
        " отмените часть",
    )


class CustomerBusyError(ConflictError):
    """Another request of the same client is in progress, and this one must not wait for it: try again."""

    code = "customer_busy"
    text = Text("Another request of this client is in progress", "Другой запрос этого клиента ещё выполняется")


class DiscountTooLargeError(RejectedError):
    """`most` is the price without it, in kopecks."""

    code = "discount_too_large"
    text = Text(
        "A discount can be as much as the booking costs at most: {most:money}",
        "Скидка не может быть больше стоимости бронирования: {most:money}",
    )


class LineNotFoundError(NotFoundError):
    code = "line_not_found"
    text = Text("There is no such line in the booking: {line_id}", "Такой строки в бронировании нет: {line_id}")


class CheckInCodeError(NotFoundError):
    """It has another form, belongs to no booking, or is signed by nobody."""

    code = "unknown_check_in_code"
    text = Text(
        "There is no visit with this code: check that it is from one of our confirmations",
        "Визита с таким кодом нет: проверьте, что он из нашего подтверждения",
    )


class OtherDayError(ConflictError):
    code = "other_day"
    text = Text("The visit is on another day: {day}", "Визит назначен на другой день: {day}")


class AlreadyCheckedInError(ConflictError):
    code = "already_checked_in"
    text = Text("This visit was checked in before", "Приход по этому бронированию уже отмечен")
