"""What a guest hears of a refusal by the gateway, which alone knows the texts that are in force."""

from typing import Any

import pytest

from booking.customers.errors import AccountsUnavailableError
from booking.customers.guests_client import GuestsClient
from core.service_client import ServiceCallError, ServiceUnreachableError
from shared_schemas.gateway.consents import ConsentNotOwnError, ConsentOutdatedError
from shared_schemas.guests import GuestAdmission
from tests.support.guests import guest


class Gateway:
    """Fails."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def post(self, *_request: Any, **_options: Any) -> Any:
        raise self._failure


def refusal(failure: Exception) -> Exception:
    with pytest.raises(Exception) as raised:
        GuestsClient(Gateway(failure)).admit(GuestAdmission(**dict(guest()), locale="ru"), None)  # type: ignore[arg-type]
    return raised.value


def test_a_text_that_was_replaced_is_named_as_the_gateway_names_it() -> None:
    problem = {"document": "personal_data", "version": "2027-01"}
    told = refusal(ServiceCallError(409, "consent_outdated", "", problem))
    assert (type(told), told.args) == (ConsentOutdatedError, ("consent_outdated", problem))


def test_advertising_that_staff_agree_to_is_refused_here_too() -> None:
    assert type(refusal(ServiceCallError(422, "consent_not_own", ""))) is ConsentNotOwnError


def test_anything_else_is_a_fault_of_ours_or_an_outage() -> None:
    fault = ServiceCallError(403, "forbidden", "You may not do this")
    assert refusal(fault) is fault
    assert type(refusal(ServiceUnreachableError("down"))) is AccountsUnavailableError
