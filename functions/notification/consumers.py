"""The notification service's event consumers."""

from collections.abc import Sequence

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from core.events.consumer import batch_consumer, message_consumer
from notification import composition
from notification.messages.domain.plans import ACCOUNT_PLANS, NEWS_PLANS, PLANS
from shared_schemas.events.accounts import AccountErased, AccountJoined, CodeRequested
from shared_schemas.events.envelope import REGISTRY, Envelope
from shared_schemas.events.staff import StaffInvited


def _notify(envelopes: Sequence[Envelope]) -> None:
    composition.app().messages.take(envelopes)


def _hear_of_mail(record: SQSRecord) -> None:
    composition.app().mail_events.take(record.body)


# Every change of a booking is stored, so that a message shows its current state; the other events make or stop one.
BOOKINGS = [type_ for type_, _ in REGISTRY if type_.startswith("booking.")]

MESSAGES = [CodeRequested.type, StaffInvited.type, *(event.type for event in (*PLANS, *ACCOUNT_PLANS, *NEWS_PLANS))]

notify = batch_consumer(_notify, *BOOKINGS, *MESSAGES, AccountErased.type, AccountJoined.type, together=True)

# What SES says became of mail: no events of ours.
take_mail_events = message_consumer(_hear_of_mail)
