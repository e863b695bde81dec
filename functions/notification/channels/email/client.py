"""Mail through Amazon SES, or another service with the SES v2 API."""

from email.header import Header
from email.utils import formataddr, parseaddr

from core.aws import aws_client
from core.observability import logger
from core.settings import load_settings
from notification.channels.email.mime import mime
from notification.channels.email.settings import EmailSettings
from notification.channels.port import Addressee
from notification.errors import NeedlessDeliveryError, PermanentDeliveryError, TransientDeliveryError
from notification.writing.rendering import Words
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

# SES refuses this message or address. Other errors (limits, a paused account, an unverified domain) are for an
# operator to fix; the message waits.
PERMANENT = frozenset({"BadRequestException", "MessageRejected"})


class SesSender:
    """Sends mail from one address.

    `SendEmail` takes no idempotency key: boto3 repeats it after a time-out, so a mail may rarely arrive twice."""

    def __init__(self, mail_from: str, endpoint_url: str) -> None:
        self._from = mail_from
        self._endpoint_url = endpoint_url or None

    def address(self, contact: Contact) -> Addressee:
        if not contact.email:
            raise NeedlessDeliveryError("no_email")
        return Addressee(contact.email, contact.email_confirmed)

    def render(self, words: Words) -> Message:
        """In plain text and in HTML, from `<template>.{subject.txt,txt,html}`."""
        subject = words.line("subject.txt")
        html = words.text("html", subject=subject)
        return Message(text=words.text("txt") + "\n", subject=subject, html=html, calendar=words.calendar or None)

    def send(self, address: str, message: Message) -> str:
        # Importing botocore takes 0.2 s; only sending should pay for it.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = aws_client("sesv2", endpoint_url=self._endpoint_url).send_email(
                FromEmailAddress=encoded(self._from),
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": mime(self._from, address, message)}},
            )
        except ClientError as error:
            code = str(error.response["Error"]["Code"])
            kind = PermanentDeliveryError if code in PERMANENT else TransientDeliveryError
            logger.warning("SES refused a message", code=code)
            raise kind(f"ses_{code}") from error
        except BotoCoreError as error:
            raise TransientDeliveryError(f"ses_{type(error).__name__}") from error
        return str(answer["MessageId"])


def configured() -> SesSender:
    """The mail sender; mail cannot be switched off."""
    settings = load_settings(EmailSettings)
    return SesSender(settings.mail_from, settings.ses_endpoint_url)


def encoded(mail_from: str) -> str:
    """SES expects a name with non-ASCII letters as an encoded word (RFC 2047)."""
    name, address = parseaddr(mail_from)
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=0).encode()} <{address}>"
