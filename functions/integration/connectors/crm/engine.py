"""The part that all CRMs share: a contact for each customer and a deal for each booking, made once and kept current."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Protocol, Self
from uuid import UUID

from core.clock import Clock
from integration.connectors.crm.contacts import GatewayContacts
from integration.connectors.crm.domain import (
    ContactCard,
    Deal,
    DealCard,
    Link,
    LinkKind,
    deal_of,
    is_news,
    newest,
    subject_of,
)
from integration.connectors.crm.ports import Contacts, CrmWork, LinkWork
from integration.connectors.registry import World
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import ObsoleteError, SendError
from shared_schemas.accounts import Contact, Person
from shared_schemas.events.accounts import AccountErased, AccountJoined
from shared_schemas.events.bookings import BookingCreated, BookingEvent
from shared_schemas.events.envelope import Envelope, EventData, UnknownEventError
from shared_schemas.integration.connectors import ConnectorName

# A customer may take three calls, and of the slowest CRM two fit into a second.
TOGETHER = 10
TOLD = BookingEvent | AccountErased | AccountJoined


class Crm(Protocol):
    """One account at one CRM. Ids are theirs; a `SendError` if a call does not work out."""

    def find_contact(self, card: ContactCard) -> str | None:
        """Somebody we made before, and did not note: a crash may come between the two. A card may have our id alone."""

    def save_contact(self, their_id: str | None, card: ContactCard) -> str: ...

    def erase_contact(self, their_id: str) -> None:
        """Remove what is personal; fine where it is gone."""

    def find_deal(self, card: DealCard) -> str | None: ...

    def save_deals(self, deals: Sequence[Deal]) -> list[str | SendError]:
        """The ids of each, in order, or why it was not saved."""


class CrmConnector:
    """Keeps a CRM current. What is about one customer comes one at a time, so what is read here stays true."""

    patience = Patience()
    together = TOGETHER

    def __init__(
        self,
        name: ConnectorName,
        unit_of_work: Callable[[], LinkWork],
        clock: Clock,
        crm: Crm,
        contacts: Contacts,
    ) -> None:
        self.name = name
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._crm = crm
        self._contacts = contacts

    @classmethod
    def told_as(cls, name: ConnectorName, crm: Crm, world: World[CrmWork]) -> Self:
        """As production has it: customers are asked of the gateway."""
        return cls(name, world.unit_of_work, world.clock, crm, GatewayContacts(world.services))

    def targets(self, work: LinkWork, envelope: Envelope) -> Sequence[Target]:  # noqa: ARG002 - there is one
        try:
            data = envelope.payload()
        except UnknownEventError:
            return []
        return [Target(subject=subject_of(data))] if isinstance(data, TOLD) else []

    def send(self, parcel: Parcel) -> int | None:
        (sent,) = self.send_all([parcel])
        if sent is not None:
            raise sent
        return None

    def send_all(self, parcels: Sequence[Parcel]) -> list[SendError | None]:
        """Bookings that stand beside each other are told together; an erasure comes where it came."""
        sent: list[SendError | None] = []
        told = [parcel.envelope.payload() for parcel in parcels]
        for are_bookings, group in groupby(told, lambda data: isinstance(data, BookingEvent)):
            if are_bookings:
                sent += self._tell([event for event in group if isinstance(event, BookingEvent)])
            else:
                sent += [self._follow(data) for data in group]
        return sent

    def _follow(self, data: EventData) -> SendError | None:
        try:
            if isinstance(data, AccountErased):
                self._erase(data)
            elif isinstance(data, AccountJoined):
                self._join(data)
        except SendError as error:
            return error
        return None

    def settle(self, work: LinkWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""

    def _tell(self, events: Sequence[BookingEvent]) -> list[SendError | None]:
        current = newest(events)
        with self._unit_of_work() as work:
            deals = work.links.known(self.name, "deal", current.keys())
            people = {event.customer_id for event in current.values()}
            contacts = work.links.known(self.name, "contact", people)
            # Only what was about to be made may be there without our knowing its id.
            work.links.intend(self.name, "deal", current.keys() - deals.keys())
            work.commit()
        news = {key: event for key, event in current.items() if is_news(event, deals.get(key) or Link(key))}
        told = [event for event in events if event.booking_id in news]
        problems = self._save(news, deals, self._contacts_of(told, contacts))
        outdated = ObsoleteError("outdated")
        return [problems.get(e.booking_id) if e is news.get(e.booking_id) else outdated for e in events]

    def _save(
        self,
        news: Mapping[UUID, BookingEvent],
        known: Mapping[UUID, Link],
        contacts: Mapping[UUID, str | SendError | None],
    ) -> dict[UUID, SendError]:
        """What went wrong, by booking."""
        problems: dict[UUID, SendError] = {}
        deals: list[Deal] = []
        for booking_id, event in news.items():
            try:
                contact = contacts[event.customer_id]
                if isinstance(contact, SendError):
                    raise contact
                link, card = known.get(booking_id), deal_of(event)
                their_id = link.their_id or self._crm.find_deal(card) if link else None
                deals.append(Deal(their_id, card, contact))
            except SendError as error:
                problems[booking_id] = error
        saved = self._crm.save_deals(deals) if deals else []
        with self._unit_of_work() as work:
            for deal, made in zip(deals, saved, strict=True):
                if isinstance(made, SendError):
                    problems[deal.card.booking_id] = made
                else:
                    work.links.put(self.name, "deal", Link(deal.card.booking_id, made, deal.card.version))
            work.commit()
        return problems

    def _contacts_of(
        self, events: Collection[BookingEvent], links: Mapping[UUID, Link]
    ) -> dict[UUID, str | SendError | None]:
        """Their id of each customer; names and numbers are brought up to date with each new booking."""
        new = {event.customer_id for event in events if isinstance(event, BookingCreated)}
        wanted = {event.customer_id: links.get(event.customer_id) or Link(event.customer_id) for event in events}
        asked = [key for key, link in wanted.items() if not link.erased_at and (not link.their_id or key in new)]
        found: dict[UUID, str | SendError | None] = {key: link.their_id for key, link in wanted.items()}
        try:
            people = self._contacts.contacts(asked) if asked else {}
        except SendError as error:
            return found | dict.fromkeys(asked, error)
        for key, person in people.items():
            try:
                found[key] = self._contact(wanted[key], person)
            except SendError as error:
                found[key] = error
        return found

    def _contact(self, link: Link, person: Contact | Person) -> str:
        card = ContactCard(link.our_id, person.full_name, person.phone or "", person.email or "")
        their_id = self._crm.save_contact(link.their_id or self._crm.find_contact(card), card)
        self._note("contact", replace(link, their_id=their_id))
        return their_id

    def _erase(self, event: AccountErased) -> None:
        with self._unit_of_work() as work:
            link = work.links.get(self.name, "contact", event.account_id)
        # A crash may have left unnoted who that is there; where the CRM knows our ids, it is found all the same.
        nobody = ContactCard(event.account_id, full_name="", phone="", email="")
        if their_id := link.their_id or self._crm.find_contact(nobody):
            self._crm.erase_contact(their_id)
        self._note("contact", replace(link, their_id=None, erased_at=self._clock.now()))

    def _join(self, event: AccountJoined) -> None:
        """The contact of a guest is the account's, unless that has one; its name is brought up to date with the next
        booking. Both links stay, so that the contact is erased with either."""
        with self._unit_of_work() as work:
            account = work.links.get(self.name, "contact", event.account_id)
            guests = [work.links.get(self.name, "contact", each) for each in event.guest_ids]
        their_id = next((guest.their_id for guest in guests if guest.their_id), None)
        if their_id and not (account.their_id or account.erased_at):
            self._note("contact", replace(account, their_id=their_id))

    def _note(self, kind: LinkKind, link: Link) -> None:
        with self._unit_of_work() as work:
            work.links.put(self.name, kind, link)
            work.commit()
