"""The service as the environment alone puts it together, from the queue to the providers' doors."""

from base64 import b64decode
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from core.settings import SettingsError
from notification import composition
from notification.app import api
from notification.consumers import notify
from notification.jobs import relay_outbox, send_pending, send_reminders
from shared_schemas.common import Role
from tests.support.rest import call, rest_event
from tests.support.samples import envelope, sample
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.environment import Context, deployed

MANAGER = Identity(str(uuid4()), Role.MANAGER)
CLIENT = Identity(str(uuid4()), Role.CLIENT)
BOOKING = envelope("sqs_booking_confirmed").data["booking_id"]
CONTACT = {"id": str(uuid4()), "email": "anna@example.test", "phone": "+79261234567"} | {
    "full_name": "Анна Ким",
    "email_confirmed": True,
    "locale": "en",
}
BOTH = (200, {"found": [CONTACT, CONTACT]})
HOLD = {"minutes": 15, "offer_minutes": 60, "max_unpaid_holds": 12, "max_unpaid_hours": 24}
STUDIO = (200, {"version": 1, "name": {"en": "Cyclorama"}, "phone": "+74951234567", "addresses": [], "hold": HOLD})
HALL_THERE = {"id": envelope("sqs_booking_confirmed").data["hall_id"], "name": "Зал", "capacity": 5}
HALL_THERE |= {"opening_hours": [{"weekday": 1, "opens": "09:00", "closes": "22:00"}]}
HALL = (200, HALL_THERE | {"texts": {"en": {"name": "Loft of glass"}}})
BUS = (200, {"Name": "cyclorama"})
TAKEN = (200, {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]})
BOTH_TAKEN = (200, {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}, {"EventId": "f"}]})
SMS_SENT = (200, {"status": "OK", "status_code": 100, "sms": {"79261234567": {"status": "OK", "sms_id": "s-1"}}})

MAILED = [BOTH, HALL, STUDIO, (200, {"MessageId": "m-1"})]


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Everything beyond the database: the API, EventBridge, SES and sms.ru in one."""
    with scripted_server() as script:
        monkeypatch.setenv("MAIL_FROM", "Studio <studio@example.test>")
        monkeypatch.setenv("SES_ENDPOINT_URL", script.url)
        monkeypatch.setenv("SMS_BASE_URL", script.url)
        monkeypatch.setenv("SMS_CREDENTIALS", '{"api_id": "cyclorama"}')
        with deployed(composition.app, engine, script.url, monkeypatch):
            yield script
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.notifications; DELETE FROM notification.inbox"))


def received(asked: Any) -> str:
    """The plain text of a mail as SES takes it."""
    mail = message_from_bytes(b64decode(asked["Content"]["Raw"]["Data"]), policy=default)
    body = mail.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def test_an_event_of_the_queue_reaches_the_providers_and_the_staff(world: Script) -> None:
    world.answers = [*MAILED, SMS_SENT, BUS, BOTH_TAKEN]

    assert notify(sample("sqs_booking_confirmed"), Context()) == {"batchItemFailures": []}

    booked = envelope("sqs_booking_confirmed").data
    assert [asked.path for asked in world.asked] == [
        "/v1/recipients/several", f"/v1/halls/{booked['hall_id']}", "/v1/studio", "/v2/email/outbound-emails",
        "/sms/send", "/", "/",
    ]  # fmt: skip
    # Both are told in one request.
    assert len(world.asked[-1].body["Entries"]) == 2
    about = {"booking_id": booked["booking_id"], "ends_at": booked["end"]}
    whom = {"user_id": booked["customer_id"], "about": about}
    assert world.asked[0].body == {"asked": [whom | {"channel": "email"}, whom | {"channel": "sms"}]}
    mail = received(world.asked[3].body)
    assert mail.startswith("Hello Анна Ким") and mail.endswith("Cyclorama, +74951234567\n")
    assert "Loft of glass" in mail
    listed = call(api, rest_event("GET /v1/notifications", query={"booking_id": BOOKING}, identity=MANAGER))
    assert {(n["channel"], n["status"]) for n in listed.body["data"]} == {("email", "sent"), ("sms", "sent")}


def test_staff_resend_and_others_may_not(world: Script) -> None:
    world.answers = [*MAILED, SMS_SENT, BUS, BOTH_TAKEN]
    notify(sample("sqs_booking_confirmed"), Context())
    listed = call(api, rest_event("GET /v1/notifications", identity=MANAGER)).body["data"]
    path = {"notification_id": next(n["id"] for n in listed if n["channel"] == "sms")}
    route = "POST /v1/notifications/{notification_id}/resend"

    # That staff did it is told, too.
    world.answers = [TAKEN, (200, CONTACT), (503, {})]
    answer = call(api, rest_event(route, path=path, headers={"Idempotency-Key": "k-1"}, identity=MANAGER))

    assert (answer.status, answer.body["status"], answer.body["reason"]) == (201, "pending", "smsru_http_503")
    assert answer.body["id"] != path["notification_id"]
    assert call(api, rest_event("GET /v1/notifications/{notification_id}", path=path, identity=MANAGER)).status == 200
    assert call(api, rest_event(route, path=path, identity=CLIENT)).status == 403
    assert call(api, rest_event(route, path=path)).status == 401
    assert call(api, rest_event(route, path={"notification_id": str(uuid4())}, identity=MANAGER)).status == 404
    assert call(api, rest_event("GET /v1/notifications", query={"cursor": "x"}, identity=MANAGER)).code == (
        "invalid_cursor"
    )


def test_the_jobs_run_on_the_schedules_event(world: Script) -> None:
    event = sample("schedule_reminders")

    assert send_pending(event, Context()) == {"done": 0, "failed": 0, "more": False}
    assert send_reminders(event, Context()) == {"done": 0, "failed": 0, "more": False}
    assert relay_outbox(event, Context()) == {"done": 0, "published": 0, "replayed": 0, "failed": 0, "more": False}
    assert world.asked == []


@pytest.mark.usefixtures("world")
def test_the_service_says_whether_it_can_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(api, rest_event("GET /health/notification")).body["status"] == "ok"

    monkeypatch.setenv("DATABASE_URL", "postgresql://cyclorama_notification@127.0.0.1:1/cyclorama")

    with composition.app.replaced(composition.app.from_environment()):
        assert call(api, rest_event("GET /health/notification")).status == 503


@pytest.mark.usefixtures("world")
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_FROM")
    monkeypatch.setenv("TEXT_RETENTION_DAYS", "0")

    with pytest.raises(SettingsError, match=r"(?=.*MAIL_FROM)(?=.*TEXT_RETENTION_DAYS)"):
        composition.app.from_environment()


@pytest.mark.usefixtures("world")
def test_without_credentials_sms_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_CREDENTIALS", "")

    assert set(composition.app().outside.senders) == {"email"}
