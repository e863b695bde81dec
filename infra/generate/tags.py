"""Under which tags the public document lists the operations: by capability, as one gets to know them.

The rows are read by `table_of`: `= group`, then `tag: what it is about`, then below it the folders of `functions/`
whose routes it has, or names of operations that belong elsewhere than their folder.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.http.operations import Operation

TABLE = """
= Book
Halls: What can be rented, with pictures.
    booking.halls booking.photos
Free time: When there is room, by day and by month, with prices where they are asked for.
    booking.free_time
Quotes: What a visit costs, line by line, before it is booked.
    booking.quotes
Bookings: A visit from the hold to its end: book, pay, move, extend, cancel, come.
    booking.bookings
Booking groups: Several visits that are booked together.
    booking.groups
Waitlist: Waiting for time that is taken.
    booking.waitlist
Calendar feeds: Secret addresses that calendars subscribe to.
    booking.feeds

= Pay
Payments: What a payer owes and pays, through a gateway or at the desk.
    payment.paying payment.desk
Refunds: Money on its way back.
    payment.refunds
Receipts: Fiscal receipts (54-FZ).
    payment.receipts
Balances: Money that the studio holds for a customer.
    payment.balances
Certificates: Gift certificates and passes.
    payment.certificates
Deposits: Money taken for the case of damage; it is not the studio's.
    payment.deposits
Tills: The drawer at the desk, from its opening to its count.
    payment.tills
Companies: Companies that are invoiced, their invoices and acts.
    payment.companies payment.invoices payment.acts
Bank: Statements of the studio's account, and what their payments are for.
    payment.bank
Books: The daily comparison with the gateways, and the ledger of a booking.
    payment.books

= The studio
Studio: Who the studio is, and the terms it sells under.
    booking.studio booking.terms add_logo remove_logo
Opening hours: When halls are open, day by day, and holidays.
    booking.hours list_open_hours
Closures: Time that is not for sale, and calendars of others that take it.
    booking.closures
Prices: Price lists, their versions and what they would have earned.
    booking.prices booking.simulation
Extras: Add-ons and promo codes.
    booking.extras
Imports: Customers and bookings from another system.
    booking.imports

= The desk
Schedule: Who comes when, in all halls.
    booking.schedule
Customers: Who books: cards, notes, blocks, guests.
    booking.customers gateway.guests gateway.contacts gateway.recipients
Notifications: Messages to people, sent and to be sent.
    notification.history notification.rules notification.previews notification.suppressions
Preferences: Which messages people want and where, and links that leave some.
    notification.preferences notification.connections
Message templates: The words of messages, in versions that staff write.
    notification.wording
Reports: What was sold, held, missed and earned.
    integration.reports notification.costs

= People and access
Sign-in: Tokens by password, code or link, sessions, and the keys that verify tokens.
    gateway.sessions gateway.codes gateway.keys grant_guest_token exchange_guest_link
Second factor: Codes of an authenticator app.
    gateway.second_factor
Accounts: Whoever has registered.
    gateway.accounts
Consents: What people agree to, and when they did.
    gateway.consents
Personal data: All that is kept of a person (152-FZ).
    gateway.privacy booking.privacy payment.privacy integration.privacy disclose_recipient
Staff: Who works here, and invitations.
    gateway.staff
API keys: Keys of programs, with scopes.
    gateway.api_keys
Audit: One line for whatever staff did.
    integration.trail

= Connect
Webhooks: Where events are sent, signed; and what is sent.
    integration.connectors.webhooks
Connectors: CRMs, messengers and webhooks as receivers: on, off, late.
    integration.deliveries
Events: What happened, in order, as a tree, and again.
    integration.events integration.replays
Failures: What went wrong: errors, and events that nobody could take.
    integration.failures
Gateway notices: What payment gateways tell, at an address of their own.
    receive_webhook receive_webhook_by_query
Health: Whether everything works.
    system_health booking_health payment_health integration_health notification_health
Pages: Pages for people, and this document.
    gateway gateway.web
"""


@dataclass(frozen=True)
class Tag:
    """What some operations have in common; `places` are folders and names of operations."""

    name: str
    group: str
    description: str
    places: Sequence[str]


def table_of(text: str) -> Iterator[Tag]:
    """The rows of such a table."""
    group, name, description = "", "", ""
    for line in filter(None, text.splitlines()):
        if line.startswith("= "):
            group = line[2:]
        elif line.startswith(" "):
            yield Tag(name, group, description, line.split())
        else:
            name, _, description = line.partition(": ")


TAGS: Sequence[Tag] = tuple(table_of(TABLE))
PLACES: Mapping[str, str] = {place: tag.name for tag in TAGS for place in tag.places}


def tag_of(operation: Operation) -> str:
    """The tag of an operation; `KeyError` where the table names neither it nor its folder."""
    folder = operation.function.__module__.rpartition(".")[0]
    return PLACES.get(operation.name) or PLACES[folder]


def tag_groups() -> list[dict[str, object]]:
    """The groups as viewers of OpenAPI read them."""
    groups: dict[str, list[str]] = {}
    for tag in TAGS:
        groups.setdefault(tag.group, []).append(tag.name)
    return [{"name": name, "tags": tags} for name, tags in groups.items()]
