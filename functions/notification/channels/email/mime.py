"""A mail as it travels (RFC 5322): text, HTML, and an invitation that calendars understand (RFC 6047)."""

import re
from email.encoders import encode_base64
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, parseaddr

from notification.channels.port import Parcel
from notification.errors import PermanentDeliveryError
from notification.writing.attached import File

LINES = compat32.clone(linesep="\r\n")


def mime(sender: str, parcel: Parcel) -> bytes:
    """The whole mail; `sender` is `Name <address>`. `PermanentDeliveryError` for what is no address.

    Google and Outlook read the invitation where it is an alternative to the text, others where it is attached. Where a
    mail arrives twice after all, its id lets a mailbox show it once.

    The library's newer `EmailMessage` parses each header anew whenever it is looked at: five times the cost."""
    mail, message = _content(parcel), parcel.message
    mail["From"], mail["To"] = encoded(sender), bare(parcel.address)
    mail["Message-ID"] = f"<{parcel.key}@{_address(parseaddr(sender)[1]).domain}>"
    mail["Subject"] = _words("Subject", message.subject or "")
    if message.unsubscribe:
        # RFC 8058: mailboxes show a button for it.
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail.as_bytes(policy=LINES)


def _content(parcel: Parcel) -> MIMEBase:
    message = parcel.message
    texts = [_text(message.text)]
    if message.html:
        texts.append(_text(message.html, "html"))
    attached = [_attachment(file) for file in parcel.files]
    if message.calendar:
        invitation = _text(message.calendar, "calendar")
        # Outlook drops an invitation whose method is not the one of the file.
        method = "CANCEL" if "METHOD:CANCEL" in message.calendar else "REQUEST"
        invitation.set_param("method", method)
        texts.append(invitation)
        attached.insert(0, _attachment(File("visit.ics", "application/ics", message.calendar.encode())))
    body = MIMEMultipart("alternative", _subparts=texts) if len(texts) > 1 else texts[0]
    return MIMEMultipart("mixed", _subparts=[body, *attached]) if attached else body


def _text(text: str, subtype: str = "plain") -> MIMEText:
    """In base64, as some providers take seven bits only; its lines end with CRLF (RFC 2045 6.8)."""
    return MIMEText(re.sub("\r?\n", "\r\n", text), subtype, "utf-8")


def _attachment(file: File) -> MIMEBase:
    part = MIMEBase(*file.kind.split("/"))
    part.set_payload(file.content)
    encode_base64(part)
    # Only a name of other letters needs RFC 2231.
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _words(header: str, text: str) -> str:
    """As an encoded word where it needs one (RFC 2047). `ValueError` for a line break, which could begin a header."""
    if len(text.splitlines()) > 1:
        raise ValueError(f"{header} has a line break")
    return text if text.isascii() else Header(text, "utf-8", header_name=header).encode()


def bare(text: str) -> str:
    """An address as mail servers take it, its domain in ASCII; `PermanentDeliveryError` for what is none."""
    return _address(text).addr_spec


def _address(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    if not (local and domain):
        raise PermanentDeliveryError("invalid_email")
    try:
        # As one string, a comma in it would make two addresses.
        return Address("", local.encode("ascii").decode(), domain.encode("idna").decode())
    except (MessageError, UnicodeError, ValueError):
        raise PermanentDeliveryError("invalid_email") from None


def encoded(mail_from: str) -> str:
    """SES expects a name with non-ASCII letters as an encoded word (RFC 2047)."""
    name, address = parseaddr(mail_from)
    if name.isascii():
        return formataddr((name, bare(address)))
    return f"{Header(name, 'utf-8', maxlinelen=0).encode()} <{bare(address)}>"
