"""What the last release promised to clients still holds, or clients are told."""

import json
from copy import deepcopy

from infra.contract.__main__ import ACCEPTED, CHANGES, RELEASED, current, objections
from infra.contract.breaks import breaks

PROMISED = json.loads(RELEASED.read_text(encoding="utf-8"))
NOW = current()


def test_nothing_breaks_a_client_of_the_released_contract() -> None:
    found = objections(breaks(PROMISED, NOW), ACCEPTED.read_text("utf-8"), CHANGES.read_text("utf-8"))

    assert sorted(found) == [], "see CONTRIBUTING.md, A break of the contract"


def test_a_field_that_went_would_be_noticed() -> None:
    without = deepcopy(NOW)
    del without["schemas"]["Booking"]["properties"]["number"]

    assert "Booking.number: is gone" in breaks(PROMISED, without)
