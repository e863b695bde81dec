"""What staff see of the messages, and how they send one again."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from notification.errors import NotificationNotFoundError, NotificationOutdatedError, PermanentDeliveryError
from shared_schemas.common import Role
from shared_schemas.events.bookings import BookingCancelled, BookingConfirmed
from shared_schemas.notification import Notification, NotificationsQuery
from tests.support.notification import PostOffice


def sms_of(office: PostOffice) -> Notification:
    return next(n for n in office.queued() if n.channel == "sms")


def test_messages_are_found_by_booking_person_and_state(office: PostOffice, engine: Engine) -> None:
    other = PostOffice(engine)
    other.take(other.booking(BookingConfirmed, 2, "confirmed"))
    office.sms.trouble = [PermanentDeliveryError("smsru_209")]
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))

    def found(query: NotificationsQuery) -> list[tuple[str, str]]:
        return sorted((n.channel, n.status) for n in office.history.page(query).data)

    assert found(NotificationsQuery(booking_id=office.booking_id)) == [("email", "sent"), ("sms", "failed")]
    assert found(NotificationsQuery(number=office.number)) == [("email", "sent"), ("sms", "failed")]
    assert found(NotificationsQuery(number=office.number, status="failed")) == [("sms", "failed")]
    assert found(NotificationsQuery(number="00000000")) == []
    assert found(NotificationsQuery(recipient_id=other.customer_id)) == [("email", "sent"), ("sms", "sent")]
    assert found(NotificationsQuery(status="failed")) == [("sms", "failed")]
    failed = office.history.get(sms_of(office).id)
    assert (failed.reason, failed.booking_number) == ("smsru_209", office.number)
    with pytest.raises(NotificationNotFoundError):
        office.history.get(uuid4())


def test_who_may_not_know_people_is_shown_neither_text_nor_address(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    shown = office.history.page(NotificationsQuery(booking_id=office.booking_id), whole=False).data
    shown += [office.history.get(shown[0].id, whole=False), office.history.resend(sms_of(office).id, None, whole=False)]

    assert {each.message for each in shown} == {None}
    assert {each.address for each in shown} == {"a…@example.test", "+7…67"}
    assert {each.status for each in shown} == {"sent"}
    # What a scope lets in, and nothing else, decides.
    key = Identity(str(uuid4()), Role.MANAGER, scopes=frozenset({"notifications:read"}))
    assert (key.sees_people, replace(key, scopes=frozenset({"customers:read"})).sees_people) == (False, True)
    assert replace(key, scopes=None).sees_people


def test_staff_see_no_link_that_opens_a_booking(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    shown = office.history.page(NotificationsQuery(booking_id=office.booking_id)).data
    shown += [office.history.get(shown[0].id), office.history.resend(sms_of(office).id, None)]

    assert "https://studio.test/manage#email" in office.mail.sent[0][1].text
    said = [text for each in shown if each.message for _, text in each.message if text]
    assert [text for text in said if "manage" in text] == []
    assert {each.message.text.count("https://studio.test/…") for each in shown if each.message} == {1}


def test_pages_join_into_the_whole_list(office: PostOffice, engine: Engine) -> None:
    for _ in range(3):
        another = PostOffice(engine)
        another.take(another.booking(BookingConfirmed, 2, "confirmed"))

    seen: list[Notification] = []
    cursor: str | None = None
    for _ in range(3):
        page = office.history.page(NotificationsQuery(limit=2, cursor=cursor))
        seen += page.data
        cursor = page.next_cursor

    assert cursor is None
    assert len({n.id for n in seen}) == len(seen) == 6


def test_staff_can_send_a_message_again_to_the_address_of_today(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    first = sms_of(office)
    office.people.phone = "+79267654321"

    again = office.history.resend(first.id, None)

    assert (again.status, again.address, again.attempts) == ("sent", "+79267654321", 1)
    assert again.id != first.id
    assert office.history.get(first.id) == first
    assert [address for address, _ in office.sms.sent] == ["+79261234567", "+79267654321"]


def test_a_repeated_request_sends_no_third_message(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    key = IdempotencyKey("manager", "POST /v1/notifications/{id}/resend", str(uuid4()), "body")

    one, two = (office.history.resend(sms_of(office).id, key) for _ in range(2))

    assert one == two
    assert len(office.sms.sent) == 2


def test_what_is_not_true_any_more_is_not_sent_again(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"), office.booking(BookingCancelled, 3, "cancelled"))

    with pytest.raises(NotificationOutdatedError):
        office.history.resend(sms_of(office).id, None)

    assert len(office.sms.sent) == 1
