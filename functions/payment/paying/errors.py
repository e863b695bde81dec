"""Errors of starting payments and receiving notifications."""

from shared_schemas.errors import (
    ConflictError,
    ForbiddenError,
    LimitedError,
    MalformedError,
    NotFoundError,
    RejectedError,
    Text,
    TooLargeError,
    UnavailableError,
)


class BookingNotFoundError(NotFoundError):
    """Also the answer for somebody else's booking."""

    code = "booking_not_found"
    text = Text("There is no booking {booking_id}", "Бронирование {booking_id} не найдено")


class GroupNotFoundError(NotFoundError):
    """Also the answer for somebody else's group."""

    code = "booking_group_not_found"
    text = Text("There is no group {group_id}", "Группа {group_id} не найдена")


class GroupNotPayableError(ConflictError):
    code = "group_not_payable"
    text = Text(
        "No visit of this group is waiting to be paid now",
        "Ни один визит этой группы сейчас не ждёт оплаты",
    )


class BookingNotPayableError(ConflictError):
    code = "booking_not_payable"
    text = Text(
        "There is nothing to pay for this booking in its present state",
        "В нынешнем состоянии бронирование не ждёт оплаты",
    )


class AmountOutOfRangeError(RejectedError):
    """`least` confirms the booking, `most` is all that is left to pay; in kopecks."""

    code = "amount_out_of_range"
    text = Text(
        "You can pay between {least:money} and {most:money} now",
        "Сейчас можно заплатить от {least:money} до {most:money}",
    )


class TooManyOpenPaymentsError(LimitedError):
    """The limit is part of the studio's policy; Booking sends it with the payment terms."""

    code = "too_many_open_payments"
    text = Text(
        "At most {max} payments can be open at once: finish one of them, or wait until it expires",
        "Одновременно может быть открыто не больше {max} платежей: завершите один из них или дождитесь его окончания",
    )


class BookingUnavailableError(UnavailableError):
    code = "booking_unavailable"
    text = Text("The booking service is not responding; try again", "Сервис бронирования не отвечает")


class GatewayUnavailableError(UnavailableError):
    """The same request with the same Idempotency-Key goes on where this one stopped."""

    code = "gateway_unavailable"
    text = Text("The payment gateway is not responding; try again", "Платёжный шлюз не отвечает")


class GatewayOutOfOrderError(UnavailableError):
    """The gateway refuses the studio, not the payer. Staff are told why; after the repair, the same request with the
    same
    Idempotency-Key succeeds."""

    code = "gateway_out_of_order"
    text = Text(
        "This payment method does not work at the moment, and the studio knows; choose another one or try again later",
        "Этот способ оплаты временно не работает, студия уже знает; выберите другой или попробуйте позже",
    )
    retry_after = 300


class NoPayLinkError(ConflictError):
    """It is paid, over, or was taken at the desk."""

    code = "no_pay_link"
    text = Text("This payment has no link to pay by any more", "Оплатить этот платёж по ссылке уже нельзя")


class UnknownProviderError(NotFoundError):
    code = "unknown_provider"
    text = Text("No payment gateway is called {provider}", "Платёжный шлюз {provider} не подключён")


class UnknownPaymentError(NotFoundError):
    """Refused on purpose: the gateway delivers it again, and by then the payment may be known."""

    code = "unknown_payment"
    text = Text(
        "This notification does not belong to any payment of this studio", "Уведомление не относится к нашим платежам"
    )


class MalformedNotificationError(MalformedError):
    code = "malformed_notification"
    text = Text("This is not a valid notification from {provider}", "Это не уведомление {provider}")


class ForgedNotificationError(ForbiddenError):
    """Its signature or token is missing or wrong."""

    code = "forged_notification"
    text = Text(
        "The signature of this notification is missing or is not from {provider}",
        "Подпись {provider} под уведомлением неверна",
    )


class NotificationTooLargeError(TooLargeError):
    code = "notification_too_large"
    text = Text("A notification may have at most {max_bytes} bytes", "Уведомление занимает не более {max_bytes} байт")


class ForeignNetworkError(ForbiddenError):
    code = "foreign_network"
    text = Text("Notifications are not accepted from this address", "Уведомления с этого адреса не принимаются")
