"""No event is lost and no effect doubled, whatever is killed, lost, repeated or reordered while people book and pay.

`CYCLORAMA_SCENARIOS` says how many stories (16), `CYCLORAMA_SEED` which. What goes wrong follows the seed, and comes
when so many stories are told; how the processes interleave does not follow it."""

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from random import Random

import pytest
from sqlalchemy import Engine, create_engine, make_url

from tests.faults.conftest import IMPATIENT
from tests.support.delivery_broker import Broker
from tests.support.delivery_checks import CHECKS, wrong
from tests.support.delivery_end import DeliveryEnd
from tests.support.delivery_facts import Facts
from tests.support.delivery_people import Asked, PatientPeople
from tests.support.delivery_plan import KINDS, Injection, plan
from tests.support.delivery_reading import booking_ids, read_facts
from tests.support.delivery_receivers import Receivers
from tests.support.delivery_storm import DeliveryStorm
from tests.support.delivery_time import Clockwork
from tests.support.money_books import Books
from tests.support.money_checks import CHECKS as MONEY_CHECKS
from tests.support.money_checks import wrong as wrong_money
from tests.support.money_faults import busy_pool
from tests.support.money_journal import Journal
from tests.support.money_people import Stage
from tests.support.money_reading import read_books
from tests.support.money_stories import GATEWAYS, STORIES
from tests.support.money_studio import MoneyStudio
from tests.support.system import Customer, System, running_system

SCENARIOS = int(os.environ.get("CYCLORAMA_SCENARIOS", "16"))
AT_ONCE = 8
TIMEOUT_SECONDS = 900
# Nothing but the test decides when jobs run: one that puts projections right would hide what this is to find.
NEVER = "86400"
MANY = "1000"
ARRIVES_WITHIN_SECONDS = 20
# They run once an hour, a week or in a deployment, and have no process here.
NOT_RUNNING = {"Migrator", "GatewayBootstrap", "PaymentReconcile", "IntegrationRebuildReports", "BookingOfferWaitlist",
               "BookingRefreshCalendars", "PaymentPollReceipts", "IntegrationReplays", "NotificationApi"}  # fmt: skip


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    options = {"CYCLORAMA_SEED": "1", "CYCLORAMA_SCHEDULE_SECONDS": NEVER, "CYCLORAMA_RESTARTS": MANY}
    with running_system(tmp_path_factory.mktemp("delivery"), **options, **IMPATIENT) as running:
        yield running


@pytest.mark.timeout(TIMEOUT_SECONDS)
def test_no_event_is_lost_and_no_effect_doubled(system: System) -> None:
    seed = os.environ.get("CYCLORAMA_SEED") or str(random.SystemRandom().randrange(10**9))
    journal, asked, before, receivers = Journal(), Asked(), booking_ids(system), Receivers(system)
    journal.note("injected", "a webhook's receiver that answers 500 to everything")
    print(f"\nCYCLORAMA_SEED={seed} CYCLORAMA_SCENARIOS={SCENARIOS}")  # noqa: T201
    try:
        with pool(system) as engine:
            stage = Stage(system, engine, MoneyStudio(system), system.manager, "", journal)
            poison = run(stage, seed, asked)
        facts, books, problems = settled(system, receivers, poison, asked, before)
    finally:
        print("\n".join([journal.summary(), *journal.surprises]))  # noqa: T201
    print(checked(facts, books))  # noqa: T201
    assert not journal.surprises, "\n".join(journal.surprises)
    assert not problems, "\n".join(problems)
    assert journal.counted("stories") == SCENARIOS
    assert all(journal.counted(kind) for kind in KINDS), "not everything that was planned happened"


def run(stage: Stage, seed: str, asked: Asked) -> dict[str, str]:
    """The stories under the storm, and then their end; returns what nobody could handle, and where it was sent."""
    began = time.monotonic()
    with Clockwork(stage.system, stage.engine, stage.journal):
        broker = Broker(stage.system)
        customers = known_customers(stage.system)
        storm = DeliveryStorm(stage.system, stage.engine, stage.journal, broker, planned(stage.system, broker, seed))
        with storm:
            tell(stage, seed, asked, customers)
        told = time.monotonic()
        stage.journal.note("seconds", "stories", round(told - began))
        DeliveryEnd(stage).come()
        stage.journal.note("seconds", "end", round(time.monotonic() - told))
    return storm.poison


def planned(system: System, broker: Broker, seed: str) -> list[Injection]:
    queues = [subscriber.name for subscriber in broker.subscribers]
    functions = sorted(system.local.functions().keys() - NOT_RUNNING)
    return plan(seed, SCENARIOS, functions, queues)


def known_customers(system: System) -> SimpleQueue[Customer]:
    """They signed in before anything went wrong."""
    customers: SimpleQueue[Customer] = SimpleQueue()
    for _ in range(AT_ONCE):
        customer = system.customer()
        customers.put(replace(customer, api=replace(customer.api, pool=busy_pool())))
    return customers


def tell(stage: Stage, seed: str, asked: Asked, customers: SimpleQueue[Customer]) -> None:
    """All stories, some at once; whoever ends one lends their customer to the next."""

    def story(number: int) -> None:
        chance, customer = Random(f"{seed} {number}"), customers.get()
        chosen = STORIES[number % len(STORIES)]
        at = replace(stage, gateway=chance.choice(GATEWAYS))
        try:
            chosen(PatientPeople(at, customer, chance, asked))
        except Exception as error:
            stage.journal.surprise(f"story {number}, {chosen.__name__}: {error!r}")
        finally:
            stage.journal.note("stories", chosen.__name__)
            customers.put(customer)

    with ThreadPoolExecutor(AT_ONCE) as stories:
        list(stories.map(story, range(SCENARIOS)))


def settled(
    system: System, receivers: Receivers, poison: dict[str, str], asked: Asked, before: set[str]
) -> tuple[Facts, Books, list[str]]:
    """Everything once it is right, or as it stands when it should have been."""
    deadline = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while True:
        facts, books = read_facts(system, receivers, poison, asked.bookings, before), read_books(system)
        problems = wrong(facts) + wrong_money(books)
        if not problems or time.monotonic() > deadline:
            return facts, books, problems
        time.sleep(1)


def checked(facts: Facts, books: Books) -> str:
    return (
        f"  checked: {len(CHECKS)} rules of delivery and {len(MONEY_CHECKS)} of money over {len(facts.told)} events, "
        f"{len(facts.bookings)} bookings, {len(books.payments)} payments, {len(books.refunds)} refunds, "
        f"{len(facts.notes)} messages, {len(facts.letters)} dead letters, {len(facts.visits)} visits, "
        f"{len(facts.movements)} movements of money; "
        + ", ".join(f"{sum(r.calls.values())} calls of a receiver that is {r.name}" for r in facts.receivers)
        + "\n  "
        + "\n  ".join(check.__name__ for check in (*CHECKS, *MONEY_CHECKS))
    )


@contextmanager
def pool(system: System) -> Iterator[Engine]:
    """Connections as the database's administrator, for many threads; those that died are noticed."""
    url = make_url(system.endpoints.database_url).set(drivername="postgresql+pg8000")
    options = {"ssl_context": False, "timeout": 10}
    engine = create_engine(url, connect_args=options, pool_size=AT_ONCE, pool_pre_ping=True)
    try:
        yield engine
    finally:
        engine.dispose()
