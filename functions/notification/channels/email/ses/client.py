"""Mail through Amazon SES, or another service with the SES v2 API."""

from core.aws import aws_client
from core.settings import load_settings
from notification.channels.aws import refusals
from notification.channels.email.mime import encoded, mime
from notification.channels.email.ses.settings import SesSettings
from notification.channels.email.settings import EmailSettings
from notification.channels.port import Parcel
from notification.errors import UnknownDeliveryError

LABEL = "Amazon SES"
# SES refuses this message or address. Other errors (limits, a paused account, an unverified domain) are for an
# operator to fix; the message waits, or goes by another provider.
PERMANENT = frozenset({"BadRequestException", "MessageRejected"})


class Ses:
    """Sends mail from one address. `SendEmail` takes no idempotency key, so nothing repeats it here."""

    def __init__(self, mail_from: str, endpoint_url: str, configuration_set: str = "") -> None:
        self._from = mail_from
        self._endpoint_url = endpoint_url or None
        self._more = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, parcel: Parcel) -> str:
        with refusals("ses", PERMANENT):
            answer = aws_client("sesv2", endpoint_url=self._endpoint_url, repeats=False).send_email(
                FromEmailAddress=encoded(self._from),
                Destination={"ToAddresses": [parcel.address]},
                Content={"Raw": {"Data": mime(self._from, parcel)}},
                **self._more,
            )
        return str(answer["MessageId"])

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - it has no way to
        raise UnknownDeliveryError("ses_cannot_tell")


def configured() -> Ses:
    """Whoever names it has it."""
    settings = load_settings(SesSettings)
    return Ses(load_settings(EmailSettings).mail_from, settings.ses_endpoint_url, settings.ses_configuration_set)
