"""The one place of the payment service that knows the concrete classes."""

from collections.abc import Mapping
from functools import cache, partial

from sqlalchemy import Engine

from core.broker import EventBridgePublisher
from core.clock import SystemClock
from core.database import create_database
from core.outbox import Outbox
from core.outbox_job import OutboxJob
from core.service_client import ServiceClient
from core.settings import load_settings
from payment import providers, repository_retention
from payment.booking_client import BookingClient
from payment.contacts import GatewayContacts
from payment.domain_receipt_plan import ReceiptPolicy
from payment.providers.base import Gateway
from payment.repository import PaymentUnitOfWork
from payment.service import Payments
from payment.service_booking_events import BookingEvents
from payment.service_comparison import Comparison
from payment.service_faults import Faults, watched
from payment.service_fiscal import Fiscal
from payment.service_inquiry import Inquiry
from payment.service_notifications import Notifications
from payment.service_polling import Polling
from payment.service_receipts import Receipts
from payment.service_reconciliation import Reconciliations
from payment.service_refunding import Refunding
from payment.service_refunds import Refunds
from payment.settings import Networks, PaymentSettings, parse_networks
from payment.tables import delivery

clock = SystemClock()
outbox = Outbox(delivery.outbox)


@cache
def settings() -> PaymentSettings:
    return load_settings(PaymentSettings)


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
def gateways() -> Mapping[str, Gateway]:
    return watched(providers.gateways(settings()), Faults(_unit_of_work(), clock))


@cache
def allowed_networks(provider: str) -> Networks:
    """Where its notifications may come from; anywhere for one that there is not, which is told so."""
    return parse_networks(getattr(settings(), f"{provider}_networks", ""))


@cache
def service_client() -> ServiceClient:
    return ServiceClient("payment", settings().api_url, settings().service_key, clock)


@cache
def booking() -> BookingClient:
    return BookingClient(service_client())


@cache
def receipts() -> Receipts:
    chosen = settings()
    policy = ReceiptPolicy(
        vat=chosen.receipt_vat,
        tax_system=chosen.receipt_tax_system,
        subject=chosen.receipt_subject,
        prepayment=chosen.receipt_prepayment_mode,
        email=chosen.receipt_email,
    )
    contacts = GatewayContacts(service_client())
    return Receipts(_unit_of_work(), contacts, policy, ordered=chosen.receipts == "on")


@cache
def fiscal() -> Fiscal:
    return Fiscal(_unit_of_work(), clock, gateways(), receipts())


@cache
def payments() -> Payments:
    two_stage = settings().payment_stages == "two"
    return Payments(_unit_of_work(), clock, booking(), gateways(), receipts(), two_stage=two_stage)


@cache
def inquiry() -> Inquiry:
    return Inquiry(_unit_of_work(), clock, booking(), receipts())


@cache
def notifications() -> Notifications:
    return Notifications(_unit_of_work(), clock, gateways(), inquiry(), refunding())


@cache
def polling() -> Polling:
    return Polling(_unit_of_work(), clock, gateways(), inquiry(), receipts())


@cache
def refunding() -> Refunding:
    return Refunding(_unit_of_work(), clock, gateways(), receipts())


@cache
def refunds() -> Refunds:
    return Refunds(_unit_of_work(), clock, gateways(), refunding())


@cache
def reconciliations() -> Reconciliations:
    comparison = Comparison(_unit_of_work(), clock, gateways())
    return Reconciliations(_unit_of_work(), clock, gateways(), comparison)


@cache
def booking_events() -> BookingEvents:
    return BookingEvents(_unit_of_work(), clock, gateways(), inquiry(), refunding())


def _unit_of_work() -> partial[PaymentUnitOfWork]:
    return partial(PaymentUnitOfWork, engine(), delivery, publisher(), clock, "payment")
