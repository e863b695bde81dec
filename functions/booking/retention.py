"""How long the rows of each table are kept."""

from booking.settings import BookingSettings
from core.postgres.retention import Kept

FOREVER = {
    "halls": "what bookings name",
    "bookings": "the studio's books, as are their payments, refunds and transitions",
    "payments": "the studio's books",
    "refunds": "the studio's books",
    "deposits": "one row for each that was ever taken",
    "transitions": "who did what to a booking is asked years later",
    "date_overrides": "few, made by hand",
    "closures": "few, made by hand",
    "external_calendars": "few, made by hand",
    "calendar_feeds": "an address that was given out must never come to mean something else",
    "imported_visits": "one row each, so that no file brings a visit twice",
    "photos": "shown until staff remove them; those whose file never came go with the job that looks for it",
    "policies": "bookings name the version they were sold under",
    "studio_versions": "clients accepted the documents that they name",
    "customers": "until they ask to be forgotten",
    "no_shows": "one row each, for as long as a no-show may be undone",
    "customer_notes": "until the customer asks to be forgotten",
    "acceptances": "proof of what a customer agreed to",
    "tariff_versions": "bookings name the version they were priced by",
    "add_ons": "few, made by hand",
    "promo_codes": "few, made by hand",
    "promo_uses": "a code's uses are counted for as long as there is the code",
}


def kept(settings: BookingSettings) -> list[Kept]:
    """What goes after a time."""
    return [
        Kept("booking.quotes", "valid_until", settings.quote_retention_days),
        Kept("booking.occupancy", "upper(during)", settings.claim_retention_days),
        Kept("booking.unmet_claims", "upper(during)", settings.claim_retention_days),
        Kept("booking.add_on_claims", "upper(during)", settings.claim_retention_days),
        Kept("booking.waitlist", "upper(during)", settings.waitlist_retention_days,
             "status NOT IN ('waiting', 'offered')"),
    ]  # fmt: skip
