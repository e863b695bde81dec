"""Failures, webhooks and messages."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

from integration import composition as integration
from notification import composition as notification
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.integration.failures import QUEUE, message
from tests.support.staff_day.chapter import ME, WRITTEN, Chapter

LETTER = """
INSERT INTO integration.dead_letters (id, queue, message_id, body, sent_at, collected_at, status)
VALUES (:id, :queue, :message, :body, now(), clock_timestamp(), 'waiting')
"""

NOTIFICATION = """
INSERT INTO notification.notifications (id, cause, template, channel, status, recipient_id, facts, correlation_id,
    created_at)
VALUES (:id, 'a test', 'session_ended', 'email', 'failed', :recipient, '{}', 'a-flow', now())
"""
SUPPRESSION = (
    "INSERT INTO notification.suppressions (id, digest, reason, feedback, since)"
    " VALUES (:id, :digest, 'bounce', 'a', now())"
)


class Operations(Chapter):
    """Failures, webhooks and messages."""

    def failures(self) -> None:
        app = integration.app()
        error = ServiceError(service="booking", operation="pay", code="slot_taken", detail="")
        told = Envelope.wrap(error, time=datetime.now(UTC), source="booking", correlation_id="f", causation_id=None)
        app.event_log.record(told)
        [group] = self.api.ask("admin", "GET", "/v1/errors")["data"]
        self.do("POST /v1/errors/{error_id}/acknowledge", {}, error_id=group["id"])
        self.do("POST /v1/errors/{error_id}/resolve", {"note": "sold twice"}, error_id=group["id"])
        for _ in range(2):
            self.sql("integration", LETTER, id=uuid4(), queue=QUEUE, message=str(uuid4()), body=message())
        first, second = self.api.ask("admin", "GET", f"/v1/dead-letters/{QUEUE}")["data"]
        self.do("POST /v1/dead-letters/{queue}/redrive", {"ids": [first["id"]]}, queue=QUEUE)
        given_up = {"ids": [second["id"]], "reason": "a test"}
        self.do("POST /v1/dead-letters/{queue}/discard", given_up, queue=QUEUE)
        since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        self.do("POST /v1/events/replay", {"from": since, "reason": "the broker was away"})

    def webhooks(self) -> None:
        why = {"reason": "a test"}
        self.do("POST /v1/connectors/{name}/pause", why, name="webhooks")
        self.do("POST /v1/connectors/{name}/resume", why, name="webhooks")
        wanted = {"url": "https://shop.example/hook", "event_types": ["booking.created"], "description": WRITTEN}
        hook = {"subscription_id": self.do("POST /v1/webhook-subscriptions", wanted)["id"]}
        self.do("PATCH /v1/webhook-subscriptions/{subscription_id}", {"event_types": ["*"], **why}, **hook)
        self.do("POST /v1/webhook-subscriptions/{subscription_id}/rotate-secret", why, **hook)
        sent = self.do("POST /v1/webhook-subscriptions/{subscription_id}/test", why, **hook)["id"]
        gone = "UPDATE integration.deliveries SET status = 'dead', next_attempt_at = NULL, finished_at = now()"
        self.sql("integration", gone)
        self.do(
            "POST /v1/webhook-subscriptions/{subscription_id}/deliveries/{delivery_id}/resend",
            why,
            delivery_id=sent,
            **hook,
        )
        self.sql("integration", gone)
        again = {"name": "webhooks", "delivery_id": sent}
        self.do("POST /v1/connectors/{name}/deliveries/{delivery_id}/resend", why, **again)
        self.do("DELETE /v1/webhook-subscriptions/{subscription_id}", **hook)

    def messages(self) -> None:
        self.sql("notification", NOTIFICATION, id=(one := uuid4()), recipient=ME["client"])
        self.do("POST /v1/notifications/{notification_id}/resend", notification_id=one)
        self.sql("notification", SUPPRESSION, id=(held := uuid4()), digest=str(held))
        lift = {"reason": "the mailbox works again"}
        self.do("POST /v1/mail-suppressions/{suppression_id}/lift", lift, suppression_id=held)
        wanted = {"template": "booking_reminder", "moment": "start", "minutes": -60, "channels": ["sms"]}
        rule = {"rule_id": self.do("POST /v1/message-rules", wanted)["id"]}
        whole: dict[str, object] = {
            "event": None,
            "audience": "client",
            "condition": {},
            "urgent": False,
            "active": False,
        }
        self.do("PUT /v1/message-rules/{rule_id}", wanted | whole, **rule)
        self.do("DELETE /v1/message-rules/{rule_id}", **rule)

    def texts(self) -> None:
        text = {"name": "sign_in_code", "locale_code": "ru"}
        parts = self.api.ask("admin", "GET", "/v1/message-templates/sign_in_code/ru")["parts"]
        written = {"version": 0, "parts": parts | {"subject": WRITTEN + " {{ secret }}"}}
        self.do("PUT /v1/message-templates/{name}/{locale_code}", written, **text)
        mail = notification.app().outside.senders["email"]
        with patch.object(type(mail), "send", return_value="1"):
            self.do("POST /v1/message-templates/{name}/{locale_code}/test", {}, **text)
