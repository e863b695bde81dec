"""What is stored of prices on real PostgreSQL: versions that are read once, claims of add-ons, uses of promo codes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from booking.extras.add_ons import Out
from booking.extras.errors import AddOnOutOfStockError, PromoCodeUsedUpError
from booking.extras.repository import AddOnRepository, PromoCodeRepository
from booking.prices.repository import PriceListRepository
from booking.prices.versions import VersionCache
from booking.time.ranges import TimeRange
from core.postgres.database import create_database
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.extras import AddOn, PromoCode
from tests.support.booking.made import NOW, tariff
from tests.support.booking.prices import add_on, price_list, promo_code
from tests.support.booking.studio import START, Studio
from tests.support.database import EngineFor, ServiceSettings, administer

VERSIONS = VersionCache()
IMPATIENT, NOTHING = text("SET LOCAL lock_timeout = '50ms'"), text("SELECT 1")


@pytest.fixture
def bookings(engine: Engine) -> list[Booking]:
    """What claims and uses belong to; when these visits are does not matter to them."""
    studio = Studio(engine)
    return [studio.book(studio.hall()) for _ in range(2)]


@pytest.fixture
def connection(engine: Engine, bookings: list[Booking]) -> Iterator[Connection]:
    """A transaction that comes to nothing, on the engine's only connection."""
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def other_engine(server: URL, template: URL) -> Iterator[Engine]:
    """Another database of the same process, as the same role."""
    url = server.set(database=f"test_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{url.database}" TEMPLATE "{template.database}"')
    own = url.set(username="cyclorama_booking", password="test").render_as_string(hide_password=False)
    engine = create_database(ServiceSettings("booking", own))
    yield engine
    engine.dispose()
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


def put_in_force(connection: Connection, amount: int) -> None:
    prices = PriceListRepository(connection, VERSIONS)
    version = prices.add(price_list(tariff(amount), status="draft"))
    prices.activate(version.number, NOW)


def hourly(connection: Connection) -> list[int]:
    return [rule.price_per_hour.amount for rule in PriceListRepository(connection, VERSIONS).active().rules]


def test_a_version_in_force_is_read_once(connection: Connection) -> None:
    put_in_force(connection, 400)

    assert PriceListRepository(connection, VERSIONS).active() is PriceListRepository(connection, VERSIONS).active()


def test_a_version_with_the_same_number_and_times_in_another_database_is_another(
    connection: Connection, other_engine: Engine
) -> None:
    with other_engine.connect() as other:
        put_in_force(connection, 400)
        number = PriceListRepository(connection, VERSIONS).active().number
        for _ in range(number):
            put_in_force(other, 800)

        assert PriceListRepository(other, VERSIONS).active().number == number
        assert (hourly(connection), hourly(other)) == ([400], [800])


def test_an_activation_that_came_to_nothing_leaves_no_trace(connection: Connection) -> None:
    put_in_force(connection, 400)
    assert hourly(connection) == [400]
    connection.rollback()

    put_in_force(connection, 800)

    assert hourly(connection) == [800]


def hours(first: float, last: float) -> TimeRange:
    return TimeRange(START + timedelta(hours=first), START + timedelta(hours=last)).utc()


def stocked(connection: Connection, stock: int | None) -> AddOn:
    made = add_on(name=f"Flash {uuid4()}", stock=stock)
    AddOnRepository(connection).add(made)
    return made


def order(add_on: AddOn, quantity: int) -> tuple[UUID, int]:
    return add_on.id, quantity


def wanted(during: TimeRange, *orders: tuple[UUID, int]) -> Out:
    return Out(during, dict(orders))


def out(connection: Connection, booking: Booking) -> int:
    query = text("SELECT coalesce(sum(quantity), 0) FROM booking.add_on_claims WHERE booking_id = :booking")
    return int(connection.execute(query, {"booking": booking.id}).scalar_one())


def test_a_booking_never_stands_in_its_own_way(bookings: list[Booking], connection: Connection) -> None:
    flash, stand, repository = stocked(connection, 5), stocked(connection, 1), AddOnRepository(connection)
    repository.claim(bookings[0].id, wanted(hours(0, 2), order(flash, 5), order(stand, 1)))

    repository.claim(bookings[0].id, wanted(hours(1, 3), order(flash, 4)))

    assert out(connection, bookings[0]) == 4


def test_a_stock_that_shrank_takes_nothing_away(bookings: list[Booking], connection: Connection) -> None:
    flash, repository = stocked(connection, 5), AddOnRepository(connection)
    repository.claim(bookings[0].id, wanted(hours(0, 2), order(flash, 5)))

    repository.update(flash.model_copy(update={"stock": 2}))

    assert out(connection, bookings[0]) == 5
    with pytest.raises(AddOnOutOfStockError) as caught:
        repository.claim(bookings[1].id, wanted(hours(0, 2), order(flash, 1)))
    assert caught.value.params["available"] == 0


def test_orders_of_what_is_not_limited_wait_for_nobody(
    bookings: list[Booking], connection: Connection, engine_for: EngineFor
) -> None:
    water, one, other = stocked(connection, None), bookings[0].id, bookings[1].id
    connection.commit()
    AddOnRepository(connection).claim(one, wanted(hours(0, 2), order(water, 1)))
    connection.execute(NOTHING)  # So that what was deferred is under way.

    with engine_for("booking").connect() as meanwhile:
        meanwhile.execute(IMPATIENT)
        AddOnRepository(meanwhile).claim(other, wanted(hours(0, 2), order(water, 1)))
        meanwhile.commit()

    assert out(connection, bookings[1]) == 1


def test_a_use_that_a_booking_kept_is_not_counted_twice(bookings: list[Booking], connection: Connection) -> None:
    promo = promo_code(code="KEPT", max_uses=1, max_uses_per_client=1)
    repository = PromoCodeRepository(connection)
    repository.add(promo)

    for _ in range(2):
        repository.use(promo.code, bookings[0].id, bookings[0].customer_id)

    assert repository.get(promo.id).uses == 1


def uses(connection: Connection, promo: PromoCode) -> int | None:
    """The number as it is stored."""
    query = text("SELECT uses FROM booking.promo_codes WHERE id = :id")
    found: int | None = connection.execute(query, {"id": promo.id}).scalar_one()
    return found


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "from before it was counted"])
def test_the_uses_of_a_code_are_a_number_that_follows_its_rows(
    bookings: list[Booking], connection: Connection, counted: bool
) -> None:
    promo, repository = promo_code(code="MANY", max_uses=2), PromoCodeRepository(connection)
    repository.add(promo)
    repository.use(promo.code, bookings[0].id, bookings[0].customer_id)
    if not counted:
        connection.execute(text("UPDATE booking.promo_codes SET uses = NULL WHERE id = :id"), {"id": promo.id})
        assert repository.get(promo.id).uses == 1

    repository.use(promo.code, bookings[1].id, bookings[1].customer_id)
    with pytest.raises(PromoCodeUsedUpError):
        repository.use(promo.code, uuid4(), uuid4())
    assert uses(connection, promo) == repository.get(promo.id).uses == 2

    repository.release(bookings[0].id)
    repository.release(bookings[0].id)
    # By whatever statement it goes, as by that of an older version of the service.
    connection.execute(text("DELETE FROM booking.promo_uses WHERE booking_id = :id"), {"id": bookings[1].id})
    assert uses(connection, promo) == 0
