"""Why money does not go back."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text


class PaymentNotRefundableError(ConflictError):
    code = "payment_not_refundable"
    text = Text(
        "There is nothing to refund: no money of this payment is with the studio",
        "Возвращать нечего: денег этого платежа у студии нет",
    )


class RefundNotFoundError(NotFoundError):
    code = "refund_not_found"
    text = Text("There is no refund {refund_id} of this payment", "Возврата {refund_id} у этого платежа нет")


class RefundNotInDoubtError(ConflictError):
    code = "refund_not_in_doubt"
    text = Text(
        "This refund needs no decision: its gateway reports the outcome",
        "Решать нечего: об исходе возврата сообщит шлюз",
    )


class RefundTooLargeError(RejectedError):
    """`available` is what is left of the payment after all refunds requested so far, in kopecks."""

    code = "refund_too_large"
    text = Text("At most {available:money} can be refunded", "Вернуть можно не больше {available:money}")


class GoesBackAsPaidError(RejectedError):
    """A certificate, a pass or a deposit cannot be turned into money that way."""

    code = "goes_back_as_paid"
    text = Text(
        "What was paid with money that the studio held goes back to where it came from",
        "Оплата балансом, сертификатом или залогом возвращается туда, откуда списана",
    )
