"""What the gateway keeps of a person."""

from uuid import UUID

from sqlalchemy import Connection, select

from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import Disclosures, Source, rows_of
from gateway.tables import consents, known_addresses, sessions, users
from shared_schemas.privacy.export import Disclosure

ACCOUNT = ("id", "email", "phone", "full_name", "locale", "role", "consented_at", "created_at")
CONSENT = ("document", "version", "given_at", "source", "network", "revoked_at")
SIGN_IN = ("client", "created_at", "used_at", "expires_at", "ended_at", "end_reason")
SOURCES = (
    Source("account", "account", UNTIL_ERASED, rows_of(users.c.id, ACCOUNT)),
    Source("consents", "consent", "CONSENT_RETENTION_DAYS", rows_of(consents.c.user_id, CONSENT, "given_at", "id")),
    Source("sign_ins", "security", "SESSION_RETENTION_DAYS", rows_of(sessions.c.user_id, SIGN_IN, "created_at", "id")),
    Source(
        "known_addresses",
        "security",
        "SESSION_RETENTION_DAYS",
        rows_of(known_addresses.c.user_id, ("seen_at",), "seen_at"),
    ),
)


class GatewayDisclosures(Disclosures):
    """With the ids that the person had as a guest."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, SOURCES)

    def page(self, person: UUID, number: int) -> Disclosure:
        joined = select(users.c.id).where(users.c.joined_to == person).order_by(users.c.id)
        also = list(self._connection.execute(joined).scalars())
        return super().page(person, number).model_copy(update={"also": also})
