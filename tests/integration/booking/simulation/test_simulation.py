"""What visits would have brought by another price list, on real PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from booking.errors import InvalidPeriodError
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import TariffVersionNotFoundError
from booking.simulation import service as service_simulation
from shared_schemas.booking.bookings import Booking, ReasonRequest
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.extras import AddOnChanges, AddOnOrder, AddOnRequest, PromoCodeChanges, PromoCodeRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.policy import TermsRule
from shared_schemas.booking.prices import TariffVersionRequest, TariffVersionsQuery
from shared_schemas.booking.simulation import HallSimulation, Simulation, SimulationRequest
from shared_schemas.errors import RuleViolationError
from tests.support.booking.made import tariff
from tests.support.booking.prices import money, notice, package
from tests.support.booking.studio import MANAGER, START, Studio

DAY = timedelta(days=1)


@pytest.fixture
def studio(engine: Engine) -> Studio:
    """Without the bookings of other tests."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE booking.bookings SET status = 'cancelled', hold_expires_at = NULL"))
        connection.execute(text("DELETE FROM booking.occupancy"))
    return Studio(engine)


def simulate(studio: Studio, number: int, first: datetime = START, days: int = 1) -> Simulation:
    values = {"from": first.date(), "to": first.date() + days * DAY}
    return studio.app.simulations.simulate(number, SimulationRequest.model_validate(values))


def draft(studio: Studio, amount: int, **changes: object) -> int:
    request = TariffVersionRequest.model_validate({"rules": [tariff(amount)], **changes})
    return studio.prices.draft(request, MANAGER, None).number


def sums(found: Simulation | HallSimulation) -> tuple[int, int, int, int, int]:
    return found.bookings, found.sold.amount, found.simulated.amount, found.change.amount, found.unpriced


def test_visits_are_priced_anew_per_hall_and_in_total(studio: Studio) -> None:
    one, other, _empty = studio.hall(name=f"A {uuid4()}"), studio.hall(name=f"B {uuid4()}"), studio.hall()
    studio.paid(one, hours=2)
    studio.paid(other, hours=1)
    studio.paid(other, START + timedelta(hours=2), hours=1)

    found = simulate(studio, draft(studio, 250_000))

    assert [(hall.hall_id, hall.hall_name, *sums(hall)) for hall in found.halls] == [
        (one.id, one.name, 1, 400_000, 500_000, 100_000, 0),
        (other.id, other.name, 2, 400_000, 500_000, 100_000, 0),
    ]
    assert sums(found) == (3, 800_000, 1_000_000, 200_000, 0)


def test_nothing_is_changed(studio: Studio) -> None:
    booking = studio.paid(studio.hall())
    number = draft(studio, 250_000)
    before = studio.prices.versions(TariffVersionsQuery(limit=50)).data

    simulate(studio, number)

    assert studio.bookings.get(booking.id, studio.customer) == booking
    assert studio.prices.versions(TariffVersionsQuery(limit=50)).data == before


def test_the_version_in_force_brings_what_was_sold(studio: Studio) -> None:
    booking = studio.paid(studio.hall())

    assert sums(simulate(studio, booking.tariff_version)) == (1, 400_000, 400_000, 0, 0)


def test_only_visits_that_took_place_or_are_paid_to_count(studio: Studio) -> None:
    hall = studio.hall()
    studio.book(hall, START)
    studio.bookings.cancel(studio.paid(hall, START + timedelta(hours=2)).id, CancelRequest(), MANAGER, None)
    begun, over = (studio.paid(studio.hall()) for _ in range(2))
    studio.paid(hall, START + timedelta(hours=4))
    studio.clock.advance(days=1, hours=3)
    for visit in (begun, over):
        studio.visits.check_in(visit.id, ReasonRequest(reason="they are here"), MANAGER)
    studio.visits.complete(over.id, ReasonRequest(), MANAGER)

    assert simulate(studio, draft(studio, 250_000)).bookings == 3


def test_the_days_are_those_of_the_hall(studio: Studio) -> None:
    """Half past midnight of 3 December in Tokyo is still the 2nd in UTC and in Moscow."""
    hall = studio.hall(timezone="Asia/Tokyo", opening_hours=[{"weekday": day, "opens": "00:00", "closes": "24:00"}
                                                             for day in range(1, 8)])  # fmt: skip
    studio.paid(hall, datetime(2026, 12, 3, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo")), hours=1)
    studio.paid(hall, datetime(2026, 12, 2, 0, 0, tzinfo=ZoneInfo("Asia/Tokyo")), hours=1)
    number = draft(studio, 250_000)

    assert simulate(studio, number, START).bookings == 1
    assert simulate(studio, number, START + DAY).bookings == 1
    assert simulate(studio, number, START, days=2).bookings == 2
    assert simulate(studio, number, START - DAY).bookings == 0


def test_what_has_no_price_is_counted_and_in_no_sum(studio: Studio) -> None:
    hall = studio.hall()
    studio.paid(hall, hours=2)
    studio.paid(hall, START + timedelta(hours=4), hours=1)
    until_two = draft(studio, 0, rules=[tariff(250_000, ends="14:00")])

    found = simulate(studio, until_two)

    assert sums(found) == sums(found.halls[0]) == (2, 400_000, 500_000, 100_000, 1)


def test_add_ons_cost_what_they_were_sold_for(studio: Studio) -> None:
    extras = studio.app.extras
    lamp = extras.add_add_on(AddOnRequest(name=f"Lamp {uuid4()}", unit="hour", price=money(50_000)), None)
    studio.paid(studio.hall(), hours=2, add_ons=[AddOnOrder(id=lamp.id, quantity=2)])
    extras.change_add_on(lamp.id, AddOnChanges(price=money(400_000), active=False))

    assert sums(simulate(studio, draft(studio, 250_000)))[1:3] == (600_000, 700_000)


def with_code(studio: Studio, hall: Hall, **fields: object) -> tuple[Booking, UUID]:
    """A booking with a promo code, which by now is out of use."""
    extras = studio.app.extras
    request = PromoCodeRequest.model_validate({"code": f"C{uuid4().hex[:8]}", **fields})
    promo = extras.add_promo_code(request, None)
    booking = studio.paid(hall, hours=2, promo_code=promo.code)
    extras.change_promo_code(promo.id, PromoCodeChanges(active=False))
    return booking, promo.id


def test_a_promo_code_takes_its_share_of_the_other_price(studio: Studio) -> None:
    with_code(studio, studio.hall(), percent=10)

    assert sums(simulate(studio, draft(studio, 250_000)))[1:3] == (360_000, 450_000)


def test_an_order_too_small_for_its_code_is_priced_without(studio: Studio) -> None:
    with_code(studio, studio.hall(), percent=10, minimum=money(400_000))

    assert sums(simulate(studio, draft(studio, 100_000)))[1:3] == (360_000, 200_000)


def test_a_code_that_is_gone_takes_off_what_it_took_off(studio: Studio) -> None:
    booking, promo_id = with_code(studio, studio.hall(), percent=10)
    with studio.engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.promo_uses WHERE booking_id = :id"), {"id": booking.id})
        connection.execute(text("DELETE FROM booking.promo_codes WHERE id = :id"), {"id": promo_id})

    assert sums(simulate(studio, draft(studio, 250_000)))[1:3] == (360_000, 460_000)


def test_other_packages_purposes_and_prices_by_how_soon_are_tried(studio: Studio) -> None:
    """Sold a day ahead, so nothing of them was of the same day; what a visit is for is known."""
    hall = studio.hall(purpose_limits=[{"purpose": "event", "capacity": 30}])
    studio.paid(hall, hours=2)
    studio.paid(hall, START + timedelta(hours=2), hours=2, purpose="event", people=20)
    lists: dict[str, object] = {
        "rules": [tariff(200_000), tariff(300_000, purposes=["event"])],
        "packages": [package(120, 350_000, purposes=["photo"])],
        "notices": [notice(same_day=True, percent_off=50), notice(under_hours_before=48, percent_off=10)],
    }

    assert sums(simulate(studio, draft(studio, 0, **lists)))[1:3] == (800_000, 315_000 + 540_000)


def test_drafted_terms_say_what_they_would_have_meant(studio: Studio) -> None:
    hall = studio.hall()
    studio.paid(hall, hours=1)
    studio.paid(hall, START + timedelta(hours=2), hours=2)
    rules = [
        TermsRule(name="Two hours", hall_ids=[hall.id], min_minutes=120),
        TermsRule(name="Tomorrow in full", under_hours_before=48, prepayment_percent=100),
        TermsRule(name="Guests", purposes=["event"], max_reschedules=0),
    ]
    values = {"from": START.date(), "to": START.date() + DAY, "rules": rules}

    found = studio.app.simulations.simulate(draft(studio, 250_000), SimulationRequest.model_validate(values)).terms

    assert found is not None
    assert (found.too_short, found.prepayment.amount, found.simulated_prepayment.amount) == (1, 300_000, 750_000)
    assert [(use.rule, use.visits) for use in found.rules] == [("Two hours", 2), ("Tomorrow in full", 2), ("Guests", 0)]
    assert studio.policies.current().rules == []
    assert simulate(studio, draft(studio, 250_000)).terms is None


@pytest.mark.parametrize(
    ("rule", "error"),
    [({"hall_ids": [uuid4()]}, HallNotFoundError), ({"from_minutes": 120, "to_minutes": 60}, RuleViolationError)],
)
def test_drafted_terms_must_make_sense(studio: Studio, rule: dict[str, Any], error: type[Exception]) -> None:
    drafted = TermsRule(name="it", max_reschedules=0, **rule)
    request = SimulationRequest.model_validate({"from": START.date(), "to": START.date() + DAY, "rules": [drafted]})

    with pytest.raises(error):
        studio.app.simulations.simulate(draft(studio, 250_000), request)


def test_a_booking_of_several_halls_counts_under_its_first(studio: Studio) -> None:
    one, other = studio.hall(), studio.hall()
    day = START.date()
    studio.paid(one, hours=1, also_hall_ids=[other.id])
    with studio.work() as work:
        override = DateOverride(id=uuid4(), hall_id=other.id, first_day=day, last_day=day, holiday=True)
        work.overrides.add(override, MANAGER.subject, studio.clock.now())
        work.commit()
    rules = [tariff(100_000), tariff(800_000, priority=1, holidays="only")]

    found = simulate(studio, draft(studio, 0, rules=rules))

    assert [(hall.hall_id, *sums(hall)) for hall in found.halls] == [(one.id, 1, 400_000, 900_000, 500_000, 0)]


def test_every_booking_is_met_once_whatever_the_size_of_a_page(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    halls = [studio.hall(), studio.hall()]
    for hall in halls:
        for hour in range(5):
            studio.paid(hall, START + timedelta(hours=hour), hours=1)
    number = draft(studio, 250_000)
    monkeypatch.setattr(service_simulation, "PAGE", 2)

    assert [sums(hall)[:3] for hall in simulate(studio, number).halls] == [(5, 1_000_000, 1_250_000)] * 2


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_period_has_its_limits(studio: Studio, days: int) -> None:
    with pytest.raises(InvalidPeriodError) as caught:
        simulate(studio, 1, days=days)

    assert caught.value.params == {"max_days": 366}


@pytest.mark.parametrize(("first", "to"), [("1970-01-01", "1970-01-02"), ("2199-12-31", "2200-01-01")])
def test_the_first_and_the_last_days_of_the_contract_have_no_visits(studio: Studio, first: str, to: str) -> None:
    number = draft(studio, 250_000)
    request = SimulationRequest.model_validate({"from": first, "to": to})

    assert sums(studio.app.simulations.simulate(number, request)) == (0, 0, 0, 0, 0)


def test_an_unknown_version_cannot_be_tried(studio: Studio) -> None:
    with pytest.raises(TariffVersionNotFoundError):
        simulate(studio, 10_000)
