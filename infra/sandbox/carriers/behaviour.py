"""How carriers behave: what goes wrong, and how often, told at `/_sandbox/carriers/{name}`."""

from collections.abc import Callable

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.sandbox.database import Database
from infra.sandbox.requests.bodies import BodyError, first_fault, read_json


class Behaviour(BaseModel):
    """How many times each of these happens; -1 is always."""

    model_config = ConfigDict(extra="forbid", strict=True)

    down: int = Field(default=0, ge=-1)
    """It answers 503 and takes nothing."""
    limited: int = Field(default=0, ge=-1)
    """It answers 429, or what it has instead."""
    silent: int = Field(default=0, ge=-1)
    """It takes the message and hangs up without an answer."""
    no_money: int = Field(default=0, ge=-1)
    """The account is empty."""
    undelivered: int = Field(default=0, ge=-1)
    """It takes the message, and cannot deliver it."""
    forgets: int = Field(default=0, ge=-1)
    """It takes the message, and later knows of none with that id."""


class Behaviours:
    """Those in force, kept across restarts."""

    def __init__(self, database: Database, names: Callable[[], list[str]]) -> None:
        self._database = database
        self._names = names

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/_sandbox/carriers/{name}", self.show), web.put("/_sandbox/carriers/{name}", self.put)]

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(self._of(self._name(request)).model_dump())

    async def put(self, request: web.Request) -> web.Response:
        """Replace it: what the body does not name happens no more."""
        name = self._name(request)
        try:
            told = Behaviour.model_validate(await read_json(request))
        except ValidationError as error:
            raise BodyError(": ".join(first_fault(error))) from None
        self._set(name, told)
        return web.json_response(told.model_dump())

    def take(self, name: str, what: str) -> bool:
        """Whether it is to happen now; uses up one of a limited number."""
        told = self._of(name)
        left = getattr(told, what)
        if left > 0:
            self._set(name, told.model_copy(update={what: left - 1}))
        return bool(left)

    def _name(self, request: web.Request) -> str:
        name = request.match_info["name"]
        if name not in self._names():
            raise BodyError(f"there is no carrier {name!r}, but {', '.join(self._names())}")
        return name

    def _of(self, name: str) -> Behaviour:
        return Behaviour.model_validate_json(self._database.value(f"carrier:{name}", "{}"))

    def _set(self, name: str, told: Behaviour) -> None:
        self._database.set_value(f"carrier:{name}", told.model_dump_json())
