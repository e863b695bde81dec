"""Bitrix24 and amoCRM of the sandbox: records, limits, and answers that get lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.sandbox.harness import Answer, Sandbox
from tests.support.waiting import eventually

DEAL, CONTACT = 2, 3
LIMITED = {"QUERY_LIMIT_EXCEEDED"}


def bitrix(sandbox: Sandbox, method: str, code: str = "cyclorama", **arguments: Any) -> Answer:
    """Asked again while it is too much: what is tested is what comes of it in the end."""
    path = f"/bitrix24/rest/1/{code}/{method}.json"

    def answered() -> Answer | None:
        answer = sandbox.request("POST", path, json=arguments)
        return None if answer.body.get("error") in LIMITED else answer

    return eventually(answered)


def amo(sandbox: Sandbox, method: str, path: str, token: str = "cyclorama", **options: Any) -> Answer:  # noqa: S107
    headers = {"Authorization": f"Bearer {token}"}

    def answered() -> Answer | None:
        answer = sandbox.request(method, f"/amocrm/api/v4{path}", headers=headers, **options)
        return None if answer.status == 429 else answer

    return eventually(answered)


def test_bitrix_keeps_items_and_knows_no_repeats(sandbox: Sandbox) -> None:
    fields = {"title": "Зал", "originatorId": "cyclorama", "originId": uuid4().hex}
    made = [bitrix(sandbox, "crm.item.add", entityTypeId=DEAL, fields=fields).body["result"]["item"] for _ in range(2)]
    assert made[0]["id"] != made[1]["id"]
    found = bitrix(sandbox, "crm.item.list", entityTypeId=DEAL, filter={"=originId": fields["originId"]}).body
    assert [item["id"] for item in found["result"]["items"]] == [item["id"] for item in made]
    assert found["total"] == 2

    one = {"entityTypeId": DEAL, "id": made[0]["id"]}
    assert bitrix(sandbox, "crm.item.update", **one, fields={"stageId": "WON"}).status == 200
    item = bitrix(sandbox, "crm.item.get", **one).body["result"]["item"]
    assert (item["stageId"], item["title"]) == ("WON", "Зал")
    assert bitrix(sandbox, "crm.item.delete", **one).body["result"] == []
    assert bitrix(sandbox, "crm.item.get", **one).body["error"] == "NOT_FOUND"


def test_phones_are_added_replaced_and_removed(sandbox: Sandbox) -> None:
    phone = {"typeId": "PHONE", "valueType": "WORK", "value": "+79161234567"}
    made = bitrix(sandbox, "crm.item.add", entityTypeId=CONTACT, fields={"name": "А", "fm": [phone]}).body
    one = {"entityTypeId": CONTACT, "id": made["result"]["item"]["id"]}
    (entry,) = made["result"]["item"]["fm"]
    changed = bitrix(sandbox, "crm.item.update", **one, fields={"fm": [{"id": entry["id"], "value": "+7"}]}).body
    assert [each["value"] for each in changed["result"]["item"]["fm"]] == ["+7"]
    more = bitrix(sandbox, "crm.item.update", **one, fields={"fm": [phone, {"id": entry["id"], "value": ""}]}).body
    assert [each["value"] for each in more["result"]["item"]["fm"]] == [phone["value"]]


def test_bitrix_refuses_strangers_and_what_it_does_not_know(sandbox: Sandbox) -> None:
    assert bitrix(sandbox, "crm.item.list", code="guess").status == 401
    assert bitrix(sandbox, "crm.item.eat", entityTypeId=DEAL).body["error"] == "ERROR_METHOD_NOT_FOUND"
    assert bitrix(sandbox, "crm.item.list", entityTypeId=9).status == 400
    assert bitrix(sandbox, "crm.item.add", entityTypeId=DEAL).status == 400


def test_bitrix_takes_a_few_at_once_and_two_a_second(sandbox: Sandbox) -> None:
    path, body = "/bitrix24/rest/1/cyclorama/crm.item.list.json", {"entityTypeId": DEAL}
    answers = [sandbox.request("POST", path, json=body) for _ in range(12)]
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) >= 3
    assert {answer.body["error"] for answer in refused} == LIMITED


def test_amocrm_makes_leads_with_their_contacts(sandbox: Sandbox) -> None:
    mark = uuid4().hex
    field = {"field_code": "CYCLORAMA_ID", "values": [{"value": mark}]}
    contact = {"name": "Анна", "custom_fields_values": [field]}
    lead = {"name": f"Зал {mark}", "request_id": "r-1", "_embedded": {"contacts": [contact]}}
    (made,) = amo(sandbox, "POST", "/leads/complex", json=[lead]).body
    assert made["request_id"] == ["r-1"]
    found = amo(sandbox, "GET", "/contacts", fields={"query": mark}).body["_embedded"]["contacts"]
    assert [each["id"] for each in found] == [made["contact_id"]]
    found = amo(sandbox, "GET", "/leads", fields={"query": mark}).body["_embedded"]["leads"]
    assert found[0]["_embedded"]["contacts"] == [{"id": made["contact_id"]}]
    assert "request_id" not in found[0]

    emptied = {"name": "—", "custom_fields_values": [{"field_code": "CYCLORAMA_ID", "values": None}]}
    assert amo(sandbox, "PATCH", f"/contacts/{made['contact_id']}", json=emptied).status == 200
    kept = amo(sandbox, "GET", f"/contacts/{made['contact_id']}").body
    assert (kept["name"], kept["custom_fields_values"]) == ("—", [])
    nothing = amo(sandbox, "GET", "/contacts", fields={"query": mark})
    assert (nothing.status, nothing.text) == (204, "")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/leads", {"name": "no list"}, 400),
        ("POST", "/leads/complex", [{}] * 51, 400),
        ("PATCH", "/leads/999999999", {"price": 1}, 404),
        ("GET", "/leads/999999999", None, 204),
    ],
)
def test_amocrm_refuses_what_makes_no_sense(sandbox: Sandbox, method: str, path: str, body: Any, status: int) -> None:
    options = {} if body is None else {"json": body}
    assert amo(sandbox, method, path, **options).status == status
    assert amo(sandbox, method, path, token="guess", **options).status == 401


def test_amocrm_refuses_too_many_and_blocks_who_goes_on(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer cyclorama"}
    statuses: list[int] = []

    def ask(_number: int) -> None:
        statuses.append(sandbox.request("GET", "/amocrm/api/v4/leads", headers=headers).status)

    def blocked() -> bool:
        # Some at once: one after another they may be too slow on a busy machine.
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(80)))
        return 403 in statuses

    assert eventually(blocked)
    assert statuses.index(429) < statuses.index(403)


def test_the_faults_of_crms(sandbox: Sandbox) -> None:
    fields = {"originId": uuid4().hex}
    for knob, status in (("receiver_down", 500), ("crm_blocked", 429), ("crm_error_after_commit", 500)):
        sandbox.knobs(None, **{knob: 1})
        assert bitrix(sandbox, "crm.item.add", entityTypeId=DEAL, fields=fields).status == status
    assert bitrix(sandbox, "crm.item.list", entityTypeId=DEAL, filter=fields).body["total"] == 1
    sandbox.knobs(crm_blocked=1)
    assert amo(sandbox, "GET", "/leads").status == 403


def test_records_are_seen_and_survive_a_kill(sandbox: Sandbox) -> None:
    mark = uuid4().hex
    bitrix(sandbox, "crm.item.add", entityTypeId=CONTACT, fields={"name": mark})
    sandbox.process.kill()
    sandbox.process.wait()
    sandbox.start()
    shown = sandbox.request("GET", "/_sandbox/crm/bitrix24/contact").body["data"]
    assert mark in [record["name"] for record in shown]
