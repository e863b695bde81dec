"""SMS through Amazon SNS."""

from typing import Any

from core.aws import aws_client
from core.settings import load_settings
from notification.channels.aws import refusals
from notification.channels.port import Parcel
from notification.channels.sms.sns.settings import SnsSettings
from notification.errors import UnknownDeliveryError

LABEL = "Amazon SNS"
# Whoever has opted out stays so for every sender of the account; a bad number is bad everywhere.
PERMANENT = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut"})


class Sns:
    """`Publish` to a number; there is no way to find a message whose id was not answered."""

    def __init__(self, endpoint_url: str, sender_id: str) -> None:
        self._endpoint_url = endpoint_url or None
        self._attributes: dict[str, Any] = {"AWS.SNS.SMS.SMSType": _text("Transactional")}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = _text(sender_id)

    def send(self, parcel: Parcel) -> str:
        with refusals("sns", PERMANENT):
            answer = aws_client("sns", endpoint_url=self._endpoint_url, repeats=False).publish(
                PhoneNumber=parcel.address, Message=parcel.message.text, MessageAttributes=self._attributes
            )
        return str(answer["MessageId"])

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - it has no way to
        raise UnknownDeliveryError("sns_cannot_tell")


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def configured() -> Sns:
    """Whoever names it has it."""
    settings = load_settings(SnsSettings)
    return Sns(settings.sns_endpoint_url, settings.sns_sender_id)
