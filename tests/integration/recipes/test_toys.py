"""The recipes of CONTRIBUTING, played: in one copy of the tree all toys are added, in another each forgets a step."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.engine import URL

from tests.support.database import administer
from tests.support.recipes.toys import event, hall_field, price_rule, route, schedule, stored_field
from tests.support.recipes.tree import Tree

RECIPES = [each.RECIPE for each in (hall_field, price_rule, stored_field, route, event, schedule)]
GENERATORS = ("generate.openapi", "generate.golden", "generate.access_page", "generate.events_page", "database.schema")
WIRING = "tests/contract/stack/test_template_wiring.py::test_"
CHECKS = (
    "tests/contract/test_price_rules.py",
    "tests/contract/test_stored_fields.py::test_whatever_a_hall_has_can_be_changed",
    "tests/contract/test_stored_fields.py::test_a_booking_keeps_what_was_said_with_its_order",
    "tests/contract/test_openapi.py::test_the_committed_documents_are_those_of_the_code",
    "tests/contract/test_events.py::test_the_golden_schemas_are_current",
    "tests/contract/test_events.py::test_the_events_page_is_current",
    "tests/contract/stack/test_triggers.py::test_every_event_has_a_recipe_that_says_what_it_plays",
    f"{WIRING}a_queue_holds_just_the_events_that_its_function_takes",
    f"{WIRING}every_consumer_and_every_job_of_the_code_is_a_function",
    f"{WIRING}a_function_is_called_as_often_as_its_code_says",
)
FORGOTTEN = {
    "A price rule": (price_rule.CODE, price_rule.LIST, price_rule.PAGE),
    "A stored field of a booking": (stored_field.EVENTS, stored_field.TABLE, stored_field.MIGRATION),
    "An event": (event.TEMPLATE, "infra/local/triggers/<trigger>.py"),
    "A schedule": (schedule.TEMPLATE,),
}
NAMED = {
    "the change of the hall's field": "HallChanges lacks parking",
    "what the price rule adds": "AdjustmentKind\nE       assert ['cleaning'] == []",
    "the halls of the price rule": "halls_of leaves out the halls of these parts\nE       assert ['cleaning'] == []",
    "the line about the price rule": "docs/prices.md, The adjustments",
    "the field of the booking itself": "OrderDetails has arrives_by, and Booking has not",
    "the subscription to the event": "|   'service.error_resolved'\n",
    "how the event is made to happen": "KeyError: 'service.error_resolved'",
    "the schema of the event": "item: 'service.error_resolved.v1.json'",
    "the function of the schedule": "'integration.jobs.close_old_errors'",
    "make openapi": "run `make openapi`",
}
PLAYED: dict[str, tuple[str, Any]] = {
    "hall_field": ("booking", ["in the street", "in the yard"]),
    "price_rule": (
        "booking",
        {"kind": "cleaning", "amount": 50_000, "total": 450_000, "twice": "cleaning.1.hall_id"},
    ),
    "stored_field": (
        "booking",
        {"kept": "lorry", "in a group": "tram", "told": ["lorry", "lorry", "tram"], "searched for": True},
    ),
    "route": ("integration", {"span": [200, 90], "of none": [404, "error_not_found"]}),
    "event": (
        "integration",
        {
            "status": 200,
            "told": "service.error_resolved",
            "failed": [],
            "read": "✅ <b>Solved: slot_gone</b>",
        },
    ),
    "schedule": ("integration", {"every": 3600, "done": [1, 0], "states": ["resolved", "open"]}),
}


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    tree = Tree(Path(tmp_path_factory.mktemp("complete")) / "tree")
    for recipe in RECIPES:
        recipe.follow(tree)
    tree.generate(*GENERATORS)
    return tree


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the checks say of a copy in which each recipe lacks steps, and nothing was generated."""
    tree = Tree(Path(tmp_path_factory.mktemp("forgetful")) / "tree")
    for recipe in RECIPES:
        recipe.follow(tree, *FORGOTTEN.get(recipe.title, ()))
    tree.edit(hall_field.CONTRACT, hall_field.CHANGED, "")
    tree.edit(stored_field.CONTRACT, stored_field.KEPT, "")
    return tree.tests(*CHECKS).stdout


@pytest.fixture
def url(server: URL, template: URL) -> Iterator[URL]:
    """A database for each toy: one of them migrates it."""
    own = server.set(database=f"own_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{own.database}" TEMPLATE "{template.database}"')
    yield own
    administer(server, f'DROP DATABASE "{own.database}" WITH (FORCE)')


@pytest.mark.parametrize("toy", PLAYED)
def test_a_toy_that_is_added_by_its_recipe_works(toy: str, complete: Tree, url: URL) -> None:
    service, told = PLAYED[toy]
    if service == "booking":
        complete.migrate(url)

    assert complete.play(toy, service, url) == told


def test_a_tree_with_all_toys_passes_the_checks(complete: Tree) -> None:
    assert (done := complete.tests(*CHECKS)).returncode == 0, done.stdout


@pytest.mark.parametrize("what", NAMED)
def test_what_is_left_out_is_named(what: str, forgetful: str) -> None:
    assert NAMED[what] in forgetful, forgetful


def test_a_migration_that_is_left_out_is_named(complete: Tree, url: URL) -> None:
    with pytest.raises(AssertionError, match=r"arrives_by.+does not exist"):
        complete.play("stored_field", "booking", url)
