"""A field that somebody adds to the contract of a booking is stored, although no repository knows it."""

from typing import Any

import pytest

from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.prices import Price
from tests.support.booking.studio import Studio
from tests.support.database import EngineFor
from tests.support.editing import with_field

REPOSITORY = "booking.bookings.repository"


@pytest.mark.parametrize("model", [Booking, Price])
def test_a_new_field_of_a_booking_is_stored_and_read(
    model: type, engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(engine_for("booking"))
    sold = studio.book(studio.hall())
    edited: Any = with_field(REPOSITORY, model, "arrives_by", monkeypatch)
    before = edited.Booking.model_validate(sold.model_dump() | {"arrives_by": "tram"})

    with studio.engine.begin() as connection:
        repository = edited.BookingRepository(connection)
        repository.update(before, before.model_copy(update={"version": 2, "arrives_by": "lorry"}))
        found = repository.get(sold.id)

    assert (found.arrives_by, found.version) == ("lorry", 2)
    assert found.model_dump(exclude={"arrives_by", "version"}) == sold.model_dump(exclude={"version"})
