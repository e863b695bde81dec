"""No ruble is lost or doubled: random stories of bookings and their money, while gateways err and processes die.

The stories and their faults follow the seed; how the processes interleave does not. `make soak` tells more of them."""

import time
from collections.abc import Callable
from random import Random

import pytest

from infra.local.client import Client
from tests.support.chance import scaled, seed, told, wanted
from tests.support.stories.money.books import Books
from tests.support.stories.money.checks import CHECKS, wrong
from tests.support.stories.money.clockwork import Time
from tests.support.stories.money.end import End
from tests.support.stories.money.faults import (
    KILL,
    LINKS_RUN_OUT,
    PAYMENT_FAULTS,
    WEATHER,
    Storm,
    busy_pool,
    deal,
)
from tests.support.stories.money.journal import Journal
from tests.support.stories.money.people import People, Stage
from tests.support.stories.money.reading import read_books
from tests.support.stories.money.stories import GATEWAYS, STORIES
from tests.support.stories.money.studio import MoneyStudio
from tests.support.stories.telling import connections, known_customers, settled, tell
from tests.support.system.whole import PASSWORD, Customer, System

# Each story twice for each gateway, and each fault of a payment and of the weather twice at least (`deal`).
SCENARIOS = scaled(2 * len(STORIES))
AT_ONCE = 12
TIMEOUT_SECONDS = scaled(900)


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_no_ruble_is_lost_or_doubled(
    system: System, studio: MoneyStudio, manners: dict[str, str], gateway: str
) -> None:
    journal = Journal()
    print(f"\n{told()} {gateway} {manners}")  # noqa: T201
    try:
        with connections(system, AT_ONCE, patience_seconds=30) as engine:
            run(Stage(system, engine, studio, staff(system), gateway, journal))
        books, problems = settled(lambda: read(system))
    finally:
        print(journal.summary())  # noqa: T201
    print(f"  {checked(books)}")  # noqa: T201
    assert not journal.surprises, "\n".join(journal.surprises)
    assert not problems, "\n".join(problems)
    assert journal.counted("stories") == SCENARIOS
    assert journal.kinds("faults of a payment") >= set(wanted(PAYMENT_FAULTS))
    assert journal.kinds("weather") >= set(wanted([*WEATHER, LINKS_RUN_OUT]))
    assert not wanted([KILL]) or journal.counted("killed at work"), "the storm killed nobody at work: it proves little"


def run(stage: Stage) -> None:
    """The stories under the storm, and then their end."""
    began = time.monotonic()
    with Time(stage.system, stage.engine, stage.journal) as clock:
        with Storm(stage.system, Random(f"{seed()} {stage.gateway} storm"), stage.journal):
            tell(SCENARIOS, known_customers(stage.system, AT_ONCE), people(stage), stage.journal)
        clock.calm_down()
        told = time.monotonic()
        stage.journal.note("seconds", "stories", round(told - began))
        End(stage).come()
    stage.journal.note("seconds", "end", round(time.monotonic() - told))


def staff(system: System) -> Client:
    return Client(system.api_url, pool=busy_pool()).sign_in("manager@cyclorama.test", PASSWORD)


def people(stage: Stage) -> Callable[[int, Customer], People]:
    """Who acts in a story, with the faults that its payments meet."""
    dealt = deal(Random(f"{seed()} {stage.gateway} faults"), PAYMENT_FAULTS)

    def of_story(number: int, customer: Customer) -> People:
        chance = Random(f"{seed()} {stage.gateway} {number}")
        return People(stage, customer, chance, dealt[number] if number < len(dealt) else "")

    return of_story


def read(system: System) -> tuple[Books, list[str]]:
    books = read_books(system)
    return books, wrong(books)


def checked(books: Books) -> str:
    taken, back = sum(at.taken for at in books.gateways), sum(g.amount for at in books.gateways for g in at.given_back)
    return (
        f"{len(CHECKS)} checks over {len(books.bookings)} bookings, {len(books.gateways)} payments at gateways "
        f"({taken // 100} rubles taken, {back // 100} given back), {len(books.refunds)} refunds, "
        f"{len(books.told)} events"
    )
