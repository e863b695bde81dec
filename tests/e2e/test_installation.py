"""A real studio on one machine: its own PostgreSQL, mail server and gateway, and nothing of the sandbox in the system.

Their stand-ins are programs of the test's own: PostgreSQL, and the sandbox started alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dateutil.tz import UTC

from infra.local.client import Client
from infra.local.machine.aws import local_client
from infra.local.machine.errors import LocalError
from infra.local.machine.ports import Ports, free_ports
from infra.local.plan.installation import load_installation
from infra.local.postgres import PostgresServer
from infra.local.testing.system import LocalSystem
from tests.e2e.test_external import wait_until_healthy
from tests.support.database import free_port
from tests.support.waiting import PATIENCE_SECONDS, eventually

PASSWORD = "a long password of the owner"
OWNER = {"email": "owner@studio.test", "phone": "+79160000001", "full_name": "Анна Соколова", "password": PASSWORD}
GUEST = {"email": "guest@example.test", "phone": "+79261234567", "full_name": "Олег", "password": PASSWORD}
STUDIO = """
webhooks_url = "http://127.0.0.1:{webhooks}"

[parameters]
MailFrom = "studio@studio.test"
MailProviders = "smtp"
SmtpHost = "127.0.0.1"
SmtpPort = "{mail}"
SmtpSecurity = "none"
PaymentProviders = "yookassa"
SmsProviders = ""
YooKassaBaseUrl = "http://127.0.0.1:{gateway}/yookassa/v3"
YooKassaNetworks = "127.0.0.0/8"

[secrets]
SmtpCredentials = '{{"user": "cyclorama", "password": "cyclorama"}}'
YooKassaCredentials = '{{"shop_id": "100500", "secret_key": "test_cyclorama"}}'
"""


@contextmanager
def providers(directory: Path, webhooks: int) -> Iterator[tuple[int, int]]:
    """A gateway and a mail server outside the system: their ports."""
    gateway, mail = free_port(), free_port()
    arguments = ["-m", "infra.sandbox", "--port", str(gateway), "--smtp-port", str(mail), "--state", str(directory)]
    arguments += ["--webhook-url", f"http://127.0.0.1:{webhooks}/webhooks"]
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        wait_until_healthy(f"http://127.0.0.1:{gateway}/health")
        yield gateway, mail
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def chosen(state: Path) -> Ports:
    """The ports that the system will have, which gateways are told before it starts."""
    state.mkdir()
    (state / "ports.json").write_text(json.dumps(asdict(ports := free_ports())))
    return ports


def hall(owner: Client) -> str:
    owner.post("/v1/tariffs", {"name": "Day", "price_per_hour": {"amount": 200_000, "currency": "RUB"}})
    hours = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    return str(owner.post("/v1/halls", {"name": "White", "capacity": 5, "opening_hours": hours, "country": None})["id"])


def tomorrow(hall_id: str) -> dict[str, Any]:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "hall_id": hall_id,
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
        "people": 1,
    }


def test_a_studio_books_is_paid_and_sends_mail_with_nothing_of_the_sandbox_in_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    ports = chosen(state)
    with (
        PostgresServer(tmp_path / "postgres", free_port()) as server,
        providers(tmp_path / "providers", ports.payment) as (gateway, mail),
    ):
        told = written(tmp_path / "studio.toml", STUDIO.format(webhooks=ports.payment, gateway=gateway, mail=mail))
        with LocalSystem(state, {"DATABASE_URL": server.url, "CYCLORAMA_INSTALLATION": str(told)}) as system:
            lambdas = local_client("lambda", system.endpoints.lambda_endpoint)
            lambdas.invoke(FunctionName="GatewayBootstrap", Payload=json.dumps(OWNER))
            owner = Client(system.endpoints.api_url).sign_in(OWNER["email"], PASSWORD)
            api = Client(system.endpoints.api_url)
            api.post("/v1/accounts", GUEST | {"locale": "ru", "consent": True})
            guest = api.sign_in(GUEST["email"], PASSWORD)

            booking = guest.post("/v1/bookings", tomorrow(hall(owner)))
            asked = {
                "booking_id": booking["id"],
                "provider": "yookassa",
                "method": "bank_card",
                "return_url": "https://studio.test/paid",
            }
            payment = guest.post("/v1/payments", asked)
            guest.form(payment["confirmation_url"], action="pay")

            eventually(lambda: guest.get(f"/v1/bookings/{booking['id']}")["status"] == "confirmed")
            outbox = Client(f"http://127.0.0.1:{gateway}")
            eventually(lambda: [m for m in outbox.get("/outbox.json")["data"] if booking["number"] in m["text"]])
            assert not (state / "sandbox").exists()
            assert not (state / "postgres").exists()


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        (STUDIO, 0o644, "chmod 600"),
        ("webhooks_url = ", 0o600, "not TOML"),
        ('webhooks_url = "pay.studio.test"', 0o600, "webhooks_url"),
        ('webhooks_url = "https://pay.studio.test"\n[secret]\nTKassa = "hush"', 0o600, "secret: Extra inputs"),
    ],
)
def test_a_file_that_will_not_do_is_named_with_its_fault_and_without_its_passwords(
    tmp_path: Path, text: str, mode: int, complaint: str
) -> None:
    path = written(tmp_path / "studio.toml", text, mode)
    with pytest.raises(LocalError) as caught:
        load_installation(path)
    assert complaint in str(caught.value) and str(path) in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(("given", "name"), [("[secrets]", "TKasaCredentials"), ("[parameters]", "TKasaBaseUrl")])
def test_a_name_that_the_template_does_not_have_is_refused_at_the_start(tmp_path: Path, given: str, name: str) -> None:
    text = f'webhooks_url = "https://pay.studio.test"\n{given}\n{name} = "hush"\n'
    told = written(tmp_path / "studio.toml", text)
    with pytest.raises(LocalError, match=name) as caught:
        LocalSystem(tmp_path / "state", {"CYCLORAMA_INSTALLATION": str(told)}).start()
    assert "hush" not in str(caught.value)


def test_a_database_that_nobody_can_reach_is_not_called_migrated(tmp_path: Path) -> None:
    nowhere = f"postgresql://postgres:hush@127.0.0.1:{free_port()}/postgres?sslmode=disable"
    system = LocalSystem(tmp_path / "state", {"DATABASE_URL": nowhere})
    with pytest.raises(LocalError, match="could not be migrated"):
        system.start()
    assert "is starting" in system.output and "✓ migrations" not in system.output
    assert "hush" not in system.output
