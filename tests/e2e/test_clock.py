"""`make clock` carries a system of its own through a visit's life: what fell due has happened when it ends."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

import pytest

from infra.local.__main__ import main
from infra.local.client import Client
from infra.local.demo.seed import ADMIN, HALLS, add_hall
from infra.local.machine.aws import local_client
from infra.local.testing.system import LocalSystem
from tests.support.system.environment import GENEROUS
from tests.support.system.whole import PASSWORD
from tests.support.waiting import eventually

Shown = dict[str, Any]
# The test decides when jobs run: a move of five minutes makes all of them due, and hardly any waiting does.
RARELY = {"CYCLORAMA_SCHEDULE_SECONDS": "300", "CYCLORAMA_SEED": "0", "CALL_LIMITS": GENEROUS}
DARK = next(hall for hall in HALLS if hall.opens == "00:00")


@dataclass
class Studio:
    """One hall that never closes, its administrator, and a client."""

    system: LocalSystem
    admin: Client
    client: Client
    pair: Shown
    hall: str
    email: str

    def book(self, start: str, key: str) -> Shown:
        end = (datetime.fromisoformat(start) + timedelta(hours=1)).isoformat()
        slot = {"hall_id": self.hall, "start": start, "end": end, "people": 1}
        return dict(self.client.post("/v1/bookings", slot, Idempotency_Key=key))

    def pay(self, booking: Shown) -> None:
        order = {"booking_id": booking["id"], "provider": "yookassa", "return_url": "https://studio.example/thanks"}
        payment = self.client.post("/v1/payments", order, Idempotency_Key=str(uuid4()))
        self.client.form(payment["confirmation_url"], action="pay")
        eventually(lambda: self.status(booking) == "confirmed")

    def status(self, booking: Shown) -> str:
        return str(self.client.get(f"/v1/bookings/{booking['id']}")["status"])

    def come_back(self) -> None:
        """Both sign in again: tokens of before a long move have ended."""
        self.admin = Client(self.admin.base_url).sign_in(ADMIN["email"], PASSWORD)
        self.client = Client(self.client.base_url).sign_in(self.email, PASSWORD)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with LocalSystem(tmp_path_factory.mktemp("clock"), RARELY) as system:
        api = Client(system.endpoints.api_url)
        operator = local_client("lambda", system.endpoints.lambda_endpoint)
        for event in (ADMIN | {"password": PASSWORD}, {"vouch": ADMIN["email"]}):
            answer = operator.invoke(FunctionName="GatewayBootstrap", Payload=json.dumps(event))
            assert "FunctionError" not in answer, answer["Payload"].read()
        admin, email = api.sign_in(ADMIN["email"], PASSWORD), f"{uuid4().hex[:12]}@example.test"
        hall = add_hall(admin, DARK, {})
        policy = {name: value for name, value in admin.get("/v1/policy").items() if name != "version"}
        admin.put("/v1/policy", policy | {"unattended": "no_show"})
        account = {"email": email, "phone": "+79261234567", "full_name": "Test Customer", "password": PASSWORD}
        api.post("/v1/accounts", account | {"locale": "en", "consent": True})
        pair = api.post("/v1/tokens", {"email": email, "password": PASSWORD})
        yield Studio(system, admin, Client(api.base_url, pair["access_token"]), pair, hall, email)


@pytest.fixture
def command(studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `python -m infra.local clock …` here; what it printed, or why it refused."""
    monkeypatch.setenv("CYCLORAMA_STATE", str(studio.system.state))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, status: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["infra.local", "clock", *arguments])
        assert main() == status
        printed = capsys.readouterr()
        return printed.err if status else printed.out

    return run


def line(told: str, words: str) -> str:
    return next(each for each in told.splitlines() if words in each)


def test_a_visits_life_is_seen_by_moving_the_clock(studio: Studio, command: Any) -> None:
    day = (studio.system.endpoints.now() + timedelta(days=3)).date()
    path = f"/v1/halls/{studio.hall}/availability?from={day}&to={day + timedelta(days=1)}&duration=60"
    starts = studio.client.get(path)["days"][0]["starts"]
    key = str(uuid4())
    attended, missed, unpaid = (
        studio.book(starts[hour], each) for hour, each in ((9, key), (15, str(uuid4())), (21, str(uuid4())))
    )
    studio.pay(attended)
    studio.pay(missed)

    told = command("--forward", "2h")

    # The hold ran out, and the client's token with it; the session and the key of the request are still good.
    assert unpaid["number"] in line(told, "holds ran out") and attended["number"] not in line(told, "holds ran out")
    assert "payments succeeded" not in told  # What was under way before is not what the move brought about.
    assert studio.client.request("GET", f"/v1/bookings/{unpaid['id']}").status == 401
    renewed = Client(studio.client.base_url).post("/v1/tokens/refresh", {"refresh_token": studio.pair["refresh_token"]})
    studio.client.token = renewed["access_token"]
    assert studio.status(unpaid) == "expired"
    assert studio.book(starts[9], key)["id"] == attended["id"]

    told = command(
        "--to", (datetime.fromisoformat(missed["start"]) - timedelta(hours=23)).isoformat(), "--locale", "ru"
    )

    reminded = line(told, "напоминания отправлены")
    assert attended["number"] in reminded and missed["number"] in reminded
    # The days that went by on the way were compared with the gateways' books.
    assert "расхождений нет" in line(told, "сверки с книгами шлюзов")
    outbox = Client(studio.system.endpoints.sandbox_url).get("/outbox.json")["data"]
    mail = next(each for each in outbox if "reminder" in str(each.get("subject")).lower())
    # The provider's time is the system's, too.
    assert abs(datetime.fromisoformat(mail["created_at"]) - studio.system.endpoints.now()) < timedelta(hours=1)

    command("--to", attended["start"])
    studio.come_back()
    studio.admin.post(f"/v1/bookings/{attended['id']}/check-in", {}, Idempotency_Key=str(uuid4()))
    told = command("--to", (datetime.fromisoformat(missed["end"]) + timedelta(minutes=20)).isoformat())

    assert attended["number"] in line(told, "visits completed") and missed["number"] in line(told, "no-show")
    assert attended["number"] in line(told, "receipts of settlement")
    studio.come_back()
    assert (studio.status(attended), studio.status(missed)) == ("completed", "no_show")


def test_what_moves_the_clock_is_judged_first(studio: Studio, command: Any) -> None:
    before = studio.system.endpoints.now()
    refused = {
        ("--forward", "2 moons"): "not a length of time",
        ("--forward", "0m"): "forward only",
        ("--forward", "1h 2h"): "not a length of time",
        ("--forward", "93d"): "more than 92 days",
        ("--to", "2026-11-01T09:00"): "`make reset`",
        ("--to", "tomorrow"): "not a moment",
        ("--to", "2040-01-01", "--forward", "1h"): "not both",
    }
    for arguments, words in refused.items():
        assert words in command(*arguments, status=1)
    operator = Client(studio.system.endpoints.lambda_endpoint)
    moves = {
        "back": (json.dumps({"to": (before - timedelta(hours=1)).isoformat()}), {}, 409),
        "far": (json.dumps({"to": (before + timedelta(days=1)).isoformat()}), {}, 409),
        "no offset": ('{"to": "2040-01-01T00:00"}', {}, 400),
        "nothing": ("[]", {}, 400),
        "another site": (json.dumps({"to": "2040-01-01T00:00Z"}), {"Origin": "https://evil.example"}, 403),
    }
    for case, (body, headers, status) in moves.items():
        url = f"{operator.base_url}/_runtime/clock"
        assert operator.pool.request("POST", url, body=body, headers=headers).status == status, case

    assert studio.system.endpoints.now() - before < timedelta(hours=1)


def test_the_clock_is_one_and_outlives_a_restart(studio: Studio, command: Any) -> None:
    command("--forward", "30m")
    shift = Client(studio.system.endpoints.lambda_endpoint).get("/_runtime/clock")["shift_seconds"]
    studio.system.stop()
    studio.system.start()

    endpoints = studio.system.endpoints
    assert Client(endpoints.lambda_endpoint).get("/_runtime/clock")["shift_seconds"] == shift
    answer = Client(endpoints.api_url).request("GET", "/health")
    sandbox = datetime.fromisoformat(Client(endpoints.sandbox_url).get("/_sandbox/clock")["now"])
    for told in (parsedate_to_datetime(answer.headers["Date"]), sandbox):
        assert abs(told - endpoints.now()) < timedelta(minutes=20)
    # An outbox that lags would say so: its rows are written and read by the same clock.
    assert (answer.status, answer.document["status"]) == (200, "ok")
    assert "ahead of this machine’s clock" in command()
