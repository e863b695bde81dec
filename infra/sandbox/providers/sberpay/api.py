"""Sber's acquiring over HTTP: the same commands behind two prefixes, in two encodings."""

import hmac
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from infra.sandbox.database import Database
from infra.sandbox.faults import CommitThenErrorError, Faults
from infra.sandbox.instant_payer import InstantPayer
from infra.sandbox.providers.sberpay.bundles import check
from infra.sandbox.providers.sberpay.commands import Command, Commands
from infra.sandbox.providers.sberpay.errors import DENIED, INVALID, NO_AMOUNT, SUCCESS, SYSTEM, SberError
from infra.sandbox.providers.sberpay.receipts import Receipts
from infra.sandbox.providers.sberpay.requests import Done
from infra.sandbox.providers.sberpay.signature import CallbackKey
from infra.sandbox.providers.sberpay.wire import PATHS, RECEIPTS_PATH, WIRES, Wire, outcome, read
from infra.sandbox.requests.bodies import BodyError

log = logging.getLogger("sandbox")
Handler = Callable[[web.Request], Awaitable[web.Response]]
REGISTERING = ("register", "registerPreAuth")
READING = ("getOrderStatusExtended", "getReceiptStatus")


@dataclass(frozen=True)
class Access:
    """A shop's name and password, and the token that the old interface takes in their place."""

    user: str
    password: str
    token: str

    def admits(self, document: dict[str, Any], wire: Wire) -> bool:
        if wire == "legacy" and "token" in document:
            return _same(document["token"], self.token)
        return _same(document.get("userName"), self.user) and _same(document.get("password"), self.password)


class SberApi:
    """One shop's API; every command is one transaction."""

    prefix = "/sber"

    def __init__(
        self,
        commands: Commands,
        database: Database,
        faults: Faults,
        instant_payer: InstantPayer,
        access: Access,
        callback_key: CallbackKey,
        receipts: Receipts,
    ) -> None:
        self._commands = commands
        self._receipts = receipts
        self._database = database
        self._faults = faults
        self._instant_payer = instant_payer
        self._access = access
        self._callback_key = callback_key

    def app(self) -> web.Application:
        commands: dict[str, Command] = {
            "register": self._commands.register,
            "registerPreAuth": self._commands.register_pre_auth,
            "getOrderStatusExtended": self._commands.status,
            "deposit": self._commands.deposit,
            "reverse": self._commands.reverse,
            "refund": self._commands.refund,
            "decline": self._commands.decline,
        }
        app = web.Application()
        for wire in WIRES:
            more: dict[str, Command] = {"closeOfdReceipt": self._receipts.close} if wire == "legacy" else {}
            for name, run in (commands | more).items():
                handler, path = self._handler(wire, name, run), f"{PATHS[wire]}/{name}.do"
                app.router.add_post(path, handler)
                if wire == "legacy":
                    app.router.add_get(path, handler)
        for name, run in self._of_receipts().items():
            app.router.add_post(f"{RECEIPTS_PATH}/{name}", self._handler("partner", name, run))
        app.add_routes([web.get("/callback-key.pem", self.public_key)])
        return app

    def _of_receipts(self) -> dict[str, Command]:
        """Their answers have a message in the place of the outcome."""
        receipts = self._receipts
        return {"doReceipt": receipts.create, "getReceiptStatus": receipts.show, "retryReceipt": receipts.retry}

    async def public_key(self, _: web.Request) -> web.Response:
        """What callbacks signed by RSA are verified with."""
        return web.Response(text=self._callback_key.public_pem(), content_type="application/x-pem-file")

    def _handler(self, wire: Wire, name: str, command: Command) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            await self._faults.before()
            try:
                done = await self._answer(request, wire, name, command)
            except BodyError as error:
                return web.json_response(outcome(wire, name, INVALID, str(error)), status=400)
            except SberError as error:
                log.info("%s refused: %s %s", request.path, error.code, error)
                return web.json_response(outcome(wire, name, error.code, error.message))
            except CommitThenErrorError:
                return web.json_response(outcome(wire, name, SYSTEM, "Результат неизвестен"), status=500)
            if done.refusal:
                return web.json_response(outcome(wire, name, SYSTEM, done.refusal))
            if name in self._of_receipts():
                return web.json_response(done.fields)
            return web.json_response(outcome(wire, name, SUCCESS) | done.fields)

        return handle

    async def _answer(self, request: web.Request, wire: Wire, name: str, command: Command) -> Done:
        document = await read(request, wire)
        if not self._access.admits(document, wire):
            raise SberError(INVALID, DENIED)
        if name in REGISTERING and document.get("amount") in (None, ""):
            raise SberError(NO_AMOUNT)
        check(name, document, wire)
        with self._database.transaction():
            done = self._commands.run(command, document, wire)
        if name in REGISTERING:
            await self._instant_payer.pay(done.payment_id)
        if name not in READING:
            await self._faults.after_commit(request, done.payment_id)
        return done


def _same(given: Any, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), expected.encode())
