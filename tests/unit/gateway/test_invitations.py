"""Invitations to work at the studio, told by their use cases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.accounts.service import Accounts
from gateway.keys.data_keys import DataKeys
from gateway.sessions.domain import SignIn
from gateway.staff.domain import LIFETIME, fingerprint, token_of
from gateway.staff.errors import AlreadyStaffError, InvitationNotFoundError
from gateway.staff.invitations import Invitations
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.staff import StaffInvited, StaffJoined, StaffUninvited
from shared_schemas.staff import StaffInvitation, StaffInvitationAnswer, StaffInvitationRequest
from tests.support.clock import NOW, FixedClock
from tests.support.gateway import FakePasswords, FakeStorage, registration, staff

EMAIL = "boris@example.com"
SECRET = "a secret of the gateway's own"
ANSWER = StaffInvitationAnswer.model_validate({"password": "correct horse", "phone": "+79160000001"})


class Office:
    """Invitations, on storage in memory."""

    def __init__(self) -> None:
        self.storage, self.clock, self.passwords = FakeStorage(), FixedClock(), FakePasswords()
        self.accounts = Accounts(self.storage, self.clock, self.passwords)
        self.invitations = Invitations(
            self.storage, self.clock, self.passwords, DataKeys(SECRET, self.clock), lambda: "https://api.example/live/"
        )
        self.admin = self.accounts.register(staff(email="admin@example.com"), Role.ADMIN).id
        self.storage.events.clear()

    def invite(self, **changes: Any) -> StaffInvitation:
        asked = {"email": EMAIL, "role": "manager", "full_name": "Boris Petrov"} | changes
        return self.invitations.invite(StaffInvitationRequest.model_validate(asked), self.admin)

    def token(self, invitation: StaffInvitation) -> str:
        """What the mail leads to."""
        return self.invitations.pending(invitation.id).link.rpartition("#")[2]

    def person(self, account_id: UUID) -> Any:
        return self.storage.committed.get(account_id)


@pytest.fixture
def office() -> Office:
    return Office()


def test_who_is_invited_chooses_the_password_and_is_known_to_be_reached_there(office: Office) -> None:
    invitation = office.invite()
    account = office.invitations.accept(office.token(invitation), ANSWER)

    assert (account.email, account.role, account.full_name) == (EMAIL, Role.MANAGER, "Boris Petrov")
    person = office.person(account.id)
    assert (person.password_hash, person.phone) == ("hash of correct horse", ANSWER.phone)
    assert (person.email_confirmed_at, person.phone_confirmed_at) == (NOW, None)
    assert office.storage.events == [
        StaffInvited(invitation_id=invitation.id, by=office.admin, role=Role.MANAGER),
        StaffJoined(account_id=account.id, invitation_id=invitation.id, role=Role.MANAGER),
    ]


def test_the_link_leads_to_the_page_and_stands_in_no_event_and_no_row(office: Office) -> None:
    invitation = office.invite()
    link = office.invitations.pending(invitation.id).link
    address, _, token = link.partition("#")
    assert address == "https://api.example/live/invitation"
    assert len(token) == 64
    [row] = office.storage.invitations.rows.values()
    assert row.digest == fingerprint(token)
    assert token not in repr(row) + repr(office.storage.events) + invitation.model_dump_json()


def test_tokens_follow_from_the_secret() -> None:
    invitation_id = uuid4()
    assert token_of(SECRET, invitation_id) == token_of(SECRET, invitation_id)
    assert len({token_of(SECRET, invitation_id), token_of("another", invitation_id), token_of(SECRET, uuid4())}) == 3


def test_a_link_works_once(office: Office) -> None:
    token = office.token(office.invite())
    office.invitations.accept(token, ANSWER)
    with pytest.raises(InvitationNotFoundError):
        office.invitations.accept(token, ANSWER)


def test_who_is_invited_again_has_one_link_the_newer(office: Office) -> None:
    first = office.invite()
    older = office.token(first)
    newer = office.token(office.invite(role="admin"))
    with pytest.raises(InvitationNotFoundError):
        office.invitations.accept(older, ANSWER)
    with pytest.raises(InvitationNotFoundError):
        office.invitations.pending(first.id)
    assert office.invitations.accept(newer, ANSWER).role is Role.ADMIN


def test_a_link_ends_by_itself_and_is_listed_until_it_is_forgotten(office: Office) -> None:
    invitation = office.invite()
    token = office.token(invitation)
    office.clock.go_to(NOW + LIFETIME - timedelta(seconds=1))
    assert office.invitations.pending(invitation.id)
    office.clock.go_to(NOW + LIFETIME)
    for use in (lambda: office.invitations.accept(token, ANSWER), lambda: office.invitations.pending(invitation.id)):
        with pytest.raises(InvitationNotFoundError):
            use()
    assert office.invitations.list() == [invitation]


def test_an_invitation_that_was_taken_back_opens_nothing(office: Office) -> None:
    invitation = office.invite()
    token = office.token(invitation)
    office.invitations.revoke(invitation.id, office.admin)
    assert office.storage.events[1:] == [StaffUninvited(invitation_id=invitation.id, by=office.admin)]
    assert office.invitations.list() == []
    with pytest.raises(InvitationNotFoundError):
        office.invitations.accept(token, ANSWER)
    with pytest.raises(InvitationNotFoundError):
        office.invitations.revoke(invitation.id, office.admin)


def test_a_guess_costs_no_hash(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.passwords, "hash", lambda _password: pytest.fail("a password was hashed"))
    with pytest.raises(InvitationNotFoundError):
        office.invitations.accept("0" * 64, ANSWER)


def test_who_works_here_is_not_invited_and_does_not_accept(office: Office) -> None:
    token = office.token(office.invite())
    office.accounts.register(staff(email=EMAIL), Role.ADMIN)
    with pytest.raises(AlreadyStaffError):
        office.invite()
    with pytest.raises(AlreadyStaffError):
        office.invitations.accept(token, ANSWER)


def test_a_client_who_joins_keeps_the_account_and_what_is_booked_with_it(office: Office) -> None:
    client = office.accounts.register(registration(email=EMAIL, full_name="Bob"))
    office.storage.committed.rows[client.id] = replace(office.person(client.id), email_confirmed_at=NOW)
    session = SignIn(uuid4(), client.id, 0, "", created_at=NOW, used_at=NOW, expires_at=NOW + LIFETIME)
    office.storage.sessions.add(session)
    account = office.invitations.accept(office.token(office.invite()), ANSWER)
    assert (account.id, account.role, account.full_name) == (client.id, Role.MANAGER, "Boris Petrov")
    assert office.person(client.id).password_hash == "hash of correct horse"
    assert office.storage.sessions.rows[session.id].end_reason == "password_changed"


def test_of_an_account_that_nobody_confirmed_only_the_bookings_stay(office: Office) -> None:
    client = office.accounts.register(registration(email=EMAIL))
    account = office.invitations.accept(office.token(office.invite()), ANSWER)
    assert (account.id, account.phone) == (client.id, ANSWER.phone)


def test_somebody_elses_account_that_only_names_the_address_loses_it(office: Office) -> None:
    other = office.accounts.register(registration(email=EMAIL))
    person = office.person(other.id)
    office.storage.committed.rows[other.id] = replace(person, phone_confirmed_at=NOW)
    account = office.invitations.accept(office.token(office.invite()), ANSWER)
    assert account.id != other.id
    assert (office.person(other.id).email, office.person(other.id).role) == (None, Role.CLIENT)


def test_somebody_must_have_said_the_name(office: Office) -> None:
    token = office.token(office.invite(full_name=None))
    with pytest.raises(RuleViolationError) as refused:
        office.invitations.accept(token, ANSWER)
    assert [(one.field, one.code) for one in refused.value.violations] == [("full_name", "name_needed")]
    named = ANSWER.model_copy(update={"full_name": "Boris"})
    assert office.invitations.accept(token, named).full_name == "Boris"


@pytest.mark.parametrize(
    "change", [{"disabled_at": NOW}, {"role": Role.MANAGER}, None], ids=["disabled", "no admin any more", "erased"]
)
def test_who_was_shut_out_has_let_nobody_in(office: Office, change: dict[str, Any] | None) -> None:
    invitation = office.invite()
    token = office.token(invitation)
    if change is None:
        office.storage.committed.erase(office.admin, NOW)
    else:
        office.storage.committed.rows[office.admin] = replace(office.person(office.admin), **change)
    for use in (lambda: office.invitations.accept(token, ANSWER), lambda: office.invitations.pending(invitation.id)):
        with pytest.raises(InvitationNotFoundError):
            use()
