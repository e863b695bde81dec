"""Which columns of the booking service hold personal data."""

from core.personal_data import inventory

INVENTORY = inventory(
    """
    bookings.comment | what the customer, or staff for them, wrote with the order
        | visits | until erased | emptied
    waitlist.request | what was asked for, with the customer's comment
        | visits | WAITLIST_RETENTION_DAYS | comment removed
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
        "tariff_versions.status",
        "sold things, times and sums": "bookings.number bookings.price bookings.details transitions.before "
        "transitions.after quotes.document",
        "an id of a flow": "bookings.correlation_id",
        "a digest": "calendar_feeds.token_digest quotes.asker",
        "the studio's own": "add_ons.name add_ons.details halls.name halls.timezone halls.details policies.document "
        "policies.created_by promo_codes.code promo_codes.details studio_versions.document studio_versions.created_by "
        "tariff_versions.note tariff_versions.prices tariff_versions.created_by closures.reason closures.document "
        "closures.created_by closures.removed_by date_overrides.hours date_overrides.note date_overrides.created_by "
        "external_calendars.name external_calendars.url external_calendars.error external_calendars.conflicts "
        "external_calendars.warnings",
    },
)
