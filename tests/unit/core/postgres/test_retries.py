"""A transaction that PostgreSQL ended for others is run again; what only waited in vain is not."""

from collections.abc import Callable

import pytest
from pg8000.exceptions import DatabaseError, InterfaceError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from core.http.api import Api
from core.postgres.retries import ATTEMPTS, BusyError, TooSlowError, note_commit, retried
from shared_schemas.access import table
from shared_schemas.common import Contract
from shared_schemas.errors import UnavailableError
from tests.support.rest import call, rest_event

REPEATED = ["40P01", "40001"]
HOPELESS = ["55P03"]
FOREIGN = ["23505", "23P01", ""]
GONE = [
    ConnectionResetError("reset"),
    InterfaceError("network error"),
    OperationalError("SELECT 1", None, InterfaceError("Can't create a connection")),
]


def straight(state: str) -> DatabaseError:
    return DatabaseError({"S": "ERROR", "C": state, "M": "no"})


def wrapped(state: str) -> DBAPIError:
    return ProgrammingError("UPDATE …", None, straight(state))


class Pauses(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


class Flaky:
    """Fails as often as it has errors, then succeeds."""

    def __init__(self, *errors: Exception, commits: bool = False) -> None:
        self.errors = list(errors)
        self.runs = 0
        self.commits = commits

    def __call__(self) -> str:
        self.runs += 1
        if self.commits:
            note_commit()
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.parametrize("state", REPEATED)
@pytest.mark.parametrize("error", [straight, wrapped])
def test_what_was_rolled_back_for_another_is_run_again(state: str, error: Callable[[str], Exception]) -> None:
    operation, pauses = Flaky(error(state), error(state)), Pauses()
    assert retried(operation, pauses) == "done"
    assert (operation.runs, len(pauses)) == (3, 2)
    assert all(pause >= 0 for pause in pauses)


@pytest.mark.parametrize("state", REPEATED)
def test_after_three_attempts_the_caller_is_told_to_come_back(state: str) -> None:
    operation, pauses = Flaky(*(wrapped(state) for _ in range(9))), Pauses()
    with pytest.raises(BusyError) as raised:
        retried(operation, pauses)
    assert (operation.runs, len(pauses)) == (ATTEMPTS, ATTEMPTS - 1)
    assert isinstance(raised.value.__cause__, DBAPIError)


@pytest.mark.parametrize("state", HOPELESS)
def test_whoever_waited_long_enough_does_not_wait_again(state: str) -> None:
    operation, pauses = Flaky(wrapped(state)), Pauses()
    with pytest.raises(BusyError):
        retried(operation, pauses)
    assert (operation.runs, pauses) == (1, [])


@pytest.mark.parametrize("error", [wrapped("57014"), straight("57014")])
def test_a_statement_that_took_too_long_is_not_called_a_quarrel_over_rows(error: Exception) -> None:
    operation, pauses = Flaky(error), Pauses()
    with pytest.raises(TooSlowError) as refused:
        retried(operation, pauses)
    assert (operation.runs, pauses, refused.value.code) == (1, [], "too_slow")
    assert not isinstance(refused.value, BusyError)


@pytest.mark.parametrize("error", [*map(wrapped, FOREIGN), *map(straight, FOREIGN), DatabaseError(), ValueError("x")])
def test_any_other_failure_stays_what_it_is(error: Exception) -> None:
    operation, pauses = Flaky(error), Pauses()
    with pytest.raises(type(error)) as raised:
        retried(operation, pauses)
    assert raised.value is error
    assert (operation.runs, pauses) == (1, [])


@pytest.mark.parametrize(
    "error",
    [*GONE, *map(straight, ("57P01", "57P02", "57P03", "53300", "53200", "08006")), wrapped("57P01"), wrapped("53300")],
    ids=lambda error: str(error)[:40],
)
def test_a_database_that_is_gone_or_full_is_unavailable_and_not_asked_again(error: Exception) -> None:
    operation = Flaky(error)
    with pytest.raises(UnavailableError) as raised:
        retried(operation, Pauses())
    assert (raised.value.code, operation.runs) == ("unavailable", 1)


def test_what_is_half_committed_is_not_begun_again() -> None:
    operation = Flaky(wrapped("40P01"), commits=True)
    with pytest.raises(BusyError):
        retried(operation, Pauses())
    assert operation.runs == 1


def test_an_earlier_operation_that_committed_does_not_count() -> None:
    retried(Flaky(commits=True), Pauses())
    assert retried(Flaky(wrapped("40P01")), Pauses()) == "done"


class Parcel(Contract):
    weight: int


def served(operation: Flaky) -> Api:
    api = Api("parcels", table("anyone - POST /v1/parcels"))

    @api.endpoint("POST /v1/parcels", status=201)
    def send(body: Parcel) -> Parcel:
        operation()
        return body

    return api


EVENT = rest_event("POST /v1/parcels", body='{"weight": 2}', headers={"Accept-Language": "ru"})


def test_a_handler_is_run_again() -> None:
    operation = Flaky(wrapped("40P01"))
    answer = call(served(operation), EVENT)
    assert (answer.status, answer.body, operation.runs) == (201, {"weight": 2}, 2)


@pytest.mark.parametrize("state", REPEATED + HOPELESS)
def test_a_busy_database_is_503_and_says_when_to_come_back(state: str) -> None:
    answer = call(served(Flaky(*(wrapped(state) for _ in range(9)))), EVENT)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "busy", "1")
    assert answer.body["detail"].startswith("Эти данные сейчас меняют другие")


def test_a_database_that_is_gone_is_503() -> None:
    answer = call(served(Flaky(ConnectionResetError("reset"))), EVENT)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "unavailable", "5")
