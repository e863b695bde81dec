"""Bitrix24's REST behind an incoming webhook, at `/bitrix24/rest/1/<code>/<method>`: deals and contacts.

`crm.item.add` knows no repeats, as the real one does not."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.receivers.faults import ReceiverFaults
from infra.sandbox.receivers.rate import Bucket
from infra.sandbox.receivers.records import Records
from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.requests.bodies import BodyError, read_json

KINDS = {2: "deal", 3: "contact"}
PER_SECOND, CAPACITY = 2, 5
PAGE = 50
BATCH = 50
NUMBERS = frozenset({"entityTypeId", "id", "contactId", "categoryId"})
READING = frozenset({"crm.item.get", "crm.item.list"})
Arguments = dict[str, Any]
OPTIONS: list[Option] = [Option("bitrix24-code", "cyclorama", "the secret part of the webhook's address")]


class BitrixError(Exception):
    """An error as Bitrix24 words it."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(code)
        self.status = status
        self.document = {"error": code, "error_description": words}


class Bitrix24:
    """One portal."""

    def __init__(self, database: Database, faults: ReceiverFaults, code: str) -> None:
        self._database = database
        self._records = Records(database, "bitrix24")
        self._faults = faults
        self._code = code
        self._bucket = Bucket(PER_SECOND, CAPACITY)
        self._methods: dict[str, Callable[[str, Arguments], Any]] = {
            "crm.item.add": self._add,
            "crm.item.get": self._get,
            "crm.item.update": self._update,
            "crm.item.delete": self._delete,
            "crm.item.list": self._list,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/bitrix24/rest/{user}/{code}/{method}", self.call),
            web.get("/_sandbox/crm/bitrix24/{kind}", self.show),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"data": self._records.all(request.match_info["kind"])})

    async def call(self, request: web.Request) -> web.Response:
        try:
            await self._admit(request)
            document = await read_json(request)
            if not isinstance(document, dict):
                raise BodyError("expected a JSON object")
            method = request.match_info["method"].removesuffix(".json")
            answer = self._dispatch(method, document)
            if method not in READING and self._faults.take("crm_error_after_commit"):
                raise BitrixError(500, "INTERNAL_SERVER_ERROR", "Internal server error")
        except BitrixError as error:
            return web.json_response(error.document, status=error.status)
        return web.json_response({**answer, "time": {"date_start": system_time().isoformat()}})

    async def _admit(self, request: web.Request) -> None:
        if await self._faults.is_down():
            raise BitrixError(500, "INTERNAL_SERVER_ERROR", "Internal server error")
        if (request.match_info["user"], request.match_info["code"]) != ("1", self._code):
            raise BitrixError(401, "INVALID_CREDENTIALS", "Invalid request credentials")
        if not self._bucket.take() or self._faults.take("crm_limit"):
            raise BitrixError(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
        if self._faults.take("crm_blocked"):
            raise BitrixError(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit")

    def _dispatch(self, method: str, document: Arguments) -> dict[str, Any]:
        if method == "batch":
            return {"result": self._batch(document)}
        if method not in self._methods:
            raise BitrixError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
        kind = KINDS.get(document.get("entityTypeId", 0))
        if kind is None:
            raise BitrixError(400, "NOT_FOUND", "Смарт-процесс не найден")
        with self._database.transaction():
            return dict(self._methods[method](kind, document))

    def _batch(self, document: Arguments) -> Arguments:
        """Up to fifty calls in one, each by itself; what is empty is a list, as PHP writes it."""
        calls = document.get("cmd")
        if not isinstance(calls, dict) or not 0 < len(calls) <= BATCH:
            raise BitrixError(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
        done: Arguments = {}
        failed: Arguments = {}
        for key, call in calls.items():
            method, _, query = str(call).partition("?")
            try:
                done[key] = self._dispatch(method, nested(query))["result"]
            except BitrixError as error:
                failed[key] = error.document
        return {"result": done or [], "result_error": failed or []}

    def _add(self, kind: str, document: Arguments) -> dict[str, Any]:
        fields = _fields(document)
        fields["fm"] = _merged([], fields.get("fm", []))
        return {"result": {"item": self._records.get(kind, self._records.add(kind, fields))}}

    def _get(self, kind: str, document: Arguments) -> dict[str, Any]:
        return {"result": {"item": self._find(kind, document)}}

    def _update(self, kind: str, document: Arguments) -> dict[str, Any]:
        item, fields = self._find(kind, document), _fields(document)
        fields["fm"] = _merged(item["fm"], fields.get("fm", []))
        self._records.save(kind, item["id"], item | fields)
        return {"result": {"item": self._find(kind, document)}}

    def _delete(self, kind: str, document: Arguments) -> dict[str, Any]:
        self._records.remove(kind, self._find(kind, document)["id"])
        return {"result": []}

    def _list(self, kind: str, document: Arguments) -> dict[str, Any]:
        wanted = {name.lstrip("="): value for name, value in (document.get("filter") or {}).items()}
        found = [
            item
            for item in self._records.all(kind)
            if all(str(item.get(name)) == str(value) for name, value in wanted.items())
        ]
        start = int(document.get("start") or 0)
        answer = {"result": {"items": found[start : start + PAGE]}, "total": len(found)}
        return answer | ({"next": start + PAGE} if len(found) > start + PAGE else {})

    def _find(self, kind: str, document: Arguments) -> dict[str, Any]:
        record_id = str(document.get("id"))
        item = self._records.get(kind, int(record_id)) if record_id.isdecimal() else None
        if item is None:
            raise BitrixError(400, "NOT_FOUND", "Элемент не найден")
        return item


def nested(query: str) -> Arguments:
    """`entityTypeId=2&fields[title]=A` as the object that it is; what is a number by its name is one."""
    found: Arguments = {}
    for path, value in parse_qsl(query, keep_blank_values=True):
        *outer, name = path.replace("]", "").split("[")
        inner = found
        for each in outer:
            inner = inner.setdefault(each, {})
        inner[name] = float(value) if name == "opportunity" else int(value) if name in NUMBERS else value
    return found


def _fields(document: Arguments) -> dict[str, Any]:
    fields = document.get("fields")
    if not isinstance(fields, dict):
        raise BitrixError(400, "100", "Could not find value for parameter {fields}")
    return dict(fields)


def _merged(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Phones and addresses: one with an id replaces that one, or removes it by an empty value; others are added."""
    kept = {int(entry["id"]): entry for entry in old}
    for entry in new:
        number = int(entry.get("id") or max(kept, default=0) + 1)
        kept[number] = kept.get(number, {}) | entry | {"id": number}
    return [entry for entry in kept.values() if entry.get("value")]


def receiver(world: World, values: Mapping[str, str]) -> Bitrix24:
    return Bitrix24(world.database, world.faults, values["bitrix24_code"])
