"""Accounts, told by their use cases."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.accounts.errors import AccountNotFoundError, AdminExistsError, EmailTakenError, LastAdminError
from gateway.accounts.service import Accounts
from gateway.staff.service import Staff
from shared_schemas.accounts import AccountPatch, AccountRequest, StaffPatch, StaffRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.accounts import AccountAccessEnded, AccountErased
from tests.support.clock import NOW, FixedClock
from tests.support.gateway import PASSWORD, FakePasswords, FakeStorage, FakeUsers, registration, staff


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def accounts(storage: FakeStorage) -> Accounts:
    return Accounts(storage, FixedClock(), FakePasswords())


def test_a_customer_registers_as_a_client(accounts: Accounts, storage: FakeStorage) -> None:
    account = accounts.register(registration(email=" Anna@Example.COM ", locale="en"))
    assert (account.email, account.role, account.locale, account.created_at) == (
        "anna@example.com",
        Role.CLIENT,
        "en",
        NOW,
    )
    user = storage.committed.get(account.id)
    assert user.password_hash == f"hash of {PASSWORD}"
    assert user.consented_at == NOW


def test_no_answer_holds_the_password_or_its_hash(accounts: Accounts) -> None:
    account = accounts.register(registration())
    for answer in (account, accounts.get(account.id), accounts.contact(account.id)):
        assert PASSWORD not in answer.model_dump_json()


@pytest.mark.parametrize("email", ["anna@example.com", "ANNA@example.com"])
def test_an_address_has_one_account(accounts: Accounts, storage: FakeStorage, email: str) -> None:
    accounts.register(registration())
    with pytest.raises(EmailTakenError):
        accounts.register(registration(email=email))
    assert len(storage.committed.rows) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"consent": False},
        {"email": "anna"},
        {"email": "anna@studio"},
        {"email": "a nna@example.com"},
        {"phone": "+74951234567"},
        {"phone": "+7916123456"},
        {"full_name": "Anna\0"},
        {"password": "seven77"},
        {"full_name": "  "},
        {"locale": "de"},
        {"role": "admin"},
    ],
    ids=str,
)
def test_a_registration_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        registration(**change)


def test_nobody_registers_with_a_weak_password(accounts: Accounts, storage: FakeStorage) -> None:
    weak = registration(password="qwerty123")
    attempts: list[tuple[Callable[..., object], AccountRequest | StaffRequest]] = [
        (accounts.register, weak),
        (accounts.register, staff(password="qwerty123")),
        (accounts.bootstrap, staff(password="qwerty123")),
    ]
    for attempt, request in attempts:
        with pytest.raises(RuleViolationError) as refused:
            attempt(request)
        assert [(v.field, v.code) for v in refused.value.violations] == [("password", "password_too_common")]
    assert storage.committed.rows == {}


def test_consent_is_not_to_be_assumed() -> None:
    with pytest.raises(ValidationError, match="consent"):
        AccountRequest.model_validate(registration().model_dump(exclude={"consent"}))


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_an_administrator_makes_accounts_for_staff(accounts: Accounts, role: str) -> None:
    request = staff(role=role)
    assert accounts.register(request, request.role).role == role


@pytest.mark.parametrize("role", ["client", "service"])
def test_staff_are_managers_or_administrators(role: str) -> None:
    with pytest.raises(ValidationError):
        staff(role=role)


def test_the_first_administrator_is_the_only_one_that_bootstrap_makes(accounts: Accounts, storage: FakeStorage) -> None:
    accounts.register(registration(email="client@example.com"))
    admin = accounts.bootstrap(staff())
    assert (admin.role, admin.email_confirmed_at) == (Role.ADMIN, NOW)
    with pytest.raises(AdminExistsError):
        accounts.bootstrap(staff(email="another@example.com"))
    assert len(storage.committed.rows) == 2


def test_bootstrap_makes_an_administrator_whatever_was_asked(accounts: Accounts) -> None:
    assert accounts.bootstrap(staff(role="manager")).role is Role.ADMIN


def test_what_a_change_does_not_name_stays(accounts: Accounts) -> None:
    account = accounts.register(registration())
    changed = accounts.change(account.id, AccountPatch(phone="+79990001122"))
    assert changed == account.model_copy(update={"phone": "+79990001122"})
    assert accounts.get(account.id) == changed
    assert accounts.change(account.id, AccountPatch()) == changed


def test_an_erased_person_is_forgotten_and_the_address_free(accounts: Accounts, storage: FakeStorage) -> None:
    account = accounts.register(registration())
    accounts.erase(account.id)
    assert storage.committed.erased == {account.id: NOW}
    assert storage.events == [AccountErased(account_id=account.id)]
    for ask in (accounts.get, accounts.contact, accounts.erase):
        with pytest.raises(AccountNotFoundError):
            ask(account.id)
    assert accounts.register(registration()).id != account.id
    assert len(storage.events) == 1


def test_clients_are_erased_when_they_ask_and_staff_are_not(accounts: Accounts, storage: FakeStorage) -> None:
    client = accounts.register(registration())
    colleague = accounts.register(staff(email="boss@example.com"), Role.ADMIN)

    accounts.erase_client(client.id)
    with pytest.raises(AccountNotFoundError):
        accounts.erase_client(colleague.id)

    assert set(storage.committed.erased) == {client.id}


def test_the_last_administrator_goes_by_no_door(
    accounts: Accounts, storage: FakeStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even who was a client when that was asked."""
    last = accounts.register(staff(), Role.ADMIN)
    monkeypatch.setattr(FakeUsers, "client", lambda _users, user_id: user_id)
    for erase in (accounts.erase, accounts.erase_client):
        with pytest.raises(LastAdminError):
            erase(last.id)
    assert storage.committed.erased == {}


def test_a_contact_is_what_is_needed_to_reach_somebody(accounts: Accounts) -> None:
    account = accounts.register(registration())
    contact = accounts.contact(account.id)
    same = {"id", "email", "phone", "full_name", "locale"}
    assert contact.model_dump(include=same) == account.model_dump(include=same)
    assert (contact.email_confirmed, contact.phone_confirmed) == (False, False)


def test_nobody_has_no_account(accounts: Accounts) -> None:
    with pytest.raises(AccountNotFoundError):
        accounts.change(uuid4(), AccountPatch(full_name="Nobody"))


def test_who_is_shut_out_is_told_of_so_that_secret_addresses_end(accounts: Accounts, storage: FakeStorage) -> None:
    accounts.register(staff(email="olga@example.com"), Role.ADMIN)
    boris = accounts.register(staff(role="manager"), Role.MANAGER).id
    office = Staff(storage, FixedClock(), accounts)

    office.change(boris, StaffPatch(role=Role.ADMIN))
    office.change(boris, StaffPatch(role=Role.MANAGER))
    assert storage.events == []
    office.change(boris, StaffPatch(disabled=True))
    assert storage.events == [AccountAccessEnded(account_id=boris, reason="disabled")]
    office.change(boris, StaffPatch(disabled=False))
    assert len(storage.events) == 1
