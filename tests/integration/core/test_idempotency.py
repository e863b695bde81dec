"""A repeated request gets its first answer, whatever happens meanwhile."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from booking.tables import delivery
from core.http.idempotency import IdempotencyKey, IdempotencyKeyReusedError, IdempotencyStore, RequestInFlightError
from tests.support.database import EngineFor

ANSWER: dict[str, object] = {"id": "b1", "lines": [1, 2], "комментарий": "да"}


@pytest.fixture(scope="module")
def another(engine_for: EngineFor) -> Engine:
    """A second connection, as another Lambda process has."""
    return engine_for("booking")


@pytest.fixture
def key() -> IdempotencyKey:
    return IdempotencyKey("user-1", "POST /live/v1/bookings", str(uuid4()), "digest-of-the-body")


def remember(engine: Engine, key: IdempotencyKey, answer: dict[str, object] = ANSWER) -> None:
    with engine.begin() as connection:
        store = IdempotencyStore(connection, delivery.idempotency)
        assert store.replay(key) is None
        store.remember(key, answer)


def replay(engine: Engine, key: IdempotencyKey) -> dict[str, object] | None:
    with engine.begin() as connection:
        return IdempotencyStore(connection, delivery.idempotency).replay(key)


def age(engine: Engine, key: IdempotencyKey, hours: float) -> None:
    table = delivery.idempotency.fullname
    with engine.begin() as connection:
        connection.execute(
            text(f"UPDATE {table} SET created_at = now() - :hours * interval '1 hour' WHERE key = :key"),  # noqa: S608
            {"hours": hours, "key": key.value},
        )


def test_a_repeat_gets_the_first_answer(engine: Engine, another: Engine, key: IdempotencyKey) -> None:
    remember(engine, key)
    assert replay(engine, key) == replay(another, key) == ANSWER


def test_another_body_is_refused(engine: Engine, key: IdempotencyKey) -> None:
    remember(engine, key)
    with pytest.raises(IdempotencyKeyReusedError):
        replay(engine, replace(key, fingerprint="digest-of-another-body"))


@pytest.mark.parametrize("change", [{"principal": "user-2"}, {"operation": "POST /live/v1/quotes"}, {"value": "k2"}])
def test_a_key_belongs_to_one_caller_and_operation(engine: Engine, key: IdempotencyKey, change: dict[str, str]) -> None:
    remember(engine, key)
    assert replay(engine, replace(key, **change)) is None


def test_what_was_rolled_back_is_not_remembered(engine: Engine, key: IdempotencyKey) -> None:
    with engine.connect() as connection:
        store = IdempotencyStore(connection, delivery.idempotency)
        store.replay(key)
        store.remember(key, ANSWER)
        connection.rollback()
    assert replay(engine, key) is None


def test_a_repeat_while_the_first_still_runs_is_told_so(engine: Engine, another: Engine, key: IdempotencyKey) -> None:
    with engine.begin() as connection:
        store = IdempotencyStore(connection, delivery.idempotency)
        assert store.replay(key) is None
        with pytest.raises(RequestInFlightError):
            replay(another, key)
        assert replay(another, replace(key, value="another key")) is None
        store.remember(key, ANSWER)
        # Not yet committed, and so not yet the answer.
        with pytest.raises(RequestInFlightError):
            replay(another, key)
    assert replay(another, key) == ANSWER


def test_a_first_request_that_failed_lets_the_repeat_try(engine: Engine, another: Engine, key: IdempotencyKey) -> None:
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        IdempotencyStore(connection, delivery.idempotency).replay(key)
        raise ZeroDivisionError
    remember(another, key)
    assert replay(engine, key) == ANSWER


def test_an_answer_is_kept_for_a_day(engine: Engine, key: IdempotencyKey) -> None:
    remember(engine, key)
    age(engine, key, hours=23.9)
    assert replay(engine, key) == ANSWER
    age(engine, key, hours=24.1)
    assert replay(engine, key) is None


def test_an_old_key_may_be_used_again_for_something_else(engine: Engine, key: IdempotencyKey) -> None:
    remember(engine, key)
    age(engine, key, hours=25)
    later = replace(key, fingerprint="digest-of-another-body")
    remember(engine, later, {"id": "b2"})
    assert replay(engine, later) == {"id": "b2"}


def test_without_a_key_nothing_is_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        store = IdempotencyStore(connection, delivery.idempotency)
        before = connection.execute(text(f"SELECT count(*) FROM {delivery.idempotency.fullname}")).scalar_one()  # noqa: S608
        assert store.replay(None) is None
        store.remember(None, ANSWER)
        after = connection.execute(text(f"SELECT count(*) FROM {delivery.idempotency.fullname}")).scalar_one()  # noqa: S608
    assert before == after
