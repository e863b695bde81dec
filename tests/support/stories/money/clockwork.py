"""Time for the money test: turns of payments, refunds and events come forward."""

from sqlalchemy import Engine

from tests.support.stories.clockwork import UNPUBLISHED, Clockwork
from tests.support.stories.money.journal import Journal
from tests.support.system.whole import System

# As long as no gateway hangs and nobody begins anew.
CALM_ALIVE_SECONDS = 12
TURNS = {
    "a known payment may be asked after at any time": """
UPDATE payment.attempts SET next_poll_at = now() WHERE next_poll_at > now() AND gateway_payment_id IS NOT NULL""",
    "one whose creation broke off": """
UPDATE payment.attempts SET next_poll_at = now()
 WHERE next_poll_at > now() AND next_poll_at < now() + make_interval(secs => 60 - :alive)""",
    "a refund": """
UPDATE payment.refunds SET next_attempt_at = now()
 WHERE next_attempt_at > now() AND next_attempt_at < now() + make_interval(secs => 60 - :alive)""",
}
TURNS |= {
    f"what {name} tells": UNPUBLISHED.format(name) for name in ("payment", "booking", "integration", "notification")
}
JOBS = (
    ("PaymentPollAttempts",),
    ("PaymentPollRefunds",),
    ("BookingExpireHolds", "PaymentRelayOutbox"),
    ("BookingRelayOutbox", "IntegrationRelayOutbox", "NotificationRelayOutbox"),
)
PAUSE_SECONDS = 0.8


class Time(Clockwork):
    """Until the storm is over, a call may take long."""

    def __init__(self, system: System, engine: Engine, journal: Journal) -> None:
        super().__init__(system, engine, journal, TURNS.values(), JOBS, PAUSE_SECONDS)

    def calm_down(self) -> None:
        """The storm is over: no call takes long any more."""
        self._alive_seconds = CALM_ALIVE_SECONDS
