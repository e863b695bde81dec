"""A transaction of the notification service, and the repositories that take part in it."""

from core.postgres.disclosure import Disclosures
from core.unit_of_work import UnitOfWork
from notification.bookings.repository import BookingRepository
from notification.connections.repository import ConnectionRepository
from notification.costs.repository import CostRepository
from notification.history.repository import HistoryRepository
from notification.messages.repository import NotificationRepository
from notification.preferences.repository import PreferenceRepository
from notification.privacy.disclosures_repository import SOURCES
from notification.reminders.repository import ReminderRepository
from notification.rules.repository import RuleRepository
from notification.sending.repository import AttemptRepository
from notification.suppressions.repository import SuppressionRepository
from notification.tracking.repository import FollowingRepository
from notification.wording.repository import WordingRepository


class NotificationUnitOfWork(UnitOfWork):
    """A transaction on the notification schema."""

    bookings: BookingRepository
    notifications: NotificationRepository
    reminders: ReminderRepository
    rules: RuleRepository
    attempts: AttemptRepository
    history: HistoryRepository
    costs: CostRepository
    followings: FollowingRepository
    disclosures: Disclosures
    wordings: WordingRepository
    preferences: PreferenceRepository
    connections: ConnectionRepository
    suppressions: SuppressionRepository

    def _open(self) -> None:
        self.bookings = BookingRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)
        self.reminders = ReminderRepository(self.connection)
        self.rules = RuleRepository(self.connection)
        self.attempts = AttemptRepository(self.connection)
        self.history = HistoryRepository(self.connection)
        self.followings = FollowingRepository(self.connection)
        self.costs = CostRepository(self.connection)
        self.disclosures = Disclosures(self.connection, SOURCES)
        self.wordings = WordingRepository(self.connection)
        self.preferences = PreferenceRepository(self.connection)
        self.connections = ConnectionRepository(self.connection)
        self.suppressions = SuppressionRepository(self.connection)
