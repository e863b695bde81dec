"""Which of our two languages a caller reads, by RFC 9110's Accept-Language."""

from shared_schemas.errors import Locale

LOCALES: tuple[Locale, ...] = ("en", "ru")


def preferred(accept_language: str) -> Locale:
    """The language with the highest quality, the first of equals; English where neither is wanted."""
    qualities: dict[Locale, float] = {}
    for part in accept_language.lower().split(","):
        tag, _, parameter = part.partition(";")
        for locale in LOCALES:
            if tag.strip().split("-")[0] == locale:
                qualities[locale] = max(qualities.get(locale, 0.0), _quality(parameter))
    wanted = {locale: quality for locale, quality in qualities.items() if quality > 0}
    return max(wanted, key=lambda locale: wanted[locale], default="en")


def _quality(parameter: str) -> float:
    """`q=0.8` as a number; 1 where it is not given, 0 (not wanted) where it makes no sense."""
    if not parameter.strip():
        return 1.0
    name, _, value = parameter.partition("=")
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip() == "q" and 0 <= quality <= 1 else 0.0
