"""What the booking service keeps of a customer."""

from sqlalchemy import func, select

from booking.bookings.tables import bookings, transitions
from booking.customers.tables import acceptances, customer_notes, customers
from booking.feeds.tables import calendar_feeds
from booking.waitlist.tables import waitlist
from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import PERSON, Source, rows_of

BOOKING = ("id", "number", "status", "hall_id", "people", "comment", "price", "total", "paid", "refunded", "created_at")
STEP = ("booking_id", "version", "action", "to_status", "actor", "reason", "at")
STANDING = ("no_shows", "prepayment_percent", "blocked_at", "block_reason")
FOR_EVER = "for ever, without the person: the studio's books"
SOURCES = (
    Source(
        "bookings",
        "visits",
        FOR_EVER,
        select(
            *(bookings.c[n] for n in BOOKING),
            func.lower(bookings.c.during).label("start"),
            func.upper(bookings.c.during).label("end"),
        )
        .where(bookings.c.customer_id == PERSON)
        .order_by(bookings.c.created_at, bookings.c.id),
    ),
    Source(
        "changes_of_bookings",
        "visits",
        FOR_EVER,
        select(*(transitions.c[n] for n in STEP))
        .join(bookings, bookings.c.id == transitions.c.booking_id)
        .where(bookings.c.customer_id == PERSON)
        .order_by(transitions.c.at, transitions.c.booking_id, transitions.c.version),
    ),
    Source(
        "waitlist",
        "visits",
        "WAITLIST_RETENTION_DAYS",
        rows_of(waitlist.c.customer_id, ("id", "status", "request", "created_at"), "created_at", "id"),
    ),
    Source("standing", "service", UNTIL_ERASED, rows_of(customers.c.id, STANDING)),
    Source("notes", "service", UNTIL_ERASED, rows_of(customer_notes.c.customer_id, ("text", "at"), "at", "id")),
    Source(
        "accepted_rules",
        "consent",
        "for ever, under an id that leads nowhere",
        rows_of(acceptances.c.customer_id, ("version", "at"), "at", "version"),
    ),
    Source(
        "calendar_addresses",
        "visits",
        UNTIL_ERASED,
        rows_of(calendar_feeds.c.customer_id, ("id", "created_at", "revoked_at"), "created_at", "id"),
    ),
)
