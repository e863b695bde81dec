"""How a run tells its stories, many at once, and reads what came of them."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import Engine, create_engine, make_url

from tests.support.stories.money.faults import busy_pool
from tests.support.stories.money.journal import Journal
from tests.support.stories.money.people import People
from tests.support.stories.money.stories import STORIES
from tests.support.system.whole import Customer, System
from tests.support.waiting import PATIENCE_SECONDS

R = TypeVar("R")


def known_customers(system: System, at_once: int) -> SimpleQueue[Customer]:
    """They signed in before anything went wrong."""
    customers: SimpleQueue[Customer] = SimpleQueue()
    for _ in range(at_once):
        customer = system.customer()
        customers.put(replace(customer, api=replace(customer.api, pool=busy_pool())))
    return customers


def tell(
    count: int, customers: SimpleQueue[Customer], people: Callable[[int, Customer], People], journal: Journal
) -> None:
    """So many stories by their numbers, as many at once as there are customers: who ends one lends theirs to the
    next."""

    def story(number: int) -> None:
        chosen, customer = STORIES[number % len(STORIES)], customers.get()
        try:
            chosen(people(number, customer))
        except Exception as error:
            journal.surprise(f"story {number}, {chosen.__name__}: {error!r}")
        finally:
            journal.note("stories", chosen.__name__)
            customers.put(customer)

    with ThreadPoolExecutor(customers.qsize()) as stories:
        list(stories.map(story, range(count)))


def settled(read: Callable[[], tuple[R, list[str]]]) -> tuple[R, list[str]]:
    """What is read, and what is wrong with it: once nothing is, or as it stands when it should have been right."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found, problems = read()
        if not problems or time.monotonic() > deadline:
            return found, problems
        time.sleep(1)


@contextmanager
def connections(system: System, at_once: int, patience_seconds: int) -> Iterator[Engine]:
    """Connections as the database's administrator, for many threads; those that died are noticed."""
    url = make_url(system.endpoints.database_url).set(drivername="postgresql+pg8000")
    options = {"ssl_context": False, "timeout": patience_seconds}
    engine = create_engine(url, connect_args=options, pool_size=at_once, pool_pre_ping=True)
    try:
        yield engine
    finally:
        engine.dispose()
