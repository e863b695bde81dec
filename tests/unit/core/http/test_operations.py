"""A misspelt endpoint fails when it is registered, not when somebody asks."""

# mypy: disable-error-code="no-untyped-def"

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from core.http.api import Api
from shared_schemas.access import table
from shared_schemas.common import Contract


class Parcel(Contract):
    weight: int


def misspelt(boddy: Parcel) -> Parcel:
    return boddy


def forgetful() -> Parcel:
    return Parcel(weight=1)


def bare(parcel_id, body: Parcel) -> Parcel:
    return body


def silent(parcel_id: UUID):
    return parcel_id


def greedy(parcel_id: UUID, *request: Any) -> Parcel:
    return Parcel(weight=len(request))


def positional(parcel_id: UUID, /) -> Parcel:
    return Parcel(weight=parcel_id.int)


@pytest.mark.parametrize(
    ("route", "function", "fault"),
    [
        (
            "POST /v1/parcels",
            misspelt,
            r"^POST /v1/parcels, misspelt\(\): 'boddy' is neither in the path nor one of body, query, ",
        ),
        ("GET /v1/parcels/{parcel_id}", misspelt, "'boddy' is neither .*; 'parcel_id' of the path is not taken$"),
        ("GET /v1/parcels/{parcel_id}", forgetful, "'parcel_id' of the path is not taken$"),
        ("PUT /v1/parcels/{parcel_id}", bare, "'parcel_id' has no annotation$"),
        ("GET /v1/parcels/{parcel_id}", silent, "what it returns has no annotation$"),
        ("GET /v1/parcels/{parcel_id}", greedy, "'request' cannot be given by its name$"),
        ("GET /v1/parcels/{parcel_id}", positional, "'parcel_id' cannot be given by its name$"),
        ("GET /v1/parcels/{parcel}", silent, "'parcel_id' is neither .*'parcel' of the path is not taken"),
    ],
)
def test_a_signature_that_does_not_fit_its_route_is_refused(
    route: str, function: Callable[..., Any], fault: str
) -> None:
    api = Api("parcels", table(f"anyone - {route}"))

    with pytest.raises(TypeError, match=fault):
        api.endpoint(route)(function)
    assert not api.operations
    assert not api.app.routes


def test_a_route_that_nobody_was_let_into_is_not_registered() -> None:
    api = Api("parcels", table("anyone - GET /v1/parcels/{parcel_id}"))

    with pytest.raises(KeyError, match="POST /v1/parcels"):
        api.endpoint("POST /v1/parcels")
    assert not api.app.routes
