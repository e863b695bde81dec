"""Notifications of T-Kassa: all of them signed, not all of them about payments."""

from payment.providers import tkassa_wire as wire
from payment.providers.base import Notification, WebhookForgedError, WebhookMalformedError, WebhookRequest
from payment.providers.signed_json import read
from payment.providers.tkassa_token import is_signed

# Fiscalisation is told at the same address.
NO_PAYMENT_STATUS = frozenset({"RECEIPT"})


def parse(request: WebhookRequest, terminal: str, password: str) -> Notification | None:
    """None for what is signed and yet about no payment's status, such as an account that a payer linked."""
    try:
        message = read(request.body)
        parsed = wire.Notification.model_validate(message)
        signed = is_signed(message, password)
    except ValueError as error:
        raise WebhookMalformedError("not a notification of T-Kassa") from error
    if parsed.terminal_key != terminal or not signed:
        raise WebhookForgedError("T-Kassa's token does not fit")
    if parsed.notification_type or parsed.status in NO_PAYMENT_STATUS:
        return None
    if parsed.status is None or parsed.payment_id is None:
        raise WebhookMalformedError("a notification about no payment")
    return Notification(parsed.status, parsed.payment_id, parsed.status, parsed.payment_id, parsed.order_id)
