"""The composition of the payment service: the only place that knows the concrete classes."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import cast

from core.clock import Clock
from core.composition import BaseApp, Composed, World
from core.postgres.disclosure import Disclosing
from core.postgres.retention import Kept
from core.secrets import resolve
from core.service_client import ServiceClient
from payment.acts.service import Acts
from payment.balances.service import Balances
from payment.bank.service import Bank
from payment.books.comparison import Comparison
from payment.books.service import Reconciliations
from payment.certificates.service import Certificates
from payment.companies.service import Companies
from payment.deposits.service import Deposits
from payment.desk.service import Desk
from payment.fiscal.service import Fiscal
from payment.gateways import registry
from payment.gateways.configuration import Networks, names_in
from payment.gateways.offered import offered
from payment.gateways.port import Gateway
from payment.held_money.gateway import HeldMoneyGateway
from payment.held_money.spending import Spending
from payment.invoices.booking_client import InvoicedBookings
from payment.invoices.crediting import Crediting
from payment.invoices.ports import Bookings
from payment.invoices.service import Invoices
from payment.paying.booking_client import BookingClient
from payment.paying.booking_events import BookingEvents
from payment.paying.faults import Faults, watched
from payment.paying.inquiry import Inquiry
from payment.paying.links import Links
from payment.paying.notifications import Notifications
from payment.paying.polling import Polling
from payment.paying.ports import BookingTerms
from payment.paying.service import Payments
from payment.paying.settlement import Settlement
from payment.privacy.service import Privacy
from payment.receipts.contacts import GatewayContacts
from payment.receipts.ports import Contacts
from payment.receipts.service import Receipts
from payment.refunds.sending import Refunding
from payment.refunds.service import Refunds
from payment.retention import kept
from payment.settings import PaymentSettings
from payment.tables import delivery
from payment.tills.service import Tills
from payment.unit_of_work import PaymentUnitOfWork
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.providers import HELD_MONEY

PaymentWorld = World[PaymentSettings]


def _gateways(world: PaymentWorld) -> Mapping[str, Gateway]:
    return registry.gateways(registry.read(), names_in(world.settings.payment_providers), world.settings.studio)


@dataclass(frozen=True)
class Outside:
    """Factories of the clients of other systems, used when first needed; gateways read settings of their own, see their
    registry."""

    gateways: Callable[[PaymentWorld], Mapping[str, Gateway]] = _gateways
    networks: Callable[[], Mapping[str, Networks]] = registry.networks
    bookings: Callable[[ServiceClient], BookingTerms] = BookingClient
    invoiced: Callable[[ServiceClient], Bookings] = InvoicedBookings
    contacts: Callable[[ServiceClient], Contacts] = GatewayContacts


@dataclass(frozen=True)
class App(BaseApp[PaymentSettings]):
    """The use cases; each is made when it is first asked for, and kept."""

    tables = delivery
    outside: Outside = Outside()

    def _kept(self) -> list[Kept]:
        return kept(self.world.settings)

    @cached_property
    def networks(self) -> Mapping[str, Networks]:
        """The networks that each gateway's notifications may come from."""
        return self.outside.networks()

    @cached_property
    def gateways(self) -> Mapping[str, Gateway]:
        """The gateways that are switched on; their refusals are logged and reported."""
        return watched(self.outside.gateways(self.world), Faults(self.unit_of_work, self.world.clock))

    @cached_property
    def providers(self) -> Mapping[str, Gateway]:
        """The same, and those of our own: what was paid with money that is held goes back there."""
        own: dict[str, Gateway] = {kind: HeldMoneyGateway(kind, *self._base, self.receipts) for kind in HELD_MONEY}
        return ChainMap(own, cast("dict[str, Gateway]", self.gateways))

    @cached_property
    def offered(self) -> list[OfferedProvider]:
        """What people may pay by."""
        own = self.world.settings
        return list(offered(registry.read(), names_in(own.payment_providers), two_stage=own.payment_stages == "two"))

    @cached_property
    def services(self) -> ServiceClient:
        """Calls the others, over connections that all who ask share."""
        return self.world.service_client(self.world.settings.service_key)

    @cached_property
    def bookings(self) -> BookingTerms:
        return self.outside.bookings(self.services)

    @cached_property
    def contacts(self) -> Contacts:
        return self.outside.contacts(self.services)

    @cached_property
    def receipts(self) -> Receipts:
        settings = self.world.settings
        return Receipts(
            self.unit_of_work,
            self.contacts,
            settings.receipt_policy,
            ordered=settings.receipts == "on",
            own_till=settings.desk_receipts == "till",
        )

    @cached_property
    def fiscal(self) -> Fiscal:
        return Fiscal(*self._base, self.providers, self.receipts)

    @cached_property
    def spending(self) -> Spending:
        return Spending(*self._base, self.bookings, self.receipts)

    @cached_property
    def balances(self) -> Balances:
        return Balances(*self._base, self.contacts, self.spending, self.receipts)

    @cached_property
    def certificates(self) -> Certificates:
        key = self.world.settings.service_key
        return Certificates(*self._base, self.contacts, self.spending, self.receipts, lambda: resolve(key))

    @cached_property
    def deposits(self) -> Deposits:
        return Deposits(*self._base, self.spending)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(*self._base)

    @cached_property
    def payments(self) -> Payments:
        two_stage = self.world.settings.payment_stages == "two"
        return Payments(*self._base, self.bookings, self.gateways, self.receipts, self.settlement, two_stage=two_stage)

    @cached_property
    def links(self) -> Links:
        return Links(*self._base)

    @cached_property
    def desk(self) -> Desk:
        return Desk(*self._base, self.bookings, self.receipts)

    @cached_property
    def tills(self) -> Tills:
        return Tills(*self._base)

    @cached_property
    def inquiry(self) -> Inquiry:
        return Inquiry(self.bookings, self.receipts, self.settlement)

    @cached_property
    def notifications(self) -> Notifications:
        return Notifications(*self._base, self.gateways, self.inquiry, self.refunding)

    @cached_property
    def polling(self) -> Polling:
        return Polling(*self._base, self.gateways, self.inquiry, self.receipts, self.settlement)

    @cached_property
    def refunding(self) -> Refunding:
        return Refunding(*self._base, self.providers, self.receipts)

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(*self._base, self.providers, self.refunding)

    @cached_property
    def reconciliations(self) -> Reconciliations:
        comparison = Comparison(*self._base, self.providers, self.settlement)
        return Reconciliations(*self._base, self.gateways, comparison)

    @cached_property
    def booking_events(self) -> BookingEvents:
        return BookingEvents(*self._base, self.gateways, self.inquiry, self.refunding, self.settlement)

    @cached_property
    def companies(self) -> Companies:
        return Companies(*self._base)

    @cached_property
    def invoiced(self) -> Bookings:
        return self.outside.invoiced(self.services)

    @cached_property
    def crediting(self) -> Crediting:
        return Crediting(self.invoiced, self.receipts)

    @cached_property
    def invoices(self) -> Invoices:
        return Invoices(*self._base, self.invoiced, self.crediting, self.world.settings.receipt_vat)

    @cached_property
    def acts(self) -> Acts:
        return Acts(*self._base, self.invoiced, self.crediting)

    @cached_property
    def bank(self) -> Bank:
        return Bank(*self._base, self.invoiced, self.crediting)

    @cached_property
    def privacy(self) -> Privacy:
        return Privacy(*self._base)

    @cached_property
    def disclosing(self) -> Disclosing:
        return Disclosing(self.unit_of_work)

    @cached_property
    def unit_of_work(self) -> partial[PaymentUnitOfWork]:
        return self.world.unit_of_work(PaymentUnitOfWork, delivery)

    @property
    def _base(self) -> tuple[partial[PaymentUnitOfWork], Clock]:
        """What nearly all of them stand on."""
        return self.unit_of_work, self.world.clock


app = Composed("payment", PaymentSettings, App, list(registry.settings_models().values()))
