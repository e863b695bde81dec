"""The queue of webhooks, in the state file: a restart or a kill loses none."""

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from infra.sandbox.clock import system_time
from infra.sandbox.database import Database
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment
from infra.sandbox.providers.base import Notice
from infra.sandbox.webhooks.model import Delivery

# Long enough for the next webhook of the same payment to be there first.
OVERTAKEN_BY = timedelta(seconds=2)


class WebhookQueue:
    """Webhooks to send and sent."""

    def __init__(self, database: Database, knobs: Knobs, now: Callable[[], datetime] = system_time) -> None:
        self._database = database
        self._knobs = knobs
        self._now = now
        self.added = asyncio.Event()

    def add(self, payment: Payment, notice: Notice) -> None:
        """Queue a webhook as the knobs want it: lost, late, twice, after the next one."""
        now = self._now()
        delay = timedelta(milliseconds=self._knobs.milliseconds("webhook_delay_ms", payment.id) + notice.after_ms)
        if self._is_held_back(payment.id):
            delay += OVERTAKEN_BY
        delivery = Delivery(
            provider=payment.provider,
            payment_id=payment.id,
            event=notice.event,
            body=notice.body,
            content_type=notice.content_type,
            method=notice.method,
            url=payment.callback_url,
            state="lost" if self._knobs.take("lost_webhook", payment.id) else "queued",
            created_at=now,
            due_at=now + delay,
        )
        for _ in range(2 if self._knobs.take("duplicate_webhook", payment.id) else 1):
            self._insert(delivery)
        self.added.set()

    def due(self) -> list[Delivery]:
        now = self._now().timestamp()
        return self._read("state = 'queued' AND due_at <= ? ORDER BY due_at LIMIT 100", (now,))

    def queued(self, payment_id: str) -> list[Delivery]:
        return self._read("state = 'queued' AND payment_id = ? ORDER BY id", (payment_id,))

    def hurry(self, provider: str) -> int:
        """Make everything due that did not arrive, even what was lost or given up; how many those are."""
        late = [it for it in self._read("state NOT IN ('delivered') ORDER BY id", ()) if it.provider == provider]
        for delivery in late:
            self.save(delivery.model_copy(update={"state": "queued", "due_at": self._now()}))
        self.added.set()
        return len(late)

    def save(self, delivery: Delivery) -> None:
        self._database.execute(
            "UPDATE deliveries SET state = ?, due_at = ?, document = ? WHERE id = ?",
            (delivery.state, delivery.due_at.timestamp(), delivery.model_dump_json(), delivery.id),
        )

    def of(self, payment_ids: Iterable[str]) -> list[Delivery]:
        """All webhooks of these payments, oldest first."""
        ids = json.dumps(list(payment_ids))
        return self._read("payment_id IN (SELECT value FROM json_each(?)) ORDER BY id", (ids,))

    def _is_held_back(self, payment_id: str) -> bool:
        """Whether this webhook waits for the next to overtake it; of two in a row only the first does."""
        waiting = any(delivery.due_at > self._now() for delivery in self.queued(payment_id))
        return not waiting and self._knobs.take("reordered_webhook", payment_id)

    def _insert(self, delivery: Delivery) -> None:
        self._database.execute(
            "INSERT INTO deliveries (state, due_at, payment_id, document) VALUES (?, ?, ?, ?)",
            (delivery.state, delivery.due_at.timestamp(), delivery.payment_id, delivery.model_dump_json()),
        )

    def _read(self, condition: str, parameters: tuple[str | float, ...]) -> list[Delivery]:
        # The conditions are this class's own.
        rows = self._database.execute(f"SELECT id, document FROM deliveries WHERE {condition}", parameters)  # noqa: S608
        return [
            Delivery.model_validate_json(row["document"]).model_copy(update={"id": row["id"]})
            for row in rows.fetchall()
        ]
