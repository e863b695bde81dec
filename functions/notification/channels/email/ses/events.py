"""What Amazon SES tells of mail, as its configuration sets publish it, or its identities."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from notification.channels.email.news import MailNews
from notification.errors import CallbackMalformedError

# Its own documentation has both spellings.
FOR_GOOD = frozenset({"Permanent", "Permenent"})


class _Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Mail(_Camel):
    message_id: str
    timestamp: AwareDatetime
    destination: list[str] = Field(default=[])


class _Recipient(_Camel):
    email_address: str


class _Bounce(_Camel):
    bounce_type: str
    bounce_sub_type: str = ""
    bounced_recipients: list[_Recipient]
    timestamp: AwareDatetime
    feedback_id: str


class _Complaint(_Camel):
    complained_recipients: list[_Recipient]
    complaint_feedback_type: str | None = None
    timestamp: AwareDatetime
    feedback_id: str


class _Delivery(_Camel):
    timestamp: AwareDatetime


class _Event(_Camel):
    event_type: str | None = None
    notification_type: str | None = None
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None


def news(body: str) -> MailNews | None:
    """What an event says; None for those of a kind that changes nothing. `CallbackMalformedError`."""
    try:
        event = _Event.model_validate(_unwrapped(json.loads(body)))
    except (ValueError, ValidationError) as error:
        raise CallbackMalformedError from error
    kind, mail = event.event_type or event.notification_type, event.mail
    if kind == "Delivery" and event.delivery:
        return _of("delivered", mail, event.delivery.timestamp, f"{mail.message_id}-delivery")
    if kind == "Bounce" and event.bounce:
        told = event.bounce
        reason = "_".join(filter(None, ("ses_bounce", told.bounce_type, told.bounce_sub_type)))
        addresses = [each.email_address for each in told.bounced_recipients]
        good = told.bounce_type in FOR_GOOD
        return _of("bounced", mail, told.timestamp, told.feedback_id, addresses, reason, for_good=good)
    if kind == "Complaint" and event.complaint:
        said = event.complaint
        reason = "_".join(filter(None, ("ses_complaint", said.complaint_feedback_type)))
        addresses = [each.email_address for each in said.complained_recipients]
        return _of("complained", mail, said.timestamp, said.feedback_id, addresses, reason, for_good=True)
    if kind == "Reject":
        return _of("bounced", mail, mail.timestamp, f"{mail.message_id}-reject", reason="ses_reject")
    return None


def _of(
    kind: Literal["delivered", "bounced", "complained"],
    mail: _Mail,
    at: datetime,
    feedback: str,
    addresses: list[str] | None = None,
    reason: str | None = None,
    *,
    for_good: bool = False,
) -> MailNews:
    # An address may be told of that the mail did not go to, such as where somebody forwards theirs.
    sent_to = {each.lower() for each in mail.destination}
    ours = [each for each in addresses or [] if not sent_to or each.lower() in sent_to]
    return MailNews(kind, "ses", mail.message_id, feedback, at, mail.timestamp, ours, reason, for_good)


def _unwrapped(document: Any) -> Any:
    """SNS hands a message over as a string, unless it is asked for it as it is."""
    if isinstance(document, dict) and document.get("Type") == "Notification" and "Message" in document:
        return json.loads(document["Message"])
    return document
