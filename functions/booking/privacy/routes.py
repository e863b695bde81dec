"""Routes of the export of a person's data."""

from uuid import UUID

from chalice import Response

from booking import composition
from booking.api import api
from booking.customers.errors import AccountsUnavailableError, CustomerNotFoundError
from booking.privacy.errors import ExportUnavailableError
from core.identity import Identity
from shared_schemas.errors import Locale


@api.endpoint("GET /v1/me/export", errors=[ExportUnavailableError])
def export_me(identity: Identity, locale: Locale) -> Response:
    """All that is kept of you, from all services, as a file: what, what for, and for how long (152-FZ, article 14)."""
    return _file(identity.user_id, locale)


@api.endpoint(
    "GET /v1/customers/{customer_id}/export",
    errors=[AccountsUnavailableError, CustomerNotFoundError, ExportUnavailableError],
    leaves_line=True,
)
def export_customer(customer_id: UUID, locale: Locale) -> Response:
    """The same of a client or a guest who asked the studio for it. It leaves a line in the trail."""
    known = composition.app().known_customers
    known.require_found(customer_id)
    file = _file(customer_id, locale)
    known.note_disclosure()
    return file


def _file(person: UUID, locale: Locale) -> Response:
    export = composition.app().exports.of(person, locale)
    headers = {
        "Content-Type": "application/json",
        "Content-Disposition": f'attachment; filename="personal-data-{export.made_at:%Y-%m-%d}.json"',
        "Cache-Control": "no-store",
    }
    return Response(export.model_dump_json(indent=2), headers)
