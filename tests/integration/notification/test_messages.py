"""From event to message on real PostgreSQL: once, in order, and whatever breaks in between."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core.jobs import Turn
from notification.errors import BookingUnknownError, PermanentDeliveryError, TransientDeliveryError
from notification.sending.domain import LEASE, MAX_ATTEMPTS, Outcome
from notification.sending.known import Claimed
from shared_schemas.common import Money
from shared_schemas.events.accounts import SessionReused
from shared_schemas.events.bookings import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingCreated,
    BookingExpired,
    BookingPaymentRefused,
)
from shared_schemas.events.payments import (
    PaymentCreated,
    PaymentFailed,
    PaymentLinkRequested,
    PaymentRefunded,
    PaymentSucceeded,
)
from shared_schemas.notification import Notification, NotificationsQuery
from tests.support.clock import NOW
from tests.support.notification import Killed, PostOffice
from tests.support.samples import sample


def subjects(office: PostOffice) -> list[str]:
    return [str(message.subject) for _, message in office.mail.sent]


def test_nobody_is_flooded_whose_address_somebody_else_gave(office: PostOffice) -> None:
    office.people.email, office.people.confirmed = f"{uuid4().hex}@example.test", False
    bookings = [uuid4() for _ in range(14)]
    for office.booking_id in bookings:
        office.take(office.booking(BookingCreated, 1, "pending"))

    assert len(office.mail.sent) == 12
    [left] = office.queued()
    assert (left.status, left.reason, left.address) == ("skipped", "too_many_unconfirmed", office.people.email)
    # What stands is told all the same, staff may send what was left out, and the next day is another one.
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert len(office.mail.sent) == 13
    office.booking_id = bookings[-2]
    [held] = office.queued()
    assert office.history.resend(held.id, None).status == "sent"
    office.clock.advance(days=1, seconds=1)
    office.booking_id = uuid4()
    office.take(office.booking(BookingCreated, 1, "pending"))
    assert [each.status for each in office.queued()] == ["sent"]


def test_an_address_that_is_confirmed_takes_all(office: PostOffice) -> None:
    office.people.email = f"{uuid4().hex}@example.test"
    for office.booking_id in [uuid4() for _ in range(14)]:
        office.take(office.booking(BookingCreated, 1, "pending"))
    assert len(office.mail.sent) == 14


def test_a_confirmation_goes_out_by_mail_and_sms_and_is_told_of(office: PostOffice) -> None:
    confirmed = office.booking(BookingConfirmed, 2, "confirmed")

    office.take(office.booking(BookingCreated, 1, "pending"), confirmed)

    assert [address for address, _ in office.mail.sent] == ["anna@example.test"] * 2
    (number, sms), *_ = office.sms.sent
    assert number == "+79261234567"
    assert office.number in sms.text
    told = [(e.type, e.data["channel"], e.causation_id) for e in office.broker.taken[1:]]
    assert told == [("notification.sent", channel, str(confirmed.id)) for channel in ("email", "sms")]
    assert {e.correlation_id for e in office.broker.taken} == {office.flow_id}


def test_the_whole_life_of_a_booking_in_messages(office: PostOffice) -> None:
    office.cancelled.said = "заболел"
    office.take(
        office.booking(BookingCreated, 1, "pending"),
        office.payment(PaymentCreated),
        office.payment(PaymentFailed),
        office.payment(PaymentSucceeded),
        office.booking(BookingConfirmed, 2, "confirmed"),
        office.booking(BookingCancelled, 3, "cancelled"),
    )

    assert sorted(office.states()) == sorted(
        [
            ("booking_created", "email", "sent"),
            ("payment_failed", "email", "sent"),
            ("payment_succeeded", "email", "sent"),
            ("booking_confirmed", "email", "sent"),
            ("booking_confirmed", "sms", "sent"),
            ("booking_cancelled", "email", "sent"),
        ]
    )
    assert "Причина: заболел" in office.mail.sent[-1][1].text


def test_an_event_delivered_twice_sends_once(office: PostOffice) -> None:
    created = office.booking(BookingCreated, 1, "pending")

    office.take(created, created)

    assert len(office.mail.sent) == 1
    assert office.told() == ["notification.sent"]


def test_the_history_keeps_what_was_said_to_whom(office: PostOffice) -> None:
    office.take(office.booking(BookingExpired, 2, "expired"))

    (kept,) = office.queued()

    assert (kept.address, kept.recipient_id) == ("anna@example.test", office.customer_id)
    sent = office.mail.sent[0][1]
    assert kept.message and (kept.message.subject, len(kept.message.text)) <= (sent.subject, len(sent.text))
    assert kept.message.text.replace("/…", "") == sent.text.replace("/manage#email", "")
    assert (kept.attempts, kept.sent_at, kept.next_attempt_at) == (1, NOW, None)


def theirs(office: PostOffice) -> list[Notification]:
    return office.history.page(NotificationsQuery(recipient_id=office.customer_id)).data


def test_the_owner_is_told_that_a_session_was_ended(office: PostOffice) -> None:
    reused = office.wrap(SessionReused(account_id=office.customer_id, session_id=uuid4()), "gateway")

    office.take(reused, reused)

    assert [(address, message.subject) for address, message in office.mail.sent] == [
        ("anna@example.test", "Мы завершили один из ваших сеансов")
    ]
    (kept,) = theirs(office)
    assert (kept.template, kept.status, kept.booking_id) == ("session_ended", "sent", None)
    # Staff may send it again, and an erasure takes its words as all others'.
    again = office.history.resend(kept.id, None)
    assert (again.status, len(office.mail.sent)) == ("sent", 2)
    office.take(office.erasure())
    assert {(one.address, one.message) for one in theirs(office)} == {(None, None)}


def test_events_hold_no_personal_data(office: PostOffice) -> None:
    office.people.trouble = PermanentDeliveryError("recipient_gone")
    office.take(office.booking(BookingCreated, 1, "pending"))
    office.people.trouble = None
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))

    everything = json.dumps([e.model_dump(mode="json") for e in office.broker.taken], ensure_ascii=False)
    assert office.told() == ["notification.failed", "notification.sent", "notification.sent"]
    assert not any(word in everything for word in ("anna", "Анна", "9261234567"))


def test_a_late_older_event_neither_changes_the_booking_nor_speaks(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.take(office.booking(BookingCancelled, 3, "cancelled"))

    office.take(office.booking(BookingCreated, 1, "pending", hall_name="An old name"))

    with office.work() as work:
        known = work.bookings.get(office.booking_id)
    assert (known.version, known.status, known.facts.hall_name) == (3, "cancelled", "White Cyclorama")
    assert "booking_created" not in {template for template, _, _ in office.states()}


def test_a_confirmation_that_comes_after_the_cancellation_is_not_sent(office: PostOffice) -> None:
    office.take(office.booking(BookingCancelled, 3, "cancelled"), office.booking(BookingConfirmed, 2, "confirmed"))

    assert office.states() == [("booking_cancelled", "email", "sent")]


def test_a_state_without_a_message_is_remembered(office: PostOffice) -> None:
    office.take(office.booking(BookingCompleted, 5, "completed"))

    with office.work() as work:
        assert work.bookings.get(office.booking_id).status == "completed"
    assert office.states() == []


def test_a_payment_that_overtakes_its_booking_waits_in_the_queue(office: PostOffice) -> None:
    paid = office.payment(PaymentSucceeded)
    with pytest.raises(BookingUnknownError):
        office.take(paid)

    office.take(office.booking(BookingCreated, 1, "pending"), paid)

    assert [t for t, _, _ in office.states()] == ["booking_created", "payment_succeeded"]


def test_a_refused_payment_is_told_of_at_once_and_again_when_it_goes_back(office: PostOffice) -> None:
    office.take(office.booking(BookingCreated, 1, "pending"), office.booking(BookingExpired, 2, "expired"))
    ids = {"payment_id": uuid4(), "booking_id": office.booking_id, "customer_id": office.customer_id}
    office.take(
        office.wrap(BookingPaymentRefused(**ids, reason="slot_taken")),
        office.wrap(
            PaymentRefunded(
                **ids, provider="sberpay", amount=Money(amount=77_700), refund_id=uuid4(), reason="slot_taken"
            )
        ),
    )

    assert [t for t, _, _ in office.states()][-2:] == ["booking_payment_refused", "payment_refunded"]
    refused, refunded = (message.text for _, message in office.mail.sent[-2:])
    assert "уже занят" in refused and "уже занят" in refunded
    assert "777,00" in refunded


def test_a_crash_before_sending_leaves_the_message_to_the_job(office: PostOffice) -> None:
    class Crashing:
        def send(self, _ids: object) -> None:
            raise Killed

        def send_due(self, _turn: object) -> int:
            raise Killed

    office.messages._outgoing = Crashing()
    created = office.booking(BookingCreated, 1, "pending")
    with pytest.raises(Killed):
        office.take(created)
    office.take(created)
    assert office.states() == [("booking_created", "email", "pending")]

    assert office.sending.send_due(Turn()) == 1
    assert office.sending.send_due(Turn()) == 0

    assert office.states() == [("booking_created", "email", "sent")]
    assert [e.causation_id for e in office.broker.taken] == [str(created.id)]


def test_the_job_tells_of_many_messages_in_one_request(office: PostOffice) -> None:
    # Its provider does not answer the first, and has a rest from the others.
    office.mail.trouble = [TransientDeliveryError("busy")]
    for office.booking_id in [uuid4() for _ in range(3)]:
        office.take(office.booking(BookingCreated, 1, "pending"))
    office.clock.advance(hours=1)
    assert office.sending.send_due(Turn()) == 3
    assert office.told() == ["notification.sent"] * 3
    assert office.broker.sizes == [3]


def test_a_crash_while_sending_is_made_good_after_the_lease_and_not_before(office: PostOffice) -> None:
    office.mail.trouble = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        office.take(office.booking(BookingCreated, 1, "pending"))
    assert office.states() == [("booking_created", "email", "sending")]

    assert office.sending.send_due(Turn()) == 0
    office.clock.advance(seconds=LEASE.total_seconds())
    assert office.sending.send_due(Turn()) == 1

    assert office.states() == [("booking_created", "email", "sent")]


def test_an_attempt_that_outlived_its_lease_changes_nothing(office: PostOffice) -> None:
    office.people.trouble = TransientDeliveryError("contact_unavailable")
    office.take(office.booking(BookingCreated, 1, "pending"))
    office.people.trouble = None
    office.clock.advance(minutes=1)
    with office.work() as work:
        slow = work.attempts.claim(office.clock.now())
        assert slow is not None
        known = work.attempts.known_of(slow, office.clock.now(), counts=True)
        work.commit()
    office.clock.advance(seconds=LEASE.total_seconds())
    office.sending.send_due(Turn())

    office.sending._attempt(Claimed(slow, known))

    assert office.queued()[0].attempts == 3
    assert office.told() == ["notification.sent"]


def test_an_attempt_that_outlived_its_lease_does_not_end_the_one_that_took_over(office: PostOffice) -> None:
    office.people.trouble = TransientDeliveryError("contact_unavailable")
    office.take(office.booking(BookingCreated, 1, "pending"))
    office.clock.advance(minutes=1)
    with office.work() as work:
        slow = work.attempts.claim(office.clock.now())
        work.commit()
    office.clock.advance(seconds=LEASE.total_seconds())
    with office.work() as work:
        assert work.attempts.claim(office.clock.now())
        work.commit()

    assert slow
    with office.work() as work:
        assert not work.attempts.finish(slow, Outcome("sent"), office.clock.now())
        work.commit()
    assert office.states() == [("booking_created", "email", "sending")]


def test_trouble_is_retried_with_pauses_until_it_passes(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("ses_TooManyRequestsException"), ValueError("a fault of ours")]

    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    (mail, sms) = office.queued()
    assert (mail.status, mail.reason, sms.status) == ("pending", "ses_TooManyRequestsException", "sent")
    assert mail.message is not None

    assert office.sending.send_due(Turn()) == 0
    office.clock.advance(minutes=1)
    assert office.sending.send_due(Turn()) == 1
    assert office.queued()[0].reason == "ValueError"
    office.clock.advance(minutes=2)
    assert office.sending.send_due(Turn()) == 1

    mail = office.queued()[0]
    assert (mail.status, mail.attempts, mail.reason) == ("sent", 3, None)
    assert office.told() == ["notification.sent", "notification.sent"]


def test_after_so_many_attempts_we_give_up_and_say_so_once(office: PostOffice) -> None:
    office.people.trouble = TransientDeliveryError("contact_unavailable")
    office.take(office.booking(BookingExpired, 2, "expired"))
    for _ in range(MAX_ATTEMPTS + 3):
        office.clock.advance(hours=1)
        office.sending.send_due(Turn())

    (kept,) = office.queued()
    assert (kept.status, kept.attempts, kept.reason) == ("failed", MAX_ATTEMPTS, "contact_unavailable")
    assert office.told() == ["notification.failed"]


def test_a_message_that_kills_whoever_sends_it_is_given_up(office: PostOffice) -> None:
    office.mail.trouble = [Killed()] * (MAX_ATTEMPTS + 1)  # type: ignore[list-item]
    with pytest.raises(Killed):
        office.take(office.booking(BookingExpired, 2, "expired"))
    for _ in range(MAX_ATTEMPTS - 1):
        office.clock.advance(seconds=LEASE.total_seconds())
        with pytest.raises(Killed):
            office.sending.send_due(Turn())

    office.clock.advance(seconds=LEASE.total_seconds())
    office.sending.send_due(Turn())

    assert [(n.status, n.reason) for n in office.queued()] == [("failed", "abandoned")]


def test_a_message_that_waited_until_it_was_false_is_not_sent(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("ses_down")]
    office.take(office.booking(BookingCreated, 1, "pending"), office.booking(BookingExpired, 2, "expired"))
    office.clock.advance(minutes=1)

    office.sending.send_due(Turn())

    states = {template: status for template, _, status in office.states()}
    assert states == {"booking_created": "skipped", "booking_expired": "sent"}
    assert len(office.mail.sent) == 1


def test_the_job_stops_when_its_time_is_up(office: PostOffice) -> None:
    office.people.trouble = TransientDeliveryError("contact_unavailable")
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.people.trouble = None
    office.clock.advance(minutes=1)

    # Each of the two channels asks for itself.
    turn = Turn(iter([True, False, False]).__next__)
    assert office.sending.send_due(turn) == 1
    assert turn.more
    assert sorted(status for _, _, status in office.states()) == ["pending", "sent"]


def test_where_sms_is_switched_off_none_is_queued(office: PostOffice) -> None:
    office.messages._addresses = frozenset({"email"})

    office.take(office.booking(BookingConfirmed, 2, "confirmed"))

    assert office.states() == [("booking_confirmed", "email", "sent")]


def test_the_event_of_a_queue_becomes_messages_and_a_broken_record_alone_comes_again(office: PostOffice) -> None:
    batch = sample("sqs_booking_confirmed")
    body = json.loads(batch["Records"][0]["body"])
    body["detail"] |= {"id": str(uuid4()), "data": {"booking_id": "incomplete"}}
    broken = {**batch["Records"][0], "messageId": "broken", "body": json.dumps(body)}

    answer = office.deliver({"Records": [broken, *batch["Records"]]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    office.booking_id = UUID("0d9f2d0e-6f0d-4f3c-9a57-6c2b7a4d5e10")
    assert [status for _, _, status in office.states()] == ["sent", "sent"]
    words = "Бронь 7K3M9QXA подтверждена: 1 дек. 12:00-14:00, White Cyclorama"
    assert office.sms.sent[0][1].text == f"{words}. https://studio.test/manage#sms"
    assert subjects(office) == ["Бронирование 7K3M9QXA подтверждено: 1 дек. 12:00-14:00"]


def test_a_message_is_claimed_by_one_of_two_workers(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("ses_down")]
    office.take(office.booking(BookingExpired, 2, "expired"))
    now = office.clock.now() + timedelta(minutes=1)
    other = PostOffice(office.engine)

    with office.work() as one:
        first = one.attempts.claim(now)
        one.commit()
    with other.work() as two:
        second = two.attempts.claim(now)

    assert first is not None
    assert second is None


def test_a_link_to_pay_goes_once_by_the_channel_that_was_asked_for(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 1, "confirmed"))
    asked = office.payment(PaymentLinkRequested, channel="sms")
    office.take(asked, asked)

    sent = [(template, channel) for template, channel, _ in office.states() if template == "payment_link"]
    assert sent == [("payment_link", "sms")]
    assert office.sms.sent[-1][1].text.endswith(": https://pay.example/1")

    office.take(office.payment(PaymentLinkRequested, channel="email"))
    assert "https://pay.example/1" in str(office.mail.sent[-1][1].html)
    office.links.url = None
    before = len(office.mail.sent)
    office.take(office.payment(PaymentLinkRequested, channel="email"))
    assert (len(office.mail.sent), office.states().count(("payment_link", "email", "skipped"))) == (before, 1)


def test_a_link_to_pay_says_that_it_is_for_other_visits_and_none_is_sent_for_one_that_is_off(
    office: PostOffice,
) -> None:
    office.take(office.booking(BookingConfirmed, 1, "confirmed"))
    office.links.for_several = True
    for channel, words in (("sms", "за все визиты: https"), ("email", "и другие ваши визиты вместе с ним")):
        office.take(office.payment(PaymentLinkRequested, channel=channel))
        sent = (office.sms if channel == "sms" else office.mail).sent[-1][1]
        assert words in sent.text and (sent.html is None or words in sent.html)

    office.take(office.booking(BookingCancelled, 2, "cancelled"))
    before = len(office.sms.sent)
    office.take(office.payment(PaymentLinkRequested, channel="sms"))
    assert len(office.sms.sent) == before
