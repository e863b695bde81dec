"""What the booking service keeps of a customer."""

from sqlalchemy import Uuid, bindparam, func, select

from booking.bookings.tables import bookings, transitions
from booking.customers.tables import acceptances, customer_notes, customers
from booking.feeds.tables import calendar_feeds
from booking.waitlist.tables import waitlist
from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import Source

PERSON = bindparam("person", type_=Uuid)
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
        select(waitlist.c.id, waitlist.c.status, waitlist.c.request, waitlist.c.created_at)
        .where(waitlist.c.customer_id == PERSON)
        .order_by(waitlist.c.created_at, waitlist.c.id),
    ),
    Source(
        "standing", "service", UNTIL_ERASED, select(*(customers.c[n] for n in STANDING)).where(customers.c.id == PERSON)
    ),
    Source(
        "notes",
        "service",
        UNTIL_ERASED,
        select(customer_notes.c.text, customer_notes.c.at)
        .where(customer_notes.c.customer_id == PERSON)
        .order_by(customer_notes.c.at, customer_notes.c.id),
    ),
    Source(
        "accepted_rules",
        "consent",
        "for ever, under an id that leads nowhere",
        select(acceptances.c.version, acceptances.c.at)
        .where(acceptances.c.customer_id == PERSON)
        .order_by(acceptances.c.at, acceptances.c.version),
    ),
    Source(
        "calendar_addresses",
        "visits",
        UNTIL_ERASED,
        select(calendar_feeds.c.id, calendar_feeds.c.created_at, calendar_feeds.c.revoked_at)
        .where(calendar_feeds.c.customer_id == PERSON)
        .order_by(calendar_feeds.c.created_at, calendar_feeds.c.id),
    ),
)
