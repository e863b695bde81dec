"""Addresses of calendars as people copy them, and the one form in which they are fetched."""

from typing import Annotated
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import AfterValidator, Field

from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

SCHEMES = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
PATTERN = r"^([Hh][Tt][Tt][Pp][Ss]?|[Ww][Ee][Bb][Cc][Aa][Ll][Ss]?)://[^\s]+$"
KEPT = "%/:=&?~#+!$,;'@()*[]"
EXAMPLE = "webcal://calendar.example/hall.ics"
TEXT = Text(
    "must be an http, https or webcal address such as {example}",
    "нужен адрес http, https или webcal, например {example}",
)


def fetched_address(url: str) -> str:
    """An address with everything in ASCII, its scheme http or https; `ValueError` for what can be none.

    Hosts like пример.рф are written as the network knows them (IDNA), webcal is taken for https."""
    parts = urlsplit(url.strip())
    scheme, host = SCHEMES.get(parts.scheme.lower()), parts.hostname
    if scheme is None or not host or "@" in parts.netloc or parts.port == 0:
        raise ValueError(url)
    name = host if host.isascii() else host.encode("idna").decode()
    if ":" in name:
        name = f"[{name}]"
    elif not all(0 < len(label) < 64 for label in name.rstrip(".").split(".")):
        raise ValueError(url)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((scheme, name + port, quote(parts.path, KEPT), quote(parts.query, KEPT), ""))


def _address(url: str) -> str:
    try:
        fetched_address(url)
    except ValueError:
        raise refuse("invalid_address", TEXT, example=EXAMPLE) from None
    return url


CalendarAddress = Annotated[
    str,
    Line(2000, pattern=PATTERN),
    AfterValidator(_address),
    Field(examples=[EXAMPLE]),
]
