from dataclasses import replace
from uuid import UUID

import pytest

from core.identity import Identity, require
from shared_schemas.access import Access, table
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError, SecondFactorMissingError, UnauthenticatedError

USER = "5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21"


@pytest.mark.parametrize("context", [None, {}, {"principalId": "x"}, {"integrationLatency": 3}])
def test_a_public_route_knows_nobody(context: dict[str, object] | None) -> None:
    assert Identity.from_authorizer(context) is None


def test_the_authoriser_says_who_it_is() -> None:
    assert Identity.from_authorizer({"subject": USER, "role": "client"}) == Identity(USER, Role.CLIENT)


def test_a_role_that_nobody_knows_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="owner"):
        Identity.from_authorizer({"subject": USER, "role": "owner"})


def test_a_user_has_an_id_and_a_service_has_none() -> None:
    assert Identity(USER, Role.CLIENT).user_id == UUID(USER)
    with pytest.raises(ForbiddenError):
        _ = Identity("payment", Role.SERVICE).user_id


@pytest.mark.parametrize(
    ("callers", "roles"),
    [
        ("people", {Role.CLIENT, Role.MANAGER, Role.ADMIN}),
        ("staff", {Role.MANAGER, Role.ADMIN}),
        ("admins", {Role.ADMIN}),
        ("payment", set()),
    ],
)
def test_who_may_do_what(callers: str, roles: set[Role]) -> None:
    access = table(f"{callers} - GET /x")["GET /x"]
    for role in Role:
        identity = Identity(USER, role)
        if role in roles:
            assert require(identity, access) is identity
        else:
            with pytest.raises(ForbiddenError):
                require(identity, access)
    with pytest.raises(UnauthenticatedError):
        require(None, access)


def test_a_service_is_allowed_by_its_name() -> None:
    payment = Identity("payment", Role.SERVICE)
    rows = table("""
    staff+integration+payment - GET /both
    integration               - GET /other
    staff                     - GET /people
    payment                   - GET /own
    """)
    assert require(payment, rows["GET /both"]) is payment
    for route in ("GET /other", "GET /people"):
        with pytest.raises(ForbiddenError):
            require(payment, rows[route])
    with pytest.raises(ForbiddenError):
        require(Identity("payment", Role.CLIENT), rows["GET /own"])


def test_staff_are_managers_and_administrators() -> None:
    assert {role for role in Role if Identity(USER, role).is_staff} == {Role.MANAGER, Role.ADMIN}


PROGRAM = Identity("9c6b2f5e-4f0c-4d6a-9a53-0c6f2ec9c1a1", Role.MANAGER, scopes=frozenset({"halls:write"}))
ROUTES = table("""
staff    halls:write  GET /its
staff    halls:read   GET /another
staff    -            GET /none
admins   halls:write  GET /admins
people   halls:write  GET /people
payment  halls:write  GET /services
""")


@pytest.mark.parametrize("route", ["GET /its", "GET /people"])
def test_a_key_is_let_in_by_its_scope(route: str) -> None:
    assert require(PROGRAM, ROUTES[route]) is PROGRAM


@pytest.mark.parametrize("route", ["GET /another", "GET /none", "GET /admins", "GET /services"])
def test_a_key_opens_nothing_else(route: str) -> None:
    with pytest.raises(ForbiddenError):
        require(PROGRAM, ROUTES[route])


def test_a_key_without_scopes_is_a_key_all_the_same() -> None:
    nothing = Identity(PROGRAM.subject, Role.MANAGER, scopes=frozenset())
    handed_on = Identity.from_authorizer(nothing.for_authorizer())
    assert handed_on == nothing
    assert handed_on.is_key
    for route in ROUTES.values():
        with pytest.raises(ForbiddenError):
            require(handed_on, route)


def test_who_has_no_scopes_needs_none() -> None:
    manager = Identity(USER, Role.MANAGER)
    assert not manager.is_key
    assert require(manager, ROUTES["GET /none"]) is manager


def test_a_key_is_no_user_and_what_it_does_is_done_by_it() -> None:
    assert PROGRAM.is_staff
    assert PROGRAM.actor_id == UUID(PROGRAM.subject)
    with pytest.raises(ForbiddenError):
        _ = PROGRAM.user_id
    with pytest.raises(ForbiddenError):
        _ = Identity("payment", Role.SERVICE).actor_id


BOOKING = UUID("2f0f3c54-55d9-4c39-9e6a-5a5a4c8b7f11")
GUEST = Identity(USER, Role.CLIENT, booking=BOOKING)


def test_a_guest_comes_through_the_authoriser_with_the_booking() -> None:
    assert Identity.from_authorizer(GUEST.for_authorizer()) == GUEST


def test_a_guest_is_let_in_where_guests_are_and_nowhere_else() -> None:
    rows = table("guests - GET /booking\npeople - GET /me\npeople+strangers - POST /bookings")
    assert require(GUEST, rows["GET /booking"]) is GUEST
    for closed in ("GET /me", "POST /bookings"):
        with pytest.raises(ForbiddenError):
            require(GUEST, rows[closed])


def test_whoever_has_signed_in_may_do_what_guests_may() -> None:
    access = table("guests - GET /booking")["GET /booking"]
    assert access.roles == {Role.CLIENT, Role.MANAGER, Role.ADMIN}
    assert not access.is_open


def test_to_a_guest_one_booking_belongs_whoever_its_customer_is_by_now() -> None:
    somebody = UUID(int=7)
    assert GUEST.owns(somebody, BOOKING)
    assert not GUEST.owns(UUID(USER), somebody), "the customer's other bookings are not the guest's"
    client = Identity(USER, Role.CLIENT)
    assert client.owns(UUID(USER), somebody)
    assert not client.owns(somebody, BOOKING)


def test_who_lacks_a_required_second_factor_is_let_in_only_to_set_it_up() -> None:
    admin = replace(Identity("5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21", Role.ADMIN), unproven=True)
    handed_over = Identity.from_authorizer(admin.for_authorizer())
    assert handed_over == admin
    assert require(handed_over, Access(frozenset({Role.ADMIN}), unproven=True)) == admin
    with pytest.raises(SecondFactorMissingError):
        require(handed_over, Access(frozenset({Role.ADMIN})))
    with pytest.raises(ForbiddenError) as refused:
        require(handed_over, Access(frozenset({Role.CLIENT}), unproven=True))
    assert refused.value.code == "forbidden"
