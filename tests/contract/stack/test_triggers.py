"""Every event that webhooks deliver can be made by a command, and what listens knows our signature."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.local.listening.signatures import TOLERANCE_SECONDS, is_ours
from infra.local.triggers import __main__ as triggers
from infra.local.triggers.recipes import RECIPES
from integration.connectors.webhooks.domain import known_types, signature
from tests.support.runs.table import each

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NEW = "whsec_new"
BODY = b'{"id": "1", "type": "booking.confirmed"}'


@each("event", known_types)
def test_every_event_has_a_recipe_that_says_what_it_plays(event: str) -> None:
    assert RECIPES[event].says.endswith(".")


def test_no_recipe_is_of_an_event_that_there_is_not() -> None:
    assert sorted(RECIPES) == known_types()


def test_an_unknown_event_is_refused_with_the_list() -> None:
    done = subprocess.run(
        [sys.executable, "-m", triggers.__package__, "booking.confirmd"],
        cwd=ROOT,
        env={"PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "There is no event 'booking.confirmd'" in done.stdout
    assert [event for event in RECIPES if event not in done.stdout] == []


def test_what_listens_takes_our_calls_and_no_others() -> None:
    header = signature(BODY, ["the old secret", NEW], NOW)

    def taken(body: bytes = BODY, secret: str = NEW, later: float = 0) -> bool:
        return is_ours(body, header, secret, NOW.timestamp() + later)

    assert (taken(), taken(secret="the old secret"), taken(later=TOLERANCE_SECONDS)) == (True, True, True)
    assert (taken(BODY + b" "), taken(secret="another"), taken(later=TOLERANCE_SECONDS + 1)) == (False, False, False)
    assert not any(is_ours(BODY, broken, NEW, NOW.timestamp()) for broken in ("", "t=1", "v1=2", "t=x,v1=y"))
