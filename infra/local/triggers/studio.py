"""Recipes of the studio itself: what it says, what people agree to, its messages, its failures and its staff."""

from infra.local.demo.saturday.papers import TOLD_ELSEWHERE
from infra.local.triggers.player import Person, Player, Shown
from infra.local.triggers.recipes import recipe

KIND = "advertising"


@recipe("studio.changed")
def change(player: Player) -> None:
    """An administrator changes the studio's telephone number, and changes it back."""
    studio = {k: v for k, v in player.nobody.get("/v1/studio").items() if k not in TOLD_ELSEWHERE}
    changed = player.admin.ask("PUT /v1/studio", studio | {"phone": player.phone()})
    player.admin.ask("PUT /v1/studio", studio | {"version": changed["version"]})


@recipe("consent.published")
def publish(player: Player) -> None:
    """An administrator puts the same words about advertising in force as a new version."""
    words = _in_force(player)
    version = f"{player.endpoints.now():%Y-%m-%d.%H%M%S}"
    said = {name: words[name] for name in ("texts", "url") if words.get(name)}
    player.admin.ask(f"PUT /v1/consents/{KIND}", said | {"version": version})


@recipe("consent.granted")
def agree(player: Player) -> Person:
    """A customer agrees to advertising."""
    person = player.customer()
    person.api.ask("POST /v1/me/consents", {"kind": KIND, "version": _in_force(player)["version"]})
    return person


@recipe("consent.revoked")
def disagree(player: Player) -> None:
    """… and does so no longer."""
    agree(player).api.ask(f"DELETE /v1/me/consents/{KIND}")


def _in_force(player: Player) -> Shown:
    return dict(next(each for each in player.nobody.get("/v1/consents")["data"] if each["kind"] == KIND))


@recipe("notification.sent")
def write(player: Player) -> None:
    """A customer books, pays, and is written to."""
    player.confirmed()


@recipe("notification.failed")
def bounce(player: Player) -> None:
    """The same, but the mail provider refuses the message."""
    before = player.sandbox.get("/_sandbox/knobs")
    player.sandbox.ask("PUT /_sandbox/knobs", before | {"reject_mail": 1})
    player.confirmed()


@recipe("service.error")
def fail(player: Player) -> None:
    """The gateway says that another amount was paid than was asked for: a person must look."""
    person = player.customer()
    payment = player.start_payment(person, player.book(person))
    player.make_fail(payment, "wrong_amount")
    player.finish(payment)


@recipe("staff.acted")
def act(player: Player) -> None:
    """A manager confirms a booking by word."""
    booking = player.book(player.customer())
    player.manager.ask(f"POST /v1/bookings/{booking['id']}/confirm", {"reason": "pays at the desk"})
