"""The page behind a link that leaves messages: one button, no script, both languages."""

from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from notification.preferences.domain import Leave
from notification.writing.files import TEMPLATES
from shared_schemas.errors import Locale

# Whoever may show it in a frame could have somebody press the button.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
}


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((TEMPLATES / "unsubscribe.html").read_text(encoding="utf-8"))


def page(leave: Leave, left: bool, locale: Locale) -> str:
    """What was left or may be, and the button that does the other."""
    return _template().render(kind=leave.kind, channel=leave.channel, left=left, locale=locale)
