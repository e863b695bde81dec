"""The part that all CRMs share: a contact for each customer and a deal for each booking, made once and kept current."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, Self

from core.clock import Clock
from integration.connectors.crm.contacts import GatewayContacts
from integration.connectors.crm.domain import ContactCard, DealCard, Link, LinkKind, deal_of, is_news, subject_of
from integration.connectors.crm.ports import Contacts, CrmWork, LinkWork
from integration.connectors.registry import World
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import ObsoleteError
from shared_schemas.events.accounts import AccountErased, AccountJoined
from shared_schemas.events.bookings import BookingCreated, BookingEvent
from shared_schemas.events.envelope import Envelope, UnknownEventError
from shared_schemas.integration.connectors import ConnectorName

TOLD = BookingEvent | AccountErased | AccountJoined


class Crm(Protocol):
    """One account at one CRM. Ids are theirs; a `SendError` if a call does not work out."""

    def find_contact(self, card: ContactCard) -> str | None:
        """Somebody we made before, and did not note: a crash may come between the two. A card may have our id alone."""

    def save_contact(self, their_id: str | None, card: ContactCard) -> str: ...

    def erase_contact(self, their_id: str) -> None:
        """Remove what is personal; fine where it is gone."""

    def find_deal(self, card: DealCard) -> str | None: ...

    def save_deal(self, their_id: str | None, card: DealCard, contact: str | None) -> str: ...


class CrmConnector:
    """Keeps a CRM current. What is about one customer comes one at a time, so what is read here stays true."""

    patience = Patience()

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
        data = parcel.envelope.payload()
        if isinstance(data, AccountErased):
            self._erase(data)
        elif isinstance(data, AccountJoined):
            self._join(data)
        elif isinstance(data, BookingEvent):
            self._tell(data)
        return None

    def settle(self, work: LinkWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""

    def _tell(self, event: BookingEvent) -> None:
        with self._unit_of_work() as work:
            deal = work.links.get(self.name, "deal", event.booking_id)
            contact = work.links.get(self.name, "contact", event.customer_id)
        if not is_news(event, deal):
            raise ObsoleteError("outdated")
        card = deal_of(event)
        theirs = self._contact(contact, refresh=isinstance(event, BookingCreated))
        known = deal.their_id or self._crm.find_deal(card)
        self._note("deal", replace(deal, their_id=self._crm.save_deal(known, card, theirs), version=card.version))

    def _contact(self, link: Link, *, refresh: bool) -> str | None:
        """Their id of the customer; names and numbers are brought up to date with each new booking."""
        if link.erased_at or (link.their_id and not refresh):
            return link.their_id
        contact = self._contacts.contact(link.our_id)
        if contact is None:
            return link.their_id
        card = ContactCard(link.our_id, contact.full_name, contact.phone or "", contact.email or "")
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
