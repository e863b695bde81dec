"""Confirming one's addresses, and changing them."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.identity import Identity
from gateway.codes.domain import LIFETIMES, Address
from gateway.sessions.domain import FRESH, SignIn
from shared_schemas.accounts import Account, AccountPatch
from shared_schemas.codes import Confirmation
from shared_schemas.common import Role
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.studio import ConsentGranted
from tests.support.clock import NOW
from tests.support.codes import AWAY, EMAIL, HOME, PHONE, SESSIONS, Door, refusals, wrong
from tests.support.gateway import PASSWORD, registration

AWAY_SESSION, ENDED_SESSION = uuid4(), uuid4()
NEW_EMAIL, NEW_PHONE = Address("email", "new@example.com"), Address("sms", "+79991234567")


@pytest.fixture
def door() -> Door:
    return Door()


def confirm(
    door: Door, who: UUID, address: Address, code: str, password: str | None = None, session: UUID | None = None
) -> Account | str:
    """The account, or the code of the refusal."""
    where = {"email": address.value} if address.channel == "email" else {"phone": address.value}
    with refusals() as said:
        request = Confirmation.model_validate({**where, "code": code, "password": password})
        return door.confirmations.confirm(Identity(str(who), Role.CLIENT, session), request, HOME)
    return said[0]


def told(door: Door) -> list[tuple[str, str]]:
    """Purpose and address of what waits to be sent."""
    return sorted((code.purpose, code.address) for code in door.waiting())


def test_who_registers_is_sent_a_code_that_confirms_the_email(door: Door) -> None:
    account = door.registration.register(registration(), HOME)
    [sent] = door.waiting()
    event = CodeRequested(code_id=sent.id, account_id=account.id, purpose="confirmation", channel="email")
    granted = ConsentGranted(account_id=account.id, kind="personal_data", document_version="2026-11")
    assert door.storage.events == [granted, event]
    assert account.email_confirmed_at is None
    door.clock.advance(seconds=LIFETIMES["confirmation"].total_seconds() - 1)

    confirmed = confirm(door, account.id, EMAIL, door.codes.pending(sent.id).secret)

    assert isinstance(confirmed, Account)
    assert (confirmed.email_confirmed_at, confirmed.phone_confirmed_at) == (door.clock.now(), None)
    user = door.user(account.id)
    assert user.full_name and user.phone and user.password_hash
    assert door.waiting() == []


def test_whether_an_email_has_an_account_is_told_to_its_owner_alone(door: Door) -> None:
    anna = door.registration.register(registration(), HOME)
    before, events = door.user(anna.id), len(door.storage.events)

    again = door.registration.register(registration(full_name="Eve", password="another good one"), AWAY)

    assert again.model_fields_set == anna.model_fields_set and again.id != anna.id
    assert (again.full_name, again.email) == ("Eve", anna.email)
    assert door.storage.committed.rows == {anna.id: before}
    [told_of] = door.storage.events[events:]
    assert isinstance(told_of, CodeRequested)
    assert (told_of.account_id, told_of.purpose) == (anna.id, "known")
    assert door.codes.pending(told_of.code_id).secret == ""


def test_one_registers_where_many_messages_went_before(door: Door) -> None:
    for number in range(7):
        with refusals():
            door.codes.send(EMAIL, "ru", f"network {number}")
    account = door.registration.register(registration(), HOME)
    assert door.user(account.id).email == EMAIL.value
    assert ("confirmation", EMAIL.value) not in told(door)


def test_a_wrong_code_confirms_nothing(door: Door) -> None:
    anna = door.anna()
    code = door.send()
    assert confirm(door, anna.id, EMAIL, wrong(code)) == "invalid_code"
    assert confirm(door, anna.id, NEW_EMAIL, code, PASSWORD) == "invalid_code"
    assert door.user(anna.id).email_confirmed_at is None
    assert isinstance(confirm(door, anna.id, EMAIL, code), Account)


def test_a_code_that_confirmed_something_signs_nobody_in(door: Door) -> None:
    anna = door.anna()
    code = door.send()
    confirm(door, anna.id, EMAIL, code)
    assert door.outcome(code) == "invalid_code"


@pytest.mark.parametrize("address", [PHONE, NEW_PHONE, NEW_EMAIL])
def test_what_opens_the_account_from_now_on_needs_its_password(door: Door, address: Address) -> None:
    anna = door.anna(email_confirmed_at=NOW)
    code = door.send(address)
    assert confirm(door, anna.id, address, code) == "password_needed"
    assert confirm(door, anna.id, address, code, "wrong") == "rule_violation"
    account = confirm(door, anna.id, address, code, PASSWORD)
    assert isinstance(account, Account)
    assert address.value in {account.email, account.phone}
    assert told(door) == [("warning", EMAIL.value)]


def test_passwords_are_not_found_out_by_confirming(door: Door) -> None:
    anna = door.anna(email_confirmed_at=NOW)
    code = door.send(PHONE)
    said = [confirm(door, anna.id, PHONE, code, f"guess {n}") for n in range(6)]
    assert said[-1] == "too_many_tries"


def enter(door: Door) -> SignIn:
    """By a code to the phone: the first time, that makes an account without a password."""
    before = set(door.storage.sessions.rows)
    door.enter(door.send(PHONE), PHONE)
    [new] = set(door.storage.sessions.rows) - before
    return door.storage.sessions.rows[new]


def test_who_has_no_password_needs_none_and_is_told_at_the_old_address(door: Door) -> None:
    mine = enter(door)
    door.clock.advance(seconds=FRESH.total_seconds() - 1)
    account = confirm(door, mine.user_id, NEW_PHONE, door.send(NEW_PHONE), session=mine.id)
    assert isinstance(account, Account)
    assert account.phone == NEW_PHONE.value
    assert told(door) == [("warning", PHONE.value)]
    assert door.codes.pending(door.waiting()[0].id).secret == ""


@pytest.mark.parametrize("address", [NEW_PHONE, NEW_EMAIL], ids=str)
def test_without_a_password_a_new_address_needs_a_fresh_sign_in(door: Door, address: Address) -> None:
    """A token that was stolen later, and whatever it is exchanged for, is not worth the account."""
    old, others = enter(door), door.accounts.register(registration(email="b@example.com"))
    door.clock.advance(seconds=FRESH.total_seconds())
    code, now = door.send(address), door.clock.now()
    door.storage.sessions.put(old.exchanged(now, SESSIONS))
    for id_, user_id in ((AWAY_SESSION, others.id), (ENDED_SESSION, old.user_id)):
        door.storage.sessions.put(replace(old, id=id_, user_id=user_id, created_at=now))
    door.storage.sessions.put(door.storage.sessions.rows[ENDED_SESSION].ended("signed_out", now))

    for session in (None, uuid4(), old.id, AWAY_SESSION, ENDED_SESSION):
        assert confirm(door, old.user_id, address, code, session=session) == "sign_in_again"

    again = enter(door)
    assert isinstance(confirm(door, old.user_id, address, code, session=again.id), Account)


def test_a_new_email_opens_the_account_and_the_old_one_does_not(door: Door) -> None:
    anna = door.anna(email_confirmed_at=NOW)
    confirm(door, anna.id, NEW_EMAIL, door.send(NEW_EMAIL), PASSWORD)
    assert (door.user(anna.id).email, door.user(anna.id).email_confirmed_at) == (NEW_EMAIL.value, NOW)
    assert door.link(NEW_EMAIL.value)
    assert door.link(EMAIL.value) is None


@pytest.mark.parametrize(
    ("others", "address", "refusal"),
    [
        ({"email": NEW_EMAIL.value, "role": Role.MANAGER}, NEW_EMAIL, "email_taken"),
        ({"email": NEW_EMAIL.value, "email_confirmed_at": NOW}, NEW_EMAIL, "email_taken"),
        ({"email": "b@example.com", "phone_confirmed_at": NOW}, PHONE, "phone_taken"),
    ],
    ids=str,
)
def test_what_opens_another_account_cannot_open_this_one_and_the_code_stays_good(
    door: Door, others: dict[str, Any], address: Address, refusal: str
) -> None:
    anna = door.anna()
    other = door.accounts.register(registration(email="b@example.com"))
    door.change(other.id, **others)
    code = door.send(address)
    assert confirm(door, anna.id, address, code, PASSWORD) == refusal
    assert door.user(anna.id).email == EMAIL.value
    assert door.user(anna.id).phone_confirmed_at is None
    assert len(door.waiting()) == 1


@pytest.mark.parametrize("changes", [{}, {"phone_confirmed_at": NOW}], ids=str)
def test_an_email_that_somebody_else_never_proved_is_no_hindrance(door: Door, changes: dict[str, Any]) -> None:
    anna = door.anna()
    other = door.accounts.register(registration(email=NEW_EMAIL.value))
    door.change(other.id, **changes)
    before = door.user(other.id)
    account = confirm(door, anna.id, NEW_EMAIL, door.send(NEW_EMAIL), PASSWORD)
    assert isinstance(account, Account)
    assert (account.email, account.email_confirmed_at) == (NEW_EMAIL.value, NOW)
    assert door.user(other.id) == replace(before, email=None)


def test_an_unconfirmed_phone_of_somebody_else_is_no_hindrance(door: Door) -> None:
    anna = door.anna()
    door.accounts.register(registration(email="b@example.com"))
    assert isinstance(confirm(door, anna.id, PHONE, door.send(PHONE), PASSWORD), Account)


def test_staff_confirm_their_email_and_come_in_by_codes_then(door: Door) -> None:
    anna = door.anna(role=Role.ADMIN)
    confirm(door, anna.id, EMAIL, door.send())
    assert door.outcome(door.send(network=AWAY), network=AWAY) == "in"


def test_a_changed_phone_is_not_confirmed_any_more(door: Door) -> None:
    anna = door.anna(phone_confirmed_at=NOW)
    same = door.accounts.change(anna.id, AccountPatch(phone=PHONE.value, full_name="Anna"))
    assert same.phone_confirmed_at == NOW
    changed = door.accounts.change(anna.id, AccountPatch(phone=NEW_PHONE.value))
    assert (changed.phone, changed.phone_confirmed_at) == (NEW_PHONE.value, None)


@pytest.mark.parametrize(
    ("ways", "refused"),
    [
        ({}, False),
        ({"password_hash": None}, True),
        ({"password_hash": None, "email_confirmed_at": NOW}, False),
    ],
    ids=str,
)
def test_nobody_locks_themselves_out_by_a_slip(door: Door, ways: dict[str, Any], refused: bool) -> None:
    anna = door.anna(phone_confirmed_at=NOW, **ways)
    with refusals() as said:
        door.accounts.change(anna.id, AccountPatch(phone=NEW_PHONE.value))
    assert (said == ["only_way_in"]) is refused
    assert (door.user(anna.id).phone == PHONE.value) is refused


def test_an_operator_vouches_for_an_email(door: Door) -> None:
    anna = door.anna()
    assert (door.accounts.vouch(EMAIL.value), door.accounts.vouch("nobody@example.com")) == (anna.id, None)
    assert door.user(anna.id).email_confirmed_at == NOW
    door.clock.advance(days=1)
    door.accounts.vouch(EMAIL.value)
    assert door.user(anna.id).email_confirmed_at == NOW
