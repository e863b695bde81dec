"""How long the rows of each table are kept."""

from core.postgres.retention import Kept
from gateway.sessions.tries import LONGEST_MEMORY
from gateway.settings import GatewaySettings

INVITATION_MEMORY_DAYS = 7
"""How long an invitation is kept that nobody accepted: long enough to see that somebody must be invited again."""
FOREVER = {
    "consent_documents": "people agreed to these words",
    "second_factors": "until their owners turn them off or ask to be forgotten",
    "api_keys": "so that it can be told later which program did something",
}
UNBOOKED_DAYS = 1
"""How long a guest is kept whose booking did not come about: longer than any request may be repeated."""


def kept(settings: GatewaySettings) -> list[Kept]:
    """What goes after a time."""
    return [
        # An hour after it is over: addresses of people who may have no account.
        Kept("gateway.codes", "expires_at", 1 / 24),
        # Everybody else is kept until they ask to be forgotten.
        Kept("gateway.users", "created_at", UNBOOKED_DAYS, "guest AND booked_at IS NULL"),
        Kept("gateway.sessions", "expires_at", settings.session_retention_days),
        Kept("gateway.short_links", "expires_at", 1),
        Kept("gateway.invitations", "expires_at", INVITATION_MEMORY_DAYS),
        # Those that hold stay; those of guests who never booked go with them.
        Kept("gateway.consents", "revoked_at", settings.consent_retention_days),
        Kept("gateway.tries", "failed_at", LONGEST_MEMORY.days),
        Kept("gateway.known_addresses", "seen_at", settings.session_retention_days),
    ]
