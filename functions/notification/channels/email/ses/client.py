"""Mail through Amazon SES, or another service with the SES v2 API."""

import json
from base64 import b64encode
from http import HTTPStatus

import urllib3

from core.aws import calls
from core.aws.errors import CredentialsError
from core.settings import load_settings
from notification.channels.aws import refused
from notification.channels.email.mime import encoded, mime
from notification.channels.email.ses.settings import SesSettings
from notification.channels.email.settings import EmailSettings
from notification.channels.http import TIMEOUT
from notification.channels.port import Parcel
from notification.errors import TransientDeliveryError, UnknownDeliveryError

LABEL = "Amazon SES"
# SES refuses this message or address. Other errors (limits, a paused account, an unverified domain) are for an
# operator to fix; the message waits, or goes by another provider.
PERMANENT = frozenset({"BadRequestException", "MessageRejected"})


class Ses:
    """Sends mail from one address. `SendEmail` takes no idempotency key, so nothing repeats it here.

    Without boto3, whose client takes half a second of processor time to be made and milliseconds for each mail."""

    def __init__(self, mail_from: str, endpoint_url: str, configuration_set: str = "") -> None:
        self._from = mail_from
        self._url = (endpoint_url or calls.endpoint("email")).rstrip("/") + "/v2/email/outbound-emails"
        self._more = {"ConfigurationSetName": configuration_set} if configuration_set else {}
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def send(self, parcel: Parcel) -> str:
        told = {
            "FromEmailAddress": encoded(self._from),
            "Destination": {"ToAddresses": [parcel.address]},
            "Content": {"Raw": {"Data": b64encode(mime(self._from, parcel)).decode()}},
            **self._more,
        }
        answer = self._posted(json.dumps(told).encode())
        try:
            document = json.loads(answer.data)
            if answer.status == HTTPStatus.OK:
                return str(document["MessageId"])
            words = str(document.get("message", document.get("Message", "")))
        except (ValueError, KeyError, AttributeError) as error:
            raise UnknownDeliveryError("ses_unreadable") from error
        raise refused("ses", PERMANENT, answer.status, calls.code_of(answer), words)

    def _posted(self, body: bytes) -> urllib3.BaseHTTPResponse:
        try:
            return calls.posted(self._pool, "ses", self._url, {"content-type": "application/json"}, body)
        except CredentialsError as error:
            raise TransientDeliveryError("ses_credentials") from error
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise TransientDeliveryError(f"ses_{type(error).__name__}") from error
        except urllib3.exceptions.HTTPError as error:
            raise UnknownDeliveryError(f"ses_{type(error).__name__}") from error

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - it has no way to
        raise UnknownDeliveryError("ses_cannot_tell")


def configured() -> Ses:
    """Whoever names it has it."""
    settings = load_settings(SesSettings)
    return Ses(load_settings(EmailSettings).mail_from, settings.ses_endpoint_url, settings.ses_configuration_set)
