"""Who the studio is: asked by anybody, said by administrators, named by halls."""

from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from booking.app import api
from booking.studio.errors import AddressInUseError
from core.identity import Identity
from shared_schemas.booking.halls import HallChanges
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.studio import StudioRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from tests.support.booking.studio import MANAGER, Studio
from tests.support.database import EngineFor, somebody_waits
from tests.support.rest import Answer, ask
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("served", "default_policy", "nothing_said")
ADMIN = Identity(str(uuid4()), Role.ADMIN)
ARBAT = {"address": {"ru": "Москва, Новый Арбат, 1"}, "latitude": 55.752, "longitude": 37.594}
READ_ONLY = ("hold", "payment_methods")


@pytest.fixture
def nothing_said(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.studio_versions"))
        connection.execute(text("UPDATE booking.halls SET details = details - 'address_id'"))


def read() -> dict[str, Any]:
    answer = ask(api, None, "GET /v1/studio")
    assert answer.status == 200
    return dict(answer.body)


def write(who: Identity | None = ADMIN, **changes: Any) -> Answer:
    """What was read, edited and sent back."""
    body = {name: value for name, value in read().items() if name not in READ_ONLY}
    return ask(api, who, "PUT /v1/studio", body | changes)


def test_a_studio_that_said_nothing_has_terms_and_ways_to_pay(studio: Studio) -> None:
    studio.policies.replace(PolicyRequest(hold_minutes=30, offer_minutes=20, max_unpaid_holds=3), MANAGER)

    told = read()

    assert (told["version"], told["name"]["ru"], told["addresses"]) == (0, "Фотостудия", [])
    assert (told["currency"], told["timezone"], told["languages"]) == ("RUB", "Europe/Moscow", ["ru", "en"])
    assert told["hold"] == {"minutes": 30, "offer_minutes": 20, "max_unpaid_holds": 3, "max_unpaid_hours": 24}
    assert [each["provider"] for each in told["payment_methods"]] == ["yookassa"]


def test_without_a_word_from_payment_the_rest_is_told(studio: Studio) -> None:
    studio.doorman.is_down = True

    assert "payment_methods" not in read()


def test_what_was_read_is_edited_and_sent_back(studio: Studio) -> None:
    answer = write(name={"en": "Cyclorama"}, addresses=[ARBAT], phone="8 (495) 123-45-67", inn="7707083893")

    assert answer.status == 200
    assert answer.body == read()
    assert (answer.body["version"], answer.body["phone"]) == (1, "+74951234567")
    again = write(email="hello@studio.test").body
    assert (again["version"], again["addresses"]) == (2, answer.body["addresses"])
    said = [event for event in studio.broker.taken if event.type == "studio.changed"]
    assert [event.data["studio_version"] for event in said] == [1, 2]
    assert said[0].data["by"] == ADMIN.subject


def test_who_was_slower_edits_again() -> None:
    before = read()["version"]
    write()

    answer = write(version=before)

    assert (answer.status, answer.code, answer.body["version"]) == (409, "studio_changed", 1)


def test_a_page_that_has_it_is_told_so() -> None:
    first = ask(api, None, "GET /v1/studio")
    known = {"If-None-Match": first.headers["etag"]}

    assert ask(api, None, "GET /v1/studio", headers=known).status == 304
    write(email="new@studio.test")
    assert ask(api, None, "GET /v1/studio", headers=known).status == 200


@pytest.mark.parametrize(("who", "status"), [(None, 401), (MANAGER, 403), (Identity(str(uuid4()), Role.CLIENT), 403)])
def test_only_administrators_speak_for_the_studio(who: Identity | None, status: int) -> None:
    assert write(who).status == status


def test_what_stands_there_twice_is_refused() -> None:
    answer = write(languages=["ru", "ru"])

    assert (answer.status, [error["code"] for error in answer.body["errors"]]) == (422, ["repeated_language"])


def test_a_hall_is_at_an_address_of_the_studio(studio: Studio) -> None:
    (address,) = write(addresses=[ARBAT]).body["addresses"]
    hall = studio.hall(address_id=address["id"])

    assert str(studio.halls.get(hall.id).address_id) == address["id"]
    with pytest.raises(RuleViolationError) as refused:
        studio.halls.change(hall.id, HallChanges(address_id=uuid4()))
    assert [found.code for found in refused.value.violations] == ["unknown_address"]


def test_an_address_goes_when_its_halls_have(studio: Studio) -> None:
    (address,) = write(addresses=[ARBAT]).body["addresses"]
    hall = studio.hall(address_id=address["id"])

    refused = write(addresses=[])
    assert (refused.status, refused.code, refused.body["halls"]) == (409, "address_in_use", hall.name)
    assert read()["version"] == 1

    studio.halls.change(hall.id, HallChanges(archived=True))
    assert write(addresses=[]).status == 200
    with pytest.raises(RuleViolationError):
        studio.halls.change(hall.id, HallChanges(archived=False))


def test_a_hall_that_moves_in_and_an_address_that_goes_wait_for_each_other(
    studio: Studio, engine_for: EngineFor
) -> None:
    (address,) = write(addresses=[ARBAT]).body["addresses"]
    hall, other, outcome = studio.hall(), Studio(engine_for("booking")), list[object]()

    def remove() -> None:
        try:
            outcome.append(other.app.studios.replace(StudioRequest(), ADMIN))
        except AddressInUseError as error:
            outcome.append(error)

    with studio.work() as work:
        work.studio.keep()
        removal = Thread(target=remove)
        removal.start()
        observer = engine_for("booking")
        eventually(lambda: somebody_waits(observer))
        work.halls.update(hall.model_copy(update={"address_id": UUID(address["id"])}))
        work.commit()
    removal.join()

    assert isinstance(outcome[0], AddressInUseError)
