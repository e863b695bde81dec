"""Halls, tariffs and add-ons in the words of the language that is asked for."""

from typing import Any

import pytest

from booking.app import api
from tests.support.booking.studio import MANAGER, Studio
from tests.support.rest import Answer, ask

pytestmark = pytest.mark.usefixtures("served")
TEXTS = {"en": {"name": "White", "description": "By daylight"}}
OWN = ("Белый", "Днём")


def words(answer: Answer, thing: str) -> tuple[str, str]:
    assert answer.status == 200
    (found,) = [each for each in answer.body.get("data", [answer.body]) if each["id"] == thing]
    assert found["texts"] == TEXTS
    return found["name"], found["description"]


def made(studio: Studio, route: str) -> str:
    named = {"name": OWN[0], "description": OWN[1], "texts": TEXTS}
    price = {"amount": 400_000, "currency": "RUB"}
    bodies: dict[str, dict[str, Any]] = {
        "/v1/tariffs": {"price_per_hour": price},
        "/v1/add-ons": {"unit": "booking", "price": price},
    }
    if route not in bodies:
        hall = studio.hall()
        change = {"name": f"{OWN[0]} {hall.id}", "description": OWN[1], "texts": TEXTS}
        answer = ask(api, MANAGER, "PATCH /v1/halls/{hall_id}", change, path={"hall_id": hall.id})
        assert words(answer, str(hall.id)) == (change["name"], OWN[1])
        return str(hall.id)
    answer = ask(api, MANAGER, f"POST {route}", named | bodies[route], headers={"Accept-Language": "en"})
    # Who writes reads what was written.
    assert (answer.status, answer.body["name"]) == (201, OWN[0])
    return str(answer.body["id"])


@pytest.mark.parametrize("route", ["/v1/halls", "/v1/halls/{hall_id}", "/v1/tariffs", "/v1/add-ons"])
def test_a_reader_is_told_in_the_language_that_was_asked_for(studio: Studio, route: str) -> None:
    thing = made(studio, route)
    path = {"hall_id": thing} if "{" in route else {}

    def read(language: str) -> Answer:
        return ask(api, None, f"GET {route}", path=path, headers={"Accept-Language": language})

    assert words(read("en-US, ru;q=0.5"), thing) == ("White", "By daylight")
    for language in ("ru", "*", "de"):
        name, description = words(read(language), thing)
        assert (name.split()[0], description) == OWN
    assert "Accept-Language" in read("en").headers["vary"]
    assert read("en").headers["etag"] != read("ru").headers["etag"]
