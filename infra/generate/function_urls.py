"""What the public document says of the function URL that payment gateways call: it has no Chalice route to read."""

from typing import Any

from core.http.openapi import problem_responses
from infra.generate.tags import PLACES
from payment import webhooks
from payment.paying.errors import (
    ForeignNetworkError,
    ForgedNotificationError,
    MalformedNotificationError,
    NotificationTooLargeError,
    UnknownPaymentError,
    UnknownProviderError,
)
from shared_schemas.errors import UnavailableError
from shared_schemas.providers import PROVIDERS

ERRORS = (
    MalformedNotificationError,
    ForgedNotificationError,
    ForeignNetworkError,
    UnknownProviderError,
    UnknownPaymentError,
    NotificationTooLargeError,
    UnavailableError,
)
SERVER = {
    "url": "{webhooks_url}",
    "description": "The payment service's function URL, which the deployment prints as WebhooksUrl",
    "variables": {"webhooks_url": {"default": "http://127.0.0.1:5002"}},
}


def function_url_paths() -> dict[str, Any]:
    """The paths served there."""
    operation = {
        "operationId": "receive_webhook",
        "tags": [PLACES["receive_webhook"]],
        "summary": "A payment gateway's notification, in the gateway's own form.",
        # A second content type of one body makes generated clients that cannot be imported: it is told in words.
        "description": " ".join((webhooks.__doc__ or "").partition("\n\n")[2].split()),
        "parameters": [
            {
                "name": "provider",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": sorted(PROVIDERS)},
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"200": {"description": "OK"}, **problem_responses(ERRORS)},
        "security": [],
        "x-roles": ["payment gateway"],
    }
    by_query = {name: value for name, value in operation.items() if name != "requestBody"}
    by_query |= {"operationId": "receive_webhook_by_query", "summary": "The same notification, sent as a query."}
    return {"/webhooks/{provider}": {"servers": [SERVER], "post": operation, "get": by_query}}
