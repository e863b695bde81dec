"""Recipes of what happens to bookings."""

from datetime import datetime, timedelta

from infra.local.cli.commands import invoke
from infra.local.postgres.admin import execute
from infra.local.triggers.player import Player, later
from infra.local.triggers.recipes import recipe

RUN_OUT = "UPDATE booking.bookings SET hold_expires_at = :now WHERE id = CAST(:id AS uuid)"


@recipe("booking.created")
def book(player: Player) -> None:
    """A customer books."""
    player.book(player.customer())


@recipe("booking.confirmed")
def pay(player: Player) -> None:
    """A customer books, and pays in advance."""
    player.confirmed()


@recipe("booking.rescheduled")
def move(player: Player) -> None:
    """A customer moves a booking that is paid for."""
    person, booking = player.confirmed()
    to = {name: value for name, value in player.slot().items() if name in ("start", "end")}
    person.api.ask(f"POST /v1/bookings/{booking['id']}/reschedule", to)


@recipe("booking.cancelled")
def cancel(player: Player) -> None:
    """A customer cancels a booking."""
    person = player.customer()
    person.api.ask(f"POST /v1/bookings/{player.book(person)['id']}/cancel", {"reason": "the model is ill"})


@recipe("booking.expired")
def expire(player: Player) -> None:
    """A customer books and does not pay; so that nobody has to wait, the hold is made to end now."""
    booking = player.book(player.customer())
    player.say("the database's administrator moves the end of the hold to now")
    execute(player.endpoints.database_url, RUN_OUT, now=player.endpoints.now(), id=booking["id"])
    player.say("the job BookingExpireHolds is invoked")
    invoke(player.endpoints, "BookingExpireHolds", b'{"time": "2026-12-01T00:00:00Z"}')


@recipe("booking.extended")
def extend(player: Player) -> None:
    """A customer stays longer."""
    person = player.customer()
    person.api.ask(f"POST /v1/bookings/{player.book(person)['id']}/extend", {"minutes": 60})


@recipe("booking.amended")
def amend(player: Player) -> None:
    """A customer brings somebody along."""
    person = player.customer()
    person.api.ask(f"PATCH /v1/bookings/{player.book(person)['id']}", {"people": 2})


@recipe("booking.balance_changed")
def pay_rest(player: Player) -> None:
    """A customer pays in advance, and then the rest."""
    person, booking = player.confirmed()
    player.finish(player.start_payment(person, booking, purpose="balance"))


@recipe("booking.checked_in")
def check_in(player: Player) -> None:
    """Somebody comes a little early."""
    player.manager.ask(f"POST /v1/bookings/{player.visit_now(begun=False)['id']}/check-in", {})


@recipe("booking.completed")
def complete(player: Player) -> None:
    """Somebody leaves."""
    player.manager.ask(f"POST /v1/bookings/{player.visit_now(begun=True)['id']}/complete", {})


@recipe("booking.no_show")
def miss(player: Player) -> None:
    """Somebody does not come."""
    player.manager.ask(f"POST /v1/bookings/{player.visit_now(begun=True)['id']}/no-show", {})


@recipe("booking.reinstated")
def undo(player: Player) -> None:
    """Staff have cancelled the wrong booking, and undo that."""
    booking = player.book(player.customer())
    path = f"POST /v1/bookings/{booking['id']}"
    player.manager.ask(f"{path}/confirm", {"reason": "pays at the desk"})
    player.manager.ask(f"{path}/cancel", {"reason": "they called"})
    player.manager.ask(f"{path}/undo", {"reason": "it was somebody else"})


@recipe("booking.hold_prolonged")
def hold(player: Player) -> None:
    """Staff hold a slot for longer."""
    booking = player.book(player.customer())
    until = datetime.fromisoformat(booking["hold_expires_at"]) + timedelta(hours=1)
    asked = {"until": until.isoformat(), "reason": "their bank is slow"}
    player.manager.ask(f"POST /v1/bookings/{booking['id']}/hold", asked)


@recipe("booking.payment_refused")
def pay_too_late(player: Player) -> None:
    """A customer cancels, and pays on the page that was still open."""
    person = player.customer()
    booking = player.book(person)
    payment = player.start_payment(person, booking)
    person.api.ask(f"POST /v1/bookings/{booking['id']}/cancel", {"reason": "the model is ill"})
    player.finish(payment)


@recipe("waitlist.offered", own_flow=True)
def wait_in_line(player: Player) -> None:
    """A customer waits for a slot that another gives back."""
    first, second, slot = player.customer(), player.customer(), player.slot()
    booking = player.book(first, slot)
    second.api.ask("POST /v1/waitlist", slot | {"end": later(slot["start"], 1)})
    first.api.ask(f"POST /v1/bookings/{booking['id']}/cancel", {"reason": "the model is ill"})
