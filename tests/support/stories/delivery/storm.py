"""Carries the plan of faults out while stories are told."""

import os
import signal
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from urllib3.exceptions import HTTPError

from infra.local.client import Client
from tests.support.stories.delivery.broker import Broker
from tests.support.stories.delivery.plan import Injection
from tests.support.stories.money.faults import Sandbox
from tests.support.stories.money.journal import Journal
from tests.support.system.whole import System
from tests.support.waiting import eventually

LOOKS, LOOK_SECONDS = 40, 0.02
GATHER_SECONDS = 1.5
AGAIN = 15
SAMPLE = """
SELECT envelope FROM (SELECT envelope, row_number() OVER (ORDER BY time, id) AS n FROM integration.events) e
 WHERE mod(n, :of) = 0 ORDER BY n DESC LIMIT :most"""
POSTMASTER = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
KEPT = "SELECT body FROM integration.dead_letters"
# Its provider takes no SMS at all while the storm lasts.
FAILING = {"reject_sms": -1}


class DeliveryStorm:
    """In a thread of its own: each fault when its number of stories is told, one after another."""

    def __init__(self, system: System, engine: Engine, journal: Journal, broker: Broker, plan: list[Injection]) -> None:
        self._system, self._engine, self._journal, self._plan = system, engine, journal, plan
        self._broker = broker
        self.poison: dict[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._acts: dict[str, Callable[[Injection], str]] = {
            "kill a function": self._kill_function,
            "kill the queue poller": lambda _: self._kill_program("queues"),
            "kill the sandbox": self._kill_sandbox,
            "restart the broker": self._restart_broker,
            "lose the broker's state": self._lose_broker,
            "kill PostgreSQL": self._kill_database,
            "deliver again": self._deliver_again,
            "reorder": self._reorder,
            "poison": self._poison,
        }

    def __enter__(self) -> "DeliveryStorm":
        Sandbox(self._system).set(FAILING)
        self._journal.note("injected", "every SMS refused by its provider")
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        """The rest of the plan still happens: a seed is worth the same however fast the machine is."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            for injection in self._plan:
                while not self._over.is_set() and self._journal.counted("stories") < injection.after:
                    self._over.wait(LOOK_SECONDS)
                done = self._acts[injection.kind](injection)
                self._journal.note("injected", injection.kind)
                self._journal.note(injection.kind, done)
        except Exception as error:
            self._journal.surprise(f"the storm broke off: {error!r}")

    # Processes

    def _kill_function(self, injection: Injection) -> str:
        """At work, if it comes to work soon: that is when it hurts."""
        name, found = injection.target, ""
        for _ in range(LOOKS):
            environments = [one for one in self._system.local.functions().get(name, []) if one["pid"]]
            busy = [one for one in environments if one["state"] == "busy"]
            if busy:
                found, environments = " at work", busy
                break
            time.sleep(LOOK_SECONDS)
        if not environments or not _killed(int(environments[0]["pid"])):
            return f"{name} was not there"
        return f"{name}{found}"

    def _kill_program(self, name: str) -> str:
        pid = self._broker.pid(name)
        _killed(pid)
        eventually(lambda: self._broker.pid(name) != pid)
        return name

    def _kill_sandbox(self, _: Injection) -> str:
        """Over once it answers: whoever speaks to it next need not know of it."""
        name = self._kill_program("sandbox")
        eventually(self._sandbox_answers)
        return name

    def _sandbox_answers(self) -> bool:
        try:
            return Client(self._system.endpoints.sandbox_url).request("GET", "/health").status == 200
        except HTTPError:
            return False

    def _kill_database(self, _: Injection) -> str:
        pid = eventually(self._postmaster)
        _killed(pid)
        eventually(lambda: self._postmaster() not in (0, pid))
        return "postmaster"

    def _postmaster(self) -> int:
        try:
            with self._engine.connect() as connection:
                return int(connection.execute(text(POSTMASTER)).scalar_one())
        except (DBAPIError, OSError):
            return 0

    # The broker

    def _restart_broker(self, _: Injection) -> str:
        self._broker.restart()
        return "SIGTERM"

    def _lose_broker(self, _: Injection) -> str:
        """A poison that was lost with it was nobody's event, and is not waited for."""
        in_queues = sum(self._broker.depths().values())
        self._broker.lose_everything()
        with self._engine.connect() as connection:
            kept = set(connection.execute(text(KEPT)).scalars())
        self.poison = {body: queue for body, queue in self.poison.items() if body in kept}
        self._broker.replay()
        self._journal.note("messages lost with the broker", "about", in_queues)
        return "SIGKILL, wiped, replayed"

    # Messages

    def _deliver_again(self, injection: Injection) -> str:
        chance = Random(injection.dice)
        spread = {"of": chance.randint(1, 5), "most": AGAIN}
        with self._engine.connect() as connection:
            envelopes = list(connection.execute(text(SAMPLE), spread).scalars())
        copies = self._broker.send_again(envelopes, chance)
        self._journal.note("messages delivered again", "copies", copies)
        return "shuffled"

    def _reorder(self, injection: Injection) -> str:
        """Consumers are held still meanwhile, so that something waits."""
        pid = self._broker.pid("queues")
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(GATHER_SECONDS)
            moved = self._broker.reorder(Random(injection.dice))
        finally:
            os.kill(pid, signal.SIGCONT)
        self._journal.note("messages reordered", "messages", moved)
        return "shuffled"

    def _poison(self, injection: Injection) -> str:
        body = f"poison {injection.dice}"
        self._broker.send(injection.target, body)
        self.poison[body] = injection.target
        return injection.target


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
