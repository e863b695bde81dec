from uuid import UUID

import pytest

from core.identity import ADMINS, CLIENTS, STAFF, Caller, Identity, require, services
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError, UnauthenticatedError

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
    ("allowed", "roles"),
    [
        (CLIENTS, {Role.CLIENT, Role.MANAGER, Role.ADMIN}),
        (STAFF, {Role.MANAGER, Role.ADMIN}),
        (ADMINS, {Role.ADMIN}),
        (services("payment"), set()),
    ],
)
def test_who_may_do_what(allowed: frozenset[Caller], roles: set[Role]) -> None:
    for role in Role:
        identity = Identity(USER, role)
        if role in roles:
            assert require(identity, allowed) is identity
        else:
            with pytest.raises(ForbiddenError):
                require(identity, allowed)
    with pytest.raises(UnauthenticatedError):
        require(None, allowed)


def test_a_service_is_allowed_by_its_name() -> None:
    payment = Identity("payment", Role.SERVICE)
    assert require(payment, STAFF | services("integration", "payment")) is payment
    for allowed in (services("integration"), STAFF, {Role.SERVICE}):
        with pytest.raises(ForbiddenError):
            require(payment, allowed)
    with pytest.raises(ForbiddenError):
        require(Identity("payment", Role.CLIENT), services("payment"))


def test_staff_are_managers_and_administrators() -> None:
    assert {role for role in Role if Identity(USER, role).is_staff} == {Role.MANAGER, Role.ADMIN}
