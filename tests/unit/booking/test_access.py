"""Whom a request is for."""

from uuid import UUID, uuid4

import pytest

from booking.access import customer_of
from core.identity import Identity
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError

CUSTOMER = uuid4()
PROGRAM = Identity(str(uuid4()), Role.MANAGER, scopes=frozenset({"bookings:write"}))


@pytest.mark.parametrize("role", [Role.CLIENT, Role.MANAGER])
def test_people_who_name_nobody_book_for_themselves(role: Role) -> None:
    caller = Identity(str(uuid4()), role)
    assert customer_of(None, caller) == UUID(caller.subject)


@pytest.mark.parametrize("caller", [Identity(str(uuid4()), Role.MANAGER), PROGRAM])
def test_the_customer_who_is_named_has_the_booking(caller: Identity) -> None:
    assert customer_of(CUSTOMER, caller) == CUSTOMER


def test_a_program_says_whom_it_books_for() -> None:
    with pytest.raises(RuleViolationError) as refused:
        customer_of(None, PROGRAM)
    assert [(one.field, one.code) for one in refused.value.violations] == [("customer_id", "customer_needed")]
