"""Somebody has messages come to their browser: against a push service that is as strict as the real ones."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
import urllib3
from sqlalchemy import Engine, text

from core.identity import Identity
from core.jobs import Turn
from notification.channels.push.client import Push
from notification.channels.push.services import PushServices
from notification.channels.push.vapid import VapidKey
from notification.connections.errors import PushKeysError, PushOffError, PushServiceUnknownError
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountJoined
from shared_schemas.events.bookings import BookingConfirmed, BookingCreated
from shared_schemas.messages.connections import BrowserSubscription
from tests.support.notification import PostOffice
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
KEY = VapidKey(lambda: "secret", "mailto:studio@example.test")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture
def office(engine: Engine, emptied: None, sandbox: str) -> Iterator[PostOffice]:
    yield PostOffice(engine, push=Push(KEY, PushServices("", f"{sandbox}/push")))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.connections"))


class Browser:
    """Of somebody who has the link of the office's booking."""

    def __init__(self, office: PostOffice, sandbox: str, key: str = KEY.public) -> None:
        self.office, self.sandbox = office, sandbox
        self.told: dict[str, Any] = HTTP.request("POST", f"{sandbox}/_sandbox/push", json={"key": key}).json()

    @property
    def guest(self) -> Identity:
        return Identity(str(self.office.customer_id), Role.CLIENT, booking=self.office.booking_id)

    def subscribes(self, who: Identity | None = None, **changes: str) -> None:
        told = {name: self.told[name] for name in ("endpoint", "p256dh", "auth")}
        self.office.app.browsers.connect(BrowserSubscription.model_validate(told | changes), who or self.guest)

    def read(self) -> list[dict[str, Any]]:
        return outbox(self.sandbox, self.told["id"])

    def behaves(self, **how: int) -> None:
        answer = HTTP.request("PUT", f"{self.sandbox}/_sandbox/push/{self.told['id']}", json=how)
        assert answer.status == 200


@pytest.fixture
def browser(office: PostOffice, sandbox: str) -> Browser:
    return Browser(office, sandbox)


def ways(office: PostOffice) -> list[tuple[str, str, str | None]]:
    return sorted((n.channel, n.status, n.reason) for n in office.queued())


def connected(office: PostOffice) -> int:
    with office.engine.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM notification.connections")).scalar_one())


def confirmed(office: PostOffice) -> Any:
    return office.booking(BookingConfirmed, 2, "confirmed")


def test_who_subscribes_gets_a_notification_instead_of_sms_and_once(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    event = confirmed(office)
    office.take(event, event)
    assert ways(office) == [("email", "sent", None), ("push", "sent", None)]
    (read,) = browser.read()
    assert office.number in read["subject"]
    assert read["text"].endswith("\nhttps://studio.test/manage#push")
    assert office.sms.sent == []
    (kept,) = [n for n in office.queued() if n.channel == "push"]
    assert (kept.address, kept.provider) == ("127.0.0.1", "push")
    assert kept.message
    assert kept.message.link == "https://studio.test/…"


def test_a_message_that_is_sent_again_after_a_crash_is_shown_once(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    office.take(confirmed(office))
    with office.engine.begin() as connection:
        crashed = "UPDATE notification.notifications SET status = 'sending', next_attempt_at = :now WHERE channel = :it"
        connection.execute(text(crashed), {"now": office.clock.now(), "it": "push"})
    office.sending.send_due(Turn())
    (again,) = [n for n in office.queued() if n.channel == "push"]
    assert (again.status, again.attempts) == ("sent", 2)
    assert len(browser.read()) == 1


def test_the_browser_that_was_subscribed_last_gets_them_alone(office: PostOffice, sandbox: str) -> None:
    first, last = Browser(office, sandbox), Browser(office, sandbox)
    first.subscribes()
    last.subscribes()
    office.take(confirmed(office))
    assert (len(first.read()), len(last.read())) == (0, 1)
    shown = office.app.browsers.of(last.guest)
    assert shown
    assert shown.browser == sha256(last.told["endpoint"].encode()).hexdigest()
    assert shown.key == KEY.public


def test_new_keys_of_the_same_browser_take_the_place_of_the_old_ones(
    office: PostOffice, sandbox: str, browser: Browser
) -> None:
    other = Browser(office, sandbox)
    browser.subscribes(p256dh=other.told["p256dh"], auth=other.told["auth"])
    browser.subscribes()
    office.take(confirmed(office))
    assert len(browser.read()) == 1


def test_a_browser_that_is_gone_is_forgotten_and_the_next_channel_has_the_message(
    office: PostOffice, sandbox: str, browser: Browser
) -> None:
    browser.subscribes()
    HTTP.request("DELETE", f"{sandbox}/_sandbox/push/{browser.told['id']}")
    office.take(confirmed(office))
    assert ways(office) == [("email", "sent", None), ("push", "failed", "push_gone"), ("sms", "sent", None)]
    assert connected(office) == 0
    assert office.told().count("notification.failed") == 1


def test_a_browser_that_is_gone_takes_no_newer_one_with_it(office: PostOffice, sandbox: str) -> None:
    gone, newer = Browser(office, sandbox), Browser(office, sandbox)
    gone.subscribes()
    HTTP.request("DELETE", f"{sandbox}/_sandbox/push/{gone.told['id']}")
    push = office.app.outside.senders["push"]
    send = push.send

    def slow(parcel: Any) -> Any:
        newer.subscribes()
        return send(parcel)

    push.send = slow  # type: ignore[method-assign]
    office.take(confirmed(office))
    shown = office.app.browsers.of(newer.guest)
    assert shown
    assert shown.browser == sha256(newer.told["endpoint"].encode()).hexdigest()


def test_a_service_that_is_busy_is_asked_again_when_it_says(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    browser.behaves(status=429, times=1, retry_after=900)
    office.take(confirmed(office))
    assert ("push", "pending", "push_429") in ways(office)
    for minutes, read in ((14, 0), (2, 1)):
        office.clock.advance(minutes=minutes)
        office.sending.send_due(Turn())
        assert len(browser.read()) == read
    assert office.sms.sent == []


def test_a_service_that_takes_less_gets_less(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    browser.behaves(status=413, times=1)
    office.take(confirmed(office))
    (read,) = browser.read()
    assert len(read["text"].splitlines()[0]) <= 60


def test_a_key_that_the_browser_did_not_subscribe_to_is_an_error_with_a_code(office: PostOffice, sandbox: str) -> None:
    Browser(office, sandbox, VapidKey(lambda: "an older one", "").public).subscribes()
    office.take(confirmed(office))
    assert ("push", "failed", "push_403") in ways(office)
    assert ("sms", "sent", None) in ways(office)
    assert connected(office) == 1


def test_what_goes_by_mail_alone_comes_there_where_there_is_no_mail(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    office.people.email = None
    office.take(office.booking(BookingCreated, 1, "pending"))
    assert ways(office) == [("email", "skipped", "no_address"), ("push", "sent", None)]


def test_what_a_stranger_names_is_refused(office: PostOffice, browser: Browser) -> None:
    for endpoint in ("https://169.254.169.254/latest", "http://127.0.0.1:1/push/x", "https://evil.example/push"):
        with pytest.raises(PushServiceUnknownError):
            browser.subscribes(endpoint=endpoint)
    with pytest.raises(PushKeysError):
        browser.subscribes(p256dh="A" * 87)
    assert connected(office) == 0


def test_it_is_taken_back_exported_erased_and_ends_with_the_guest(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    office.app.browsers.remove(browser.guest)
    office.app.browsers.remove(browser.guest)
    assert connected(office) == 0

    browser.subscribes()
    sections = office.app.disclosing.of(office.customer_id, 0).sections
    (section,) = [each for each in sections if each.name == "connections"]
    assert section.rows[0]["chat"] == browser.told["endpoint"]
    office.take(office.erasure())
    assert connected(office) == 0

    browser.subscribes()
    office.take(office.wrap(AccountJoined(account_id=uuid4(), guest_ids=[office.customer_id]), "gateway"))
    assert connected(office) == 0


def test_the_token_of_a_booking_is_no_way_to_messages_about_another(office: PostOffice, browser: Browser) -> None:
    browser.subscribes()
    signed_in = Identity(str(office.customer_id), Role.CLIENT)
    shown = office.app.browsers.of(signed_in)
    assert shown
    assert shown.connected_at is None
    office.booking_id = uuid4()
    office.take(confirmed(office))
    assert ways(office) == [("email", "sent", None), ("sms", "sent", None)]
    browser.subscribes(signed_in)
    office.booking_id = uuid4()
    office.take(confirmed(office))
    assert ways(office) == [("email", "sent", None), ("push", "sent", None)]


def test_a_studio_without_them_offers_none(engine: Engine, emptied: None, sandbox: str) -> None:
    without = PostOffice(engine)
    browser = Browser(without, sandbox)
    assert without.app.browsers.of(browser.guest) is None
    with pytest.raises(PushOffError):
        browser.subscribes()
