"""Who may call which route: the one table of it.

The services check callers by it, and the OpenAPI document and docs/access.md are written from it. To let somebody in
is a decision, made here by hand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared_schemas.common import Role

GROUPS = {
    "people": frozenset({Role.CLIENT, Role.MANAGER, Role.ADMIN}),
    "staff": frozenset({Role.MANAGER, Role.ADMIN}),
    "admins": frozenset({Role.ADMIN}),
}
PEOPLE_SCOPE = "customers:read"
"""Without it an API key is told no names, phones and e-mails of customers, whichever other scopes it has."""
GUESTS, STRANGERS, UNPROVEN = "guests", "strangers", "unproven"


@dataclass(frozen=True)
class Access:
    """Who may call a route: people by role, our own services by name. With neither, anybody may, without a token."""

    roles: frozenset[Role] = frozenset()
    services: frozenset[str] = frozenset()
    guests: bool = False
    """Whether the token that a guest has for one booking opens it; the use case sees to it that it is that booking."""
    strangers: bool = False
    """Whether it takes calls without a token as well; what they may do there is the use case's business."""
    scope: str | None = None
    """What an API key needs to be let in; no key is let in where there is none."""
    unproven: bool = False
    """Whether staff are let in who have yet to set up the second factor that the studio wants."""
    limit: str | None = None
    """The class of calls that it is counted with; None where calls are not counted."""

    @property
    def is_open(self) -> bool:
        """Whether no token is needed."""
        return not (self.roles or self.services)

    @property
    def is_counted(self) -> bool:
        """Whether its class has a limit for each caller; to read and to write are limited for all together."""
        return self.limit not in (None, "read", "write")


def table(text: str) -> Mapping[str, Access]:
    """Route ("GET /v1/halls") → who may call it; lines of callers, scope, method, path, and the class of calls if it
    is neither `read` nor `write`. `ValueError` for a route that stands there twice."""
    rows: dict[str, Access] = {}
    for route, access in map(_row, filter(str.strip, text.splitlines())):
        if route in rows:
            raise ValueError(f"{route} stands there twice")
        rows[route] = access
    return rows


def _row(line: str) -> tuple[str, Access]:
    callers, scope, method, path, *rest = line.split()
    usual = "read" if method == "GET" else "write"
    limit = _or_none(rest[0]) if rest else usual
    names = set(callers.split("+")) - {"anyone"}
    guests, strangers, unproven = GUESTS in names, STRANGERS in names, UNPROVEN in names
    # Whoever may come with the token of one booking may come signed in, too.
    groups = (names & GROUPS.keys()) | ({"people"} if guests else set())
    roles = frozenset[Role]().union(*(GROUPS[name] for name in groups))
    services = frozenset(names - GROUPS.keys() - {GUESTS, STRANGERS, UNPROVEN})
    return f"{method} {path}", Access(roles, services, guests, strangers, _or_none(scope), unproven, limit)


def _or_none(cell: str) -> str | None:
    return None if cell == "-" else cell


def scopes(rows: Mapping[str, Access]) -> Iterator[str]:
    """Every scope that a route asks for, by name."""
    yield from sorted({row.scope for row in rows.values() if row.scope})


# `people` are all who have signed in: whose things they see and change is the use cases' business. `guests` are these
# and who holds the token of the one booking that is named. `strangers` have no token. `staff` are managers and
# administrators, `unproven` those of them who have yet to set up a second factor; other names are services. What is
# one's own (`/v1/me`, a calendar address, a place on the waitlist) asks for no scope: a key is nobody.
ACCESS = table("""
anyone   -                  GET    / -
anyone   -                  GET    /.well-known/jwks.json -
anyone   -                  GET    /assets/{version}/{folder}/{name} -
anyone   -                  GET    /book -
anyone   -                  GET    /desk -
anyone   -                  GET    /docs document
anyone   -                  GET    /health -
anyone   -                  GET    /invitation -
anyone   -                  GET    /manage -
anyone   -                  GET    /openapi.json document
anyone   -                  GET    /s/{short} sign-in
anyone   -                  GET    /trace -
anyone   -                  GET    /widget.js -
anyone   -                  GET    /push.js -
anyone   -                  POST   /v1/accounts register
booking  -                  GET    /v1/accounts/{account_id}
admins   -                  DELETE /v1/accounts/{account_id}
booking  -                  GET    /v1/accounts/{account_id}/personal-data
integration+payment -       GET    /v1/accounts/{account_id}/contact
notification -               POST   /v1/recipients read
notification -               POST   /v1/recipients/several read
notification -               POST   /v1/phone-holders read
anyone   -                  POST   /v1/codes code
notification -               GET    /v1/codes/{code_id}
booking+integration -       POST   /v1/contacts read
booking  -                  POST   /v1/contacts/search read
anyone   -                  POST   /v1/password-resets code
anyone   -                  POST   /v1/password-resets/{token} sign-in
booking  -                  POST   /v1/guests
booking  -                  POST   /v1/guests/{guest_id}/tokens
anyone   -                  POST   /v1/guest-tokens sign-in
people+unproven -           GET    /v1/me
people   -                  PATCH  /v1/me
people   -                  DELETE /v1/me
people   -                  POST   /v1/me/confirmations sign-in
anyone   -                  GET    /v1/consents
admins   -                  PUT    /v1/consents/{kind}
anyone   -                  GET    /v1/consents/{kind}/{version}
people   -                  GET    /v1/me/consents
people   -                  GET    /v1/me/preferences
people   -                  PUT    /v1/me/preferences
guests   -                  GET    /v1/me/messengers
guests   -                  POST   /v1/me/messengers/{channel}
guests   -                  DELETE /v1/me/messengers/{channel}
guests   -                  PUT    /v1/me/push
guests   -                  DELETE /v1/me/push
anyone   -                  GET    /v1/unsubscribe/{token} sign-in
anyone   -                  POST   /v1/unsubscribe/{token} sign-in
people   -                  POST   /v1/me/consents
people   -                  DELETE /v1/me/consents/{kind}
staff    customers:read     GET    /v1/customers/{customer_id}/consents
people   -                  PUT    /v1/me/password sign-in
staff+unproven -            POST   /v1/me/second-factor sign-in
staff+unproven -            POST   /v1/me/second-factor/confirm sign-in
people+unproven -           DELETE /v1/me/second-factor sign-in
people   -                  GET    /v1/sessions
people   -                  DELETE /v1/sessions
people+unproven -           DELETE /v1/sessions/current
people   -                  DELETE /v1/sessions/{session_id}
admins+notification -         GET    /v1/staff
admins   -                  POST   /v1/staff
admins   -                  PATCH  /v1/staff/{account_id}
admins   -                  DELETE /v1/staff/{account_id}
admins   -                  DELETE /v1/staff/{account_id}/sessions
admins   -                  DELETE /v1/staff/{account_id}/second-factor
admins   -                  GET    /v1/staff-invitations
notification -               GET    /v1/staff-invitations/{invitation}
anyone   -                  POST   /v1/staff-invitations/{invitation} register
admins   -                  DELETE /v1/staff-invitations/{invitation}
admins   -                  GET    /v1/api-keys
admins   -                  POST   /v1/api-keys
admins   -                  DELETE /v1/api-keys/{api_key_id}
anyone   -                  POST   /v1/tokens sign-in
anyone   -                  POST   /v1/tokens/refresh sign-in
anyone   -                  GET    /health/booking -
anyone   -                  GET    /v1/add-ons
staff    prices:write       POST   /v1/add-ons
staff    prices:write       PATCH  /v1/add-ons/{add_on_id}
anyone   -                  GET    /v1/availability search
people   bookings:write     POST   /v1/booking-groups book
people   bookings:read      GET    /v1/booking-groups/{group_id}
payment  -                  GET    /v1/booking-groups/{group_id}/payment-terms
people   bookings:write     POST   /v1/booking-groups/{group_id}/cancel
people   bookings:write     POST   /v1/booking-groups/{group_id}/shift
people   bookings:read      GET    /v1/bookings
people+strangers bookings:write     POST   /v1/bookings book
guests   bookings:read      GET    /v1/bookings/{booking_id}
guests   bookings:write     PATCH  /v1/bookings/{booking_id}
guests   bookings:read      GET    /v1/bookings/{booking_id}/calendar
guests   bookings:write     POST   /v1/bookings/{booking_id}/cancel
guests   bookings:read      GET    /v1/bookings/{booking_id}/cancellation-preview
staff    bookings:write     POST   /v1/bookings/{booking_id}/check-in
staff    bookings:write     POST   /v1/bookings/{booking_id}/complete
staff+integration bookings:write     POST   /v1/bookings/{booking_id}/confirm
guests   bookings:write     POST   /v1/bookings/{booking_id}/extend
staff+payment bookings:write     POST   /v1/bookings/{booking_id}/hold
guests   bookings:read      POST   /v1/bookings/{booking_id}/extend/preview
staff    bookings:read      GET    /v1/bookings/{booking_id}/history
staff    bookings:write     POST   /v1/bookings/{booking_id}/no-show
staff    bookings:write     POST   /v1/bookings/{booking_id}/lines
staff    bookings:write     POST   /v1/bookings/{booking_id}/lines/{line_id}/undo
notification -                  GET    /v1/bookings/{booking_id}/cancellation-reason
payment  -                  GET    /v1/bookings/{booking_id}/payment-terms
guests   bookings:write     POST   /v1/bookings/{booking_id}/reschedule
guests   bookings:read      POST   /v1/bookings/{booking_id}/reschedule/preview
staff    bookings:write     POST   /v1/check-ins
anyone   -                  GET    /v1/calendar search
staff    bookings:write     POST   /v1/bookings/{booking_id}/undo
people   -                  GET    /v1/calendars
people   -                  POST   /v1/calendars
anyone   -                  GET    /v1/calendars/{calendar}
people   -                  DELETE /v1/calendars/{calendar}
staff    calendars:read     GET    /v1/closures
staff    calendars:write    POST   /v1/closures
staff    calendars:read     GET    /v1/closures/{closure_id}
staff    calendars:write    DELETE /v1/closures/{closure_id}
staff    customers:read     GET    /v1/customers search
staff    customers:write    POST   /v1/customers/{customer_id}/merge
staff    customers:read     GET    /v1/customers/{customer_id}
staff    customers:write    PUT    /v1/customers/{customer_id}/block
staff    customers:write    DELETE /v1/customers/{customer_id}/block
staff    customers:write    POST   /v1/customers/{customer_id}/notes
staff    customers:write    PUT    /v1/customers/{customer_id}/prepayment
admins   -                  GET    /v1/customers/{customer_id}/export search
people   -                  GET    /v1/me/export search
staff    calendars:read     GET    /v1/date-overrides
staff    calendars:write    POST   /v1/date-overrides
staff    calendars:write    DELETE /v1/date-overrides/{override_id}
staff    calendars:write    DELETE /v1/external-calendars/{calendar_id}
staff    calendars:write    POST   /v1/external-calendars/{calendar_id}/import import
staff    calendars:write    POST   /v1/external-calendars/{calendar_id}/refresh
anyone   -                  GET    /v1/halls
staff    halls:write        POST   /v1/halls
anyone   -                  GET    /v1/halls/{hall_id}
staff    halls:write        PATCH  /v1/halls/{hall_id}
anyone   -                  GET    /v1/halls/{hall_id}/availability search
staff    calendars:read     GET    /v1/halls/{hall_id}/external-calendars
staff    calendars:write    POST   /v1/halls/{hall_id}/external-calendars
anyone   -                  GET    /v1/halls/{hall_id}/holidays
staff+integration calendars:read     GET    /v1/open-hours
anyone   -                  GET    /v1/policy
staff    policy:write       PUT    /v1/policy
staff    halls:read         GET    /v1/halls/{hall_id}/photos
staff    halls:write        POST   /v1/halls/{hall_id}/photos
staff    halls:write        PUT    /v1/halls/{hall_id}/photos/order
staff    -                  POST   /v1/imports import
staff    halls:read         GET    /v1/photos/{photo_id}
staff    halls:write        PATCH  /v1/photos/{photo_id}
staff    halls:write        DELETE /v1/photos/{photo_id}
staff    prices:read        GET    /v1/promo-codes
staff    prices:write       POST   /v1/promo-codes
staff    prices:write       PATCH  /v1/promo-codes/{promo_code_id}
anyone   -                  POST   /v1/quotes quote
staff    bookings:read      GET    /v1/schedule
staff    bookings:read      GET    /v1/schedule/stamp
staff    prices:read        GET    /v1/tariff-versions
staff    prices:write       POST   /v1/tariff-versions
staff    prices:read        GET    /v1/tariff-versions/{number}
staff    prices:write       PUT    /v1/tariff-versions/{number}
staff    prices:write       POST   /v1/tariff-versions/{number}/activate
staff    prices:read        POST   /v1/tariff-versions/{number}/simulation search
anyone   -                  GET    /v1/studio
admins   -                  PUT    /v1/studio
admins   -                  POST   /v1/studio/logo
admins   -                  DELETE /v1/studio/logo
anyone   -                  GET    /v1/tariffs
staff    prices:write       POST   /v1/tariffs
staff    prices:write       DELETE /v1/tariffs/{tariff_id}
people   bookings:read      GET    /v1/waitlist
people   -                  POST   /v1/waitlist book
people   bookings:write     DELETE /v1/waitlist/{entry_id}
anyone   -                  GET    /health/payment -
staff    payments:write     POST   /v1/booking-groups/{group_id}/desk-payments
staff    payments:write     POST   /v1/bookings/{booking_id}/desk-payments
staff    payments:read      GET    /v1/desk-refunds
staff    payments:read      GET    /v1/tills
staff    payments:write     POST   /v1/tills
staff    payments:read      GET    /v1/tills/{till_id}
staff    payments:read      GET    /v1/tills/{till_id}/entries
staff    payments:write     POST   /v1/tills/{till_id}/entries
staff    payments:write     POST   /v1/tills/{till_id}/close
staff    payments:write     POST   /v1/tills/{till_id}/reopen
booking  -                  GET    /v1/payers/{account_id}/personal-data
staff    companies:read     GET    /v1/acts
staff    companies:read     GET    /v1/acts/{act_id}
staff    companies:read     GET    /v1/acts/{act_id}/pdf
staff    companies:write    POST   /v1/acts/{act_id}/void
staff    payments:read      GET    /v1/bank-lines
staff    payments:read      GET    /v1/bank-lines/{bank_line_id}
staff    payments:write     POST   /v1/bank-lines/{bank_line_id}/accept
staff    payments:write     POST   /v1/bank-lines/{bank_line_id}/set-aside
staff    payments:write     POST   /v1/bank-statements import
staff    payments:read      POST   /v1/bank-statements/preview import
staff    companies:read     GET    /v1/companies
staff    companies:write    POST   /v1/companies
staff    companies:read     GET    /v1/companies/{company_id}
staff    companies:write    PUT    /v1/companies/{company_id}
staff    companies:write    DELETE /v1/companies/{company_id}
people   -                  GET    /v1/me/balance
people   -                  GET    /v1/me/balance/entries
staff    payments:read      GET    /v1/customers/{customer_id}/balance
staff    payments:read      GET    /v1/customers/{customer_id}/balance/entries
staff    payments:write     POST   /v1/customers/{customer_id}/balance/entries
people   payments:write     POST   /v1/bookings/{booking_id}/balance-payments pay
staff    payments:read      GET    /v1/certificates
staff    payments:write     POST   /v1/certificates
anyone   -                  POST   /v1/certificates/lookup certificate
staff    payments:read      GET    /v1/certificates/{certificate_id}
staff    payments:write     PATCH  /v1/certificates/{certificate_id}
staff    payments:write     POST   /v1/certificates/{certificate_id}/code
staff    payments:read      GET    /v1/certificates/{certificate_id}/entries
notification -               GET    /v1/certificates/{certificate_id}/letter
staff    refunds:write      POST   /v1/certificates/{certificate_id}/payout
guests   payments:write     POST   /v1/bookings/{booking_id}/certificate-payments certificate
staff    payments:write     POST   /v1/bookings/{booking_id}/deposits
staff    payments:read      GET    /v1/deposits
staff    payments:write     POST   /v1/deposits/{deposit_id}/keep
staff    payments:write     POST   /v1/deposits/{deposit_id}/return
staff    companies:read     GET    /v1/invoices
staff    companies:write    POST   /v1/invoices
staff    companies:read     GET    /v1/invoices/{invoice_id}
staff    companies:write    POST   /v1/invoices/{invoice_id}/acts
notification -               GET    /v1/invoices/{invoice_id}/letter
staff    payments:write     POST   /v1/invoices/{invoice_id}/payments
staff    companies:read     GET    /v1/invoices/{invoice_id}/pdf
staff    companies:write    POST   /v1/invoices/{invoice_id}/void
staff    payments:read      GET    /v1/ledger
anyone   -                  GET    /v1/payment-methods
guests   payments:read      GET    /v1/payments
guests   payments:write     POST   /v1/payments pay
guests   payments:read      GET    /v1/payments/{payment_id}
booking  -                  GET    /v1/payments/{payment_id}/collected
notification -               GET    /v1/payments/{payment_id}/link
staff    payments:write     POST   /v1/payments/{payment_id}/link-messages
guests   payments:read      GET    /v1/payments/{payment_id}/qr
guests   payments:read      GET    /v1/payments/{payment_id}/receipts
guests   payments:read      GET    /v1/payments/{payment_id}/refunds
staff    refunds:write      POST   /v1/payments/{payment_id}/refunds
staff    refunds:write      POST   /v1/payments/{payment_id}/refunds/{refund_id}/decision
staff    payments:write     POST   /v1/receipts/{receipt_id}/retry
staff    payments:read      GET    /v1/reconciliations
staff    payments:write     POST   /v1/reconciliations
staff    payments:read      GET    /v1/reconciliations/{reconciliation_id}
anyone   -                  GET    /health/integration -
staff    integrations:read  GET    /v1/connectors
staff    integrations:read  GET    /v1/connectors/{name}/deliveries
staff    integrations:write POST   /v1/connectors/{name}/deliveries/{delivery_id}/resend
staff    integrations:write POST   /v1/connectors/{name}/pause
staff    integrations:write POST   /v1/connectors/{name}/resume
booking  -                  GET    /v1/crm-contacts/{account_id}/personal-data
staff    events:read        GET    /v1/dead-letters
staff    events:read        GET    /v1/dead-letters/{queue}
staff    events:write       POST   /v1/dead-letters/{queue}/discard
staff    events:write       POST   /v1/dead-letters/{queue}/redrive
staff    events:read        GET    /v1/dead-letters/{queue}/{letter_id}
staff    events:read        GET    /v1/errors
staff    events:read        GET    /v1/errors/{error_id}
staff    events:write       POST   /v1/errors/{error_id}/acknowledge
staff    events:write       POST   /v1/errors/{error_id}/resolve
staff    events:read        GET    /v1/events
staff    events:write       POST   /v1/events/replay
staff    events:read        GET    /v1/events/replays
staff    events:read        GET    /v1/events/replays/{replay_id}
staff    events:read        GET    /v1/events/{event_id}
staff    events:read        GET    /v1/operator-actions
staff    reports:read       GET    /v1/reports/holds
staff    reports:read       GET    /v1/reports/lead-time
staff    reports:read       GET    /v1/reports/no-shows
staff    reports:read       GET    /v1/reports/promo-codes
staff    reports:read       GET    /v1/reports/revenue
staff    reports:read       GET    /v1/reports/utilisation
staff    events:read        GET    /v1/traces/{correlation_id}
staff    integrations:read  GET    /v1/webhook-subscriptions
staff    integrations:write POST   /v1/webhook-subscriptions
staff    integrations:read  GET    /v1/webhook-subscriptions/{subscription_id}
staff    integrations:write PATCH  /v1/webhook-subscriptions/{subscription_id}
staff    integrations:write DELETE /v1/webhook-subscriptions/{subscription_id}
staff    integrations:read  GET    /v1/webhook-subscriptions/{subscription_id}/deliveries
staff    integrations:write POST   /v1/webhook-subscriptions/{subscription_id}/deliveries/{delivery_id}/resend
staff    integrations:write POST   /v1/webhook-subscriptions/{subscription_id}/rotate-secret
staff    integrations:write POST   /v1/webhook-subscriptions/{subscription_id}/test
anyone   -                  GET    /health/notification -
staff    notifications:read GET    /v1/message-rules
staff    notifications:write POST   /v1/message-rules
staff    notifications:read GET    /v1/message-rules/{rule_id}
staff    notifications:write PUT    /v1/message-rules/{rule_id}
staff    notifications:write DELETE /v1/message-rules/{rule_id}
staff    notifications:read GET    /v1/message-rules/{rule_id}/preview
booking  -                  GET    /v1/recipients/{account_id}/personal-data
staff    notifications:read GET    /v1/message-templates
staff    notifications:read GET    /v1/message-templates/{name}/{locale_code}
staff    notifications:read GET    /v1/message-templates/{name}/{locale_code}/versions
admins   -                  PUT    /v1/message-templates/{name}/{locale_code}
staff    notifications:read POST   /v1/message-templates/{name}/{locale_code}/preview
admins   -                  POST   /v1/message-templates/{name}/{locale_code}/test code
staff    reports:read       GET    /v1/reports/messages
staff    notifications:read GET    /v1/notifications
staff    notifications:read GET    /v1/notifications/{notification_id}
staff    notifications:write POST   /v1/notifications/{notification_id}/resend
staff    notifications:read GET    /v1/mail-suppressions
staff    notifications:write POST   /v1/mail-suppressions/{suppression_id}/lift
""")
