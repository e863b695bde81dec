"""Which of our two languages a caller reads, by RFC 9110's Accept-Language."""

from core.http.accept import wishes
from shared_schemas.errors import Locale

LOCALES: tuple[Locale, ...] = ("en", "ru")


def preferred(accept_language: str) -> Locale:
    """The one to write in; English where neither is wanted."""
    return wanted(accept_language) or "en"


def wanted(accept_language: str) -> Locale | None:
    """The language with the highest quality, the first of equals; None where neither is wanted."""
    qualities: dict[Locale, float] = {}
    for wish in wishes(accept_language):
        for locale in LOCALES:
            # A language has no parameters: a value with some is invalid.
            if wish.plain and wish.value.split("-")[0] == locale:
                qualities[locale] = max(qualities.get(locale, 0.0), wish.quality)
    read = {locale: quality for locale, quality in qualities.items() if quality > 0}
    return max(read, key=lambda locale: read[locale], default=None)
