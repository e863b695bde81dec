"""Which columns of the booking service hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    bookings.comment | what the customer, or staff for them, wrote with the order
        | visits | until erased | emptied
    waitlist.request | what was asked for, with the customer's comment and, for its price, their birthday
        | visits | WAITLIST_RETENTION_DAYS | comment and birthday removed
    transitions.reason | why somebody changed a booking, in their words | visits | until erased | emptied
    customers.block_reason | why a customer may not book | service | until erased | emptied
    customer_notes.text | what staff noted about a customer | service | until erased | removed
    acceptances.version | which rules a customer accepted
        | consent | until erased | stays, as proof, under an id that leads nowhere
    external_calendars.source | other systems' calendars, without titles and guests
        | visits | while the calendar is there | goes with its row
    """,
    {
        "a word of ours": "bookings.status bookings.returns customer_notes.author occupancy.kind transitions.action "
        "transitions.from_status transitions.to_status transitions.actor waitlist.status unmet_claims.kind "
        "tariff_versions.status photos.kind photos.status",
        "sold things, times and sums": "bookings.number bookings.price bookings.details transitions.before "
        "transitions.after quotes.document",
        "an id of a flow": "bookings.correlation_id",
        "a digest": "calendar_feeds.token_digest quotes.asker imported_visits.key",
        "the studio's own": "add_ons.details add_ons.name closures.created_by closures.document closures.reason "
        "closures.removed_by date_overrides.created_by date_overrides.hours date_overrides.note "
        "external_calendars.conflicts external_calendars.error external_calendars.name external_calendars.url "
        "external_calendars.warnings halls.details halls.name halls.timezone photos.document policies.created_by "
        "policies.document promo_codes.code promo_codes.details studio_versions.created_by "
        "studio_versions.document tariff_versions.created_by tariff_versions.note tariff_versions.prices",
    },
)
