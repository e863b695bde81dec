"""The composition of the notification service: the only place that knows the concrete classes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cached_property, partial

from core.composition import BaseApp, Composed, World
from core.postgres.disclosure import Disclosing
from core.postgres.retention import Kept
from core.secrets import resolve
from core.settings import load_settings
from notification.channels import registry
from notification.channels.bots import Bot
from notification.channels.email.settings import EmailSettings
from notification.channels.port import Sender, Tracked
from notification.channels.push import client as push
from notification.connections.browsers import ConnectingBrowsers
from notification.connections.hearing import Hearing
from notification.connections.ports import Browsers, PhoneHolders
from notification.connections.reaching import GatewayHolders, NoHolders, Reaching
from notification.connections.service import Connecting
from notification.connections.subscriptions import Subscriptions
from notification.costs.domain import Prices
from notification.costs.service import CostReports
from notification.costs.settings import CostSettings
from notification.history.service import History
from notification.messages.ports import Staff
from notification.messages.service import Messages
from notification.preferences.service import Preferring
from notification.previews.service import RulePreviews
from notification.refusals import Refusals
from notification.reminders.service import Reminders
from notification.retention import kept
from notification.rules.service import MessageRules
from notification.sending.letters import Writing
from notification.sending.quiet import Peace
from notification.sending.service import Sending
from notification.settings import NotificationSettings
from notification.suppressions.mail_events import MailEvents
from notification.suppressions.service import Suppressions
from notification.tables import delivery
from notification.tracking.service import Tracking
from notification.unit_of_work import NotificationUnitOfWork
from notification.wording.checking import Checking
from notification.wording.in_force import InForce
from notification.wording.service import Wordings
from notification.wording.trying import Trying
from notification.writing.bookings import BookingClient
from notification.writing.codes import GatewayCodes
from notification.writing.contacts import GatewayContacts
from notification.writing.invitations import Invitations
from notification.writing.payments import PaymentClient
from notification.writing.ports import CancelledBookings, Codes, Contacts, Payments, Surroundings
from notification.writing.rendering import TemplateRenderer
from notification.writing.staff import GatewayStaff, Nobody
from notification.writing.studio import Anonymous, StudioClient
from shared_schemas.channels import Channel, Messenger

PRODUCT = "Cyclorama"
NotificationWorld = World[NotificationSettings]


@dataclass(frozen=True)
class Outside:
    """Contacts, codes, bookings and channels: the outside world of the service."""

    contacts: Contacts
    codes: Codes
    cancelled: CancelledBookings
    payments: Payments
    senders: Mapping[Channel, Sender]
    """The channels that are switched on."""
    studio: str
    """Whose name heads the messages, where the studio does not say its own."""
    organizer: str
    """The address that calendars know the studio by: the sender of mail."""
    surroundings: Surroundings = field(default_factory=Anonymous)
    tracked: Mapping[str, Tracked] = field(default_factory=dict)
    """The providers that can say what became of a message."""
    staff: Staff = field(default_factory=Nobody)
    bots: Mapping[Messenger, Bot] = field(default_factory=dict)
    """Those that the studio has."""
    holders: PhoneHolders = field(default_factory=NoHolders)
    push: Browsers | None = None
    """Notifications of browsers, where the studio has them."""


def configured(world: NotificationWorld) -> Outside:
    """Each channel reads its own settings; `SettingsError` if one of them is wrong."""
    studio, address = parseaddr(load_settings(EmailSettings).mail_from)
    client = world.service_client(world.settings.service_key)
    asked = GatewayContacts(client), GatewayCodes(client), BookingClient(client), PaymentClient(client)
    around = StudioClient(client, world.clock)
    staff = GatewayStaff(client)
    return Outside(
        *asked,
        registry.switched_on(),
        studio or PRODUCT,
        address,
        around,
        registry.tracked(),
        staff,
        registry.bots(),
        GatewayHolders(client),
        push.configured(),
    )


@dataclass(frozen=True)
class App(BaseApp[NotificationSettings]):
    """The use cases; each is made when it is first asked for, and kept."""

    tables = delivery
    reach: Callable[[NotificationWorld], Outside] = configured

    def _kept(self) -> list[Kept]:
        return kept(self.world.settings)

    @cached_property
    def outside(self) -> Outside:
        return self.reach(self.world)

    @cached_property
    def writing(self) -> Writing:
        outside = self.outside
        invitations = Invitations(outside.organizer, self.world.clock)
        return Writing(
            Reaching(outside.contacts, self.unit_of_work),
            outside.codes,
            outside.cancelled,
            outside.payments,
            outside.surroundings,
            self.renderer,
            invitations,
            InForce(self.unit_of_work, self.world.clock),
            self.preferring,
            lambda: f"{resolve(self.world.settings.api_url).rstrip('/')}/desk",
        )

    @cached_property
    def sending(self) -> Sending:
        settings = self.world.settings
        peace = Peace(settings.quiet_from, settings.quiet_until, settings.person_daily_messages)
        ceiling = settings.unconfirmed_daily_messages
        return Sending(
            self.unit_of_work, self.world.clock, self.writing, self.outside.senders, ceiling, peace, self.prices
        )

    @cached_property
    def messages(self) -> Messages:
        outside = self.outside
        return Messages(self.unit_of_work, self.world.clock, self.sending, outside.senders, outside.staff)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self.unit_of_work, self.world.clock, self.sending, self.outside.senders)

    @cached_property
    def rules(self) -> MessageRules:
        return MessageRules(self.unit_of_work, self.world.clock)

    @cached_property
    def previews(self) -> RulePreviews:
        return RulePreviews(self.unit_of_work, self.world.clock, self.writing, self.outside.senders)

    @cached_property
    def prices(self) -> Prices:
        return Prices.read(load_settings(CostSettings).message_prices)

    @cached_property
    def costs(self) -> CostReports:
        return CostReports(self.unit_of_work, self.prices)

    @cached_property
    def tracking(self) -> Tracking:
        return Tracking(self.unit_of_work, self.world.clock, self.outside.tracked)

    @cached_property
    def suppressions(self) -> Suppressions:
        return Suppressions(self.unit_of_work, self.world.clock)

    @cached_property
    def mail_events(self) -> MailEvents:
        return MailEvents(self.suppressions, Refusals(self.unit_of_work, self.world.clock))

    @cached_property
    def connecting(self) -> Connecting:
        return Connecting(self.unit_of_work, self.world.clock, self.outside.bots)

    @cached_property
    def browsers(self) -> ConnectingBrowsers:
        return ConnectingBrowsers(self.unit_of_work, self.world.clock, self.outside.push)

    @cached_property
    def hearing(self) -> Hearing:
        outside, refusals = self.outside, Refusals(self.unit_of_work, self.world.clock)
        return Hearing(self.unit_of_work, self.world.clock, outside.bots, outside.holders, refusals)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(
            self.world.clock, self.outside.bots, lambda: resolve(self.world.settings.message_webhooks_url)
        )

    @cached_property
    def history(self) -> History:
        return History(self.unit_of_work, self.world.clock, self.sending)

    @cached_property
    def preferring(self) -> Preferring:
        return Preferring(self.unit_of_work, self.world.clock, lambda: resolve(self.world.settings.api_url))

    @cached_property
    def wordings(self) -> Wordings:
        return Wordings(self.unit_of_work, self.world.clock, Checking(self.renderer))

    @cached_property
    def trying(self) -> Trying:
        outside, checking = self.outside, Checking(self.renderer)
        return Trying(
            self.unit_of_work,
            self.world.clock,
            checking,
            self.renderer,
            outside.contacts,
            outside.surroundings,
            outside.senders,
        )

    @cached_property
    def renderer(self) -> TemplateRenderer:
        return TemplateRenderer(self.outside.studio, self.world.settings.sign_in_url)

    @cached_property
    def disclosing(self) -> Disclosing:
        return Disclosing(self.unit_of_work)

    @cached_property
    def unit_of_work(self) -> partial[NotificationUnitOfWork]:
        return self.world.unit_of_work(NotificationUnitOfWork, delivery)


app = Composed("notification", NotificationSettings, App, [*registry.settings(), CostSettings])
