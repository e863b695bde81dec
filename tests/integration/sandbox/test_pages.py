"""The pay page and the operator's pages as a browser gets them."""

import pytest

from tests.integration.sandbox.harness import RETURN_URL, Sandbox, Shop
from tests.support.waiting import eventually

ESCAPED_RETURN_URL = RETURN_URL.replace("&", "&amp;")


def page(sandbox: Sandbox, payment_id: str, language: str = "en") -> str:
    answer = sandbox.request("GET", f"/pay/{payment_id}", headers={"Accept-Language": language})
    assert answer.status == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("₽12,750.50", "Decline", "No real money")), ("ru", ("12\xa0750,50\xa0₽", "Отклонить", "не списываются"))],
)
def test_the_pay_page_speaks_the_payers_language(sandbox: Sandbox, language: str, words: tuple[str, ...]) -> None:
    created = sandbox.create("12750.50", description="<b>Бронь</b> №1")
    shown = page(sandbox, created["id"], language)
    for word in (*words, "&lt;b&gt;Бронь&lt;/b&gt; №1", "Cyclorama", "5555 5555 5555 4444"):
        assert word in shown
    other = sandbox.request("GET", f"/pay/{created['id']}?lang=ru", headers={"Accept-Language": "en"})
    assert '<html lang="ru">' in other.text


def test_leaving_without_paying_changes_nothing(sandbox: Sandbox) -> None:
    created = sandbox.create()
    left = sandbox.act(created, "abandon")
    assert (left.status, left.headers["Location"]) == (303, RETURN_URL)
    assert sandbox.get(created["id"])["status"] == "pending"


def test_a_form_sent_twice_pays_once(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.create()
    assert [sandbox.act(created, "pay").status for _ in range(2)] == [303, 303]
    assert len(sandbox.webhooks(created["id"])) == 1


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (["pay"], ("Paid", "Card ending in 4444")),
        (["decline"], ("Not paid", "not enough money")),
    ],
)
def test_a_finished_payment_shows_its_outcome(sandbox: Sandbox, actions: list[str], words: tuple[str, ...]) -> None:
    created = sandbox.create()
    for action in actions:
        sandbox.act(created, action)
    shown = page(sandbox, created["id"])
    for word in (*words, f'href="{ESCAPED_RETURN_URL}"'):
        assert word in shown
    assert "<form" not in shown


def test_a_finished_payment_cannot_take_the_other_way(sandbox: Sandbox) -> None:
    paid, declined = sandbox.paid(), sandbox.create()
    sandbox.act(declined, "decline")
    assert sandbox.act(paid, "decline").status == 409
    assert sandbox.act(declined, "pay").status == 409
    assert sandbox.get(paid["id"])["status"] == "succeeded"


def test_an_expired_link_says_so(sandbox: Sandbox) -> None:
    created = sandbox.create()
    sandbox.ahead(3601)
    assert "The link has expired" in page(sandbox, created["id"])


def test_a_wrong_card_is_shown_again_with_its_mistake(sandbox: Sandbox) -> None:
    created = sandbox.create()
    answer = sandbox.act(created, "pay", card_number="1234 <i>", lang="en")
    assert answer.status == 422
    assert "1234 &lt;i&gt;" in answer.text
    assert "not a card number" in answer.text
    assert sandbox.get(created["id"])["status"] == "pending"


def test_other_methods_need_no_card(sandbox: Sandbox) -> None:
    created = sandbox.create("100.00", payment_method_data={"type": "sbp"})
    assert "card_number" not in page(sandbox, created["id"])
    sandbox.act(created, "pay")
    assert sandbox.get(created["id"])["payment_method"]["type"] == "sbp"


@pytest.mark.parametrize("fields", [{"action": "steal"}, {"action": "decline", "reason": "weather"}])
def test_a_form_that_makes_no_sense_is_a_bad_request(sandbox: Sandbox, fields: dict[str, str]) -> None:
    assert sandbox.act(sandbox.create(), **fields).status == 400


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"\xff=\xfe"),
        ("application/x-www-form-urlencoded; charset=klingon", b"action=pay"),
        ("multipart/form-data", b"action=pay"),
    ],
)
def test_a_form_that_cannot_be_read_is_a_bad_request(sandbox: Sandbox, content_type: str, body: bytes) -> None:
    for path in (f"/pay/{sandbox.create()['id']}", "/smsru/sms/send", "/knobs"):
        assert sandbox.request("POST", path, body=body, headers={"Content-Type": content_type}).status == 400


def test_a_return_url_beyond_ascii_is_encoded(sandbox: Sandbox) -> None:
    confirmation = {"type": "redirect", "return_url": "https://студия.рф/спасибо"}
    created = sandbox.create(confirmation=confirmation)
    assert sandbox.act(created, "pay").headers["Location"].isascii()


def test_an_unknown_payment_has_a_page_of_its_own(sandbox: Sandbox) -> None:
    for method in ("GET", "POST"):
        answer = sandbox.request(method, "/pay/nothing")
        assert (answer.status, "Nothing here" in answer.text) == (404, True)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_operator_sees_payments_with_their_webhooks(sandbox: Sandbox, shop: Shop, language: str) -> None:
    created = sandbox.paid(description=f"Shown in {language}", metadata={"attempt_id": "<a>"})
    eventually(lambda: sandbox.webhooks(created["id"])[0]["state"] == "delivered")
    shown = sandbox.request("GET", f"/payments?lang={language}").text
    for word in (created["id"], f"Shown in {language}", "payment.succeeded", "attempt_id = &lt;a&gt;"):
        assert word in shown


def test_knobs_and_clock_can_be_turned_in_a_browser(sandbox: Sandbox) -> None:
    form = {"lost_webhook": "2", "latency_ms": "0"}
    assert (
        sandbox.request("POST", "/knobs?lang=ru", fields=form, encode_multipart=False).headers["Location"]
        == "/?lang=ru"
    )
    assert sandbox.request("GET", "/_sandbox/knobs").body["lost_webhook"] == 2
    assert sandbox.request("POST", "/knobs", fields={"latency_ms": "x"}, encode_multipart=False).status == 400
    assert sandbox.request("POST", "/clock", fields={"minutes": "90"}, encode_multipart=False).status == 303
    assert sandbox.request("GET", "/_sandbox/clock").body["offset_seconds"] == 5400
    assert sandbox.request("POST", "/clock", fields={"minutes": "x"}, encode_multipart=False).status == 400
    home = sandbox.request("GET", "/?lang=en").text
    for word in ("/payments", "/outbox", "/yookassa/v3", "lost_webhook"):
        assert word in home


def test_pages_load_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    for path in ("/", "/payments", "/outbox", f"/pay/{sandbox.create()['id']}"):
        text = sandbox.request("GET", path).text
        assert 'src="http' not in text
        assert 'href="http' not in text.replace(ESCAPED_RETURN_URL, "")
    for name in ("sandbox.css", "live.js", "icon.svg"):
        assert sandbox.request("GET", f"/static/{name}").status == 200


@pytest.mark.parametrize(("path", "title"), [("/", "Sandbox"), ("/outbox", "Outbox · Sandbox")])
def test_a_page_is_named_once(sandbox: Sandbox, path: str, title: str) -> None:
    shown = sandbox.request("GET", path, headers={"Accept-Language": "en"}).text
    assert f"<title>{title}</title>" in shown
