"""A request whose function is killed half-way leaves nothing behind, and its repeat does the work once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from infra.local.client import Answer
from tests.faults.test_killed_consumer import kill_while_waiting, locked
from tests.support.system.whole import System
from tests.support.waiting import PATIENCE_SECONDS, eventually


def test_a_booking_whose_function_is_killed_is_made_by_its_repeat(system: System) -> None:
    customer, slot, key = system.customer(), system.slot(), str(uuid4())

    def killed() -> Answer | None:
        """A role waits for a lock three seconds: on a busy machine it may have given up before anybody was killed."""
        with ThreadPoolExecutor(1) as thread:
            with locked(system, "booking.outbox") as connection:
                first = thread.submit(customer.api.request, "POST", "/v1/bookings", slot, Idempotency_Key=key)
                kill_while_waiting(system, connection, "BookingApi", "booking.outbox")
            answer = first.result(PATIENCE_SECONDS)
        return answer if answer.document["code"] != "busy" else None

    broken = eventually(killed)

    def repeat() -> Answer | None:
        # The idle processes died, too, and one of them may be given the request before its end is noticed.
        answer = customer.api.request("POST", "/v1/bookings", slot, Idempotency_Key=key)
        return answer if answer.status != 502 else None

    again = eventually(repeat)
    same = customer.api.request("POST", "/v1/bookings", slot, Idempotency_Key=key)

    assert (broken.status, broken.document["code"]) == (502, "bad_gateway")
    assert (again.status, same.status) == (201, 201)
    assert again.document["id"] == same.document["id"]
    assert [booking["id"] for booking in customer.api.get("/v1/bookings")["data"]] == [again.document["id"]]
