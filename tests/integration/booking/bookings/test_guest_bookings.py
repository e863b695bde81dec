"""Bookings of people without an account, on real PostgreSQL; who they are only the gateway knows, which is played."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from booking.app import api
from booking.bookings.errors import TooManyHoldsError
from booking.customers.errors import CustomerBlockedError, GuestNotAdmittedError
from booking.errors import OverrideNotAllowedError
from booking.extras.errors import PromoCodeClientLimitError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import NewBooking
from shared_schemas.booking.changes import ExtendRequest
from shared_schemas.booking.customers import BlockRequest
from shared_schemas.booking.extras import PromoCodeRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError, RuleViolationError
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor
from tests.support.guests import CONSENTS, guest
from tests.support.rest import Answer, ask

DAY = timedelta(days=1)
OTHER_PHONE = "+79161112299"


@pytest.fixture
def studio(studio: Studio) -> Iterator[Studio]:
    yield studio
    studio.policies.replace(PolicyRequest(), MANAGER)


def limits(studio: Studio, **changes: Any) -> None:
    studio.policies.replace(PolicyRequest.model_validate(changes), MANAGER)


def book(
    studio: Studio,
    hall: Hall,
    day: int = 0,
    caller: Identity | None = None,
    key: IdempotencyKey | None = None,
    order: dict[str, Any] | None = None,
    **told: Any,
) -> NewBooking:
    who = guest(**told)
    request = studio.request(hall, START + day * DAY, guest=who, **(order or {}))
    return studio.app.guest_bookings.create(request, who, caller, key, "ru")


def post(body: dict[str, Any], who: Identity | None = None, headers: dict[str, str] | None = None) -> Answer:
    return ask(api, who, "POST /v1/bookings", body, headers=headers or {})


def wanted(hall: Hall, **changes: Any) -> dict[str, Any]:
    slot = {"hall_id": str(hall.id), "start": START.isoformat(), "end": (START + timedelta(hours=2)).isoformat()}
    told = {"full_name": "Вера", "phone": "8 (916) 111-22-33", "consents": CONSENTS}
    return slot | {"guest": told} | changes


@pytest.mark.usefixtures("served")
def test_who_has_no_token_books_as_a_guest_and_gets_one(studio: Studio) -> None:
    answer = post(wanted(studio.hall()))

    assert (answer.status, answer.body["status"]) == (201, "pending")
    assert answer.body["access_token"] == f"token of {answer.body['id']}"
    assert answer.body["manage_url"] == "https://studio.test/manage#secret"
    [told] = studio.lobby.admitted
    assert (told.phone, told.by_staff) == ("+79161112233", False)
    [(who, granted)] = studio.lobby.granted.items()
    assert str(who) == answer.body["customer_id"]
    assert granted.ends_at.isoformat() == answer.body["end"]


@pytest.mark.usefixtures("served")
def test_the_language_of_the_request_is_the_guests(studio: Studio) -> None:
    post(wanted(studio.hall()), headers={"Accept-Language": "en"})
    assert studio.lobby.admitted[0].locale == "en"


@pytest.mark.usefixtures("served")
def test_without_a_token_and_without_a_guest_nobody_books(studio: Studio) -> None:
    body = wanted(studio.hall())
    del body["guest"]
    answer = post(body)
    assert (answer.status, answer.code) == (401, "unauthorized")


@pytest.mark.usefixtures("served")
def test_who_has_signed_in_names_no_guest(studio: Studio) -> None:
    answer = post(wanted(studio.hall()), studio.customer)
    assert (answer.status, answer.code) == (403, "override_not_allowed")
    assert not studio.lobby.admitted


@pytest.mark.usefixtures("served")
def test_who_has_signed_in_books_as_before(studio: Studio) -> None:
    body = wanted(studio.hall())
    del body["guest"]
    answer = post(body, studio.customer)
    assert answer.status == 201
    assert not {"access_token", "manage_url"} & set(answer.body)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("consents", [[], [{"document": "advertising", "version": "1"}]])
def test_a_guest_consents_to_the_processing_and_to_nothing_else(studio: Studio, consents: list[Any]) -> None:
    body = wanted(studio.hall())
    body["guest"]["consents"] = consents
    answer = post(body)
    assert (answer.status, answer.code) == (422, "rule_violation")
    [error] = answer.body["errors"]
    assert (error["field"], error["code"]) == ("guest.consents", "consent_required")
    assert not studio.lobby.admitted


@pytest.mark.usefixtures("served")
def test_nobody_books_for_a_guest_and_a_customer_at_once(studio: Studio) -> None:
    body = wanted(studio.hall(), customer_id=str(uuid4()))
    for who in (None, MANAGER):
        answer = post(body, who)
        assert (answer.status, answer.body["errors"][0]["code"]) == (422, "two_customers")


@pytest.mark.usefixtures("served")
def test_a_slot_that_is_taken_makes_no_token(studio: Studio) -> None:
    hall = studio.hall()
    post(wanted(hall))
    refused = post(wanted(hall))
    assert (refused.status, refused.code) == (409, "slot_taken")
    assert len(studio.lobby.admitted) == 2
    assert len(studio.lobby.granted) == 1, "the other guest has no booking, and is forgotten"


@pytest.mark.usefixtures("served")
def test_a_repeat_gets_the_same_booking_and_another_order_with_that_key_its_own(studio: Studio) -> None:
    hall = studio.hall()
    first = post(wanted(hall), headers={"Idempotency-Key": "1"})
    again = post(wanted(hall), headers={"Idempotency-Key": "1"})
    assert again.body == first.body
    # Guests have no name to tell their keys apart by: two who choose the same are not in each other's way.
    other = post(wanted(studio.hall()), headers={"Idempotency-Key": "1"})
    assert (other.status, other.body["id"] != first.body["id"]) == (201, True)


def test_a_key_of_staff_is_told_that_it_was_used_for_something_else(studio: Studio) -> None:
    hall, key = studio.hall(), IdempotencyKey(MANAGER.subject, "POST /v1/bookings", str(uuid4()), "body")
    made = book(studio, hall, caller=MANAGER, key=key)
    assert book(studio, hall, caller=MANAGER, key=key).id == made.id


def test_staff_book_for_who_has_no_account(studio: Studio) -> None:
    made = book(studio, studio.hall(), caller=MANAGER, consents=[])
    assert made.customer_id in studio.lobby.granted
    assert studio.lobby.admitted[0].by_staff
    assert made.access_token is None, "staff have one of their own"
    assert made.manage_url, "to pass on"


def test_a_program_books_for_guests_as_they_would_themselves(studio: Studio) -> None:
    """The studio's site passes on what a visitor writes: no account is found by it, and the limits hold."""
    limits(studio, max_unpaid_holds=1)
    site = Identity(str(uuid4()), Role.MANAGER, scopes=frozenset({"bookings:write"}))
    hall = studio.hall()
    studio.lobby.found = uuid4()

    made = book(studio, hall, caller=site)

    assert (made.access_token, made.customer_id != studio.lobby.found) == (f"token of {made.id}", True)
    assert not studio.lobby.admitted[0].by_staff
    with pytest.raises(GuestNotAdmittedError):
        book(studio, hall, 1, caller=site)
    with pytest.raises(RuleViolationError):
        book(studio, hall, 1, caller=site, consents=[])
    with pytest.raises(OverrideNotAllowedError):
        book(studio, hall, 1, caller=site, order={"override_reason": "I say so"}, phone=OTHER_PHONE)


def test_for_whom_staff_find_an_account_there_is_no_link(studio: Studio) -> None:
    studio.lobby.found = uuid4()
    made = book(studio, studio.hall(), caller=MANAGER, consents=[])
    assert (made.customer_id, made.manage_url) == (studio.lobby.found, None)
    assert not studio.lobby.granted


def test_guests_of_one_number_are_limited_together(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=2)
    hall = studio.hall()
    made = [book(studio, hall, day) for day in range(2)]
    assert made[0].customer_id != made[1].customer_id

    with pytest.raises(GuestNotAdmittedError):
        book(studio, hall, 2)

    book(studio, hall, 2, phone=OTHER_PHONE)
    book(studio, hall, 3, caller=MANAGER)
    assert studio.claims(hall) == 4


def test_what_strangers_hold_with_a_number_does_not_lock_out_its_owner(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=1)
    hall = studio.hall()
    studio.lobby.accounts["+79161112233"] = [studio.customer.user_id]
    book(studio, hall)
    with pytest.raises(GuestNotAdmittedError):
        book(studio, hall, 1)
    assert studio.book(hall, START + DAY).status == "pending"


def test_of_guests_of_one_number_who_come_at_once_no_more_get_in(studio: Studio, engine_for: EngineFor) -> None:
    limits(studio, max_unpaid_holds=2)
    rivals = [Studio(engine_for("booking")) for _ in range(6)]
    halls, start = [studio.hall() for _ in rivals], Barrier(len(rivals))

    def race(rival: Studio, hall: Hall) -> bool:
        rival.lobby = studio.lobby
        start.wait()
        try:
            return bool(book(rival, hall))
        except GuestNotAdmittedError:
            return False

    with ThreadPoolExecutor(len(rivals)) as pool:
        assert sum(pool.map(race, rivals, halls)) == 2
    assert sum(studio.claims(hall) for hall in halls) == 2


def test_a_guests_hold_that_gets_longer_counts_with_the_others_of_the_number(studio: Studio) -> None:
    limits(studio, max_unpaid_hours=5)
    hall = studio.hall()
    book(studio, hall, 0, phone="+79161112266")
    second = book(studio, hall, 1, phone="+79161112266")
    who = Identity(str(second.customer_id), Role.CLIENT, booking=second.id)
    studio.changes.extend(second.id, ExtendRequest(minutes=60), who, None)
    with pytest.raises(TooManyHoldsError):
        studio.changes.extend(second.id, ExtendRequest(minutes=60), who, None)


def test_guests_of_one_number_pay_as_one_person(studio: Studio) -> None:
    hall, phone = studio.hall(), f"+7916333{uuid4().int % 10_000:04}"
    same = [book(studio, hall, day, phone=phone) for day in range(2)]
    other = book(studio, hall, 2, phone=OTHER_PHONE)

    first, second, stranger = (studio.bookings.payment_terms(each.id) for each in (*same, other))

    assert first.payer == second.payer != stranger.payer
    assert set(first.payer_ids) == set(second.payer_ids) == {each.customer_id for each in same}
    assert not {*first.payer_ids} & {*stranger.payer_ids}


def test_a_promo_code_is_used_so_often_by_one_number(studio: Studio) -> None:
    code = f"ONCE{uuid4().hex[:6]}".upper()
    promo = {"code": code, "percent": 10, "max_uses_per_client": 1}
    studio.app.extras.add_promo_code(PromoCodeRequest.model_validate(promo), None)
    hall, order = studio.hall(), {"promo_code": code}
    book(studio, hall, 0, order=order)
    with pytest.raises(PromoCodeClientLimitError):
        book(studio, hall, 1, order=order)
    book(studio, hall, 1, order=order, phone=OTHER_PHONE)


@pytest.mark.parametrize("whose", ["accounts", "guests"])
def test_who_is_blocked_is_no_guest_with_the_same_number(studio: Studio, whose: str) -> None:
    hall, phone = studio.hall(), f"+7916222{uuid4().int % 10_000:04}"
    blocked = uuid4() if whose == "accounts" else book(studio, hall, phone=phone).customer_id
    if whose == "accounts":
        studio.lobby.accounts[phone] = [uuid4(), blocked]
    studio.app.customers.block(blocked, BlockRequest(reason="Broke a lamp"))

    with pytest.raises(GuestNotAdmittedError):
        book(studio, hall, 1, phone=phone)
    with pytest.raises(CustomerBlockedError):
        book(studio, hall, 1, caller=MANAGER, phone=phone)
    override = {"override_reason": "Paid for the lamp"}
    assert book(studio, hall, 1, caller=MANAGER, order=override, phone=phone)
    studio.app.customers.unblock(blocked)
    assert book(studio, hall, 2, phone=phone)


def test_a_block_is_told_when_a_limit_is_and_in_the_same_words(studio: Studio) -> None:
    """A slot that others have is told first: nobody can try numbers on slots that are not there."""
    hall, phone, other = studio.hall(), "+79162220001", "+79162220002"
    studio.lobby.accounts[phone] = [blocked := uuid4()]
    studio.app.customers.block(blocked, BlockRequest(reason="Broke a lamp"))
    limits(studio, max_unpaid_holds=1)
    book(studio, hall, 0, phone=other)

    taken = [refusal(studio, hall, 0, one) for one in (phone, other)]
    refused = [refusal(studio, hall, 1, one) for one in (phone, other)]

    assert taken[0] == taken[1]
    assert taken[0][0] == "slot_taken"
    assert refused[0] == refused[1]
    assert refused[0][0] == "guest_not_admitted"


def refusal(studio: Studio, hall: Hall, day: int, phone: str) -> tuple[str, str, str]:
    with pytest.raises(CycloramaError) as refused:
        book(studio, hall, day, phone=phone)
    error = refused.value
    return error.code, error.message("en"), error.message("ru")


def test_nothing_of_a_guest_is_stored_here(studio: Studio, engine: Engine) -> None:
    made = book(studio, studio.hall(), full_name="Вера Неповторимая", phone="+79163334455", email="v@example.com")
    secrets = ("Неповторимая", "9163334455", "v@example.com", str(made.access_token))
    with engine.connect() as connection:
        for table in ("bookings", "customers", "transitions", "outbox", "idempotency_keys"):
            rows = str(connection.execute(text(f"SELECT * FROM booking.{table}")).all())  # noqa: S608
            assert not [secret for secret in secrets if secret in rows], table


def test_a_guest_who_is_forgotten_is_counted_with_nobody(studio: Studio, engine: Engine) -> None:
    made = book(studio, studio.hall(), order={"comment": "Call me"})
    studio.app.customers.forget(uuid4(), made.customer_id)
    with engine.connect() as connection:
        query = text("SELECT phone_key FROM booking.customers WHERE id = :id")
        assert connection.execute(query, {"id": made.customer_id}).scalar_one() is None
    assert studio.bookings.get(made.id, MANAGER).comment is None


def test_the_answer_that_is_kept_goes_with_the_guest(studio: Studio, engine: Engine) -> None:
    key = IdempotencyKey("anonymous", "POST /v1/bookings", str(uuid4()), "body")
    made = book(studio, studio.hall(), key=key)
    assert answers(engine, made.customer_id) == 1
    studio.app.customers.forget(uuid4(), made.customer_id)
    assert answers(engine, made.customer_id) == 0


def answers(engine: Engine, customer_id: UUID) -> int:
    with engine.connect() as connection:
        query = text("SELECT response::text FROM booking.idempotency_keys WHERE principal = :who")
        found = connection.execute(query, {"who": str(customer_id)}).scalars().all()
    assert all(json.loads(each)["customer_id"] == str(customer_id) for each in found)
    return len(found)
