"""Mail through Amazon SES, or whatever else speaks its API v2."""

from email.header import Header
from email.utils import formataddr, parseaddr
from typing import Any

from core.aws import aws_client
from core.observability import logger
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from shared_schemas.accounts import Contact
from shared_schemas.notification import Message

# SES's word on this message or address; its other errors (limits, a paused account, an unverified domain) are the
# operator's to mend, and the message waits.
PERMANENT = frozenset({"BadRequestException", "MessageRejected"})


class SesSender:
    """Sends mail from one address.

    `SendEmail` takes no idempotency key: boto3 repeats it after a time-out, so that a mail may rarely arrive twice."""

    def __init__(self, mail_from: str, endpoint_url: str) -> None:
        self._from = _encoded(mail_from)
        self._endpoint_url = endpoint_url or None

    def address(self, contact: Contact) -> str:
        return contact.email

    def send(self, address: str, message: Message) -> str:
        # Botocore takes 0.2 s to import, which only sending should pay for.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = aws_client("sesv2", endpoint_url=self._endpoint_url).send_email(
                FromEmailAddress=self._from,
                Destination={"ToAddresses": [address]},
                Content={"Simple": _content(message)},
            )
        except ClientError as error:
            code = str(error.response["Error"]["Code"])
            kind = PermanentDeliveryError if code in PERMANENT else TransientDeliveryError
            logger.warning("SES refused a message", code=code)
            raise kind(f"ses_{code}") from error
        except BotoCoreError as error:
            raise TransientDeliveryError(f"ses_{type(error).__name__}") from error
        return str(answer["MessageId"])


def _content(message: Message) -> dict[str, Any]:
    parts = {"Text": message.text, "Html": message.html}
    return {
        "Subject": _text(message.subject or ""),
        "Body": {name: _text(text) for name, text in parts.items() if text},
    }


def _text(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _encoded(mail_from: str) -> str:
    """SES wants a name beyond ASCII as an encoded word (RFC 2047)."""
    name, address = parseaddr(mail_from)
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=0).encode()} <{address}>"
