"""The page behind a link that leaves messages: one button, no script, both languages."""

from functools import cache

from chalice import Response
from jinja2 import Environment, StrictUndefined, Template

from core.http.browsers import inline_hashes
from notification.preferences.domain import Leave
from notification.preferences.errors import LeaveLinkError
from notification.writing.files import TEMPLATES
from shared_schemas.errors import Locale

# Without any referrer a browser would say of the form that it comes from nowhere (Origin: null).
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
# Whoever may show it in a frame could have somebody press the button.
LOCKED = ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((TEMPLATES / "unsubscribe.html").read_text(encoding="utf-8"))


def page(leave: Leave, left: bool, locale: Locale) -> Response:
    """What was left or may be, and the button that does the other."""
    return _page(200, locale, kind=leave.kind, channel=leave.channel, left=left, broken="")


def broken_link(error: LeaveLinkError, locale: Locale) -> Response:
    """For people, who came by a link that leaves nothing."""
    return _page(404, locale, kind="", channel="", left=False, broken=error.message(locale))


def _page(status: int, locale: Locale, **facts: object) -> Response:
    text = _template().render(locale=locale, **facts)
    policy = "; ".join(["default-src 'none'", *inline_hashes(text), *LOCKED])
    return Response(text, {**HEADERS, "Content-Security-Policy": policy}, status)
