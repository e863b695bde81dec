"""Every event that crosses the broker: one envelope, one registry, one class per type and version.

Events carry ids, never names, addresses or phone numbers. A breaking change is a new class with a higher
`version`, published beside the old one for as long as anyone reads it.

Whoever imports one of these modules has them all, so that the registry is never short of an event.
"""

from shared_schemas.events import accounts, bookings, desk, invoices, messages, operations, payments, staff, studio
