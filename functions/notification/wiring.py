"""The one place of the notification service that knows the concrete classes."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from functools import cache, partial

from sqlalchemy import Engine

from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.outbox_job import OutboxJob
from core.service_client import ServiceClient
from core.settings import load_settings
from notification import repository_retention
from notification.contacts import GatewayContacts
from notification.ports import Sender
from notification.rendering import TemplateRenderer
from notification.repository import NotificationUnitOfWork
from notification.senders.ses import SesSender
from notification.senders.smsru import SmsRuSender
from notification.service_history import History
from notification.service_messages import Messages
from notification.service_reminders import Reminders
from notification.service_sending import Sending
from notification.settings import NotificationSettings
from notification.tables import delivery
from shared_schemas.events import Channel

clock = SystemClock()
outbox = Outbox(delivery.outbox)
PRODUCT = "Cyclorama"


@cache
def settings() -> NotificationSettings:
    return load_settings(NotificationSettings)


@cache
def engine() -> Engine:
    return create_database(settings())


@cache
def publisher() -> EventBridgePublisher:
    return EventBridgePublisher(settings().event_bus)


@cache
def outbox_job() -> OutboxJob:
    kept = repository_retention.kept(settings())
    return OutboxJob(engine(), delivery, publisher(), settings().outbox_retention_days, kept)


@cache
def senders() -> Mapping[Channel, Sender]:
    """The channels that are switched on."""
    mail: Mapping[Channel, Sender] = {"email": SesSender(settings().mail_from, settings().ses_endpoint_url)}
    if not settings().sms_credentials:
        return mail
    return {**mail, "sms": SmsRuSender(settings().sms_base_url, settings().sms_credentials)}


@cache
def sending() -> Sending:
    client = ServiceClient("notification", settings().api_url, settings().service_key, clock)
    studio, _ = parseaddr(settings().mail_from)
    renderer = TemplateRenderer(studio or PRODUCT)
    return Sending(_unit_of_work(), clock, GatewayContacts(client), renderer, senders())


@cache
def messages() -> Messages:
    return Messages(_unit_of_work(), clock, sending(), senders(), _reminder())


@cache
def reminders() -> Reminders:
    return Reminders(_unit_of_work(), clock, sending(), senders(), _reminder())


@cache
def history() -> History:
    return History(_unit_of_work(), clock, sending())


def _reminder() -> timedelta:
    return timedelta(hours=settings().reminder_hours)


def _unit_of_work() -> partial[NotificationUnitOfWork]:
    return partial(NotificationUnitOfWork, engine(), delivery, publisher(), clock, "notification")
