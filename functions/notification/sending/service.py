"""Passes queued messages to the providers and records the results."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import flow
from core.events.gathering import published_together
from core.jobs import Turn
from core.observability import count, logger
from notification.channels.port import Accepted, Parcel, Sender
from notification.costs.domain import FREE, Prices
from notification.errors import DeliveryError, NeedlessDeliveryError, TransientDeliveryError
from notification.messages.domain.deliveries import ASKED_FOR, Delivery
from notification.messages.domain.plans import is_current
from notification.sending.domain import (
    FIRST_DELAY,
    FIRST_QUESTION,
    FRESH,
    MAX_ATTEMPTS,
    TOGETHER,
    Letter,
    Outcome,
    Told,
    after_failure,
    by_another_channel,
)
from notification.sending.known import Claimed, Known
from notification.sending.letters import Writing
from notification.sending.ports import SEND_PENDING, Work
from notification.sending.quiet import Peace
from shared_schemas.channels import Channel
from shared_schemas.events.messages import NotificationFailed, NotificationSent

REST = timedelta(minutes=1)
PEACE = Peace()


class Sending:
    """One attempt has three steps: lease the message (commit), pass it to the provider, record the outcome (commit).
    What events make is leased some at a time; each is passed on and recorded by itself.

    The lease keeps other workers off. After a crash between the last two steps nobody knows whether a provider took the
    message, and none has idempotency keys. Those that can tell are asked; else it is sent again when the lease expires:
    a message twice does less harm than none."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        writing: Writing,
        senders: Mapping[Channel, Sender],
        ceiling: int = 12,
        peace: Peace = PEACE,
        prices: Prices = FREE,
    ) -> None:
        """`ceiling` is how many messages of a kind an address takes in a day that nobody has confirmed."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._writing = writing
        self._senders = senders
        self._ceiling = ceiling
        self._peace = peace
        self._prices = prices
        self._resting: dict[Channel, datetime] = {}
        """Channels whose provider did not answer, until when only the job tries them."""

    def send(self, ids: Sequence[UUID]) -> None:
        """Send these now, unless another worker is sending them."""
        waiting = list(ids)
        while waiting:
            some, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
            waiting = [*self._send_together(some), *waiting]

    def _send_together(self, ids: Sequence[UUID]) -> list[UUID]:
        """Lease these and send them one after the other; returns what is to be sent besides: those that waited for too
        long behind others, and messages that take another's place."""
        began, claimed = self._clock.now(), deque(self._claim_all(ids))
        most, sent = len(claimed), list[Told]()
        held: list[Delivery] = []
        further: list[UUID] = []
        try:
            while claimed and (len(claimed) == most or self._clock.now() - began <= FRESH):
                each = claimed.popleft()
                if self._rests(each.delivery.channel):
                    held.append(each.delivery)
                    continue
                outcome, instead = self._try(each.after(sent))
                sent += [Told.by(each.delivery)] if outcome.status == "sent" else []
                further += [instead.id] if instead else []
        finally:
            late = [each.delivery for each in claimed]
            self._put_back([*held, *late])
        return [*(delivery.id for delivery in late), *further]

    def _put_back(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            with self._unit_of_work() as work:
                work.attempts.put_back(deliveries, self._clock.now())
                work.commit()

    def _rests(self, channel: Channel) -> bool:
        """Whether its provider did not answer a moment ago: whoever waits should not wait for its time-out, too."""
        now = self._clock.now()
        return self._resting.get(channel, now) > now

    def send_due(self, turn: Turn) -> int:
        """Send what is due, oldest first, as far as time allows; returns the number. Each channel has a lane of its
        own, so that a provider that is slow to fail delays nobody on another."""
        lanes = {channel: Turn(turn.enough_time) for channel in self._senders}
        with published_together(), ThreadPoolExecutor(max(len(lanes), 1)) as threads:
            # Each in a copy of the context: the flow of one message is not another's.
            runs = [threads.submit(copy_context().run, self._lane(each).run, lane) for each, lane in lanes.items()]
            done = sum(run.result() for run in runs)
        turn.done += done
        turn.failed += sum(lane.failed for lane in lanes.values())
        turn.more = turn.more or any(lane.more for lane in lanes.values())
        return done

    def _lane(self, channel: Channel) -> ClaimedWork[Claimed]:
        """What is due on this channel."""
        return ClaimedWork[Claimed](
            SEND_PENDING,
            self._unit_of_work,
            lambda _id, _without: self._claim(channel),
            self._attempt,
            key=lambda claimed: claimed.delivery.id,
            asked=lambda claimed: claimed.delivery.channel,
        )

    def _claim(self, channel: Channel) -> Claimed | None:
        """With all that its sending depends on, which is then as fresh as its lease."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            delivery = work.attempts.claim(now, channel)
            if delivery is None:
                return None
            known = work.attempts.known_of(delivery, now, counts=self._room(delivery) is not None)
            work.commit()
            return Claimed(delivery, known)

    def _claim_all(self, ids: Sequence[UUID]) -> list[Claimed]:
        now = self._clock.now()
        resting = [channel for channel in self._resting if self._rests(channel)]
        with self._unit_of_work() as work:
            deliveries = work.attempts.claim_all(now, ids, resting)
            known = work.attempts.known(deliveries, now, self._counted(deliveries))
            work.commit()
        claimed = [Claimed(each, known[each.id]) for each in deliveries if each.id in known]
        self._writing.expect([each.delivery for each in claimed])
        return claimed

    def _counted(self, deliveries: Sequence[Delivery]) -> list[UUID]:
        return [each.id for each in deliveries if self._room(each) is not None]

    def _room(self, delivery: Delivery) -> int | None:
        return None if delivery.cause.startswith(ASKED_FOR) else self._peace.room(delivery)

    def _attempt(self, claimed: Claimed) -> bool:
        """One attempt. A channel that fails is tried for the next message too: most refusals concern one address."""
        _, instead = self._try(claimed)
        if instead:
            self.send([instead.id])
        return True

    def _try(self, claimed: Claimed) -> tuple[Outcome, Delivery | None]:
        """How an attempt ended, and the message by another channel that takes its place."""
        delivery = claimed.delivery
        with flow(delivery.correlation_id, delivery.causation_id):
            outcome = self._outcome(delivery, claimed.known)
            return outcome, self._finish(delivery, outcome)

    def _outcome(self, delivery: Delivery, known: Known) -> Outcome:
        now, room = self._clock.now(), self._room(delivery)
        current = _as_it_is_now(delivery, known)
        if current is None:
            return Outcome("skipped", reason="outdated")
        if delivery.attempts > MAX_ATTEMPTS:
            # The last attempt crashed.
            return Outcome("failed", reason="abandoned")
        if not delivery.cause.startswith(ASKED_FOR) and (morning := self._peace.until(delivery, now)):
            return Outcome("pending", reason="quiet_hours", next_attempt_at=morning, put_off=True)
        if room is not None and known.told >= room:
            return Outcome("skipped", reason="too_many_today")
        if room is not None and known.told + known.under_way >= room:
            # Not all that others have leased goes out.
            return Outcome("pending", reason="others_first", next_attempt_at=now + FIRST_DELAY, put_off=True)
        return self._hand_over(current, known)

    def _hand_over(self, delivery: Delivery, known: Known) -> Outcome:
        kept = None
        try:
            sender = self._sender(delivery.channel)
            letter = self._writing.letter(delivery, sender, known)
            # Staff read what is kept, and a code is for its recipient alone.
            kept = None if delivery.code_id else letter.kept
            self._require_welcome(delivery, letter)
            taken = self._pass_on(delivery, sender, letter)
            self._charge(taken)
            # Where nothing is kept, nobody knows whom to ask about.
            follows = taken.tracked and kept is not None
            return Outcome(
                "sent",
                kept,
                provider=taken.provider,
                provider_reference=taken.reference,
                parts=taken.parts,
                ask_at=self._clock.now() + FIRST_QUESTION if follows else None,
            )
        except DeliveryError as error:
            failure = error
        except Exception as error:
            # A bug of ours: it must be seen, and must not stop the other messages.
            logger.exception("A message could not be handed over", notification_id=str(delivery.id))
            failure = TransientDeliveryError(type(error).__name__)
        return after_failure(delivery.attempts, failure, self._clock.now(), kept)

    def _pass_on(self, delivery: Delivery, sender: Sender, letter: Letter) -> Accepted:
        """Hand it to a provider. A channel whose providers fail has a rest from whoever waits for an answer."""
        try:
            return sender.send(
                Parcel(
                    delivery.id,
                    letter.address,
                    letter.message,
                    delivery.attempts,
                    letter.files,
                    letter.way,
                    delivery.template,
                )
            )
        except TransientDeliveryError:
            self._resting[delivery.channel] = self._clock.now() + REST
            raise

    def _require_welcome(self, delivery: Delivery, letter: Letter) -> None:
        """`NeedlessDeliveryError` for mail to an address that bounced, or whose reader complained, and where a stranger
        may be using us to flood somebody. A code is sent in spite of a complaint, as its reader is waiting for it; and
        what staff have sent again is not counted."""
        counts = not letter.confirmed and not delivery.cause.startswith(ASKED_FOR)
        if not counts and delivery.channel != "email":
            return
        with self._unit_of_work() as work:
            why = work.suppressions.why(letter.address) if delivery.channel == "email" else None
            if why == "bounce" or (why and not delivery.code_id):
                count("MailHeldBack", reason=why)
                raise NeedlessDeliveryError(f"suppressed_{why}")
            if not counts:
                return
            found = work.attempts.finds_room(delivery, letter.address, self._clock.now(), self._ceiling)
            work.commit()
        if not found:
            count("MessagesHeldBack", channel=delivery.channel)
            raise NeedlessDeliveryError("too_many_unconfirmed")

    def _charge(self, taken: Accepted) -> None:
        """Shown as it happens, for an alarm; the report adds it up anew."""
        price = self._prices.of(taken.provider, self._clock.now().date())
        if price is not None:
            count("MessageKopecks", float(price * taken.parts), provider=taken.provider)

    def _sender(self, channel: Channel) -> Sender:
        try:
            return self._senders[channel]
        except KeyError:
            raise TransientDeliveryError("channel_off") from None

    def _finish(self, delivery: Delivery, outcome: Outcome) -> Delivery | None:
        """Returns the message by another channel that takes its place."""
        with self._unit_of_work() as work:
            if not work.attempts.finish(delivery, outcome, self._clock.now()):
                logger.warning("An attempt outlived its lease", notification_id=str(delivery.id))
                return None
            _tell(work, delivery, outcome)
            if outcome.gone:
                work.connections.leave(delivery.channel, outcome.gone)
            instead = by_another_channel(delivery, outcome)
            if instead and (
                instead.channel not in self._senders or not work.notifications.add([instead], self._clock.now())
            ):
                instead = None
            work.commit()
        log = logger.info if outcome.status == "sent" else logger.warning
        log("A message was tried", notification_id=str(delivery.id), status=outcome.status, reason=outcome.reason)
        count("Messages", channel=delivery.channel, status=outcome.status)
        return instead


def _as_it_is_now(delivery: Delivery, known: Known) -> Delivery | None:
    """None where the booking is another by now. What a moment asked for tells what the newest event did."""
    if delivery.booking_id is None or delivery.facts is None:
        return delivery
    if known.booking is None or not is_current(delivery.template, delivery.facts, known.booking):
        return None
    return replace(delivery, facts=known.booking.facts) if delivery.timed else delivery


def _tell(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    about = {
        "notification_id": delivery.id,
        "template": delivery.template,
        "channel": delivery.channel,
        "recipient_id": delivery.recipient_id,
        "booking_id": delivery.booking_id,
    }
    if outcome.status == "sent":
        work.emit(NotificationSent.model_validate(about))
    elif outcome.status == "failed":
        work.emit(NotificationFailed.model_validate(about | {"reason": outcome.reason}))
