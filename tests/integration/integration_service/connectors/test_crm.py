"""What a CRM is told, whichever it is: each customer and booking once, in order, and nothing of who asked to be
forgotten. Links are on real PostgreSQL, the CRM is in memory."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from integration.connectors.crm.domain import ContactCard, Deal, DealCard
from integration.connectors.crm.engine import CrmConnector
from integration.deliveries.errors import PermanentSendError, SendError
from shared_schemas.accounts import Contact, Person
from shared_schemas.integration.connectors import Delivery
from tests.support.integration.connectors import PLENTY, Studio, happened

CUSTOMER, BOOKING = uuid4(), uuid4()


class Crash(BaseException):
    """A process that ends in the middle of what it does."""


class FakeCrm:
    """Keeps records by their own ids, as CRMs do; `crash_after` ends the caller right after a contact (c) or a deal (d)
    is made, before it can note which."""

    def __init__(self) -> None:
        self.contacts: dict[str, ContactCard] = {}
        self.deals: dict[str, tuple[DealCard, str | None]] = {}
        self.crash_after: str | None = None
        self.refused: set[str] = set()
        self.saves = 0

    def find_contact(self, card: ContactCard) -> str | None:
        return next((key for key, one in self.contacts.items() if one.customer_id == card.customer_id), None)

    def save_contact(self, their_id: str | None, card: ContactCard) -> str:
        self.saves += 1
        key = their_id or f"c{len(self.contacts) + 1}"
        self.contacts[key] = card
        return self._made(key)

    def erase_contact(self, their_id: str) -> None:
        del self.contacts[their_id]

    def find_deal(self, card: DealCard) -> str | None:
        return next((key for key, (one, _) in self.deals.items() if one.booking_id == card.booking_id), None)

    def save_deals(self, deals: Sequence[Deal]) -> list[str | SendError]:
        return [self._save(deal) for deal in deals]

    def _save(self, deal: Deal) -> str | SendError:
        if deal.card.number in self.refused:
            return PermanentSendError("refused", 400)
        key = deal.their_id or f"d{len(self.deals) + 1}"
        self.deals[key] = (deal.card, deal.contact)
        return self._made(key)

    def _made(self, key: str) -> str:
        if key[0] == self.crash_after:
            raise Crash
        return key


class FakeContacts:
    """The gateway; `known` is whom it has not forgotten."""

    def __init__(self) -> None:
        self.known = True
        self.name = "Anna"
        self.asked = 0

    def contacts(self, user_ids: Collection[UUID]) -> dict[UUID, Contact | Person]:
        self.asked += 1
        return {user_id: found for user_id in user_ids if (found := self.contact(user_id))}

    def contact(self, user_id: UUID) -> Contact | None:
        if not self.known:
            return None
        return Contact(id=user_id, email="a@b.test", phone="+79161234567", full_name=self.name, locale="ru")


class Office:
    def __init__(self, studio: Studio) -> None:
        self.studio, self.crm, self.gateway = studio, FakeCrm(), FakeContacts()
        self.connector = CrmConnector("bitrix24", studio.work, studio.clock, self.crm, self.gateway)
        self.dispatch = studio.dispatch(self.connector)

    def told(self, kind: str = "booking.created", version: int = 1, **data: Any) -> Delivery | None:
        """What became of an event of the booking, after an attempt."""
        facts = {"booking_id": str(BOOKING), "customer_id": str(CUSTOMER), "booking_version": version, **data}
        event = happened(**facts).model_copy(update={"type": kind})
        if kind == "account.erased":
            event = event.model_copy(update={"data": {"account_id": str(CUSTOMER)}})
        if kind == "account.joined":
            whose = {"account_id": data["account_id"], "guest_ids": [str(CUSTOMER)]}
            event = event.model_copy(update={"data": whose})
        ids = self.dispatch.take("bitrix24", event)
        self.dispatch.send("bitrix24", ids, PLENTY)
        return next((d for d in self.studio.deliveries(self.connector) if d.id in ids), None)


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(Studio(engine))


def test_a_booking_is_one_deal_with_one_contact_whatever_happens_to_it(office: Office) -> None:
    office.told()
    office.told("booking.confirmed", 2, status="confirmed")
    office.told("booking.cancelled", 3, status="cancelled")
    ((card, contact),) = office.crm.deals.values()
    assert (card.status, card.version, contact) == ("cancelled", 3, "c1")
    assert [one.full_name for one in office.crm.contacts.values()] == ["Anna"]


def test_an_older_event_that_comes_late_undoes_nothing(office: Office) -> None:
    office.told("booking.confirmed", 2, status="confirmed")
    late = office.told("booking.created", 1, status="pending")
    assert late and (late.status, late.error) == ("skipped", "outdated")
    ((card, _),) = office.crm.deals.values()
    assert card.status == "confirmed"


@pytest.mark.parametrize("kind", ["c", "d"], ids=["contact", "deal"])
def test_a_crash_after_a_record_was_made_doubles_nothing(office: Office, kind: str) -> None:
    office.crm.crash_after = kind
    with pytest.raises(Crash):
        office.told()
    office.crm.crash_after = None
    office.studio.clock.advance(minutes=3)
    assert office.dispatch.send_due("bitrix24", PLENTY) == 1
    assert (len(office.crm.contacts), len(office.crm.deals)) == (1, 1)


def test_a_new_booking_brings_the_contact_up_to_date_and_other_news_do_not(office: Office) -> None:
    office.told()
    office.gateway.name = "Anna Petrova"
    office.told("booking.confirmed", 2, status="confirmed")
    assert [one.full_name for one in office.crm.contacts.values()] == ["Anna"]
    office.told(booking_id=str(uuid4()))
    assert [one.full_name for one in office.crm.contacts.values()] == ["Anna Petrova"]
    assert len(office.crm.deals) == 2


def test_who_asked_to_be_forgotten_is_removed_and_not_made_again(office: Office) -> None:
    office.told()
    erased = office.told("account.erased")
    assert erased and erased.status == "delivered"
    assert office.crm.contacts == {}
    office.told("booking.cancelled", 2, status="cancelled")
    assert office.crm.contacts == {}
    assert [contact for _, contact in office.crm.deals.values()] == [None]


def test_an_erasure_that_comes_before_the_booking_counts(office: Office) -> None:
    office.told("account.erased")
    office.told()
    assert (office.crm.contacts, len(office.crm.deals)) == ({}, 1)


def test_the_contact_of_a_guest_is_the_accounts(office: Office) -> None:
    office.told()
    account_id = str(uuid4())
    for _ in range(2):
        office.told("account.joined", account_id=account_id)
    office.told(booking_id=str(uuid4()), customer_id=account_id)
    assert len(office.crm.contacts) == 1
    assert [contact for _, contact in office.crm.deals.values()] == ["c1", "c1"]
    office.told("account.erased")
    assert office.crm.contacts == {}


def test_an_account_with_a_contact_keeps_its_own(office: Office) -> None:
    account_id = str(uuid4())
    office.told(booking_id=str(uuid4()), customer_id=account_id)
    office.told()
    office.told("account.joined", account_id=account_id)
    office.told(booking_id=str(uuid4()), customer_id=account_id)
    assert [contact for _, contact in office.crm.deals.values()] == ["c1", "c2", "c1"]


def test_a_deal_needs_no_contact(office: Office) -> None:
    office.gateway.known = False
    assert (told := office.told()) and told.status == "delivered"
    assert [contact for _, contact in office.crm.deals.values()] == [None]


def test_other_events_are_of_no_interest(office: Office) -> None:
    assert office.dispatch.take("bitrix24", happened("sqs_payment_succeeded")) == []
    assert office.dispatch.take("bitrix24", happened().model_copy(update={"type": "booking.new", "version": 9})) == []


def test_links_hold_nothing_personal(office: Office) -> None:
    office.told()
    with office.studio.engine.connect() as connection:
        links = connection.exec_driver_sql("SELECT * FROM integration.crm_links").all()
        events = connection.exec_driver_sql("SELECT envelope FROM integration.deliveries").all()
    assert (len(links), len(events)) == (2, 1)
    for personal in ("Anna", "a@b.test", "9161234567"):
        assert personal not in f"{links} {events}"


def test_what_happens_together_is_told_once_as_it_stands_and_the_customer_is_asked_for_once(office: Office) -> None:
    bookings = [str(uuid4()) for _ in range(3)]
    events = [
        happened(booking_id=each, customer_id=str(CUSTOMER), booking_version=version, status=status, number=each[:8])
        for each in bookings
        for version, status in ((2, "confirmed"), (1, "pending"))
    ]
    office.dispatch.send("bitrix24", office.dispatch.take("bitrix24", *events), PLENTY)

    assert sorted(card.version for card, _ in office.crm.deals.values()) == [2, 2, 2]
    assert (office.gateway.asked, office.crm.saves, len(office.crm.contacts)) == (1, 1, 1)
    found = office.studio.deliveries(office.connector)
    assert sorted((d.status, d.error) for d in found) == [("delivered", None)] * 3 + [("skipped", "outdated")] * 3


def test_one_that_is_refused_keeps_no_other(office: Office) -> None:
    numbers = ["A-1", "A-2", "A-3"]
    office.crm.refused = {"A-2"}
    events = [happened(booking_id=str(uuid4()), customer_id=str(CUSTOMER), number=number) for number in numbers]
    office.dispatch.send("bitrix24", office.dispatch.take("bitrix24", *events), PLENTY)

    assert sorted(card.number for card, _ in office.crm.deals.values()) == ["A-1", "A-3"]
    found = office.studio.deliveries(office.connector)
    assert sorted((d.status, d.error) for d in found) == [("dead", "refused"), ("delivered", None), ("delivered", None)]


def test_what_cannot_even_be_read_keeps_no_other(office: Office) -> None:
    fine = happened(booking_id=str(uuid4()), customer_id=str(CUSTOMER), number="A-1")
    wrong = happened(booking_id=str(uuid4()), customer_id=str(CUSTOMER), number="A-2")
    ids = office.dispatch.take("bitrix24", fine, wrong)
    # A row as no release of ours stores it.
    with office.studio.engine.begin() as connection:
        lost = "UPDATE integration.deliveries SET envelope = envelope #- '{data,total}' WHERE event_id = :id"
        connection.execute(text(lost), {"id": wrong.id})
    office.dispatch.send("bitrix24", ids, PLENTY)

    assert [card.number for card, _ in office.crm.deals.values()] == ["A-1"]


def test_an_erasure_among_bookings_comes_where_it_came(office: Office) -> None:
    before, after = (happened(booking_id=str(uuid4()), customer_id=str(CUSTOMER)) for _ in range(2))
    erased = happened().model_copy(update={"type": "account.erased", "data": {"account_id": str(CUSTOMER)}})
    times = [
        event.model_copy(update={"time": event.time + timedelta(seconds=n)})
        for n, event in enumerate((before, erased, after))
    ]
    office.dispatch.send("bitrix24", office.dispatch.take("bitrix24", *reversed(times)), PLENTY)

    assert (office.crm.contacts, sorted(str(c) for _, c in office.crm.deals.values())) == ({}, ["None", "c1"])
