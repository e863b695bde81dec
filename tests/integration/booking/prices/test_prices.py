"""Tariffs, price lists, add-ons and promo codes on real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from booking.extras.errors import AddOnNameTakenError, AddOnNotFoundError, PromoCodeNotFoundError, PromoCodeTakenError
from booking.extras.service import Extras
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NotADraftError, TariffNotFoundError, TariffVersionNotFoundError
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.extras import (
    AddOnChanges,
    AddOnRequest,
    PromoCodeChanges,
    PromoCodeListQuery,
    PromoCodeRequest,
)
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import (
    PriceList,
    Tariff,
    TariffRequest,
    TariffVersion,
    TariffVersionRequest,
    TariffVersionsQuery,
)
from shared_schemas.booking.quotes import QuoteRequest
from shared_schemas.errors import RuleViolationError
from tests.support.booking.made import NOW, tariff
from tests.support.booking.prices import crowd, money, tier
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
def hall(studio: Studio) -> Hall:
    return studio.hall()


@pytest.fixture
def extras(studio: Studio) -> Extras:
    return studio.app.extras


def active(studio: Studio) -> TariffVersion:
    (found,) = [
        version for version in studio.prices.versions(TariffVersionsQuery(limit=50)).data if version.status == "active"
    ]
    return found


def rule(hall: Hall | None = None, amount: int = 400_000, **changes: object) -> TariffRequest:
    fields: dict[str, object] = {"hall_id": hall and hall.id, "name": "Peak", "price_per_hour": money(amount)}
    return TariffRequest.model_validate(fields | changes)


def prices_of(version: TariffVersion) -> dict[str, object]:
    return {name: getattr(version, name) for name in PriceList.model_fields}


def test_before_anything_is_decided_there_are_no_tariffs(studio: Studio) -> None:
    """The first test of this module: its database is new."""
    assert studio.prices.tariffs() == []
    with pytest.raises(TariffVersionNotFoundError):
        studio.prices.version(0)

    added = studio.prices.add_tariff(rule(), MANAGER, None)

    assert studio.prices.tariffs() == [added]
    assert (active(studio).number, active(studio).created_by, active(studio).activated_at) == (1, MANAGER.subject, NOW)


def test_every_change_of_a_tariff_is_a_version_and_the_old_ones_stay(studio: Studio, hall: Hall) -> None:
    before = active(studio)

    added = studio.prices.add_tariff(rule(hall), MANAGER, None)
    with_it = active(studio)
    studio.prices.remove_tariff(added.id, MANAGER)

    assert with_it.rules == [*before.rules, added]
    assert (with_it.number, active(studio).number) == (before.number + 1, before.number + 2)
    assert active(studio).rules == before.rules
    kept = studio.prices.version(with_it.number)
    assert (kept.status, kept.rules) == ("retired", with_it.rules)


def test_a_tariff_that_is_not_there_cannot_be_removed(studio: Studio, hall: Hall) -> None:
    before = active(studio)

    with pytest.raises(TariffNotFoundError):
        studio.prices.remove_tariff(uuid4(), MANAGER)

    assert active(studio) == before


def test_a_repeated_request_adds_one_tariff(studio: Studio, hall: Hall) -> None:
    before, key = active(studio), IdempotencyKey("staff", "POST /v1/tariffs", "a-key", "same")

    first = studio.prices.add_tariff(rule(hall), MANAGER, key)

    assert studio.prices.add_tariff(rule(hall), MANAGER, key) == first
    assert active(studio).number == before.number + 1


def test_a_tariff_must_make_sense(studio: Studio, hall: Hall) -> None:
    before = active(studio)

    with pytest.raises(HallNotFoundError):
        studio.prices.add_tariff(rule(hall_id=uuid4()), MANAGER, None)
    with pytest.raises(RuleViolationError):
        studio.prices.add_tariff(rule(hall, first_day=date(2027, 1, 2), last_day=date(2027, 1, 1)), MANAGER, None)

    assert active(studio) == before


def test_no_rule_is_lost_when_many_add_one_at_once(studio: Studio, hall: Hall, engine_for: EngineFor) -> None:
    before, rivals = active(studio), [Studio(engine_for("booking")) for _ in range(6)]
    barrier = Barrier(len(rivals), timeout=PATIENCE_SECONDS)

    def add(rival: Studio) -> list[Tariff]:
        barrier.wait()
        return [rival.prices.add_tariff(rule(hall), MANAGER, None) for _ in range(3)]

    with ThreadPoolExecutor(len(rivals)) as pool:
        added = [found for some in pool.map(add, rivals) for found in some]

    assert {found.id for found in active(studio).rules} == {found.id for found in [*before.rules, *added]}
    assert active(studio).number == before.number + len(added)


def test_a_draft_copies_what_it_does_not_say(studio: Studio, hall: Hall) -> None:
    before = active(studio)

    draft = studio.prices.draft(
        TariffVersionRequest(headcount=[crowd(5, percent=10)], minimum_order=money(100), note="Spring"), MANAGER, None
    )

    assert (draft.status, draft.note, draft.number, draft.activated_at) == ("draft", "Spring", before.number + 1, None)
    assert (draft.rules, draft.durations) == (before.rules, before.durations)
    assert (draft.headcount, draft.minimum_order) == ([crowd(5, percent=10)], money(100))
    assert studio.prices.version(draft.number) == draft
    assert active(studio) == before


def test_rules_keep_their_ids_from_version_to_version(studio: Studio, hall: Hall) -> None:
    old = tariff(400, hall_id=hall.id)

    draft = studio.prices.draft(TariffVersionRequest(rules=[old, rule(hall, 800)]), MANAGER, None)

    kept, new = draft.rules
    assert kept == old
    assert (new.price_per_hour, isinstance(new, Tariff)) == (money(800), True)


def test_a_repeated_request_makes_one_draft(studio: Studio, hall: Hall) -> None:
    key = IdempotencyKey("staff", "POST /v1/tariff-versions", "a-key", "same")

    first = studio.prices.draft(TariffVersionRequest(), MANAGER, key)

    assert studio.prices.draft(TariffVersionRequest(), MANAGER, key) == first
    assert studio.prices.versions(TariffVersionsQuery(limit=50)).data[0] == first


def test_a_draft_must_make_sense(studio: Studio, hall: Hall) -> None:
    with pytest.raises(HallNotFoundError):
        studio.prices.draft(TariffVersionRequest(durations=[tier(60, 10, hall_id=uuid4())]), MANAGER, None)
    with pytest.raises(RuleViolationError) as caught:
        studio.prices.draft(TariffVersionRequest(headcount=[crowd(5, percent=1), crowd(5, percent=2)]), MANAGER, None)

    assert [violation.code for violation in caught.value.violations] == ["repeated_threshold"]


def test_a_draft_can_be_written_anew_and_put_in_force_once(studio: Studio, hall: Hall) -> None:
    before = active(studio)
    draft = studio.prices.draft(TariffVersionRequest(minimum_order=money(100)), MANAGER, None)
    studio.clock.advance(days=1)

    rewritten = studio.prices.redraft(draft.number, TariffVersionRequest(durations=[tier(60, 10)], note="Better"))
    activated = studio.prices.activate(draft.number)

    assert (rewritten.created_at, rewritten.created_by) == (draft.created_at, draft.created_by)
    assert prices_of(activated) == prices_of(before) | {"durations": [tier(60, 10)]}
    assert (activated.status, activated.note, activated.activated_at) == ("active", "Better", studio.clock.now())
    assert studio.prices.activate(draft.number) == activated == active(studio)
    assert studio.prices.version(before.number).status == "retired"
    studio.prices.activate(studio.prices.draft(TariffVersionRequest(durations=[]), MANAGER, None).number)


def test_what_was_in_force_never_changes(studio: Studio, hall: Hall) -> None:
    in_force = active(studio)
    with pytest.raises(NotADraftError):
        studio.prices.redraft(in_force.number, TariffVersionRequest(rules=[]))
    studio.tariff(hall, 800_000)

    with pytest.raises(NotADraftError) as caught:
        studio.prices.activate(in_force.number)

    assert caught.value.params == {"number": in_force.number, "status": "retired"}
    assert prices_of(studio.prices.version(in_force.number)) == prices_of(in_force)


@pytest.mark.parametrize("number", [0, 10_000])
def test_a_version_that_is_not_there(studio: Studio, hall: Hall, number: int) -> None:
    with pytest.raises(TariffVersionNotFoundError):
        studio.prices.activate(number)
    with pytest.raises(TariffVersionNotFoundError):
        studio.prices.redraft(number, TariffVersionRequest())


def test_a_new_price_holds_for_what_is_sold_after_it(studio: Studio, hall: Hall) -> None:
    booking = studio.book(hall, hours=1)
    request = QuoteRequest(hall_id=hall.id, start=START + timedelta(hours=3), end=START + timedelta(hours=4))
    quote = studio.quotes.quote(request, None)

    studio.tariff(hall, 900_000, priority=1)
    quoted = studio.book(hall, request.start, hours=1, quote_id=quote.id)
    later = studio.book(hall, START + timedelta(hours=6), hours=1)

    assert [found.total.amount for found in (booking, quoted, later)] == [200_000, 200_000, 900_000]
    assert later.tariff_version == quoted.tariff_version + 1


def chair(**changes: object) -> AddOnRequest:
    fields: dict[str, object] = {"name": f"Chair {uuid4()}", "unit": "unit", "price": money(10_000), "stock": 5}
    return AddOnRequest.model_validate(fields | changes)


def test_add_ons_are_listed_by_name_and_changed_one_field_at_a_time(extras: Extras, hall: Hall) -> None:
    added = extras.add_add_on(chair(hall_ids=[hall.id]), None)

    cheaper = extras.change_add_on(added.id, AddOnChanges(price=money(4_000)))
    unlimited = extras.change_add_on(added.id, AddOnChanges(stock=None, hall_ids=None, name=None, active=False))

    assert cheaper == added.model_copy(update={"price": money(4_000)})
    assert unlimited == cheaper.model_copy(update={"stock": None, "hall_ids": None, "active": False})
    assert unlimited in extras.add_ons()
    assert [found.name for found in extras.add_ons()] == sorted(found.name for found in extras.add_ons())


def test_an_add_on_has_a_name_of_its_own(extras: Extras) -> None:
    one, other = extras.add_add_on(chair(), None), extras.add_add_on(chair(), None)

    with pytest.raises(AddOnNameTakenError):
        extras.add_add_on(chair(name=one.name), None)
    with pytest.raises(AddOnNameTakenError):
        extras.change_add_on(other.id, AddOnChanges(name=one.name))


def test_an_add_on_names_halls_that_exist(extras: Extras) -> None:
    added = extras.add_add_on(chair(), None)

    with pytest.raises(HallNotFoundError):
        extras.add_add_on(chair(hall_ids=[uuid4()]), None)
    with pytest.raises(HallNotFoundError):
        extras.change_add_on(added.id, AddOnChanges(hall_ids=[uuid4()]))
    with pytest.raises(AddOnNotFoundError):
        extras.change_add_on(uuid4(), AddOnChanges())


def test_a_repeated_request_adds_one_add_on_and_one_promo_code(extras: Extras) -> None:
    key = IdempotencyKey("staff", "POST", str(uuid4()), "same")
    other = IdempotencyKey("staff", "POST", str(uuid4()), "same")
    add_on, promo = chair(), winter()

    assert extras.add_add_on(add_on, key) == extras.add_add_on(add_on, key)
    assert extras.add_promo_code(promo, other) == extras.add_promo_code(promo, other)


def winter(**changes: object) -> PromoCodeRequest:
    fields: dict[str, object] = {"code": f"winter-{uuid4().hex[:8]}", "percent": 10}
    return PromoCodeRequest.model_validate(fields | changes)


def test_promo_codes_are_changed_one_field_at_a_time(extras: Extras) -> None:
    added = extras.add_promo_code(winter(max_uses=3, valid_from=NOW, valid_to=NOW + timedelta(days=9)), None)

    shorter = extras.change_promo_code(added.id, PromoCodeChanges(valid_to=NOW + timedelta(days=1), max_uses=9))
    endless = extras.change_promo_code(added.id, PromoCodeChanges(valid_to=None, max_uses=None, active=False))

    assert shorter == added.model_copy(update={"valid_to": NOW + timedelta(days=1), "max_uses": 9})
    assert endless == shorter.model_copy(update={"valid_to": None, "max_uses": None, "active": False})
    assert extras.promo_codes(PromoCodeListQuery(limit=1)).data[0] == endless


def test_a_promo_code_is_there_once_in_whatever_case(extras: Extras) -> None:
    added = extras.add_promo_code(winter(), None)

    assert added.code == added.code.upper()
    with pytest.raises(PromoCodeTakenError):
        extras.add_promo_code(winter(code=added.code.lower()), None)


def test_a_promo_code_must_make_sense(extras: Extras) -> None:
    added = extras.add_promo_code(winter(valid_from=NOW), None)

    with pytest.raises(RuleViolationError):
        extras.change_promo_code(added.id, PromoCodeChanges(valid_to=NOW))
    with pytest.raises(RuleViolationError):
        extras.add_promo_code(winter(valid_from=NOW, valid_to=NOW), None)
    with pytest.raises(HallNotFoundError):
        extras.add_promo_code(winter(hall_ids=[uuid4()]), None)
    with pytest.raises(PromoCodeNotFoundError):
        extras.change_promo_code(uuid4(), PromoCodeChanges())
