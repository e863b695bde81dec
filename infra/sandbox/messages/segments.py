"""How many parts an SMS is billed as (3GPP TS 23.038)."""

# Characters of the GSM 7-bit alphabet; those of its extension take two places.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = set("^{}\\[~]|€\f")


def segments(text: str) -> int:
    """Parts of a text; one Cyrillic letter makes all of it UCS-2."""
    if set(text) <= GSM | GSM_EXTENSION:
        length, one, each = sum(2 if c in GSM_EXTENSION else 1 for c in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // each)
