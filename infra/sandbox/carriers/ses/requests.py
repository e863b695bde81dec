"""SESv2's `SendEmail`: what may be sent, and what becomes of it."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from infra.sandbox.messages.model import Attachment, Message
from infra.sandbox.requests.bodies import first_fault

MAX_RECIPIENTS = 50
# The library parses a header each time that it is looked at, and looks at the same ones of each part a dozen times.
PARSED_ONCE = policy.default.clone(header_factory=lru_cache(maxsize=256)(HeaderRegistry()))


class BadRequestError(ValueError):
    """The message is what SES would say."""


class _Pascal(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal)


class _Text(_Pascal):
    data: str


class _Body(_Pascal):
    text: _Text | None = None
    html: _Text | None = None


class _Header(_Pascal):
    name: str
    value: str


class _Attachment(_Pascal):
    file_name: str
    raw_content: str
    content_type: str = "application/octet-stream"


class _Simple(_Pascal):
    subject: _Text
    body: _Body
    headers: list[_Header] = Field(default_factory=list)
    attachments: list[_Attachment] = Field(default_factory=list)


class _Raw(_Pascal):
    data: str


class _Content(_Pascal):
    simple: _Simple | None = None
    raw: _Raw | None = None


class _Destination(_Pascal):
    to_addresses: list[str] = Field(default_factory=list)
    cc_addresses: list[str] = Field(default_factory=list)
    bcc_addresses: list[str] = Field(default_factory=list)

    def all(self) -> list[str]:
        return [*self.to_addresses, *self.cc_addresses, *self.bcc_addresses]


class SendEmail(_Pascal):
    from_email_address: str = ""
    destination: _Destination = Field(default_factory=_Destination)
    content: _Content
    reply_to_addresses: list[str] = Field(default_factory=list)
    configuration_set_name: str = ""


def parse(document: Any) -> SendEmail:
    try:
        return SendEmail.model_validate(document)
    except ValidationError as error:
        where, what = first_fault(error)
        raise BadRequestError(f"{where}: {what}") from error


def to_message(request: SendEmail, message_id: str, now: datetime) -> Message:
    """The mail as it goes into the outbox; raises `BadRequestError`."""
    if (request.content.simple is None) == (request.content.raw is None):
        raise BadRequestError("Content must have exactly one of Simple and Raw")
    message = _simple(request, message_id, now) if request.content.simple else _raw(request, message_id, now)
    _check_addresses([message.sender], "FromEmailAddress")
    _check_addresses(message.recipients, "Destination")
    if len(message.recipients) > MAX_RECIPIENTS:
        raise BadRequestError(f"Recipient count exceeds {MAX_RECIPIENTS}")
    return message


def _simple(request: SendEmail, message_id: str, now: datetime) -> Message:
    simple = request.content.simple
    if simple is None or not (simple.body.text or simple.body.html):
        raise BadRequestError("Body must have Text or Html")
    headers = [("From", request.from_email_address), *_destination_headers(request)]
    headers += [("Subject", simple.subject.data), *((header.name, header.value) for header in simple.headers)]
    return Message(
        id=message_id,
        channel="email",
        sender=_readable(request.from_email_address),
        recipients=_bare(request.destination.all()),
        subject=simple.subject.data,
        text=simple.body.text.data if simple.body.text else None,
        html=simple.body.html.data if simple.body.html else None,
        headers=headers,
        attachments=[Attachment.of(a.file_name, a.content_type, _decoded(a.raw_content)) for a in simple.attachments],
        created_at=now,
    )


def _raw(request: SendEmail, message_id: str, now: datetime) -> Message:
    data = _decoded(request.content.raw.data if request.content.raw else "")
    try:
        mail = message_from_bytes(data, EmailMessage, policy=PARSED_ONCE)
        return Message(
            id=message_id,
            channel="email",
            sender=request.from_email_address or str(mail["From"] or ""),
            recipients=_bare(request.destination.all() or _header_recipients(mail)),
            subject=str(mail["Subject"]) if mail["Subject"] else None,
            text=_part(mail, "plain"),
            html=_part(mail, "html"),
            headers=[(name, str(value)) for name, value in mail.items()],
            attachments=[
                Attachment.of(
                    part.get_filename() or part.get_content_type(),
                    part.get_content_type(),
                    bytes(part.get_payload(decode=True)),
                )
                for part in mail.iter_attachments()
            ],
            created_at=now,
        )
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        raise BadRequestError("Raw.Data is not a message that can be read") from error


def _destination_headers(request: SendEmail) -> Iterable[tuple[str, str]]:
    groups = {
        "To": request.destination.to_addresses,
        "Cc": request.destination.cc_addresses,
        "Bcc": request.destination.bcc_addresses,
        "Reply-To": request.reply_to_addresses,
    }
    return ((name, ", ".join(addresses)) for name, addresses in groups.items() if addresses)


def _header_recipients(mail: EmailMessage) -> list[str]:
    return [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]


def _part(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    # Lines of a mail end in CRLF on their way, and nowhere else.
    return str(part.get_content()).replace("\r\n", "\n") if part else None


def _readable(address: str) -> str:
    """An address whose name is an encoded word (RFC 2047), with the name as people read it."""
    try:
        return str(make_header(decode_header(address)))
    except (HeaderParseError, LookupError, ValueError):
        return address


def _bare(addresses: list[str]) -> list[str]:
    """Addresses without names; what cannot be read stays as it is, to be refused."""
    return [address or name for name, address in getaddresses(addresses)] if addresses else []


def _check_addresses(addresses: list[str], field: str) -> None:
    if not addresses or not all(addresses):
        raise BadRequestError(f"{field} is required")
    for address in addresses:
        local, at, domain = parseaddr(address)[1].rpartition("@")
        if not (local and at and domain) or any(c.isspace() for c in domain):
            raise BadRequestError(f"{field}: missing final '@domain' in {address!r}")


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("The content is not base64") from None
