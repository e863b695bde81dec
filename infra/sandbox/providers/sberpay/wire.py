"""The two ways to speak with Sber, and how each writes the outcome."""

import json
from typing import Any, Literal

from aiohttp import web

from infra.sandbox.providers.sberpay.errors import MESSAGES, SUCCESS
from infra.sandbox.requests.bodies import BodyError, read_form, read_json

Wire = Literal["partner", "legacy"]
WIRES: tuple[Wire, ...] = ("partner", "legacy")
PATHS: dict[Wire, str] = {"partner": "/ecomm/gw/partner/api/v1", "legacy": "/payment/rest"}
RECEIPTS_PATH = "/ecomm/gw/partner/api/ofd/v1"
# In forms these are strings of JSON.
NESTED = ("jsonParams", "orderBundle", "refundItems")


async def read(request: web.Request, wire: Wire) -> dict[str, Any]:
    """The fields of a request; raises `BodyError`."""
    document = await read_json(request) if wire == "partner" else await _form(request)
    if not isinstance(document, dict):
        raise BodyError("the body is not a JSON object")
    return document


def outcome(wire: Wire, method: str, code: str, message: str | None = None) -> dict[str, Any]:
    """The fields that tell success or failure; their types vary as in the real interfaces."""
    if wire == "legacy" and code == SUCCESS and method in ("register", "registerPreAuth"):
        return {}
    told: str | int = int(code) if wire == "legacy" and method in ("deposit", "reverse", "refund", "decline") else code
    return {"errorCode": told, "errorMessage": message or MESSAGES[code]}


async def _form(request: web.Request) -> dict[str, Any]:
    # Parameters may stand in the address as well, as in any servlet; some shops send them nowhere else.
    fields: dict[str, Any] = {} if request.method == "GET" else dict(await read_form(request))
    fields |= request.query
    for name in NESTED:
        if text := fields.get(name):
            try:
                fields[name] = json.loads(text)
            except ValueError as error:
                raise BodyError(f"{name} is not JSON") from error
    return {name: value for name, value in fields.items() if value != ""}
