"""Setting a new password by a link, and who gets one."""

from typing import Any
from uuid import uuid4

import pytest

from core.identity import Identity
from gateway.codes.domain import LIFETIMES, digits, token
from gateway.codes.errors import CodeNotFoundError
from shared_schemas.accounts import PasswordChange, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.accounts import AccountAccessEnded, AccountPasswordChanged, CodeRequested
from tests.support.clock import NOW
from tests.support.codes import AWAY, EMAIL, HOME, Door, refusals
from tests.support.gateway import DATA_KEY, PASSWORD

NEW = "a longer sentence"
PROVED: dict[str, Any] = {"email_confirmed_at": NOW}


@pytest.fixture
def door() -> Door:
    return Door()


def used(door: Door, link: str | None, password: str = NEW) -> str:
    """`done`, or the code of the refusal."""
    with refusals() as said:
        door.resets.use(link or "", password, AWAY)
    return said[0] if said else "done"


def knows(door: Door, password: str) -> bool:
    with refusals() as said:
        door.sessions.sign_in(TokenRequest(email=EMAIL.value, password=password), "", HOME)
    return not said


def test_a_link_sets_the_password_and_ends_all_sessions(door: Door) -> None:
    anna = door.anna(**PROVED)
    door.sessions.sign_in(TokenRequest(email=EMAIL.value, password=PASSWORD), "", AWAY)
    assert used(door, door.link()) == "done"
    assert (knows(door, PASSWORD), knows(door, NEW)) == (False, True)
    assert door.storage.events[-1] == AccountPasswordChanged(account_id=anna.id)
    assert [session.end_reason for session in door.storage.sessions.rows.values()] == ["password_changed", None]
    assert door.user(anna.id).full_name


def test_a_link_is_good_once(door: Door) -> None:
    door.anna(**PROVED)
    link = door.link()
    assert [used(door, link), used(door, link, "another sentence")] == ["done", "reset_not_found"]
    assert knows(door, NEW)


def test_a_link_is_good_for_an_hour(door: Door) -> None:
    door.anna(**PROVED)
    late, intime = door.link(), None
    door.clock.advance(seconds=LIFETIMES["reset"].total_seconds())
    assert used(door, late) == "reset_not_found"
    intime = door.link()
    door.clock.advance(seconds=LIFETIMES["reset"].total_seconds() - 1)
    assert used(door, intime) == "done"


def test_a_newer_link_ends_the_one_before_but_not_that_of_somebody_else(door: Door) -> None:
    door.anna(**PROVED)
    first, second = door.link(), door.link()
    door.link(network=AWAY)
    assert [used(door, first), used(door, second)] == ["reset_not_found", "done"]


def test_a_password_that_was_changed_meanwhile_ends_the_link(door: Door) -> None:
    anna = door.anna(**PROVED)
    link = door.link()
    change = PasswordChange(current=PASSWORD, new="something else entirely")
    door.sessions.change_password(Identity(str(anna.id), Role.CLIENT), change)
    assert used(door, link) == "reset_not_found"
    assert AccountPasswordChanged(account_id=anna.id) in door.storage.events


def test_a_link_cannot_be_made_up(door: Door) -> None:
    door.anna(**PROVED)
    link = str(door.link())
    for other in ("", "x", link[:-1], link[:32], f"{link[:-1]}{int(link[-1], 16) ^ 1:x}", token(DATA_KEY, uuid4())):
        assert used(door, other) == "reset_not_found"
    assert token("another key", door.waiting()[0].id) != link
    assert used(door, link) == "done"


def test_the_digits_of_a_code_are_no_link_and_a_link_is_no_code(door: Door) -> None:
    door.anna(**PROVED)
    door.link()
    [reset] = door.waiting()
    assert door.outcome(digits(DATA_KEY, reset.id)) == "invalid_code"
    code = door.send()
    [_, sent] = door.waiting()
    assert used(door, token(DATA_KEY, sent.id)) == "reset_not_found"
    assert door.outcome(code) == "in"


def test_who_signs_in_by_a_code_needs_the_link_no_more(door: Door) -> None:
    door.anna(**PROVED)
    link = door.link()
    door.enter(door.send())
    assert used(door, link) == "reset_not_found"


def test_nothing_tells_a_stranger_whether_a_link_is_sent(door: Door) -> None:
    anna = door.anna(**PROVED)
    answers = [door.codes.reset(email, "ru", AWAY) for email in (EMAIL.value, "nobody@example.com")]
    assert answers[0] == answers[1]
    known, unknown = door.waiting()
    assert (known.account_id, bool(known.address), bool(unknown.address)) == (anna.id, True, False)
    events = [event for event in door.storage.events if isinstance(event, CodeRequested)]
    assert [event.purpose for event in events] == ["reset", "reset"]
    with pytest.raises(CodeNotFoundError):
        door.codes.pending(unknown.id)
    assert used(door, token(DATA_KEY, unknown.id)) == "reset_not_found"


@pytest.mark.parametrize(
    ("state", "gets"),
    [
        ({}, True),
        ({"phone_confirmed_at": NOW}, False),
        ({"role": Role.MANAGER}, False),
        ({"role": Role.ADMIN, **PROVED}, True),
        ({"disabled_at": NOW, **PROVED}, False),
    ],
    ids=str,
)
def test_a_link_goes_to_who_is_known_to_be_reached_there_or_to_nobodys_account(
    door: Door, state: dict[str, Any], gets: bool
) -> None:
    door.anna(**state)
    assert (door.link() is not None) is gets


def test_who_is_reached_at_an_unproven_email_gets_an_account_without_the_past(door: Door) -> None:
    anna = door.anna()
    assert used(door, door.link()) == "done"
    user = door.user(anna.id)
    assert (user.full_name, user.phone, user.email_confirmed_at) == ("", None, NOW)
    assert (knows(door, PASSWORD), knows(door, NEW)) == (False, True)
    assert door.storage.events.count(AccountPasswordChanged(account_id=anna.id)) == 1
    assert AccountAccessEnded(account_id=anna.id, reason="taken_over") in door.storage.events


@pytest.mark.parametrize("change", [{"email": "new@example.com"}, {"disabled_at": NOW}], ids=str)
def test_a_link_is_void_once_it_would_not_be_sent_any_more(door: Door, change: dict[str, Any]) -> None:
    anna = door.anna(**PROVED)
    link = door.link()
    door.change(anna.id, **change)
    assert used(door, link) == "reset_not_found"


def test_a_weak_password_leaves_the_link_good(door: Door) -> None:
    door.anna(**PROVED)
    link = door.link()
    with pytest.raises(RuleViolationError) as refused:
        door.resets.use(str(link), "anna1234", AWAY)
    assert [(v.field, v.code) for v in refused.value.violations] == [
        ("password", "password_like_email"),
        ("password", "password_like_name"),
    ]
    assert used(door, link) == "done"


def test_links_are_sent_no_more_often_than_codes(door: Door) -> None:
    door.anna(**PROVED)
    door.send()
    door.link()
    with refusals() as said:
        door.codes.reset(EMAIL.value, "ru", HOME)
    assert said == ["too_many_codes"]


def test_who_set_a_password_does_not_wait_for_strangers(door: Door) -> None:
    """They are trying passwords meanwhile, from everywhere."""
    anna = door.anna(**PROVED)
    for stranger in range(60):
        with refusals():
            door.sessions.sign_in(TokenRequest(email=EMAIL.value, password="wrong"), "", f"stranger {stranger}")
    assert used(door, door.link()) == "done"
    assert door.sessions.sign_in(TokenRequest(email=EMAIL.value, password=NEW), "", AWAY)
    assert door.user(anna.id)
