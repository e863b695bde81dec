"""Customers and bookings in Bitrix24 and amoCRM, against the sandbox: once each, current, and forgotten on request."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import urllib3
from sqlalchemy import Engine

from integration.connectors.amocrm.client import AmoCrm
from integration.connectors.bitrix24.client import Bitrix24
from integration.connectors.calls import JsonCalls
from integration.connectors.crm.domain import Link, LinkKind
from integration.connectors.crm.engine import Crm, CrmConnector
from integration.connectors.crm.repository import LinkRepository
from integration.connectors.turns import Turns
from shared_schemas.accounts import Contact, Person
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName, Delivery
from tests.support.integration.connectors import PLENTY, Studio, happened
from tests.support.system.sandbox import running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
# The buckets of the sandbox leak as slowly as those of the real ones.
PACE = {"bitrix24": 0.5, "amocrm": 0.15}
KINDS = {"bitrix24": ("deal", "contact"), "amocrm": ("leads", "contacts")}


class Crash(BaseException):
    """A process that ends in the middle of what it does."""


class Directory:
    """Who is who; somebody who is not in it asked to be forgotten."""

    def __init__(self) -> None:
        self.known: dict[UUID, Contact] = {}
        self.asked = 0

    def contact(self, user_id: UUID) -> Contact | None:
        return self.known.get(user_id)

    def contacts(self, user_ids: Collection[UUID]) -> dict[UUID, Contact | Person]:
        self.asked += 1
        return {user_id: self.known[user_id] for user_id in user_ids if user_id in self.known}

    def add(self, name: str = "Анна Петрова") -> UUID:
        user_id = uuid4()
        number = user_id.int % 10**10
        self.known[user_id] = Contact(
            id=user_id, email=f"a{number}@example.test", phone=f"+7{number:010}", full_name=name, locale="ru"
        )
        return user_id


@dataclass
class World:
    """One CRM and what leads to it."""

    studio: Studio
    url: str
    name: ConnectorName
    people: Directory

    def connector(self, crm: Crm | None = None) -> CrmConnector:
        return CrmConnector(self.name, self.studio.work, self.studio.clock, crm or self.crm(), self.people)

    def crm(self) -> Crm:
        calls = JsonCalls(Turns(self.studio.work, self.name, PACE[self.name]))
        if self.name == "amocrm":
            return AmoCrm(f"{self.url}/amocrm", "cyclorama", calls, {"pending": 11, "confirmed": 22}, 0)
        return Bitrix24(f"{self.url}/bitrix24/rest/1/cyclorama/", calls, {}, 0)

    def knobs(self, **values: int) -> None:
        assert HTTP.request("PUT", f"{self.url}/_sandbox/knobs", json=values).status == 200

    def take(self, event: Envelope) -> list[UUID]:
        return self.studio.dispatch(self.connector()).take(self.name, event)

    def tell(self, event: Envelope, crm: Crm | None = None) -> Delivery:
        """What becomes of an event's one delivery."""
        dispatch = self.studio.dispatch(self.connector(crm))
        (delivery_id,) = dispatch.take(self.name, event)
        dispatch.send(self.name, [delivery_id], PLENTY)
        return self.delivery(delivery_id)

    def again(self) -> None:
        """A later turn of the job."""
        self.studio.clock.advance(minutes=30)
        self.studio.dispatch(self.connector()).send_due(self.name, PLENTY)

    def delivery(self, delivery_id: UUID) -> Delivery:
        return next(each for each in self.studio.deliveries(self.connector()) if each.id == delivery_id)

    def deals(self, number: str) -> list[dict[str, Any]]:
        kind = KINDS[self.name][0]
        field = "title" if self.name == "bitrix24" else "name"
        return [each for each in self._records(kind) if each[field].startswith(f"{number} ")]

    def contacts(self, name: str) -> list[dict[str, Any]]:
        return [each for each in self._records(KINDS[self.name][1]) if each["name"] == name]

    def stage(self, number: str) -> Any:
        (deal,) = self.deals(number)
        return deal.get("stageId") or deal.get("status_id")

    def links(self, kind: LinkKind, our_id: UUID) -> Link:
        with self.studio.work() as work:
            return LinkRepository(work.connection).get(self.name, kind, our_id)

    def _records(self, kind: str) -> list[dict[str, Any]]:
        return list(HTTP.request("GET", f"{self.url}/_sandbox/crm/{self.name}/{kind}").json()["data"])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(Path(tmp_path_factory.mktemp("sandbox"))) as running:
        yield running


@pytest.fixture(params=["bitrix24", "amocrm"])
def world(request: pytest.FixtureRequest, engine: Engine, url: str) -> World:
    made = World(Studio(engine), url, request.param, Directory())
    made.knobs()
    return made


@dataclass
class Booking:
    """Events of one booking, as it changes."""

    customer: UUID
    id: UUID
    number: str

    def event(self, name: str, status: str, version: int, **data: Any) -> Envelope:
        ids = {"booking_id": str(self.id), "customer_id": str(self.customer), "number": self.number}
        return happened(name, None, **ids, status=status, booking_version=version, **data)

    def created(self) -> Envelope:
        return self.event("eventbridge_booking_created", "pending", 1)

    def cancelled(self, version: int = 3) -> Envelope:
        return self.event("sqs_booking_cancelled", "cancelled", version)


def booking(customer: UUID) -> Booking:
    return Booking(customer, uuid4(), f"CYC-{uuid4().hex[:8]}")


def name() -> str:
    return f"Анна {uuid4().hex[:8]}"


def erased(customer: UUID) -> Envelope:
    sample = happened().model_copy(update={"type": "account.erased", "source": "gateway"})
    return sample.model_copy(update={"data": {"account_id": str(customer)}})


def test_a_booking_becomes_a_deal_with_its_customer(world: World) -> None:
    who = name()
    ours = booking(world.people.add(who))
    delivery = world.tell(ours.created())
    assert (delivery.status, delivery.error) == ("delivered", None)
    (deal,), (contact,) = world.deals(ours.number), world.contacts(who)
    linked = deal.get("contactId") or deal["_embedded"]["contacts"][0]["id"]
    assert linked == contact["id"]
    assert world.links("deal", ours.id).their_id == str(deal["id"])


def test_its_stage_follows_its_status_and_an_older_event_undoes_nothing(world: World) -> None:
    ours = booking(world.people.add(name()))
    world.tell(ours.created())
    first = world.stage(ours.number)
    assert world.tell(ours.cancelled(3)).status == "delivered"
    lost = world.stage(ours.number)
    assert lost != first
    late = ours.event("eventbridge_booking_created", "confirmed", 2)
    assert (world.tell(late).status, world.stage(ours.number)) == ("skipped", lost)


def test_a_customer_is_one_contact_whose_name_is_kept_current(world: World) -> None:
    customer = world.people.add(name())
    world.tell(booking(customer).created())
    new = name()
    world.people.known[customer] = world.people.known[customer].model_copy(update={"full_name": new})
    ours = booking(customer)
    world.tell(ours.created())
    (contact,) = world.contacts(new)
    assert world.links("contact", customer).their_id == str(contact["id"])
    asked = world.people.asked
    world.tell(ours.cancelled())
    assert world.people.asked == asked


@pytest.mark.parametrize("knob", ["crm_error_after_commit", "receiver_down"])
def test_an_answer_that_was_lost_makes_nothing_twice(world: World, knob: str) -> None:
    who = name()
    ours = booking(world.people.add(who))
    world.knobs(**{knob: 1})
    assert world.tell(ours.created()).status == "waiting"
    world.again()
    assert (len(world.deals(ours.number)), len(world.contacts(who))) == (1, 1)


def test_a_crash_before_the_id_was_noted_makes_no_second_deal(world: World) -> None:
    who = name()
    ours = booking(world.people.add(who))
    crm = world.crm()

    class Dying:
        """Everything is done there, and nobody lives to note it."""

        def __getattr__(self, method: str) -> Any:
            if method != "save_deals":
                return getattr(crm, method)

            def save(*arguments: Any) -> str:
                crm.save_deals(*arguments)
                raise Crash

            return save

    with pytest.raises(Crash):
        world.tell(ours.created(), Dying())
    assert len(world.deals(ours.number)) == 1
    world.again()
    assert (len(world.deals(ours.number)), len(world.contacts(who))) == (1, 1)
    assert world.links("deal", ours.id).their_id


@pytest.mark.parametrize("knob", ["crm_limit", "crm_blocked"])
def test_limits_are_waited_out_by_everybody(world: World, knob: str) -> None:
    ours = booking(world.people.add(name()))
    world.knobs(**{knob: 1})
    delivery = world.tell(ours.created())
    assert delivery.status == "waiting"
    assert delivery.next_attempt_at and delivery.next_attempt_at > world.studio.clock.now()
    with world.studio.work() as work:
        assert work.connectors.take_turn(world.name, 0.1, 0.5) is None


def test_who_asked_to_be_forgotten_is_forgotten_there(world: World) -> None:
    who = name()
    customer = world.people.add(who)
    phone = str(world.people.known[customer].phone)
    ours = booking(customer)
    world.tell(ours.created())
    del world.people.known[customer]
    assert world.tell(erased(customer)).status == "delivered"
    assert world.contacts(who) == []
    for kind in KINDS[world.name]:
        assert phone not in str(world._records(kind))
    link = world.links("contact", customer)
    assert link.their_id is None
    assert link.erased_at

    asked = world.people.asked
    assert world.tell(ours.cancelled()).status == "delivered"
    assert world.people.asked == asked
    assert len(world.deals(ours.number)) == 1


def test_erasure_finds_whom_a_crash_left_unnoted(world: World) -> None:
    """Bitrix24 knows our ids. amoCRM does not, and must not take anybody else for them."""
    who, bystander = name(), name()
    customer = world.people.add(who)
    world.tell(booking(world.people.add(bystander)).created())
    world.tell(booking(customer).created())
    with world.studio.work() as work:
        LinkRepository(work.connection).put(world.name, "contact", Link(customer))
        work.commit()
    assert world.tell(erased(customer)).status == "delivered"
    assert len(world.contacts(who)) == (0 if world.name == "bitrix24" else 1)
    assert len(world.contacts(bystander)) == 1


def test_no_contact_is_stored_with_us(world: World, engine: Engine) -> None:
    who = name()
    customer = world.people.add(who)
    world.tell(booking(customer).created())
    known = world.people.known[customer]
    secrets = [who, str(known.phone), str(known.email)]
    with engine.connect() as connection:
        for table in ("deliveries", "crm_links", "connectors", "outbox"):
            text = str(connection.exec_driver_sql(f"SELECT * FROM integration.{table}").all())  # noqa: S608
            assert not [secret for secret in secrets if secret in text], table


def test_a_deal_that_was_removed_there_is_made_anew(world: World) -> None:
    """What staff of the studio deleted by mistake comes back with the next news of the booking."""
    if world.name == "amocrm":
        pytest.skip("its API deletes nothing")
    ours = booking(world.people.add(name()))
    world.tell(ours.created())
    (deal,) = world.deals(ours.number)
    path = f"{world.url}/bitrix24/rest/1/cyclorama/crm.item.delete.json"
    assert HTTP.request("POST", path, json={"entityTypeId": 2, "id": deal["id"]}).status == 200
    world.tell(ours.cancelled())
    assert world.stage(ours.number) == "LOSE"
