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
    "An http, https or webcal address is needed, such as {example}",
    "Нужен адрес http, https или webcal, например {example}",
)


def fetched_address(url: str) -> str | None:
    """An address with everything in ASCII, its scheme http or https; None for what can be none.

    Hosts like пример.рф are written as the network knows them (IDNA), webcal is taken for https."""
    try:
        parts = urlsplit(url.strip())
        host, port = _network_name(parts.hostname or ""), parts.port
    except ValueError:  # A port that is no number, brackets that do not close, a name that is too long.
        return None
    scheme = SCHEMES.get(parts.scheme.lower())
    if scheme is None or not host or "@" in parts.netloc or port == 0:
        return None
    netloc = f"{host}:{port}" if port else host
    return urlunsplit((scheme, netloc, quote(parts.path, KEPT), quote(parts.query, KEPT), ""))


def _network_name(host: str) -> str:
    name = host if host.isascii() else host.encode("idna").decode()
    if ":" in name:
        return f"[{name}]"
    return name if all(0 < len(label) < 64 for label in name.rstrip(".").split(".")) else ""


def _address(url: str) -> str:
    if fetched_address(url) is None:
        raise refuse("invalid_address", TEXT, example=EXAMPLE)
    return url


CalendarAddress = Annotated[
    str,
    Line(2000, pattern=PATTERN),
    AfterValidator(_address),
    Field(examples=[EXAMPLE]),
]
