"""What can happen to a booking and its money; one story is drawn for each scenario."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.support.stories.money.people import People
from tests.support.stories.money.studio import HIGH_PRICE_PER_HOUR, LOW_PRICE_PER_HOUR

GATEWAYS = ("yookassa", "sberpay", "tkassa")
# Of those, all that the gateways can be asked for; None leaves it to the payer.
METHODS: dict[str, tuple[str | None, ...]] = {
    "yookassa": (None, "bank_card", "sbp", "sberpay", "tpay", "yoomoney"),
    "sberpay": (None, "bank_card", "sberpay", "sbp"),
    "tkassa": (None, "bank_card", "sbp", "tpay"),
}
# The payer may try again on the same link.
SECOND_CHANCE = {"tkassa"}
SOON, LATER = 2, 10
"""Days until the visit: cancelling gives half back, or everything."""
Story = Callable[[People], None]


def wishes(people: People, gateway: str = "") -> dict[str, str]:
    method = people.random.choice(METHODS[gateway or people.stage.gateway])
    return {"method": method} if method else {}


def pays(people: People) -> None:
    booking = people.book()
    people.pay(people.start(booking, **wishes(people)))
    if people.chance(0.3):
        people.confirmed(booking)


def is_refused_and_pays_after_all(people: People) -> None:
    booking = people.book()
    payment = people.start(booking, **wishes(people))
    people.act(payment, "decline")
    if people.stage.gateway not in SECOND_CHANCE:
        people.settled(payment)
        payment = people.start(booking, **wishes(people))
    people.pay(payment)


def is_asked_by_the_bank(people: People) -> None:
    booking = people.book()
    payment = people.start(booking)
    people.act(payment, "check")
    people.act(payment, people.random.choice(("confirm", "fail")), code="1234")
    people.settled(payment)


def goes_away(people: People) -> None:
    booking = people.book()
    people.act(people.start(booking, **wishes(people)), "abandon")
    if people.chance(0.5):
        people.let_hold_run_out(booking)


def pays_too_late_for_a_free_slot(people: People) -> None:
    booking = people.book()
    payment = people.start(booking)
    people.act(payment, "check")
    people.let_hold_run_out(booking)
    people.act(payment, "confirm", code="1234")


def pays_too_late_for_a_taken_slot(people: People) -> None:
    booking = people.book()
    payment = people.start(booking, **wishes(people))
    if people.chance(0.7):
        people.act(payment, "check")
    if people.let_hold_run_out(booking) and people.status(booking) == "expired":
        slot = {name: booking[name] for name in ("hall_id", "start", "end", "people")}
        people.insist(people.stage.manager, "/v1/bookings", slot)
    people.act(payment, "pay")
    people.act(payment, "confirm", code="1234")


def pays_what_was_called_off(people: People) -> None:
    booking = people.book(people.random.choice((SOON, LATER)))
    payment = people.start(booking, **wishes(people))
    if people.chance(0.7):
        people.act(payment, "check")
    people.cancel(booking)
    people.act(payment, "pay")
    people.act(payment, "confirm", code="1234")


def calls_off_what_is_paid(people: People) -> None:
    booking = people.book(people.random.choice((SOON, LATER)))
    people.pay(people.start(booking, **wishes(people)))
    people.confirmed(booking)
    people.cancel(booking)


def is_called_off_by_mistake(people: People) -> None:
    """The staff undo it: what goes back by then is to be paid again, while it is on its way."""
    booking = people.book(people.random.choice((SOON, LATER)))
    people.pay(people.start(booking, **wishes(people)))
    if people.confirmed(booking):
        people.cancel(booking)
        people.undo(booking)
        people.pay(people.start(booking, purpose=people.random.choice(("prepayment", "balance")), **wishes(people)))
    if people.chance(0.3):
        people.cancel(booking)


def calls_off_while_paying(people: People) -> None:
    booking = people.book(LATER)
    payment = people.start(booking, **wishes(people))
    with ThreadPoolExecutor(1) as other:
        paying = other.submit(people.act, payment, "pay")
        people.cancel(booking)
        paying.result()


def holds_out_while_paying(people: People) -> None:
    booking = people.book()
    payment = people.start(booking, **wishes(people))
    with ThreadPoolExecutor(1) as other:
        paying = other.submit(people.act, payment, "pay")
        people.let_hold_run_out(booking)
        paying.result()


def pays_twice(people: People) -> None:
    booking = people.book()
    methods = people.random.sample(METHODS[people.stage.gateway], 2)
    payments = [people.start(booking, **({"method": method} if method else {})) for method in methods]
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda payment: people.act(payment, "pay"), payments))
    if people.chance(0.4):
        people.settled(payments[0])
        people.cancel(booking)


def pays_at_two_gateways(people: People) -> None:
    booking = people.book()
    other = people.random.choice([gateway for gateway in GATEWAYS if gateway != people.stage.gateway])
    payments = [people.start(booking, gateway, **wishes(people, gateway)) for gateway in (people.stage.gateway, other)]
    for payment in people.random.sample(payments, 2):
        people.pay(payment)
    if people.chance(0.4):
        people.settled(payments[0])
        people.cancel(booking)


def is_given_something_back(people: People) -> None:
    booking = people.book(people.random.choice((SOON, LATER)))
    payment = people.start(booking, **wishes(people))
    people.pay(payment)
    if payment is None or not people.settled(payment):
        return
    for _ in range(people.random.randint(1, 3)):
        people.refund(payment, people.random.randrange(100, 40_000))
    if people.chance(0.4):
        people.cancel(booking)


def pays_in_two_parts(people: People) -> None:
    booking = people.book(people.random.choice((SOON, LATER)))
    people.pay(people.start(booking, purpose="prepayment", **wishes(people)))
    if people.confirmed(booking):
        people.pay(people.start(booking, purpose="balance", **wishes(people)))
    if people.chance(0.5):
        people.cancel(booking)


def moves_where_it_is_cheaper(people: People) -> None:
    """What is too much goes back; what is left to pay is asked for at once, while the news of it is on its way."""
    booking = people.book(LATER)
    people.pay(people.start(booking, purpose=people.random.choice(("prepayment", "full")), **wishes(people)))
    if people.confirmed(booking):
        people.move(booking, people.stage.studio.slot(LATER, LOW_PRICE_PER_HOUR))
        people.pay(people.start(booking, purpose="balance", **wishes(people)))
    if people.chance(0.3):
        people.cancel(booking)


def moves_where_it_is_dearer(people: People) -> None:
    """Before it is paid, while it is, or after; the rest is asked for at once."""
    booking = people.book(LATER)
    payment = people.start(booking, purpose=people.random.choice(("prepayment", "full")), **wishes(people))
    moves_first = people.chance(0.3)
    if not moves_first:
        people.pay(payment)
        if people.chance(0.7):
            people.confirmed(booking)
    people.move(booking, people.stage.studio.slot(LATER, HIGH_PRICE_PER_HOUR))
    if moves_first:
        people.pay(payment)
    people.pay(people.start(booking, **wishes(people)))
    if people.chance(0.3):
        people.cancel(booking)


def pays_for_what_became_cheaper(people: People) -> None:
    """The page was open for the whole of it when the booking moved to where it costs less."""
    booking = people.book(LATER)
    payment = people.start(booking, purpose="full", **wishes(people))
    people.act(payment, "check")
    if people.chance(0.5):
        people.move(booking, people.stage.studio.slot(LATER, LOW_PRICE_PER_HOUR))
        people.act(payment, "confirm", code="1234")
    else:
        with ThreadPoolExecutor(1) as other:
            paying = other.submit(people.act, payment, "confirm", code="1234")
            people.move(booking, people.stage.studio.slot(LATER, LOW_PRICE_PER_HOUR))
            paying.result()
    if people.chance(0.3):
        people.cancel(booking)


def changes_the_head_count(people: People) -> None:
    """More come, which costs more, and fewer: each may cross with a payment."""
    extra = {"id": people.stage.studio.add_on(), "quantity": 1}
    slot = people.stage.studio.slot(LATER) | {"people": 2, "add_ons": [extra]}
    booking = people.book_slot(people.customer, slot)
    people.pay(people.start(booking, purpose=people.random.choice(("prepayment", "full")), **wishes(people)))
    for count in people.random.sample((1, 3, 5), 2):
        people.come(booking, count)
        if people.chance(0.5):
            people.pay(people.start(booking, **wishes(people)))
    if people.chance(0.3):
        people.cancel(booking)


def pays_after_the_visit(people: People) -> None:
    """By a link from before it, on staff's word."""
    booking = people.book(LATER)
    people.vouch(booking)
    payment = people.start(booking, purpose=people.random.choice(("prepayment", "balance")), **wishes(people))
    people.end_visit(booking, people.random.choice(("complete", "no-show")))
    if people.chance(0.3):
        people.undo(booking)
    people.pay(payment)
    if people.chance(0.4):
        people.pay(people.start(booking, **wishes(people)))


def has_nothing_to_pay(people: People) -> None:
    slot = people.stage.studio.slot(LATER) | {"promo_code": people.stage.studio.free_code()}
    booking = people.book_slot(people.customer, slot)
    people.pay(people.start(booking, **wishes(people)))
    if people.chance(0.5):
        people.cancel(booking)


def is_paid_back_in_the_cabinet(people: People) -> None:
    """Nobody here asked for it; T-Kassa does not tell of a part how much it was."""
    booking = people.book(LATER)
    payment = people.start(booking, purpose="full", **wishes(people))
    people.pay(payment)
    if people.chance(0.5):
        people.settled(payment)
    if payment:
        whole = int(payment["amount"]["amount"])
        part = whole if payment["provider"] == "tkassa" else people.random.randrange(100, whole)
        people.return_in_the_cabinet(payment, part)


def pays_everything_at_once(people: People) -> None:
    booking = people.book(people.random.choice((SOON, LATER)))
    payment = people.start(booking, purpose="full", **wishes(people))
    people.pay(payment)
    if people.chance(0.5):
        people.settled(payment)
        people.cancel(booking)


STORIES: tuple[Story, ...] = (
    pays,
    is_refused_and_pays_after_all,
    is_asked_by_the_bank,
    goes_away,
    pays_too_late_for_a_free_slot,
    pays_too_late_for_a_taken_slot,
    pays_what_was_called_off,
    calls_off_what_is_paid,
    is_called_off_by_mistake,
    calls_off_while_paying,
    holds_out_while_paying,
    pays_twice,
    pays_at_two_gateways,
    is_given_something_back,
    pays_in_two_parts,
    moves_where_it_is_cheaper,
    moves_where_it_is_dearer,
    pays_for_what_became_cheaper,
    changes_the_head_count,
    pays_after_the_visit,
    has_nothing_to_pay,
    is_paid_back_in_the_cabinet,
    pays_everything_at_once,
)
