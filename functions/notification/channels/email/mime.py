"""A mail as it travels (RFC 5322): text, HTML, and an invitation that calendars understand (RFC 6047)."""

from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, parseaddr

from notification.channels.port import Parcel
from notification.errors import PermanentDeliveryError

SAFE = "base64"
"""Some providers take seven bits only."""


def mime(sender: str, parcel: Parcel) -> bytes:
    """The whole mail; `sender` is `Name <address>`. `PermanentDeliveryError` for what is no address.

    Google and Outlook read the invitation where it is an alternative to the text, others where it is attached. Where a
    mail arrives twice after all, its id lets a mailbox show it once."""
    mail, message = EmailMessage(policy=SMTP), parcel.message
    name, own = parseaddr(sender)
    mail["From"], mail["To"] = _address(own, name), _address(parcel.address)
    mail["Message-ID"] = f"<{parcel.key}@{own.rpartition('@')[2]}>"
    mail["Subject"] = message.subject or ""
    if message.unsubscribe:
        # RFC 8058: mailboxes show a button for it.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
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
    for file in parcel.files:
        maintype, _, subtype = file.kind.partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return mail.as_bytes()


def bare(text: str) -> str:
    """An address as mail servers take it, its domain in ASCII; `PermanentDeliveryError` for what is none."""
    return _address(text).addr_spec


def _address(text: str, name: str = "") -> Address:
    local, _, domain = text.rpartition("@")
    if not (local and domain):
        raise PermanentDeliveryError("invalid_email")
    try:
        # As one string, a comma in it would make two addresses.
        return Address(name, local.encode("ascii").decode(), domain.encode("idna").decode())
    except (MessageError, UnicodeError, ValueError):
        raise PermanentDeliveryError("invalid_email") from None


def encoded(mail_from: str) -> str:
    """SES expects a name with non-ASCII letters as an encoded word (RFC 2047)."""
    name, address = parseaddr(mail_from)
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=0).encode()} <{address}>"
