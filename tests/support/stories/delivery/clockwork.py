"""Time for the delivery test: the jobs that keep events, messages and money moving, again and again."""

from sqlalchemy import Engine

from tests.support.database import SERVICES
from tests.support.stories.clockwork import MESSAGES, UNPUBLISHED, Clockwork
from tests.support.stories.money.clockwork import TURNS
from tests.support.stories.money.journal import Journal
from tests.support.system.whole import System

ALL_TURNS = (
    *TURNS.values(),
    UNPUBLISHED.format("gateway"),
    MESSAGES,
    # A receiver that takes nothing is asked once in a turn, the longest due first. A first try that broke off with its
    # sender is not to wait behind all that is refused again and again.
    """UPDATE integration.deliveries
   SET next_attempt_at = now() - CASE WHEN error IS NULL THEN interval '1 hour' ELSE interval '0' END
 WHERE status = 'waiting' AND next_attempt_at > now()
   AND (leased_until IS NULL OR leased_until < now() + make_interval(secs => 120 - :alive))""",
    "UPDATE integration.deliveries SET leased_until = now() WHERE leased_until > now() AND next_attempt_at < now()",
    "UPDATE integration.replays SET next_attempt_at = now() WHERE next_attempt_at > now() + interval '2 seconds'",
)
JOBS = (
    ("PaymentPollAttempts", "PaymentPollRefunds"),
    ("BookingExpireHolds", "NotificationSendPending", "NotificationReminders", "BookingCloseVisits"),
    ("IntegrationWebhooks", "IntegrationBitrix24", "IntegrationAmoCrm", "IntegrationTelegram", "IntegrationMax"),
    tuple(f"{service.title()}RelayOutbox" for service in SERVICES),
)
PAUSE_SECONDS = 1.0


class DeliveryClockwork(Clockwork):
    """The database may be killed."""

    def __init__(self, system: System, engine: Engine, journal: Journal) -> None:
        super().__init__(system, engine, journal, ALL_TURNS, JOBS, PAUSE_SECONDS)

    def _stood_still(self, error: Exception) -> None:  # noqa: ARG002 - whatever it is, PostgreSQL comes back
        self._journal.note("time stood still", "no database")
