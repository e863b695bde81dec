"""No event is lost and no effect doubled, whatever is killed, lost, repeated or reordered while people book and pay.

What goes wrong follows the seed, and comes when so many stories are told; how the processes interleave does not.
`make soak` tells more of them, and more goes wrong."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from tests.faults.conftest import IMPATIENT, MANNERS, PAUSES
from tests.support.chance import scaled, seed, told, wanted
from tests.support.stories.delivery.broker import Broker
from tests.support.stories.delivery.checks import CHECKS, wrong
from tests.support.stories.delivery.clockwork import DeliveryClockwork
from tests.support.stories.delivery.end import DeliveryEnd
from tests.support.stories.delivery.facts import Facts
from tests.support.stories.delivery.people import Asked, PatientPeople
from tests.support.stories.delivery.plan import KINDS, Injection, plan
from tests.support.stories.delivery.reading import booking_ids, read_facts
from tests.support.stories.delivery.receivers import Receivers
from tests.support.stories.delivery.storm import DeliveryStorm
from tests.support.stories.money.books import Books
from tests.support.stories.money.checks import CHECKS as MONEY_CHECKS
from tests.support.stories.money.checks import wrong as wrong_money
from tests.support.stories.money.journal import Journal
from tests.support.stories.money.people import Stage
from tests.support.stories.money.reading import read_books
from tests.support.stories.money.stories import GATEWAYS
from tests.support.stories.money.studio import MoneyStudio
from tests.support.stories.telling import connections, known_customers, settled, tell
from tests.support.system.whole import Customer, System, running_system

# Each kind of fault comes at least as often as `KINDS` says, and every rule of both lists of checks is checked.
SCENARIOS = scaled(16)
AT_ONCE = 8
TIMEOUT_SECONDS = scaled(900)
# Nothing but the test decides when jobs run: one that puts projections right would hide what this is to find.
NEVER = "86400"
MANY = "1000"
# They run once an hour, a week or in a deployment, and have no process here.
NOT_RUNNING = {"Migrator", "GatewayBootstrap", "PaymentReconcile", "IntegrationRebuildReports", "BookingOfferWaitlist",
               "BookingRefreshCalendars", "PaymentPollReceipts", "IntegrationReplays", "NotificationApi"}  # fmt: skip


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, manners: dict[str, str]) -> Iterator[System]:
    """It takes money the other way than the studio of the other tests."""
    other = {name: next(way for way in either if way != manners[name]) for name, either in MANNERS.items()}
    options = IMPATIENT | {"CYCLORAMA_SCHEDULE_SECONDS": NEVER, "CYCLORAMA_RESTARTS": MANY}
    # Whoever is quickest tells most stories, and is to hear of all of them.
    other |= {"PersonDailyMessages": MANY, "UnconfirmedDailyMessages": MANY}
    options |= {"CYCLORAMA_PARAMETERS": json.dumps(PAUSES | other)}
    with running_system(tmp_path_factory.mktemp("delivery"), **options) as running:
        yield running


@pytest.mark.timeout(TIMEOUT_SECONDS)
def test_no_event_is_lost_and_no_effect_doubled(system: System) -> None:
    journal, asked, before, receivers = Journal(), Asked(), booking_ids(system), Receivers(system)
    journal.note("injected", "a webhook's receiver that answers 500 to everything")
    print(f"\n{told()}")  # noqa: T201
    try:
        with connections(system, AT_ONCE, patience_seconds=10) as engine:
            stage = Stage(system, engine, MoneyStudio(system), system.manager, "", journal)
            poison = run(stage, asked)

        def read() -> tuple[tuple[Facts, Books], list[str]]:
            facts, books = read_facts(system, receivers, poison, asked.bookings, before), read_books(system)
            return (facts, books), wrong(facts) + wrong_money(books)

        (facts, books), problems = settled(read)
    finally:
        print("\n".join([journal.summary(), *journal.surprises]))  # noqa: T201
    print(checked(facts, books))  # noqa: T201
    assert not journal.surprises, "\n".join(journal.surprises)
    assert not problems, "\n".join(problems)
    assert journal.counted("stories") == SCENARIOS
    assert all(journal.counted(kind) for kind in wanted(KINDS)), "not everything that was planned happened"


def run(stage: Stage, asked: Asked) -> dict[str, str]:
    """The stories under the storm, and then their end; returns what nobody could handle, and where it was sent."""
    began = time.monotonic()
    with DeliveryClockwork(stage.system, stage.engine, stage.journal):
        broker = Broker(stage.system)
        customers = known_customers(stage.system, AT_ONCE)
        storm = DeliveryStorm(stage.system, stage.engine, stage.journal, broker, planned(stage.system, broker))
        with storm:
            tell(SCENARIOS, customers, people(stage, asked), stage.journal)
        told = time.monotonic()
        stage.journal.note("seconds", "stories", round(told - began))
        DeliveryEnd(stage).come()
        stage.journal.note("seconds", "end", round(time.monotonic() - told))
    return storm.poison


def planned(system: System, broker: Broker) -> list[Injection]:
    queues = [subscriber.name for subscriber in broker.subscribers]
    functions = sorted(system.local.functions().keys() - NOT_RUNNING)
    return plan(seed(), SCENARIOS, functions, queues)


def people(stage: Stage, asked: Asked) -> Callable[[int, Customer], PatientPeople]:
    """Who acts in a story, at a gateway of chance."""

    def of_story(number: int, customer: Customer) -> PatientPeople:
        chance = Random(f"{seed()} {number}")
        return PatientPeople(replace(stage, gateway=chance.choice(GATEWAYS)), customer, chance, asked)

    return of_story


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
