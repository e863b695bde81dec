"""When a delivery is tried again, and when it is given up."""

from datetime import timedelta
from uuid import uuid4

from integration.deliveries.domain import Parcel, Patience, after_failure
from integration.deliveries.errors import TransientSendError
from tests.support.booking.made import NOW
from tests.support.integration.reports import told

PATIENCE = Patience()
TICK = timedelta(microseconds=1)


def test_what_would_be_tried_when_its_time_is_over_is_given_up() -> None:
    def outcome(left: timedelta) -> str:
        parcel = Parcel("webhooks", "", told("booking.created", uuid4(), 1, NOW), NOW + left, attempts=1)
        return after_failure(parcel, TransientSendError("http_500", 500), PATIENCE, NOW, lambda: 1.0).status

    assert outcome(PATIENCE.first + TICK) == "waiting"
    assert outcome(PATIENCE.first) == outcome(timedelta(0)) == "dead"
