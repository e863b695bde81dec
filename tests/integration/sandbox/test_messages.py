"""Mail by a real boto3 client, SMS by real forms, and the outbox they end in."""

from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.integration.sandbox.harness import Sandbox
from tests.support.waiting import PATIENCE_SECONDS

SIMPLE: dict[str, Any] = {
    "Subject": {"Data": "Бронь подтверждена", "Charset": "UTF-8"},
    "Body": {"Text": {"Data": "Ждём вас"}, "Html": {"Data": "<h1>Ждём вас</h1><script>alert(1)</script>"}},
}


def client(sandbox: Sandbox, **config: Any) -> Any:
    settings = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1}, **config)
    return boto3.client(
        "sesv2",
        endpoint_url=f"{sandbox.url}/ses",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=settings,
    )


def send(sandbox: Sandbox, to: str, **changes: Any) -> str:
    fields: dict[str, Any] = {"FromEmailAddress": "studio@shop.test", "Destination": {"ToAddresses": [to]}}
    return str(client(sandbox).send_email(**(fields | {"Content": {"Simple": SIMPLE}} | changes))["MessageId"])


def outbox(sandbox: Sandbox, **query: str) -> list[dict[str, Any]]:
    answer = sandbox.request("GET", "/outbox.json", fields=query)
    assert answer.status == 200, answer.body
    return list(answer.body["data"])


def sms(sandbox: Sandbox, **fields: str) -> Any:
    form = {"api_id": "cyclorama", "json": "1"} | fields
    return sandbox.request("POST", "/smsru/sms/send", fields=form, encode_multipart=False).body


def test_simple_mail_arrives_in_the_outbox(sandbox: Sandbox) -> None:
    to = f"{uuid4().hex}@example.test"
    message_id = send(sandbox, to)
    [message] = outbox(sandbox, to=to)
    assert (message["id"], message["channel"], message["to"]) == (message_id, "email", to)
    assert (message["subject"], message["text"]) == ("Бронь подтверждена", "Ждём вас")
    assert message["html"] == SIMPLE["Body"]["Html"]["Data"]
    assert outbox(sandbox, to=to, since=message["created_at"]) == [message]
    assert outbox(sandbox, to=to, since="2099-01-01T00:00:00Z") == []
    assert outbox(sandbox, to=to, channel="sms") == []


def test_raw_mail_arrives_in_the_outbox(sandbox: Sandbox) -> None:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = "studio@shop.test", f"{uuid4().hex}@example.test", "Календарь"
    raw.set_content("текст")
    client(sandbox).send_email(Content={"Raw": {"Data": raw.as_bytes()}})
    [message] = outbox(sandbox, to=str(raw["To"]))
    assert (message["subject"], message["text"], message["html"]) == ("Календарь", "текст\n", None)


def invited(sandbox: Sandbox, name: str, number: str) -> str:
    """A mail about a booking with a file for the calendar; its id."""
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = "studio@shop.test", f"{uuid4().hex}@example.test", f"Бронь {number}"
    raw.set_content(f"Здравствуйте, {name}!")
    raw.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="визит.ics")
    return str(client(sandbox).send_email(Content={"Raw": {"Data": raw.as_bytes()}})["MessageId"])


def test_messages_are_found_by_person_and_booking_however_it_is_typed(sandbox: Sandbox) -> None:
    number = uuid4().hex[:7].upper() + "K"
    name = f"Ёлка {uuid4().hex}"
    sent = invited(sandbox, name, number)

    for typed in (name, name.upper(), number, f" {number[:4].lower()} {number[4:]}", f"{number[:7]}К"):
        assert [message["id"] for message in outbox(sandbox, q=typed)] == [sent], typed
    assert outbox(sandbox, q=f"{name} nobody") == []
    assert [message["id"] for message in outbox(sandbox, q=name, channel="email")] == [sent]
    assert outbox(sandbox, q=name, channel="sms") == []


def test_an_attached_file_is_kept_and_only_ever_saved(sandbox: Sandbox) -> None:
    sent = invited(sandbox, "Anna", "7K3M9QXA")

    page = sandbox.request("GET", f"/outbox/{sent}").body
    file = sandbox.request("GET", f"/outbox/{sent}/attachments/0")

    assert f'href="/outbox/{sent}/attachments/0"' in page and "визит.ics" in page
    assert file.body == "BEGIN:VCALENDAR"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["Content-Type"] == "application/ics"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    for path in (f"/outbox/{sent}/attachments/1", "/outbox/nothing/attachments/0"):
        assert sandbox.request("GET", path).status == 404


def test_mail_without_a_destination_is_a_bad_request(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as refused:
        send(sandbox, "x", Destination={"ToAddresses": []})
    assert refused.value.response["Error"]["Code"] == "BadRequestException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_mail_without_a_signature_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as refused:
        client(sandbox, signature_version=UNSIGNED).send_email(
            FromEmailAddress="a@shop.test", Destination={"ToAddresses": ["a@x.test"]}, Content={"Simple": SIMPLE}
        )
    assert refused.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"


def test_an_sms_arrives_in_the_outbox(sandbox: Sandbox) -> None:
    answer = sms(sandbox, **{"to[79261112233]": "Бронь подтверждена", "from": "STUDIO"})
    assert (answer["status"], answer["status_code"]) == ("OK", 100)
    one = answer["sms"]["79261112233"]
    assert (one["status"], one["status_code"]) == ("OK", 100)
    [message] = outbox(sandbox, to="+79261112233", channel="sms")
    assert (message["to"], message["from"]) == ("+79261112233", "STUDIO")
    told = sandbox.request("POST", "/smsru/sms/status", fields={"api_id": "cyclorama", "sms_id": one["sms_id"]})
    assert told.body["sms"][one["sms_id"]]["status_code"] == 103
    assert (message["text"], message["subject"], message["html"]) == ("Бронь подтверждена", None, None)


def test_every_number_has_its_own_status(sandbox: Sandbox) -> None:
    answer = sms(sandbox, **{"to[79261112244]": "x", "to[12]": "x"})
    assert answer["status"] == "OK"
    assert [answer["sms"][number]["status_code"] for number in ("79261112244", "12")] == [100, 202]
    assert answer["sms"]["12"]["status"] == "ERROR"


def test_a_wrong_key_is_refused_with_http_200(sandbox: Sandbox) -> None:
    answer = sms(sandbox, api_id="wrong", **{"to[79261112255]": "x"})
    assert (answer["status"], answer["status_code"]) == ("ERROR", 200)
    assert outbox(sandbox, to="79261112255") == []


def test_a_test_sms_is_accepted_and_not_sent(sandbox: Sandbox) -> None:
    assert sms(sandbox, test="1", **{"to[79261112266]": "x"})["sms"]["79261112266"]["status"] == "OK"
    assert outbox(sandbox, to="79261112266") == []


def test_without_json_the_answer_is_text(sandbox: Sandbox) -> None:
    lines = sms(sandbox, json="0", **{"to[79261112277]": "x", "to[1]": "x"}).splitlines()
    assert (lines[0], lines[2], lines[3]) == ("100", "202", "balance=1000.0")


@pytest.mark.parametrize("query", ["channel=pigeon", "since=yesterday"])
def test_a_query_that_makes_no_sense_is_a_bad_request(sandbox: Sandbox, query: str) -> None:
    assert sandbox.request("GET", f"/outbox.json?{query}").status == 400


def test_a_mails_html_can_do_nothing_to_the_outbox(sandbox: Sandbox) -> None:
    message_id = send(sandbox, "evil@example.test")
    page = sandbox.request("GET", f"/outbox/{message_id}")
    assert "<script>alert" not in page.text
    assert f'sandbox="allow-popups" src="/outbox/{message_id}/html"' in page.text
    html = sandbox.request("GET", f"/outbox/{message_id}/html")
    assert html.headers["Content-Security-Policy"].startswith("sandbox allow-popups; default-src 'none'")


def test_the_outbox_shows_what_the_filter_asks_for(sandbox: Sandbox) -> None:
    send(sandbox, "shown@example.test")
    sms(sandbox, **{"to[79261112288]": "<b>x</b>"})
    page = sandbox.request("GET", "/outbox?channel=sms&lang=ru").text
    assert "79261112288" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "shown@example.test" not in page
    assert '<html lang="ru">' in page
    assert sandbox.request("GET", "/outbox/nothing").status == 404


def test_smsc_is_asked_by_get_too_and_tells_of_several_at_once(sandbox: Sandbox) -> None:
    account = {"login": "cyclorama", "psw": "cyclorama", "fmt": "3", "charset": "utf-8"}

    def ask(method: str, **fields: str) -> Any:
        path = "status" if "phone" in fields else "send"
        return sandbox.request(method, f"/smsc/{path}.php", fields=account | fields).body

    sent = [ask(way, phones="79261112233", mes=f"{uuid4()}", cost="2") for way in ("GET", "POST")]
    assert [each["cost"] for each in sent] == ["4.00", "4.00"]
    pair, ids = "79261112233,79261112233", ",".join(str(each["id"]) for each in sent)

    assert [each["status"] for each in ask("GET", phone=pair, id=ids)] == [1, 1]
    (told,) = ask("GET", phone="79261112233,", id=f"{sent[0]['id']},", all="2")
    assert (told["status_name"], told["phone"], told["cost"]) == ("Доставлено", "79261112233", "4.00")
    assert ask("GET", phone="79261112233", id=str(sent[0]["id"]))["status"] == 1
    for phone, number in (("79261112233", ids), ("", ""), ("nobody", "1")):
        assert ask("GET", phone=phone, id=number)["error_code"] == 1
