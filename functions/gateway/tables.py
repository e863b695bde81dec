"""The gateway's schema: accounts, sessions, API keys, and what every service has."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core.postgres.tables import Timestamp, delivery_tables

metadata = MetaData(schema="gateway")
delivery = delivery_tables(metadata)

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    # Guests have no password, and of whom staff told, has consented to nothing here.
    Column("email", Text),
    Column("phone", Text),
    Column("full_name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text),
    Column("consented_at", Timestamp),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    Column("erased_at", Timestamp),
    Column("disabled_at", Timestamp),
    Column("email_confirmed_at", Timestamp),
    Column("phone_confirmed_at", Timestamp),
    # Somebody who booked without an account.
    Column("guest", Boolean, nullable=False, server_default=text("false")),
    Column("by_staff", Boolean, nullable=False, server_default=text("false")),
    Column("booked_at", Timestamp),
    Column("joined_to", Uuid),
    CheckConstraint("guest OR consented_at IS NOT NULL", name="users_consent_check"),
    CheckConstraint("role IN ('client', 'manager', 'admin')", name="users_role_check"),
    CheckConstraint("locale IN ('en', 'ru')", name="users_locale_check"),
)
# What stands in a text message instead of a link to a booking: a digest of it.
short_links = Table(
    "short_links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("holder_id", Uuid, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
)
Index("short_links_over", short_links.c.expires_at)
Index("users_account_email_key", users.c.email, unique=True, postgresql_where=text("erased_at IS NULL AND NOT guest"))
# Anybody may write down any number; who has confirmed it signs in with it.
PROVEN = text("phone_confirmed_at IS NOT NULL AND erased_at IS NULL")
Index("users_phone_key", users.c.phone, unique=True, postgresql_where=PROVEN)
Index("users_by_phone", users.c.phone, postgresql_where=text("erased_at IS NULL"))
# Staff look for people by the first or the last digits of a phone, and by how an e-mail or a word of a name begins.
LIVING = text("erased_at IS NULL")
Index("users_by_phone_tail", text("reverse(phone) text_pattern_ops"), _table=users, postgresql_where=LIVING)
Index("users_by_phone_head", text("phone text_pattern_ops"), _table=users, postgresql_where=LIVING)
Index("users_by_email_prefix", text("email text_pattern_ops"), _table=users, postgresql_where=LIVING)
NAME = "translate(lower(full_name), 'ё'::text, 'е'::text)"
Index(
    "users_by_name",
    text(f"to_tsvector('simple'::regconfig, {NAME})"),
    _table=users,
    postgresql_using="gin",
    postgresql_where=LIVING,
)
# A name that many have is read from these, in their order, as far as need be.
for place in (1, 2, 3):
    Index(
        f"users_by_word_{place}",
        text(f"split_part({NAME}, ' '::text, {place}) text_pattern_ops"),
        _table=users,
        postgresql_where=LIVING,
    )
Index("users_guests_by_email", users.c.email, postgresql_where=text("guest AND erased_at IS NULL"))
Index("users_unbooked", users.c.created_at, postgresql_where=text("guest AND booked_at IS NULL"))
Index("users_joined", users.c.joined_to, postgresql_where=text("joined_to IS NOT NULL"))
Index("users_staff", users.c.role, postgresql_where=text("role <> 'client' AND erased_at IS NULL"))

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, ForeignKey("gateway.users.id"), nullable=False),
    # How often its refresh token was exchanged: only the newest one may be, once.
    Column("generation", Integer, nullable=False),
    Column("client", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("used_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("ended_at", Timestamp),
    Column("end_reason", Text),
    CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="sessions_end_check"),
)
Index("sessions_open", sessions.c.user_id, postgresql_where=text("ended_at IS NULL"))
Index("sessions_by_expiry", sessions.c.expires_at)

# Every version of what people agree to; a kind that has none is as it came with the code.
consent_documents = Table(
    "consent_documents",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
)
Index("consent_documents_version_key", consent_documents.c.kind, consent_documents.c.version, unique=True)

# What people agreed to, in which version; a guest who is removed unbooked takes them along.
consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid()),
    Column("user_id", Uuid, ForeignKey("gateway.users.id", ondelete="CASCADE"), nullable=False),
    Column("document", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("given_at", Timestamp, nullable=False),
    Column("source", Text, nullable=False, server_default=text("'unversioned'")),
    Column("network", Text),
    Column("revoked_at", Timestamp),
)
HOLDS = text("revoked_at IS NULL")
Index(
    "consents_holding", consents.c.user_id, consents.c.document, consents.c.version, unique=True, postgresql_where=HOLDS
)
Index("consents_by_person", consents.c.user_id, consents.c.given_at.desc(), consents.c.id)
Index("consents_by_end", consents.c.revoked_at, postgresql_where=text("revoked_at IS NOT NULL"))

# How often a password was tried; keys are digests by a secret, so a row names nobody.
tries = Table(
    "tries",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Timestamp, nullable=False),
    Column("free_at", Timestamp, nullable=False),
)
Index("tries_by_age", tries.c.failed_at)

# From where somebody signed in before, as digests: there, other people's tries do not count.
known_addresses = Table(
    "known_addresses",
    metadata,
    Column("user_id", Uuid, ForeignKey("gateway.users.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("seen_at", Timestamp, nullable=False),
)
Index("known_addresses_by_age", known_addresses.c.seen_at)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("created_by", Uuid, ForeignKey("gateway.users.id"), nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    # Written by the authoriser, at most once a minute.
    Column("used_at", Timestamp),
    Column("revoked_at", Timestamp),
    Column("revoked_by", Uuid, ForeignKey("gateway.users.id")),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="api_keys_revoked_check"),
)
Index("api_keys_digest_key", api_keys.c.digest, unique=True)


# One-time codes that wait to be used. None of them is here: a code follows from its id and a secret.
codes = Table(
    "codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False),
    # The address as a digest, to find it by, and as it is, to send to until the code is used or over.
    Column("target", Text, nullable=False),
    Column("address", Text, nullable=False),
    # The digest of where it was asked for.
    Column("place", Text, nullable=False),
    # Of the account that names the address, or of nobody: hence no foreign key.
    Column("account_id", Uuid, nullable=False),
    Column("locale", Text, nullable=False),
    Column("tries_here", Integer, nullable=False),
    Column("tries_elsewhere", Integer, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
)
Index("codes_by_target", codes.c.target)
Index("codes_by_account", codes.c.account_id)
Index("codes_by_expiry", codes.c.expires_at)

# The secret is sealed with a key that is not in the database; recovery codes are digests.
second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", Uuid, ForeignKey("gateway.users.id"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("started_at", Timestamp, nullable=False),
    # Until then sign-in does not ask for it.
    Column("confirmed_at", Timestamp),
    Column("used_step", BigInteger, nullable=False),
    Column("recovery_codes", ARRAY(Text), nullable=False),
)

# One for each address; of the token only a digest, as it follows from the id and a secret.
invitations = Table(
    "invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("full_name", Text),
    Column("locale", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("invited_by", Uuid, ForeignKey("gateway.users.id"), nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    CheckConstraint("role IN ('manager', 'admin')", name="invitations_role_check"),
)
Index("invitations_email_key", invitations.c.email, unique=True)
Index("invitations_digest_key", invitations.c.digest, unique=True)
Index("invitations_by_expiry", invitations.c.expires_at)
