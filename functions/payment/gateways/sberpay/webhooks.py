"""Callbacks of Sber: JSON from the new gateway, a query or a form from the legacy one."""

from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import BaseModel, Field

from payment.gateways.port import Notification, WebhookForgedError, WebhookMalformedError, WebhookRequest
from payment.gateways.rsa_signature import PublicKey
from payment.gateways.sberpay.signature import has_checksum, has_signature
from payment.gateways.signed_json import read

MAX_FIELDS = 100
# Told when an order is registered: nothing has happened to its payment yet.
NO_PAYMENT_STATUS = frozenset({"created"})


class _Callback(BaseModel):
    mdOrder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]  # noqa: N815 - its name on the wire
    operation: Annotated[str, Field(pattern=r"^[A-Za-z]{1,64}$")]
    status: Annotated[str, Field(pattern=r"^[0-9]{1,3}$")]
    orderNumber: str | None = None  # noqa: N815 - its name on the wire


def parse(request: WebhookRequest, key: str, public_key: PublicKey | None) -> Notification | None:
    """With neither key nothing is checked: the new gateway's documents promise no checksum."""
    try:
        parameters = _parameters(request)
        callback = _Callback.model_validate(parameters)
        genuine = _is_genuine(parameters, key, public_key)
    except ValueError as error:
        raise WebhookMalformedError("not a callback of Sber") from error
    if not genuine:
        raise WebhookForgedError("Sber's checksum does not fit")
    if callback.operation in NO_PAYMENT_STATUS:
        return None
    order = callback.mdOrder
    return Notification(callback.operation, order, callback.status, order, attempt_id(callback.orderNumber))


def attempt_id(order_number: str | None) -> str | None:
    """Our orderNumber is the payment order's id without its dashes: legacy allows 32 characters."""
    try:
        return str(UUID(hex=order_number)) if order_number else None
    except ValueError:
        return None


def _parameters(request: WebhookRequest) -> dict[str, str]:
    if request.method == "POST" and "json" in request.content_type.lower():
        message = read(request.body)
        return {name: _text(value) for name, value in message.items() if isinstance(value, str | bool)}
    text = request.body.decode() if request.method == "POST" else request.query
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_FIELDS)
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise ValueError("a parameter appears twice")
    return parameters


def _text(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _is_genuine(parameters: dict[str, str], key: str, public_key: PublicKey | None) -> bool:
    if public_key:
        return has_signature(parameters, public_key)
    return has_checksum(parameters, key) if key else True
