"""How somebody arrives is said with an order, kept, told and searched for."""
# ruff: noqa: T201 - its test reads it

import json
import os

from sqlalchemy import text

from core.postgres.database import create_database
from tests.support.database import ServiceSettings
from tests.support.recipes.plays.desk import CLIENT, TWO_HOURS, Desk


def main() -> None:
    desk = Desk()
    visit = {"hall_id": desk.hall, **TWO_HOURS}
    booked = desk.asks("POST /v1/bookings", {**visit, "arrives_by": "lorry"}, CLIENT)
    found = desk.asks("GET /v1/bookings/{booking_id}", None, CLIENT, booking_id=booked["id"])
    desk.asks("POST /v1/bookings/{booking_id}/cancel", {}, CLIENT, booking_id=booked["id"])
    group = desk.asks("POST /v1/booking-groups", {"items": [visit], "arrives_by": "tram"}, CLIENT)
    database = create_database(ServiceSettings("booking", os.environ["DATABASE_URL"]))
    with database.connect() as connection:
        by_lorry = connection.execute(text("SELECT id FROM booking.bookings WHERE arrives_by = 'lorry'")).scalars()
        searched = [str(each) for each in by_lorry] == [booked["id"]]
    print(
        json.dumps(
            {
                "kept": found["arrives_by"],
                "in a group": group["bookings"][0]["arrives_by"],
                "told": [event.data["arrives_by"] for event in desk.broker.taken if event.type.startswith("booking.")],
                "searched for": searched,
            }
        )
    )


main()
