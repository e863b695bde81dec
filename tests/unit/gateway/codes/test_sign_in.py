"""Signing in by a one-time code: whom it lets in, and whom not."""

from uuid import UUID, uuid4

import jwt
import pytest
from pydantic import ValidationError

from core.identity import Identity
from core.tokens import identity_of
from gateway.codes.domain import LIFETIMES, TRIES, Address
from gateway.codes.errors import CodeNotFoundError
from shared_schemas.accounts import TokenPair, TokenRequest
from shared_schemas.codes import CodeRequest
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountAccessEnded, CodeRequested
from tests.support.clock import NOW
from tests.support.codes import AWAY, EMAIL, PHONE, Door, wrong
from tests.support.gateway import PASSWORD


@pytest.fixture
def door() -> Door:
    return Door()


def who(pair: TokenPair) -> Identity:
    """Whom a token names; the tests' clock is ahead of the one that `verify` reads."""
    return identity_of(jwt.decode(pair.access_token, options={"verify_signature": False}))


@pytest.mark.parametrize("address", [EMAIL, PHONE])
def test_a_right_code_makes_an_account_for_who_has_none(door: Door, address: Address) -> None:
    user = door.user(who(door.enter(door.send(address), address)).user_id)
    assert (user.role, user.password_hash, user.full_name, user.consented_at) == (Role.CLIENT, None, "", NOW)
    assert (user.email, user.email_confirmed_at) == ((EMAIL.value, NOW) if address == EMAIL else (None, None))
    assert (user.phone, user.phone_confirmed_at) == ((PHONE.value, NOW) if address == PHONE else (None, None))


@pytest.mark.parametrize("address", [EMAIL, PHONE])
def test_a_right_code_lets_in_who_has_confirmed_the_address(door: Door, address: Address) -> None:
    anna = door.anna(email_confirmed_at=NOW, phone_confirmed_at=NOW)
    assert who(door.enter(door.send(address), address, consent=False)).user_id == anna.id
    assert door.user(anna.id).password_hash
    assert len(door.storage.committed.rows) == 1


def test_a_code_is_good_once(door: Door) -> None:
    code = door.send()
    assert [door.outcome(code), door.outcome(code)] == ["in", "invalid_code"]
    assert door.waiting() == []


def test_a_code_is_good_for_its_time(door: Door) -> None:
    first = door.send()
    door.clock.advance(seconds=LIFETIMES["sign_in"].total_seconds())
    assert door.outcome(first) == "invalid_code"
    second = door.send()
    door.clock.advance(seconds=LIFETIMES["sign_in"].total_seconds() - 1)
    assert door.outcome(second) == "in"


def test_a_code_is_for_its_own_address(door: Door) -> None:
    other = Address("email", "boris@example.com")
    code, _ = door.send(), door.send(other)
    assert door.outcome(code, other) == "invalid_code"


def test_the_next_code_takes_the_place_of_the_one_before(door: Door) -> None:
    first, second = door.send(), door.send()
    assert (len(door.waiting()), door.outcome(first), door.outcome(second)) == (1, "invalid_code", "in")


def test_without_consent_there_is_no_account_and_the_code_stays_good(door: Door) -> None:
    code = door.send()
    assert door.outcome(wrong(code), consent=False) == "invalid_code"
    assert door.outcome(code, consent=False) == "consent_required"
    assert door.storage.committed.rows == {}
    assert door.outcome(code) == "in"


def test_few_tries_use_a_code_up_whatever_the_pauses(door: Door) -> None:
    code = door.send()
    for _ in range(TRIES):
        assert door.outcome(wrong(code)) == "invalid_code"
    door.clock.advance(minutes=5)
    assert door.outcome(code) == "invalid_code"


def test_strangers_use_up_a_code_without_locking_out_who_asked_for_it(door: Door) -> None:
    code = door.send()
    for stranger in range(TRIES + 3):
        assert door.outcome(wrong(code), network=f"stranger {stranger}") == "invalid_code"
    # Not even the right one, from where nobody asked for it.
    assert door.outcome(code, network="another stranger") == "invalid_code"
    assert door.outcome(code) == "in"


def test_a_stranger_who_has_a_code_sent_replaces_nobody_elses(door: Door) -> None:
    code = door.send()
    door.clock.advance(seconds=1)
    door.send(network=AWAY)
    assert door.outcome(code) == "in"


def test_a_phone_may_change_its_network_meanwhile(door: Door) -> None:
    assert door.outcome(door.send(), network=AWAY) == "in"


def test_an_unconfirmed_phone_lets_nobody_in_and_keeps_nobody_out(door: Door) -> None:
    anna = door.anna()
    newcomer = who(door.enter(door.send(PHONE), PHONE)).user_id
    assert newcomer != anna.id
    assert (door.user(anna.id).phone, door.user(anna.id).phone_confirmed_at) == (PHONE.value, None)
    assert door.user(anna.id).password_hash


def test_what_was_said_before_the_proof_of_an_email_counts_no_more(door: Door) -> None:
    """Whoever registered with an e-mail of somebody else knows the password, and has a session."""
    anna = door.anna()
    intruder = door.sessions.sign_in(TokenRequest(email=EMAIL.value, password=PASSWORD), "", AWAY)

    assert who(door.enter(door.send(), consent=False)).user_id == anna.id

    user = door.user(anna.id)
    assert (user.email_confirmed_at, user.password_hash, user.phone, user.full_name) == (NOW, None, None, "")
    old = door.storage.sessions.rows[UUID(str(who(intruder).session))]
    assert old.end_reason == "address_proved"
    # What works without signing in, as the address of a calendar does, must end, too.
    lost = AccountAccessEnded(account_id=anna.id, reason="taken_over")
    assert door.storage.events.count(lost) == 1
    door.enter(door.send())
    assert door.storage.events.count(lost) == 1, "the owner signs in again, and loses nothing"


def test_who_is_known_by_the_phone_loses_an_email_that_somebody_else_has(door: Door) -> None:
    anna = door.anna(phone_confirmed_at=NOW)
    newcomer = who(door.enter(door.send())).user_id
    assert newcomer != anna.id
    assert (door.user(anna.id).email, door.user(newcomer).email) == (None, EMAIL.value)
    assert door.user(anna.id).password_hash


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_staff_come_in_by_their_confirmed_email_alone(door: Door, role: Role) -> None:
    anna = door.anna(role=role, phone_confirmed_at=NOW)
    code = door.send()
    assert door.outcome(code) == "password_required"
    door.change(anna.id, email_confirmed_at=NOW)
    assert door.outcome(code) == "in"
    assert door.outcome(door.send(PHONE), PHONE) == "password_required"


def test_who_is_disabled_hears_so_with_the_code_only(door: Door) -> None:
    door.anna(email_confirmed_at=NOW, disabled_at=NOW)
    code = door.send()
    assert [door.outcome(wrong(code)), door.outcome(code)] == ["invalid_code", "account_disabled"]


def test_an_account_without_a_password_cannot_be_entered_by_one(door: Door) -> None:
    door.enter(door.send())
    for password in ("", "None", "nobody"):
        with pytest.raises(Exception, match="invalid_credentials"):
            door.sessions.sign_in(TokenRequest(email=EMAIL.value, password=password), "", AWAY)
    assert door.passwords.compared == 3


def test_what_is_told_of_a_code_names_nobody_and_is_alike_for_everybody(door: Door) -> None:
    anna = door.anna(email_confirmed_at=NOW)
    codes = [door.send(), door.send(Address("email", "nobody@example.com"))]
    events = [event for event in door.storage.events if isinstance(event, CodeRequested)]
    assert [set(event.model_dump(exclude={"code_id", "account_id"}).values()) for event in events] == [
        {"sign_in", "email"}
    ] * 2
    assert events[0].account_id == anna.id
    assert not any(code in event.model_dump_json() for code in codes for event in events)


def test_a_code_is_handed_over_while_it_holds(door: Door) -> None:
    code = door.send()
    [sent] = door.waiting()
    pending = door.codes.pending(sent.id)
    assert (pending.secret, pending.address, pending.channel) == (code, EMAIL.value, "email")
    assert code not in repr(sent)
    door.clock.advance(seconds=LIFETIMES["sign_in"].total_seconds())
    for gone in (sent.id, uuid4()):
        with pytest.raises(CodeNotFoundError):
            door.codes.pending(gone)


def test_nothing_is_sent_any_more_to_who_was_erased(door: Door) -> None:
    anna = door.anna()
    code = door.send()
    door.accounts.erase(anna.id)
    assert door.waiting() == []
    assert door.outcome(code) == "invalid_code"


def test_a_message_is_in_the_language_of_its_reader(door: Door) -> None:
    door.codes.send(EMAIL, "en", AWAY)
    door.anna(email_confirmed_at=NOW)
    door.codes.send(EMAIL, "en", "elsewhere")
    assert [code.locale for code in door.waiting()] == ["en", "ru"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": EMAIL.value},
        {"email": EMAIL.value, "password": "x", "code": "123456"},
        {"email": EMAIL.value, "phone": PHONE.value, "code": "123456"},
        {"phone": PHONE.value, "password": "x"},
        {"code": "123456"},
        {"email": EMAIL.value, "code": "12345"},
        {"email": EMAIL.value, "code": "１２３４５６"},
    ],
    ids=str,
)
def test_one_signs_in_in_one_way(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        TokenRequest.model_validate(body)


@pytest.mark.parametrize("body", [{}, {"email": EMAIL.value, "phone": PHONE.value}], ids=str)
def test_a_code_goes_to_one_address(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="e-mail or a phone"):
        CodeRequest.model_validate(body)


def test_a_number_is_read_as_people_write_it() -> None:
    assert Address.of(CodeRequest.model_validate({"phone": "8 (916) 123-45-67"})) == PHONE
