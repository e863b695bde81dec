"""Reading request bodies: whatever a client sends, it is either understood or refused."""

from typing import Any

from aiohttp import web
from pydantic import ValidationError
from pydantic_core import from_json


class BodyError(ValueError):
    """The body is not what its type says."""


async def read_json(request: web.Request) -> Any:
    """The body as JSON. Half of a surrogate pair, which could neither be stored nor sent, is no JSON here."""
    try:
        return from_json(await request.read())
    except ValueError as error:
        raise BodyError("the body is not valid JSON") from error


async def read_form(request: web.Request) -> dict[str, str]:
    """The text fields of a form."""
    try:
        fields = await request.post()
    except (ValueError, LookupError) as error:
        raise BodyError("the body is not a form that can be read") from error
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def first_fault(error: ValidationError) -> tuple[str, str]:
    """The first field that is wrong, and what is wrong with it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]
