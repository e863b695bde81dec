"""How many parts an SMS is billed as (3GPP TS 23.038), and how one that has too many is shortened."""

import re

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
"""These are an escape and a character, which no part may divide."""
GSM_ALONE, GSM_PART = 160, 153
UCS2_ALONE, UCS2_PART = 70, 67
# What a text in Latin letters may be without: one of these makes all of it UCS-2, and more than twice as long.
PLAIN = str.maketrans({"–": "-", "—": "-", "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "…": "..."}) | {
    ord("\N{NO-BREAK SPACE}"): " ",
    ord("\N{NARROW NO-BREAK SPACE}"): " ",
    ord("₽"): "RUB",
    ord("№"): "No.",
}
LINK = re.compile(r"https?://\S+$")


def parts(text: str) -> int:
    """At least one; one Cyrillic letter or emoji makes all of it UCS-2."""
    alone, each = (GSM_ALONE, GSM_PART) if is_gsm(text) else (UCS2_ALONE, UCS2_PART)
    return _count(units(text), alone, each)


def units(text: str) -> list[int]:
    """What each character takes: septets of GSM's alphabet, else units of UTF-16."""
    if is_gsm(text):
        return [2 if character in EXTENSION else 1 for character in text]
    return [len(character.encode("utf-16-le")) // 2 for character in text]


def fitted(text: str, most: int) -> str:
    """The text in at most so many parts: in GSM's own characters, if that changes no letter; else without the words
    before its link, or without the last ones. A link always stays whole, however long it is."""
    plain = text.translate(PLAIN)
    text = plain if is_gsm(plain) else text
    if parts(text) <= most:
        return text
    link = LINK.search(text)
    end = f" {link[0]}" if link else ""
    words, dots = text.removesuffix(end).split(" "), "..." if is_gsm(text) else "…"
    while words:
        words.pop()
        shorter = " ".join(words).rstrip(".,:; ") + dots + end
        if words and parts(shorter) <= most:
            return shorter
    return end.strip() or _cut(text, most)


def is_gsm(text: str) -> bool:
    """Whether seven bits a character are enough."""
    return GSM.union(EXTENSION).issuperset(text)


def _count(units: list[int], alone: int, each: int) -> int:
    if sum(units) <= alone:
        return 1
    found, filled = 1, 0
    for unit in units:
        if filled + unit > each:
            found, filled = found + 1, 0
        filled += unit
    return found


def _cut(text: str, most: int) -> str:
    """One word that is longer than all parts."""
    while parts(text) > most:
        text = text[:-1]
    return text
