"""What a line of the trail says: who, what, before, after, why; and when there is none."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import Field

from core.identity import Identity
from core.trail.deed import Deed, aside, current_deed, doing, failed_sign_in, note, note_made, signs_in
from core.trail.shown import LONG, TEXT, Word, difference, shown_fields
from shared_schemas.common import Contract, Money, Role
from shared_schemas.texts import Name, Reason

MANAGER = Identity(str(UUID(int=2)), Role.MANAGER, UUID(int=20))
CLIENT = Identity(str(UUID(int=1)), Role.CLIENT)


class Visit(Contract):
    id: UUID = UUID(int=7)
    name: Name = "Anna Petrova"
    status: Literal["open", "closed"] = "open"
    kind: Annotated[Literal["a", "b"], Field()] | None = None
    either: Literal["a"] | str = "a"
    notes: list[Reason] = Field(default=[])
    roles: list[Role] = Field(default=[])
    words: dict[str, int] = Field(default={})
    price: Money | None = None
    at: datetime = datetime(2026, 12, 1, tzinfo=UTC)
    opens: time = time(9)


@dataclass(frozen=True)
class Person:
    email: str
    role: Role
    phone: str | None = None


def deed(actor: Identity | None = MANAGER, **parts: object) -> Deed:
    return Deed("close_visit", "visit:7", actor=actor, network="192.0.2.0/24", **parts)  # type: ignore[arg-type]


def test_a_line_says_who_did_what_from_where() -> None:
    line = deed(asked={"status": "closed"}).line()
    assert line
    assert (line.actor_id, line.actor_role, line.session_id) == (UUID(int=2), "manager", UUID(int=20))
    assert (line.action, line.target, line.network) == ("close_visit", "visit:7", "192.0.2.0/24")
    assert (line.before, line.after, line.reason) == ({}, {"status": "closed"}, None)


def test_a_client_leaves_no_line_whatever_is_said() -> None:
    with doing(clients := deed(None)):
        note(before=Visit(), after=Visit(status="closed"))
        note_made(Visit())
    assert clients.line() is None


def test_the_first_commit_of_a_request_leaves_the_line_and_others_only_with_new_notes() -> None:
    with doing(ours := deed()):
        assert ours.line()
        assert ours.line() is None
        note(after={"letters": [UUID(int=1)]})
        again = ours.line()
        assert again and again.after == {"letters": [str(UUID(int=1))]}
        assert ours.line() is None


def test_what_is_done_aside_is_nobodys_deed() -> None:
    with doing(ours := deed()):
        with aside():
            note(why="nobody asked")
            assert current_deed() is None
        assert current_deed() is ours
    line = ours.line()
    assert current_deed() is None and line and line.reason is None


def test_only_what_differs_is_told_and_of_texts_only_that_they_do() -> None:
    with doing(ours := deed()):
        note(before=Visit(), after=Visit(status="closed", name="Boris", price=Money(amount=5)), why="a test")
    line = ours.line()
    assert line and line.reason == "a test"
    assert line.before == {"name": TEXT, "status": "open"}
    assert line.after == {"name": TEXT, "status": "closed", "price": {"amount": 5, "currency": "RUB"}}


def test_the_first_word_counts_and_the_others_are_counted() -> None:
    with doing(ours := deed()):
        for status in ("open", "closed"):
            note(target=f"visit:{status}", before={"status": Word(status)}, after={"status": Word("gone")}, why=status)
    line = ours.line()
    assert line and (line.target, line.reason) == ("visit:open", "open")
    assert (line.before, line.after) == ({"status": "open"}, {"status": "gone", "and_more": 1})


def test_what_only_follows_from_a_deed_is_no_part_of_it() -> None:
    with doing(ours := deed()):
        note(after={"moved": 1}, by="system")
        note(after={"moved": 2}, by=MANAGER.subject)
    line = ours.line()
    assert line and line.after == {"moved": 2}


def test_what_was_made_is_the_target_unless_the_path_names_one() -> None:
    for names_a_thing, target in ((False, f"visit:{UUID(int=7)}"), (True, "visit")):
        with doing(ours := Deed("add", "visit", names_a_thing, actor=MANAGER)):
            note_made(Visit())
        line = ours.line()
        assert line and line.target == target and line.after["status"] == "open"


def test_what_was_made_says_nothing_more_where_something_was_said() -> None:
    with doing(ours := Deed("add", "visit", actor=MANAGER)):
        note(after={"of": 1})
        note_made(Visit())
    line = ours.line()
    assert line and (line.target, line.after) == (f"visit:{UUID(int=7)}", {"of": 1})


def test_of_those_who_sign_in_only_the_staff_leave_a_line() -> None:
    for actor, expected in ((MANAGER, "sign_in"), (CLIENT, None)):
        with doing(ours := Deed("create_token", network="192.0.2.0/24")):
            signs_in(actor)
        line = ours.line()
        assert (line and line.action) == expected
        assert not line or line.target == f"account:{actor.subject}"


def test_nobody_is_named_as_the_one_who_did_not_get_in() -> None:
    with doing(Deed("create_token", network="192.0.2.0/24")):
        line = failed_sign_in(UUID(int=2))
    assert (line.action, line.actor_id, line.network) == ("sign_in_failed", None, "192.0.2.0/24")
    assert failed_sign_in(UUID(int=2)).network is None


def test_texts_are_not_shown_but_for_the_words_of_a_contract() -> None:
    visit = Visit(kind="b", notes=["called Anna"], roles=[Role.ADMIN], words={"Anna": 1}, price=Money(amount=5))
    assert shown_fields(visit) == {
        "id": str(UUID(int=7)),
        "name": TEXT,
        "status": "open",
        "kind": "b",
        "either": TEXT,
        "notes": [TEXT],
        "roles": ["admin"],
        "words": TEXT,
        "price": {"amount": 5, "currency": "RUB"},
        "at": "2026-12-01T00:00:00+00:00",
        "opens": "09:00:00",
    }


def test_a_dataclass_is_told_like_a_contract() -> None:
    before, after = Person("a@example.com", Role.CLIENT, "+79161234567"), Person("b@example.com", Role.ADMIN)
    assert difference(before, after) == (
        {"email": TEXT, "role": "client", "phone": TEXT},
        {"email": TEXT, "role": "admin"},
    )


def test_what_is_too_long_only_says_so() -> None:
    assert shown_fields({"letters": [UUID(int=1)] * 25})["letters"] == [str(UUID(int=1))] * 25
    assert shown_fields({"letters": [UUID(int=1)] * 26}) == {"letters": LONG}


@pytest.mark.parametrize("value", ["text", b"bytes", object(), {"a": 1}])
def test_what_nobody_knows_is_not_shown(value: object) -> None:
    assert shown_fields({"value": value}) == {"value": TEXT}
