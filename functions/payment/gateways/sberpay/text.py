"""The alphabet of Sber's texts: printable ASCII, Russian letters and the numero sign. Anything else is error 5."""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

RESERVED = "%/:?#[]@!$&'()*+,;=~"
FOREIGN = re.compile(r"[^ -~А-Яа-яЁё№]")
# What people type and the alphabet lacks, as a cash register would print it.
INSTEAD = str.maketrans(
    dict.fromkeys("«»„“”‟″〝〞", '"')
    | dict.fromkeys("‘’‚‛′`´ʼ", "'")
    | dict.fromkeys("–—―−‐‑‒⁃", "-")
    | dict.fromkeys("•·∙●▪", "-")
    | {"₽": "руб.", "€": "EUR", "×": "x", "✕": "x", "⁄": "/", "÷": "/", "°": " град.", "±": "+-", "…": "..."}
    | {"І": "И", "і": "и", "Ї": "И", "ї": "и", "Є": "Е", "є": "е", "Ґ": "Г", "ґ": "г", "Ө": "О", "ө": "о"}
    | {"Ә": "А", "ә": "а", "Ү": "У", "ү": "у", "Қ": "К", "қ": "к", "Ң": "Н", "ң": "н", "ß": "ss", "Ø": "O", "ø": "o"}
    | {"Ł": "L", "ł": "l", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ı": "i"}
)


def plain(text: str, longest: int) -> str:
    """The text in Sber's alphabet, as near as it goes; empty if nothing is left of it."""
    text = unicodedata.normalize("NFC", text).translate(INSTEAD)
    kept = "".join(character if not FOREIGN.match(character) else _nearest(character) for character in text)
    return " ".join(kept.split())[:longest].rstrip()


def in_ascii(url: str) -> str:
    """The same web address in ASCII: the host's name in Punycode, the rest percent-encoded."""
    if url.isascii():
        return url
    scheme, netloc, *rest = urlsplit(url)
    name, colon, port = netloc.partition(":")
    try:
        name = name.encode("idna").decode()
    except UnicodeError:
        name = quote(name, safe=RESERVED)
    return urlunsplit((scheme, f"{name}{colon}{port}", *(quote(part, safe=RESERVED) for part in rest)))


def _nearest(character: str) -> str:
    """The letter below an accent, the digits of a fraction, a space for a space: what its parts leave."""
    if character.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", character).translate(INSTEAD)
    return FOREIGN.sub("", parts)
