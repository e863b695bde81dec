"""How long the rows of each table are kept."""

from core.postgres.retention import Kept
from integration.settings import IntegrationSettings

FOREVER = {
    "connectors": "one row each",
    "webhook_subscriptions": "few, made by hand",
    "crm_links": "by which a CRM's deal is known as the booking that it is",
    "visits": "what reports are computed from, of all years",
    "hall_times": "what reports are computed from",
    "visit_shares": "what reports are computed from",
    "movements": "what reports are computed from",
    "revenue_days": "one row a day, of all years; one goes when the day changes",
    "revenue_sums": "a day's revenue by hall and tariff, of all years",
    "operator_actions": "who of the staff did what; nobody, not even the service, may delete a line",
}
ELSEWHERE = {
    "events": "the job keep_event_log drops whole months, after EVENT_RETENTION_MONTHS",
    "deliveries": "each connector's job forgets those that were finished 30 days ago",
}


def kept(settings: IntegrationSettings) -> list[Kept]:
    """What goes after a time."""
    return [
        Kept("integration.dead_letters", "handled_at", settings.dead_letter_retention_days, "status <> 'waiting'"),
        Kept("integration.errors", "last_seen", settings.error_retention_days, "status <> 'open'"),
        Kept("integration.replays", "finished_at", settings.error_retention_days),
        Kept("integration.report_rebuilds", "finished_at", settings.error_retention_days),
    ]
