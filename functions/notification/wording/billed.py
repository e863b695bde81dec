"""What an SMS is billed as (3GPP TS 23.038): 160 letters of GSM's alphabet or 70 of any, fewer in several parts."""

from shared_schemas.messages.templates import SmsPreview

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
OF_TWO = frozenset("^{}\\[~]|€\f")


def billed(text: str) -> SmsPreview:
    """In how many parts it goes; one Cyrillic letter makes all of it Unicode."""
    if set(text) <= GSM | OF_TWO:
        letters = sum(2 if letter in OF_TWO else 1 for letter in text)
        return SmsPreview(text=text, letters=letters, parts=_parts(letters, 160, 153), alphabet="gsm")
    letters = len(text.encode("utf-16-le")) // 2
    return SmsPreview(text=text, letters=letters, parts=_parts(letters, 70, 67), alphabet="unicode")


def _parts(letters: int, alone: int, together: int) -> int:
    return 1 if letters <= alone else -(-letters // together)
