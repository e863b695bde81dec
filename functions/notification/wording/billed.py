"""What an SMS is billed as, for whoever writes its template."""

from notification.channels.sms.length import is_gsm, parts, units
from shared_schemas.messages.templates import SmsPreview


def billed(text: str) -> SmsPreview:
    """In how many parts it goes, and which alphabet makes it so."""
    alphabet = "gsm" if is_gsm(text) else "unicode"
    return SmsPreview(text=text, letters=sum(units(text)), parts=parts(text), alphabet=alphabet)
