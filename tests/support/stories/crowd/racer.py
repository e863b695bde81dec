"""A process that wants what fifteen others want at the same moment."""

import multiprocessing
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from uuid import uuid4

from booking.calendar.errors import SlotTakenError
from core.identity import Identity
from core.postgres.database import create_database
from shared_schemas.booking.bookings import BookingRequest
from shared_schemas.common import Role
from tests.support.booking.studio import START, Studio
from tests.support.database import ServiceSettings
from tests.support.waiting import PATIENCE_SECONDS


def race(url: str, hall_id: str, rounds: int, barrier: Barrier, results: "multiprocessing.Queue[list[str]]") -> None:
    """Try to book one hour of each day, all at once; whether each try won or lost."""
    engine = create_database(ServiceSettings("booking", url))
    studio = Studio(engine)
    outcomes = []
    for number in range(rounds):
        start = START + timedelta(days=number)
        request = BookingRequest(hall_id=hall_id, start=start, end=start + timedelta(hours=1))
        barrier.wait(PATIENCE_SECONDS)
        try:
            studio.bookings.create(request, Identity(str(uuid4()), Role.CLIENT), None)
            outcomes.append("won")
        except SlotTakenError:
            outcomes.append("lost")
    results.put(outcomes)
    engine.dispose()
