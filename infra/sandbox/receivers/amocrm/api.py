"""amoCRM's API v4 at `/amocrm/api/v4`: leads with their contacts. `request_id` is given back and kept nowhere."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.receivers.faults import ReceiverFaults
from infra.sandbox.receivers.rate import Bucket
from infra.sandbox.receivers.records import Records
from infra.sandbox.receivers.registry import Option, World
from infra.sandbox.requests.bodies import read_json

PREFIX = "/amocrm/api/v4"
KINDS = ("leads", "contacts")
PER_SECOND, CAPACITY = 7, 10
# Who goes on after that many refusals is blocked.
PATIENCE = 20
COMPLEX_LIMIT, LIMIT = 50, 250
PAGE = 250
OPTIONS: list[Option] = [Option("amocrm-token", "cyclorama")]


class AmoError(Exception):
    """A problem document."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status = status
        self.document = {"title": title, "type": "https://httpstatus.es/", "status": status, "detail": detail}


class AmoCrm:
    """One account."""

    def __init__(self, database: Database, faults: ReceiverFaults, token: str) -> None:
        self._database = database
        self._records = Records(database, "amocrm")
        self._faults = faults
        self._token = token
        self._bucket = Bucket(PER_SECOND, CAPACITY)

    def routes(self) -> list[web.RouteDef]:
        kind = "{kind:leads|contacts}"
        return [
            web.post(f"{PREFIX}/leads/complex", self.call),
            web.get(f"{PREFIX}/{kind}", self.call),
            web.post(f"{PREFIX}/{kind}", self.call),
            web.get(f"{PREFIX}/{kind}/{{id:[0-9]+}}", self.call),
            web.patch(f"{PREFIX}/{kind}/{{id:[0-9]+}}", self.call),
            web.get("/_sandbox/crm/amocrm/{kind}", self.show),
        ]

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"data": self._records.all(request.match_info["kind"])})

    async def call(self, request: web.Request) -> web.Response:
        try:
            await self._admit(request)
            body = await read_json(request) if request.method in ("POST", "PATCH") else None
            with self._database.transaction():
                answer = self._dispatch(request, body)
            if request.method != "GET" and self._faults.take("crm_error_after_commit"):
                raise AmoError(500, "Internal Server Error")
        except AmoError as error:
            return web.json_response(error.document, status=error.status, content_type="application/problem+json")
        # A list without anything on it has no body.
        return web.Response(status=204) if answer is None else web.json_response(answer)

    async def _admit(self, request: web.Request) -> None:
        if await self._faults.is_down():
            raise AmoError(500, "Internal Server Error")
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise AmoError(401, "Unauthorized", "Invalid access token")
        fits = self._bucket.take()
        if self._faults.take("crm_blocked") or self._bucket.refused_in_a_row > PATIENCE:
            raise AmoError(403, "Forbidden", "The account is blocked for too many requests")
        if not fits or self._faults.take("crm_limit"):
            raise AmoError(429, "Too Many Requests")

    def _dispatch(self, request: web.Request, body: Any) -> Any:
        kind, record_id = request.match_info.get("kind"), request.match_info.get("id")
        if kind is None:
            return [self._add_complex(lead) for lead in _many(body, COMPLEX_LIMIT)]
        if record_id is not None:
            return self._one(request.method, kind, int(record_id), body)
        if request.method == "GET":
            found = self._find(kind, request.query.get("query", ""))
            return {"_page": 1, "_embedded": {kind: found[:PAGE]}} if found else None
        return {"_embedded": {kind: [self._add(kind, document) for document in _many(body, LIMIT)]}}

    def _one(self, method: str, kind: str, record_id: int, body: Any) -> dict[str, Any] | None:
        found = self._records.get(kind, record_id)
        if found is None:
            # A missing record has no body either, unless somebody wants to change it.
            if method == "GET":
                return None
            raise AmoError(404, "Not Found")
        if method == "GET":
            return found
        if not isinstance(body, dict):
            raise AmoError(400, "Bad Request", "Request validation failed")
        self._records.save(kind, record_id, found | _changed(found, body) | {"updated_at": _now()})
        return {"id": record_id, "updated_at": _now()}

    def _add(self, kind: str, document: dict[str, Any]) -> dict[str, Any]:
        request_id = document.get("request_id")
        kept = {name: value for name, value in document.items() if name != "request_id"}
        record_id = self._records.add(kind, kept | {"created_at": _now()})
        return {"id": record_id, "request_id": request_id if request_id is not None else "0"}

    def _add_complex(self, lead: dict[str, Any]) -> dict[str, Any]:
        contacts = (lead.get("_embedded") or {}).get("contacts") or []
        ids = [contact["id"] if "id" in contact else self._add("contacts", contact)["id"] for contact in contacts]
        made = self._add("leads", lead | {"_embedded": {"contacts": [{"id": each} for each in ids]}})
        contact_id = ids[0] if ids else None
        request_ids = [made["request_id"]]
        return {"id": made["id"], "contact_id": contact_id, "company_id": None, "request_id": request_ids} | {
            "merged": False
        }

    def _find(self, kind: str, query: str) -> list[dict[str, Any]]:
        return [record for record in self._records.all(kind) if query.casefold() in _searchable(record)]


def _many(body: Any, limit: int) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not 0 < len(body) <= limit or not all(isinstance(each, dict) for each in body):
        raise AmoError(400, "Bad Request", f"Request validation failed: expected 1 to {limit} objects")
    return body


def _changed(found: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Fields that are named are replaced; one without values is emptied."""
    fields = {_field(each): each for each in found.get("custom_fields_values") or []}
    for each in body.get("custom_fields_values") or []:
        fields[_field(each)] = each
    kept = [each for each in fields.values() if each.get("values")]
    return {name: value for name, value in body.items() if name != "request_id"} | {"custom_fields_values": kept}


def _field(entry: dict[str, Any]) -> Any:
    return entry.get("field_code") or entry.get("field_id")


def _searchable(record: dict[str, Any]) -> str:
    values = [value.get("value") for field in record.get("custom_fields_values") or [] for value in field["values"]]
    return " ".join(str(each) for each in [record.get("name", ""), *values]).casefold()


def receiver(world: World, values: Mapping[str, str]) -> AmoCrm:
    return AmoCrm(world.database, world.faults, values["amocrm_token"])


def _now() -> int:
    return int(system_time().timestamp())
