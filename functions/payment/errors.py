"""Why the payment service refuses, with stable codes and texts in both languages."""

from shared_schemas.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
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


class BookingNotPayableError(ConflictError):
    code = "booking_not_payable"
    text = Text("There is nothing to pay for this booking: it is {status}", "Бронирование «{status}» не ждёт оплаты")


class AmountOutOfRangeError(RejectedError):
    """`least` confirms the booking, `most` is all that is left to pay; in kopecks."""

    code = "amount_out_of_range"
    text = Text(
        "amount: between {least} and {most} kopecks can be paid now",
        "amount: сейчас можно заплатить от {least} до {most} коп.",
    )


class TooManyOpenPaymentsError(LimitedError):
    """A limit of the studio's policy, which Booking tells with the amount due."""

    code = "too_many_open_payments"
    text = Text(
        "At most {max} payments can be open at once: finish one, or wait until it ends",
        "Одновременно может быть открыто не больше {max} платежей: завершите один из них или дождитесь его окончания",
    )


class HoldExpiredError(GoneError):
    code = "hold_expired"
    text = Text("The time to pay has run out; book again", "Время на оплату вышло; забронируйте заново")


class BookingChangedError(ConflictError):
    """It costs less than when the payment was asked for; the next request asks for what is due now."""

    code = "booking_changed"
    text = Text(
        "The booking was changed while its payment was being prepared; pay again",
        "Бронирование изменили, пока готовился платёж; оплатите ещё раз",
    )


class BookingUnavailableError(UnavailableError):
    code = "booking_unavailable"
    text = Text("The booking service does not answer", "Сервис бронирования не отвечает")


class PaymentNotFoundError(NotFoundError):
    """Also the answer for somebody else's payment."""

    code = "payment_not_found"
    text = Text("There is no payment {payment_id}", "Платёж {payment_id} не найден")


class ConcurrentUpdateError(ConflictError):
    code = "concurrent_update"
    text = Text("The payment has just been changed; try again", "Платёж только что изменили; повторите")


class ProviderUnavailableError(RejectedError):
    code = "provider_unavailable"
    text = Text("This studio does not take payments through {provider}", "Студия не принимает платежи через {provider}")


class GatewayUnavailableError(UnavailableError):
    """The same request with the same Idempotency-Key carries on where this one stopped."""

    code = "gateway_unavailable"
    text = Text("The payment gateway does not answer", "Платёжный шлюз не отвечает")


class GatewayOutOfOrderError(UnavailableError):
    """The gateway refuses the studio, not the payer; operators are told why, and the same request with the same
    Idempotency-Key carries on once that is repaired."""

    code = "gateway_out_of_order"
    text = Text(
        "This way of paying is out of order, and the studio has been told; choose another one or try again later",
        "Этот способ оплаты временно не работает, студия уже знает; выберите другой или попробуйте позже",
    )
    retry_after = 300


class PaymentRefusedError(RejectedError):
    """The gateway understood, and said no: another amount or method may do."""

    code = "payment_refused"
    text = Text("The payment gateway refuses this payment: {reason}", "Платёжный шлюз отклонил платёж: {reason}")


class PaymentNotRefundableError(ConflictError):
    code = "payment_not_refundable"
    text = Text("There is nothing to refund: the payment is {status}", "Возвращать нечего: платёж «{status}»")


class RefundNotFoundError(NotFoundError):
    code = "refund_not_found"
    text = Text("There is no refund {refund_id} of this payment", "Возврата {refund_id} у этого платежа нет")


class RefundNotInDoubtError(ConflictError):
    code = "refund_not_in_doubt"
    text = Text(
        "Nobody need decide on this refund: it is {status}, and its gateway has the word",
        "Решать нечего: возврат «{status}», слово за шлюзом",
    )


class RefundTooLargeError(RejectedError):
    """`available` is what is left of the payment, in kopecks, after the refunds asked for so far."""

    code = "refund_too_large"
    text = Text("At most {available} kopecks can be refunded", "Вернуть можно не больше {available} коп.")


class ContactUnavailableError(UnavailableError):
    """A fiscal receipt needs an address, and nobody tells it now; the same request with the same key carries on."""

    code = "contact_unavailable"
    text = Text(
        "The address for the receipt cannot be found out right now",
        "Сейчас не удаётся узнать адрес для кассового чека",
    )


class ReceiptNotFoundError(NotFoundError):
    code = "receipt_not_found"
    text = Text("There is no receipt {receipt_id}", "Чек {receipt_id} не найден")


class ReceiptNotRetriableError(ConflictError):
    """Receipts of payments and refunds are ordered with these, and only once."""

    code = "receipt_not_retriable"
    text = Text(
        "Only a cancelled settlement receipt can be ordered anew; this is a {kind} receipt, {status}",
        "Заново можно заказать только отклонённый чек окончательного расчёта; это чек «{kind}», «{status}»",
    )


class UnknownProviderError(NotFoundError):
    code = "unknown_provider"
    text = Text("No payment gateway is called {provider}", "Платёжный шлюз {provider} не подключён")


class UnknownPaymentError(NotFoundError):
    """A refusal on purpose: the gateway delivers again, and by then we may know the payment."""

    code = "unknown_payment"
    text = Text("The notification is about no payment of ours", "Уведомление не относится к нашим платежам")


class MalformedNotificationError(MalformedError):
    code = "malformed_notification"
    text = Text("This is not a notification of {provider}", "Это не уведомление {provider}")


class ForgedNotificationError(ForbiddenError):
    """Its signature or token is missing or wrong."""

    code = "forged_notification"
    text = Text("This notification is not signed by {provider}", "Подпись {provider} под уведомлением неверна")


class NotificationTooLargeError(TooLargeError):
    code = "notification_too_large"
    text = Text("A notification has at most {max_bytes} bytes", "Уведомление занимает не более {max_bytes} байт")


class ForeignNetworkError(ForbiddenError):
    code = "foreign_network"
    text = Text("Notifications are not taken from this address", "Уведомления с этого адреса не принимаются")


class ReconciliationNotFoundError(NotFoundError):
    code = "reconciliation_not_found"
    text = Text("There is no comparison {reconciliation_id}", "Сверка {reconciliation_id} не найдена")


class ForeignPaymentError(Exception):
    """The gateway's payment does not belong to the attempt that it was taken for."""
