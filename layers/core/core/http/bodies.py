"""The body of a request: bounded, JSON in UTF-8 only, and checked before its fields are."""

import json
from binascii import Error as Base64Error
from collections.abc import Sequence
from email.message import Message
from typing import Any, NoReturn

from chalice.app import Request
from pydantic import BaseModel, ValidationError

from core.http.problems import (
    InvalidRequestError,
    MalformedJsonError,
    TooLargeBodyError,
    UnsupportedCharsetError,
    UnsupportedEncodingError,
    UnsupportedMediaTypeError,
)
from core.http.representations import JSON

UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
SHOWN = 100


def read_body(model: type[BaseModel], limit: int, request: Request, *, needed: bool) -> BaseModel:
    """The body as its contract; unless one is needed, an empty one means that all fields are absent."""
    _require_json(request.headers.get("content-type") or JSON, request.headers.get("content-encoding") or "identity")
    raw = raw_body(request)
    if len(raw) > limit:
        raise TooLargeBodyError(max_bytes=limit)
    if not raw and not needed:
        return model()
    _require_strict(raw)
    return _parsed(model, raw)


def raw_body(request: Request) -> bytes:
    """The bytes as they were sent. A lone surrogate, even an escaped one, is not text."""
    try:
        return bytes(request.raw_body or b"")
    except (Base64Error, UnicodeEncodeError):
        raise MalformedJsonError(reason="invalid unicode code point") from None


def _parsed(model: type[BaseModel], raw: bytes) -> BaseModel:
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise MalformedJsonError(reason=first["ctx"]["error"]) from None
        raise InvalidRequestError(error) from None


def _require_json(content_type: str, encoding: str) -> None:
    header = Message()
    header["Content-Type"] = content_type
    sent = content_type.partition(";")[0].strip().lower()
    if sent != JSON:
        raise UnsupportedMediaTypeError(sent=sent[:SHOWN])
    charset = str(header.get_param("charset") or "utf-8").strip().lower()
    if charset not in UTF_8:
        raise UnsupportedCharsetError(sent=charset[:SHOWN])
    if encoding.strip().lower() != "identity":
        raise UnsupportedEncodingError(sent=encoding[:SHOWN])


def _require_strict(raw: bytes) -> None:
    """Refuses what parsers disagree about: duplicate keys, numbers that JSON does not have, extreme depth.

    Plain syntax errors are left to pydantic, which names the place."""
    try:
        json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise MalformedJsonError(reason=f"invalid unicode code point at line 1 column {error.start + 1}") from None
    except RecursionError:
        raise MalformedJsonError(reason="recursion limit exceeded") from None
    except json.JSONDecodeError:
        return
    except ValueError:
        # An integer with more digits than Python converts.
        raise MalformedJsonError(reason="number out of range") from None


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJsonError(reason="a key comes twice in one object")
    return members


def _no_number(_name: str) -> NoReturn:
    raise MalformedJsonError(reason="invalid number")
