"""The end of a run: time does its work, staff do theirs, until nothing is left to do; or what is left is named."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from infra.local.machine.aws import local_client
from tests.support.stories.money.people import Stage
from tests.support.stories.money.reading import at_gateway, sandbox_payments
from tests.support.waiting import PATIENCE_SECONDS

LOOK_SECONDS = 0.5
# Gateways that are asked about each payment may need another turn.
COMPARISONS = 4
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
OPEN = {
    "attempt": "SELECT id, status, reason FROM payment.payments WHERE status IN ('creating', 'pending')",
    "money under review": """
SELECT p.id, p.taken, p.reason FROM payment.payments p
 WHERE p.status = 'review' AND p.taken > (
   SELECT coalesce(sum(r.amount), 0) FROM payment.refunds r WHERE r.payment_id = p.id AND r.status <> 'failed')""",
    "refund": "SELECT id, status, failure FROM payment.refunds WHERE status IN ('creating', 'pending')",
    "dead letter": "SELECT queue, id, type FROM integration.dead_letters WHERE status = 'waiting'",
    "hold": "SELECT id, number FROM booking.bookings WHERE status = 'pending'",
    **{
        f"event of {name}": f"SELECT event_id, type FROM {name}.outbox WHERE published_at IS NULL"  # noqa: S608
        for name in ("payment", "booking", "integration", "notification", "gateway")
    },
}
NO_HOLDS = "UPDATE booking.bookings SET hold_expires_at = now() WHERE status = 'pending'"
# A gateway whose link never dies is asked for a day, and then no more.
A_DAY_OLD = "UPDATE payment.payments SET created_at = created_at - interval '25 hours' WHERE id = ANY(:ids)"
DEAD = "SELECT DISTINCT queue FROM integration.dead_letters WHERE status = 'waiting'"
# Nobody can tell from here what became of these: the service asks a human to look.
DOUBTED = """
SELECT r.id, r.payment_id, r.amount, a.gateway_payment_id,
       (SELECT coalesce(sum(s.amount), 0) FROM payment.refunds s
         WHERE s.payment_id = r.payment_id AND s.status = 'succeeded') AS known
  FROM payment.refunds r JOIN payment.attempts a USING (payment_id)
 WHERE r.status = 'pending' AND r.failure IS NOT NULL"""
FAILED = "SELECT id, payment_id, amount FROM payment.refunds WHERE status = 'failed'"
REVIEWED = "SELECT id FROM payment.payments WHERE status = 'review' AND taken > 0"


class End:
    """Brings a run to its end, with the jobs of the clock running beside it."""

    not_waited_for: tuple[str, ...] = (
        "-telegram", "-max", "-bitrix24", "-amocrm", "-webhooks", "-mail-events-dead-letters",
    )  # fmt: skip
    """Endings of queues that money has nothing to do with: a chat, say, takes one message a second."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sqs = local_client("sqs", stage.system.endpoints.aws_endpoint)
        urls = {url.rpartition("/")[2]: url for url in self._sqs.list_queues()["QueueUrls"]}
        self._queues = {name: url for name, url in urls.items() if not name.endswith(self.not_waited_for)}
        self._asked_again: set[Any] = set()

    def come(self) -> None:
        """`AssertionError` names what is still open once nothing has moved for as long as patience lasts."""
        self._no_more_faults()
        self._stage.sandbox.let_links_run_out()
        before: list[str] = []
        while left := self._left():
            if left != before:
                deadline, before = time.monotonic() + PATIENCE_SECONDS, left
            if time.monotonic() > deadline:
                raise AssertionError("still open:\n" + "\n".join(left))
            self._go_on()
            time.sleep(LOOK_SECONDS)
        self._compare_books()

    def _compare_books(self) -> None:
        """With every gateway: notices of what was done in cabinets get lost, too. What follows is waited for."""
        now = datetime.now(UTC)
        span = {"since": (now - timedelta(days=3)).isoformat(), "until": now.isoformat()}
        for _ in range(COMPARISONS):
            runs = self._stage.manager.post("/v1/reconciliations", span)["data"]
            for run in runs:
                for difference in run["differences"]:
                    repaired = " repaired" if difference.get("repaired") else ""
                    self._stage.journal.note("differences", f"{run['provider']} {difference['kind']}{repaired}")
            if not any(run.get("failure") for run in runs):
                break
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._left() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def _no_more_faults(self) -> None:
        self._stage.sandbox.set({})
        for payment in sandbox_payments(self._stage.system):
            if payment["knobs"]:
                self._stage.sandbox.set({}, payment["id"])

    def _go_on(self) -> None:
        with self._stage.engine.begin() as connection:
            connection.execute(text(NO_HOLDS))
            self._give_up_immortal_links(connection)
        self._redrive()
        self._staff_look()

    def _give_up_immortal_links(self, connection: Connection) -> None:
        open_ones = [row.id for row in connection.execute(text(OPEN["attempt"]))]
        connection.execute(text(A_DAY_OLD), {"ids": open_ones})

    # What an operator does

    def _redrive(self) -> None:
        """Have dead letters delivered once more: whatever killed them is over."""
        with self._stage.engine.connect() as connection:
            queues = list(connection.execute(text(DEAD)).scalars())
        for queue in queues:
            handled = self._stage.manager.post(f"/v1/dead-letters/{queue}/redrive", {})["handled"]
            for _ in range(handled):
                self._stage.journal.note("dead letters redriven", queue)

    # What staff do

    def _staff_look(self) -> None:
        """Money under review goes back, and what the bank refused to give back is asked for again, once; where the
        service cannot tell whether it went back, somebody looks into the gateway's cabinet."""
        with self._stage.engine.connect() as connection:
            doubted = list(connection.execute(text(DOUBTED)))
            failed = list(connection.execute(text(FAILED)))
            reviewed = list(connection.execute(text(REVIEWED)).scalars())
        for refund in doubted:
            self._look_into(refund)
        for refund in failed:
            self._refund(refund.id, refund.payment_id, {"amount": refund.amount, "currency": "RUB"})
        for payment_id in reviewed:
            self._refund(payment_id, payment_id, None)

    def _look_into(self, refund: Row[Any]) -> None:
        (shown,) = [
            payment for payment in sandbox_payments(self._stage.system) if payment["id"] == refund.gateway_payment_id
        ]
        if any(one["status"] == "pending" for one in shown["refunds"]):
            return
        gone = sum(given.amount for given in at_gateway(shown).given_back)
        outcome = "succeeded" if gone >= refund.known + refund.amount else "failed"
        path = f"/v1/payments/{refund.payment_id}/refunds/{refund.id}/decision"
        self._stage.manager.post(path, {"outcome": outcome, "reason": "seen in the cabinet"})
        self._stage.journal.note("refunds in doubt", outcome)

    def _refund(self, why: Any, payment_id: Any, amount: dict[str, Any] | None) -> None:
        if why in self._asked_again:
            return
        self._asked_again.add(why)
        body: dict[str, Any] = {"reason": "by hand"} | ({"amount": amount} if amount else {})
        path = f"/v1/payments/{payment_id}/refunds"
        answer = self._stage.manager.request("POST", path, body, Idempotency_Key=str(uuid4()))
        done = "asked" if answer.status == 201 else answer.document.get("code", str(answer.status))
        if answer.status == 201:
            # Should this one fail, too, something is wrong: nobody refuses refunds any more.
            self._asked_again.add(UUID(answer.document["id"]))
        self._stage.journal.note("refunds by hand", done)

    # What is left

    def _left(self) -> list[str]:
        """The broker is asked about its queues only once the database is done: that takes longer than all the rest."""
        return sorted(self._open()) or sorted(self._queued())

    def _open(self) -> Iterator[str]:
        with self._stage.engine.connect() as connection:
            for what, query in OPEN.items():
                yield from (f"{what} {tuple(map(str, row))}" for row in connection.execute(text(query)))
            failed = set(connection.execute(text(FAILED)).scalars())
        yield from (f"refund {refund} failed" for refund in failed - self._asked_again)

    def _queued(self) -> Iterator[str]:
        for name, url in self._queues.items():
            if count := self._count(url):
                yield f"{count} messages in {name}"

    def _count(self, url: str) -> int:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
        return sum(int(found[name]) for name in COUNTS)
