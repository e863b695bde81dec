"""What breaks a client of the API and what does not, change by change."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from infra.contract.__main__ import objections, written
from infra.contract.breaks import breaks
from infra.contract.reduced import reduced
from tests.support.runs.table import each

HALL = {"$ref": "#/components/schemas/Hall"}
ORDER = {"$ref": "#/components/schemas/Order"}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/halls": {
            "get": {
                "operationId": "list_halls",
                "parameters": [
                    {"name": "q", "in": "query", "required": False, "schema": {"type": "string", "maxLength": 20}}
                ],
                "responses": {
                    "200": {"description": "OK", "content": {"application/json": {"schema": HALL}, "text/csv": {
                        "schema": {"type": "string"}}}},
                    "404": {"description": "`hall_not_found`"},
                },
                "security": [],
            },
            "post": {
                "operationId": "book",
                "parameters": [],
                "requestBody": {"content": {"application/json": {"schema": ORDER}}},
                "responses": {
                    "201": {"description": "Created", "content": {"application/json": {"schema": HALL}}},
                    "409": {"description": "`slot_taken` · `busy`"},
                },
                "security": [{"bearer": []}, {"apiKey": ["bookings:write"]}],
                "x-roles": ["client", "manager"],
            },
        }
    },
    "webhooks": {
        "hall.sold": {
            "post": {
                "parameters": [{"$ref": "#/components/parameters/Signature"}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Call"}}}},
            }
        }
    },
    "components": {
        "schemas": {
            "Hall": {
                "type": "object",
                "description": "A hall.",
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "kind": {"enum": ["loft", "cyclorama"]},
                    "parts": {"type": "array", "items": HALL},
                },
                "required": ["id"],
            },
            "Order": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "people": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1},
                    "note": {"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}], "default": None},
                    "kind": {"enum": ["loft", "cyclorama"]},
                    "weight": {"type": "number"},
                },
                "required": ["kind"],
            },
            "Call": {"type": "object", "properties": {"type": {"const": "hall.sold"}}, "required": ["type"]},
        }
    },
}  # fmt: skip
RELEASED = reduced(DOCUMENT)
Change = Callable[[Any], object]


def hall(now: Any) -> Any:
    return now["schemas"]["Hall"]["properties"]


def order(now: Any) -> Any:
    return now["schemas"]["Order"]["properties"]


def listing(now: Any) -> Any:
    return now["operations"]["GET /halls"]


def booking(now: Any) -> Any:
    return now["operations"]["POST /halls"]


BREAKS: Mapping[str, Change] = {
    "GET /halls: is gone": lambda now: now["operations"].pop("GET /halls"),
    "GET /halls: is called find_halls, was list_halls": lambda now: listing(now).update(id="find_halls"),
    "GET /halls: takes no query q any more": lambda now: listing(now)["parameters"].clear(),
    "GET /halls: query q must be there": lambda now: listing(now)["parameters"]["query q"].update(required=True),
    "GET /halls: a new query day must be there": lambda now: listing(now)["parameters"].update(
        {"query day": {"required": True, "schema": {}}}
    ),
    "GET /halls query q: maxLength is 5, was 20": lambda now: listing(now)["parameters"]["query q"]["schema"].update(
        maxLength=5
    ),
    "GET /halls: needs a token": lambda now: listing(now).update({"ways in": [["bearer"]]}),
    "GET /halls: does not answer 200 any more": lambda now: listing(now).update(answers={"204": {}}),
    "GET /halls 200: is not text/csv any more": lambda now: listing(now)["answers"]["200"].pop("text/csv"),
    "GET /halls: does not refuse with hall_not_found any more": lambda now: listing(now)["codes"].clear(),
    "POST /halls: slot_taken is 410, was 409": lambda now: booking(now)["codes"].update(slot_taken="410"),
    "POST /halls: takes no body any more": lambda now: booking(now).pop("body"),
    "POST /halls: a body must be there": lambda now: booking(now)["body"].update(required=True),
    "POST /halls: cannot be called with apiKey bookings:write any more": lambda now: booking(now)["ways in"].pop(),
    "POST /halls: is closed to client": lambda now: booking(now)["roles"].remove("client"),
    "Hall.name: is gone": lambda now: hall(now).pop("name"),
    "Hall.id: is any text, was uuid": lambda now: hall(now)["id"].pop("format"),
    "Hall.id: is integer, was string": lambda now: hall(now).update(id={"type": "integer", "format": "uuid"}),
    "Hall.id: may be absent": lambda now: now["schemas"]["Hall"].update(required=[]),
    "Hall.name: may be integer now": lambda now: hall(now)["name"]["anyOf"].append({"type": "integer"}),
    "Hall.parts[]: is string, was object": lambda now: hall(now)["parts"].update(items={"type": "string"}),
    "Order.weight: is gone": lambda now: order(now).pop("weight"),
    "Order.weight: is integer, was number": lambda now: order(now).update(weight={"type": "integer"}),
    "Order.people: must be there": lambda now: now["schemas"]["Order"]["required"].append("people"),
    "Order.people: minimum is 2, was 1": lambda now: order(now)["people"].update(minimum=2),
    "Order.people: maximum is 9, was 10": lambda now: order(now)["people"].update(maximum=9),
    "Order.people: multipleOf is 2, was none": lambda now: order(now)["people"].update(multipleOf=2),
    "Order.people: is 2 if nothing is said, was 1": lambda now: order(now)["people"].update(default=2),
    "Order.people: takes only [1]": lambda now: order(now)["people"].update(enum=[1]),
    "Order.kind: does not take loft any more": lambda now: order(now)["kind"].update(enum=["cyclorama"]),
    "Order.note: cannot be null now": lambda now: order(now)["note"]["anyOf"].pop(),
    "Order.note: maxLength is 3, was 9": lambda now: order(now)["note"]["anyOf"][0].update(maxLength=3),
    "webhook hall.sold: is not sent any more": lambda now: now["webhooks"].clear(),
    "webhook hall.sold: has no Signature any more": lambda now: now["webhooks"]["hall.sold"]["headers"].clear(),
    "Call.type: is ['hall.let'], was ['hall.sold']": lambda now: now["schemas"]["Call"]["properties"].update(
        type={"const": "hall.let"}
    ),
}
HARMLESS: Mapping[str, Change] = {
    "another operation": lambda now: now["operations"].update({"GET /prices": listing(deepcopy(now))}),
    "another parameter": lambda now: listing(now)["parameters"].update({"query d": {"required": False, "schema": {}}}),
    "another refusal": lambda now: listing(now)["codes"].update(busy="503"),
    "another way in": lambda now: booking(now)["ways in"].append([]),
    "another role": lambda now: booking(now)["roles"].append("admin"),
    "no token any more": lambda now: booking(now).update({"ways in": [], "roles": []}),
    "another field in the answer": lambda now: hall(now).update(floor={"type": "integer"}),
    "a field that is always there": lambda now: now["schemas"]["Hall"]["required"].append("kind"),
    "a field that may not be null": lambda now: hall(now)["name"]["anyOf"].pop(),
    "another word in the answer": lambda now: hall(now)["kind"]["enum"].append("garden"),
    "another field to send": lambda now: order(now).update(lamp={"type": "boolean"}),
    "more to send": lambda now: order(now)["people"].update(maximum=99, minimum=0),
    "another word to send": lambda now: order(now)["kind"]["enum"].append("garden"),
    "a wider type to send": lambda now: order(now).update(people={"type": "number", "default": 1}),
    "text without a limit": lambda now: order(now)["note"]["anyOf"][0].pop("maxLength"),
    "another webhook": lambda now: now["webhooks"].update({"hall.let": now["webhooks"]["hall.sold"]}),
}


def after(change: Change) -> list[str]:
    now = deepcopy(RELEASED)
    change(now)
    return breaks(RELEASED, now)


@each(("wanted", "change"), BREAKS.items(), ids=str)
def test_a_break_is_told_with_its_place(wanted: str, change: Change) -> None:
    assert after(change) == [wanted]


@each(("what", "change"), HARMLESS.items(), ids=str)
def test_what_is_added_breaks_nothing(what: str, change: Change) -> None:
    assert after(change) == [], what


def test_words_are_no_part_of_the_contract() -> None:
    told = deepcopy(DOCUMENT)
    told["components"]["schemas"]["Hall"]["description"] = "Another one."

    assert reduced(told) == RELEASED
    assert '"GET /halls": {"id":"list_halls"' in written(RELEASED)


def test_a_schema_of_another_name_is_the_same_if_it_looks_the_same() -> None:
    now = deepcopy(RELEASED)
    now["schemas"]["Room"] = now["schemas"]["Hall"]
    listing(now)["answers"]["200"]["application/json"] = {"$ref": "#/components/schemas/Room"}

    assert breaks(RELEASED, now) == []


def test_a_break_that_is_meant_is_told_to_clients() -> None:
    broken = ["Hall.name: is gone"]
    changes = "# Changes\n\n## Unreleased\n- Halls have no\n  `name`.\n\n## 1\n- Halls have no windows.\n"

    def said(accepted: str) -> list[str]:
        return list(objections(broken, accepted, changes))

    assert said("") == ["breaks clients: Hall.name: is gone"]
    assert said("Hall.name: is gone | Halls have no `name`") == []
    assert said("Hall.name: is gone | Halls have no windows") == [
        "CHANGELOG.md does not tell clients: Hall.name: is gone"
    ]
    assert said("Hall.name: is gone") == ["CHANGELOG.md does not tell clients: Hall.name: is gone"]
    assert list(objections([], "# …\nHall.name: is gone | x", changes)) == [
        "accepted, but not broken: Hall.name: is gone"
    ]
