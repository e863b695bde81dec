"""No ruble is lost or doubled: random stories of bookings and their money, while gateways err and processes die.

`CYCLORAMA_SCENARIOS` says how many for each gateway (200), `CYCLORAMA_SEED` which. The stories and their faults follow
the seed; how the processes interleave does not."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from random import Random

import pytest
from sqlalchemy import Engine, create_engine, make_url

from infra.local.client import Client
from tests.support.money_books import Books
from tests.support.money_checks import CHECKS, wrong
from tests.support.money_end import End
from tests.support.money_faults import Storm, busy_pool
from tests.support.money_journal import Journal
from tests.support.money_people import People, Stage
from tests.support.money_reading import read_books
from tests.support.money_stories import GATEWAYS, STORIES
from tests.support.money_studio import MoneyStudio
from tests.support.money_time import Time
from tests.support.system import PASSWORD, Customer, System

SCENARIOS = int(os.environ.get("CYCLORAMA_SCENARIOS", "200"))
AT_ONCE = 12
TIMEOUT_SECONDS = 900
# What is on its way when the books are read has arrived by then.
ARRIVES_WITHIN_SECONDS = 20


@pytest.fixture(scope="module")
def studio(system: System) -> MoneyStudio:
    return MoneyStudio(system)


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_no_ruble_is_lost_or_doubled(
    system: System, studio: MoneyStudio, seed: str, manners: dict[str, str], gateway: str
) -> None:
    journal = Journal()
    print(f"\nCYCLORAMA_SEED={seed} CYCLORAMA_SCENARIOS={SCENARIOS} {gateway} {manners}")  # noqa: T201
    try:
        with pool(system) as engine:
            run(Stage(system, engine, studio, staff(system), gateway, journal), seed)
        books, problems = settled_books(system)
    finally:
        print(journal.summary())  # noqa: T201
    print(f"  {checked(books)}")  # noqa: T201
    assert not journal.surprises, "\n".join(journal.surprises)
    assert not problems, "\n".join(problems)
    assert journal.counted("stories") == SCENARIOS
    assert journal.counted("killed at work"), "nothing was killed at work: the storm proves little"


def run(stage: Stage, seed: str) -> None:
    """The stories under the storm, and then their end."""
    began = time.monotonic()
    with Time(stage.system, stage.engine, stage.journal) as clock:
        with Storm(stage.system, Random(f"{seed} {stage.gateway} storm"), stage.journal):
            tell(stage, seed)
        clock.calm_down()
        told = time.monotonic()
        stage.journal.note("seconds", "stories", round(told - began))
        End(stage).come()
    stage.journal.note("seconds", "end", round(time.monotonic() - told))


def staff(system: System) -> Client:
    return Client(system.api_url, pool=busy_pool()).sign_in("manager@cyclorama.test", PASSWORD)


def tell(stage: Stage, seed: str) -> None:
    """All stories, some at once; whoever ends one lends their customer to the next."""
    customers: SimpleQueue[Customer] = SimpleQueue()
    for _ in range(AT_ONCE):
        customer = stage.system.customer()
        customers.put(replace(customer, api=replace(customer.api, pool=busy_pool())))

    def story(number: int) -> None:
        chance, customer = Random(f"{seed} {stage.gateway} {number}"), customers.get()
        chosen = STORIES[number % len(STORIES)]
        try:
            chosen(People(stage, customer, chance))
            stage.journal.note("stories", chosen.__name__)
        except Exception as error:
            stage.journal.surprise(f"story {number}, {chosen.__name__}: {error!r}")
        finally:
            customers.put(customer)

    with ThreadPoolExecutor(AT_ONCE) as stories:
        list(stories.map(story, range(SCENARIOS)))


def settled_books(system: System) -> tuple[Books, list[str]]:
    """Everybody's books once they agree, or as they stand when they should have."""
    deadline = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while True:
        books = read_books(system)
        problems = wrong(books)
        if not problems or time.monotonic() > deadline:
            return books, problems
        time.sleep(1)


def checked(books: Books) -> str:
    taken, back = sum(at.taken for at in books.gateways), sum(g.amount for at in books.gateways for g in at.given_back)
    return (
        f"{len(CHECKS)} checks over {len(books.bookings)} bookings, {len(books.gateways)} payments at gateways "
        f"({taken // 100} rubles taken, {back // 100} given back), {len(books.refunds)} refunds, "
        f"{len(books.told)} events"
    )


@contextmanager
def pool(system: System) -> Iterator[Engine]:
    """Connections as the database's administrator, for many threads."""
    url = make_url(system.endpoints.database_url).set(drivername="postgresql+pg8000")
    engine = create_engine(url, connect_args={"ssl_context": False, "timeout": 30}, pool_size=AT_ONCE)
    try:
        yield engine
    finally:
        engine.dispose()
