"""What a studio has after its first day: people, a hall with prices, and what one client has ordered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from gateway.tables import users
from shared_schemas.common import Role
from tests.support.system.whole_api import PEOPLE, WholeApi


def register(engine: Engine) -> None:
    """A client, a manager and an administrator."""
    with engine.begin() as connection:
        for role, person_id in PEOPLE.items():
            connection.execute(insert(users).values(**person(person_id, role)))


def person(person_id: UUID, role: Role) -> dict[str, object]:
    """A row of `gateway.users`."""
    return {
        "id": person_id,
        "email": f"{role}-{person_id.int}@example.com",
        "phone": "+79161234567",
        "full_name": "Anna Petrova",
        "locale": "ru",
        "role": role.value,
        "password_hash": "",
        "consented_at": datetime.now(UTC),
        "created_at": datetime.now(UTC),
        "erased_at": None,
        "disabled_at": None,
    }


def furnish(api: WholeApi) -> dict[str, str]:
    """A hall, and a booking of the client's with a payment, in a week's time; ids by name, and a slot that is free."""
    hours = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
    hall = api.ask("manager", "POST", "/v1/halls", {"name": "A", "capacity": 5, "opening_hours": hours})["id"]
    tariff = {"hall_id": hall, "name": "All day", "price_per_hour": {"amount": 100_000}}
    api.ask("manager", "POST", "/v1/tariffs", tariff)
    slots = _mornings()
    booking = api.ask("client", "POST", "/v1/bookings", {"hall_id": hall, **next(slots)})["id"]
    order = {"booking_id": booking, "provider": "yookassa", "return_url": "https://studio.example/paid"}
    payment = api.ask("client", "POST", "/v1/payments", order)["id"]
    free = next(slots)
    day = datetime.fromisoformat(free["start"])
    return {
        "hall_id": hall,
        "booking_id": booking,
        "payment_id": payment,
        **free,
        "from": day.date().isoformat(),
        "to": (day + timedelta(days=2)).date().isoformat(),
    }


def order_more(api: WholeApi, known: dict[str, str]) -> dict[str, str]:
    """All else that a client can have: two visits in a group, a place on the waitlist, a calendar."""
    slots = _mornings(after=3)
    visits = [{"hall_id": known["hall_id"], **next(slots)} for _ in range(2)]
    group = api.ask("client", "POST", "/v1/booking-groups", {"items": visits})["id"]
    entry = api.ask("client", "POST", "/v1/waitlist", visits[0])["id"]
    calendar = api.ask("client", "POST", "/v1/calendars", {})["id"]
    return {**known, "group_id": group, "entry_id": entry, "calendar": calendar}


def _mornings(after: int = 0) -> Iterator[dict[str, str]]:
    """Two hours on each day from next week on."""
    start = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7 + after)
    while True:
        yield {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
        start += timedelta(days=1)
