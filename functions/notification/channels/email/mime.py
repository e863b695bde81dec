"""A mail as it travels (RFC 5322): text, HTML, and an invitation that calendars understand (RFC 6047)."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from notification.errors import PermanentDeliveryError
from shared_schemas.notification import Message

SAFE = "base64"
"""Some providers take seven bits only."""


def mime(sender: str, recipient: str, message: Message) -> bytes:
    """The whole mail; `sender` is `Name <address>`. `PermanentDeliveryError` for what is no address.

    Google and Outlook read the invitation where it is an alternative to the text, others where it is attached."""
    mail = EmailMessage(policy=SMTP)
    name, own = parseaddr(sender)
    mail["From"], mail["To"] = _address(own, name), _address(recipient)
    mail["Subject"] = message.subject or ""
    mail.set_content(message.text, cte=SAFE)
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte=SAFE)
    if message.calendar:
        # Outlook drops an invitation whose method is not the one of the file.
        method = "CANCEL" if "METHOD:CANCEL" in message.calendar else "REQUEST"
        mail.add_alternative(message.calendar, subtype="calendar", params={"method": method}, cte=SAFE)
        mail.add_attachment(
            message.calendar.encode(), maintype="application", subtype="ics", filename="visit.ics", cte=SAFE
        )
    return mail.as_bytes()


def _address(text: str, name: str = "") -> Address:
    local, _, domain = text.rpartition("@")
    if not (local and domain):
        raise PermanentDeliveryError("invalid_email")
    try:
        # As one string, a comma in it would make two addresses.
        return Address(name, local.encode("ascii").decode(), domain.encode("idna").decode())
    except (MessageError, UnicodeError, ValueError):
        raise PermanentDeliveryError("invalid_email") from None
