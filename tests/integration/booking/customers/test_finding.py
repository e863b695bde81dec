"""Staff look for customers, and see what is known of one: the gateway's word, and what was booked here."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from booking.app import api
from booking.bookings.ports import BookingFilter
from booking.customers.errors import AccountsUnavailableError
from core.identity import Identity
from shared_schemas.booking.bookings import ReasonRequest
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.customers import BlockRequest, CustomersFound, CustomersQuery, NoteRequest, Visits
from shared_schemas.common import Money, Role
from tests.support.booking.studio import MANAGER, START, Studio, person_of
from tests.support.rest import ask

pytestmark = pytest.mark.usefixtures("default_policy")

DAY = timedelta(days=1)
NO_REASON = ReasonRequest()


def found(studio: Studio, q: str, **changes: int) -> CustomersFound:
    return studio.app.finding.find(CustomersQuery(q=q, **changes))


def ids(shown: CustomersFound) -> list[UUID]:
    return [customer.id for customer in shown.data]


def lived(studio: Studio) -> Identity:
    """Somebody who came once, was cancelled once, and comes again."""
    somebody, hall = Identity(str(uuid4()), Role.CLIENT), studio.hall()
    came, gone, _ = (studio.paid(hall, START + days * DAY, caller=somebody) for days in (0, 1, 2))
    studio.book(studio.hall(), START + 3 * DAY, caller=somebody)
    studio.bookings.cancel(gone.id, CancelRequest(), MANAGER, None)
    studio.clock.go_to(came.start)
    studio.visits.complete(came.id, NO_REASON, MANAGER)
    return somebody


def test_who_matches_has_what_they_booked(studio: Studio) -> None:
    somebody, new = lived(studio), uuid4()
    studio.app.customers.block(new, BlockRequest(reason="Broke a lamp"))
    studio.register.matching = [somebody.user_id, new]

    one, other = found(studio, "anna").data

    assert studio.register.looked_for == ["anna"]
    assert (one.full_name, one.phone) == (person_of(one.id).full_name, person_of(one.id).phone)
    assert (one.visits.count, one.visits.last, one.visits.next) == (1, START, START + 2 * DAY)
    assert (one.no_shows, one.blocked) == (0, False)
    assert (other.id, other.visits, other.blocked) == (new, Visits(), True)


def test_there_are_more_where_one_more_is_there(studio: Studio) -> None:
    studio.register.matching = [uuid4() for _ in range(3)]
    assert (ids(found(studio, "anna", limit=2)), found(studio, "anna", limit=2).more) == (
        studio.register.matching[:2], True,
    )  # fmt: skip
    assert not found(studio, "anna", limit=3).more


def test_a_number_leads_to_who_booked(studio: Studio) -> None:
    booked = studio.book(studio.hall())
    typed = f"{booked.number[:4]}-{booked.number[4:]}".lower()
    studio.register.matching = [booked.customer_id]
    assert ids(found(studio, typed)) == [booked.customer_id]
    assert not found(studio, typed).more
    studio.register.matching = []
    assert ids(found(studio, "00000000")) == []


def test_without_the_gateway_nobody_is_found(studio: Studio) -> None:
    booked = studio.book(studio.hall())
    studio.register.down = True
    for typed in ("anna", booked.number):
        with pytest.raises(AccountsUnavailableError):
            found(studio, typed)


def test_a_card_has_all_that_staff_ask_about(studio: Studio) -> None:
    somebody = lived(studio)
    studio.app.customers.add_note(somebody.user_id, NoteRequest(text="Brings a dog"), MANAGER, None)
    with studio.work() as work:
        booked = work.bookings.page(BookingFilter(customer_id=somebody.user_id), None, 50)

    card = studio.app.finding.card(somebody.user_id)

    assert (card.contact, card.contacts) == (person_of(somebody.user_id), "complete")
    assert card.bookings == {"completed": 1, "cancelled": 1, "confirmed": 1, "pending": 1}
    assert card.visits == Visits(
        count=1, last=START, next=START + 2 * DAY, refunded=Money(amount=0),
        paid=Money(amount=sum(booking.paid.amount for booking in booked)),
    )  # fmt: skip
    assert [note.text for note in card.notes] == ["Brings a dog"]


def test_a_card_without_the_gateway_says_so(studio: Studio) -> None:
    somebody = lived(studio)
    studio.register.down = True
    card = studio.app.finding.card(somebody.user_id)
    assert (card.contact, card.contacts, card.visits.count) == (None, "unavailable", 1)
    with pytest.raises(AccountsUnavailableError):
        studio.app.finding.card(uuid4())


@pytest.mark.usefixtures("served")
def test_the_routes_are_for_staff(studio: Studio) -> None:
    studio.register.matching = [uuid4()]
    answer = ask(api, MANAGER, "GET /v1/customers", query={"q": "4567"})
    assert [person["id"] for person in answer.body["data"]] == [str(studio.register.matching[0])]
    assert ask(api, studio.customer, "GET /v1/customers", query={"q": "4567"}).status == 403
    short = ask(api, MANAGER, "GET /v1/customers", query={"q": "45"}, headers={"Accept-Language": "ru"})
    assert (short.status, short.body["errors"][0]["code"]) == (422, "search_too_short")
    assert "4 цифры" in short.body["errors"][0]["message"]
    studio.register.down = True
    assert ask(api, MANAGER, "GET /v1/customers", query={"q": "4567"}).code == "accounts_unavailable"
