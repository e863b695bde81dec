"""Templates with their words, amounts and times in the visitor's language."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.sandbox.pages.languages import LANGUAGES, TEXTS, choose
from infra.sandbox.providers.found import FOLDER as PROVIDERS

TEMPLATES = Path(__file__).parents[1] / "templates"
HEADERS = {
    # What others wrote is shown on these pages; even if it slipped through as HTML it could not run.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


class Renderer:
    """Makes pages out of templates."""

    def __init__(self, shop_name: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([TEMPLATES, PROVIDERS]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["shop_name"] = shop_name

    def page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        context = Words(request).context()
        html = self._environment.get_template(f"{template}.html.j2").render(context | values)
        return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)


class Words:
    """What templates call to speak the visitor's language."""

    def __init__(self, request: web.Request) -> None:
        wanted = request.query.get("lang")
        self.language = choose(wanted, request.headers.get("Accept-Language", ""))
        self._chosen = {"lang": self.language} if wanted in LANGUAGES else {}
        self._path = request.path
        self._query = request.query

    def context(self) -> dict[str, Any]:
        return {
            "lang": self.language,
            "t": self.text,
            "amount": self.amount,
            "moment": self.moment,
            "link": self.link,
            "other_language": self.other_language(),
        }

    def text(self, key: str, **values: object) -> str:
        return TEXTS[self.language][key].format(**values)

    def amount(self, kopecks: int) -> str:
        number = format_decimal(Decimal(kopecks) / 100, "#,##0.00", locale=self.language)
        return f"{number}\N{NO-BREAK SPACE}₽" if self.language == "ru" else f"₽{number}"

    def moment(self, instant: datetime, how: str = "d MMM, HH:mm:ss") -> str:
        """An instant in this machine's own zone."""
        return format_datetime(instant.astimezone(), how, locale=self.language)

    def link(self, path: str, **query: str) -> str:
        """A link that keeps a language chosen by hand."""
        query = query | self._chosen
        return f"{path}?{urlencode(query)}" if query else path

    def other_language(self) -> dict[str, str]:
        other = next(language for language in LANGUAGES if language != self.language)
        query = {name: value for name, value in self._query.items() if name != "lang"} | {"lang": other}
        return {"code": other, "name": TEXTS[other]["language"], "url": f"{self._path}?{urlencode(query)}"}
