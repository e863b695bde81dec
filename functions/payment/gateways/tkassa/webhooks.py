"""Notifications of T-Kassa: all of them signed, not all of them about payments."""

from typing import Any

from payment.gateways.port import (
    Notification,
    ReceiptNotice,
    WebhookForgedError,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.signed_json import read
from payment.gateways.tkassa import wire
from payment.gateways.tkassa.receipts import OUR_MODES
from payment.gateways.tkassa.token import is_signed

# Fiscalisation is told at the same address.
RECEIPT = "RECEIPT"
RETURN = "IncomeReturn"


def parse(request: WebhookRequest, terminal: str, password: str) -> Notification | None:
    """None for what is signed and yet about no payment, such as an account that a payer linked or a card."""
    try:
        message = read(request.body)
        parsed = wire.Notification.model_validate(message)
        signed = is_signed(message, password)
    except ValueError as error:
        raise WebhookMalformedError("not a notification of T-Kassa") from error
    if parsed.terminal_key != terminal or not signed:
        raise WebhookForgedError("T-Kassa's token does not fit")
    if parsed.notification_type or parsed.payment_id is None or parsed.status is None:
        return None
    if parsed.status == RECEIPT:
        return _of_receipt(message)
    payment_id = parsed.payment_id
    return Notification(parsed.status, payment_id, parsed.status, payment_id, parsed.order_id, returned=parsed.returned)


def _of_receipt(message: dict[str, Any]) -> Notification:
    """Told apart by the fiscal document, which one that was not registered does not have, and by what is on it."""
    try:
        parsed = wire.ReceiptNotification.model_validate(message)
    except ValueError as error:
        raise WebhookMalformedError("a notification about no receipt") from error
    mode = next((OUR_MODES.get(line.payment_method) for line in parsed.receipt.items), None)
    notice = ReceiptNotice("succeeded" if parsed.success else "canceled", parsed.type == RETURN, parsed.total, mode)
    document = f"{parsed.fn_number}-{parsed.fiscal_document_number}-{mode}-{parsed.total}"
    object_id = f"{parsed.payment_id}-{parsed.type}-{document}"
    return Notification(RECEIPT, object_id, notice.status, parsed.payment_id, parsed.order_id, notice)
